import type { Child } from 'hono/jsx';
import { useStrings } from '../../language.ts';
import { hrefOf } from '../../router.ts';
import { targetOfCatalog } from './address.ts';
import { pageBefore } from './remembered-pages.ts';

export interface PagerProps {
  /** Of the page that is shown. */
  readonly after: string | undefined;
  readonly next: string | undefined;
}

/** Pages are addresses, so that they can be kept, opened beside this one, and come back to. */
export function Pager({ after, next }: PagerProps): Child {
  const { catalog } = useStrings();
  if (after === undefined && next === undefined) return null;
  const before = after === undefined ? undefined : pageBefore(after);
  return (
    <nav class="pager" aria-label={catalog.pages}>
      {after !== undefined && (
        <a class="button" href={hrefOf(targetOfCatalog({}))}>
          {catalog.firstPage}
        </a>
      )}
      {before?.after !== undefined && (
        <a class="button" href={hrefOf(targetOfCatalog(before))}>
          {catalog.previousPage}
        </a>
      )}
      {next !== undefined && (
        <a class="button pager-next" href={hrefOf(targetOfCatalog({ after: next }))}>
          {catalog.nextPage}
        </a>
      )}
    </nav>
  );
}
