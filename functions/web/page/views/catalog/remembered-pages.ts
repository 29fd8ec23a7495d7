import type { CatalogItem } from '../../api.ts';

/**
 * Pages of the list as they were last seen, so that the back button finds its place again without waiting; as long
 * as the URLs of their pictures are good, which is an hour.
 */

interface Page {
  readonly list: readonly CatalogItem[];
  readonly next: string | undefined;
}

const kept = 20;
const keepMs = 50 * 60_000;
const pages = new Map<string, { readonly page: Page; readonly atMs: number }>();
/** From each page to the one before it, as far as somebody has come by it. */
const befores = new Map<string, string | undefined>();

export function rememberPage(after: string | undefined, page: Page): void {
  pages.delete(after ?? '');
  pages.set(after ?? '', { page, atMs: Date.now() });
  for (const oldest of [...pages.keys()].slice(0, -kept)) pages.delete(oldest);
  if (page.next !== undefined) befores.set(page.next, after);
}

export function recallPage(after: string | undefined): Page | undefined {
  const known = pages.get(after ?? '');
  return known && Date.now() - known.atMs < keepMs ? known.page : undefined;
}

/** Undefined where nobody has come by it, as after a reload. */
export const pageBefore = (after: string): { readonly after: string | undefined } | undefined =>
  befores.has(after) ? { after: befores.get(after) } : undefined;
