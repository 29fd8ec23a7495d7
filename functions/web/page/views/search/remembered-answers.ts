import type { Found } from './use-search.ts';

/**
 * What the back button brings back at once, with all pages that were read, so that it also finds its place again;
 * as long as the URLs of its pictures are good, which is an hour.
 */

const kept = 20;
const keepMs = 50 * 60_000;
const answers = new Map<string, { readonly found: Found; readonly sinceMs: number }>();

/** Later pages come with URLs of their own; the first ones are the oldest. */
export function rememberAnswer(name: string, found: Found): void {
  const before = answers.get(name);
  const goesOn = before?.found.first === found.first;
  answers.delete(name);
  answers.set(name, { found, sinceMs: goesOn ? before!.sinceMs : Date.now() });
  for (const oldest of [...answers.keys()].slice(0, -kept)) answers.delete(oldest);
}

export function recallAnswer(name: string): Found | undefined {
  const answer = answers.get(name);
  if (answer && Date.now() - answer.sinceMs > keepMs) answers.delete(name);
  return answers.get(name)?.found;
}
