import type { Child } from 'hono/jsx';
import type { SearchResult } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { useStateOf } from '../../components/use-state-of.ts';
import { formatMs, formatNumber } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { hrefOf } from '../../router.ts';
import { distantBelow } from './closeness.ts';
import { ItemDialog } from './item-dialog.tsx';
import { NothingFound } from './nothing-found.tsx';
import { type Query, targetOf } from './query.ts';
import { ResultCard, SkeletonCard } from './result-card.tsx';
import type { Searching } from './use-search.ts';

const skeletons = 12;

export interface ResultsProps {
  readonly query: Query;
  readonly searching: Searching;
  readonly onOnlyClose: (onlyClose: boolean) => void;
}

/** The grid of what was found; more comes when its end is scrolled to. */
export function Results({ query, searching, onOnlyClose }: ResultsProps): Child {
  const { search, common } = useStrings();
  const { found, error, isLoading, isStale, isPictureGone, more, retry } = searching;
  // The back button leaves what was open with the results that it was opened from.
  const [opened, setOpened] = useStateOf<SearchResult | undefined>(hrefOf(targetOf(query)), undefined);
  if (isPictureGone) return null;
  const best = found?.results[0]?.match;
  return (
    <section class="results" aria-label={search.results} aria-busy={isLoading ? 'true' : undefined}>
      <div class="results-head">
        <p class="results-status" role="status">
          {isLoading && (!found || isStale) && common.loading}
          {found && !isStale && statusOf(found.results.length, found.nextCursor !== undefined)}
        </p>
        {(best !== undefined || query.onlyClose) && (
          <label class="check only-close">
            <input
              type="checkbox"
              checked={query.onlyClose}
              onChange={(event: Event) => onOnlyClose((event.target as HTMLInputElement).checked)}
            />
            <span>{search.onlyClose}</span>
          </label>
        )}
      </div>
      {found?.hasMoved && <p class="note">{search.moved}</p>}
      {found && best !== undefined && best < distantBelow && <p class="note">{search.distant}</p>}
      {found?.results.length === 0 && !isLoading && (
        <NothingFound
          isCatalogEmpty={found.first.index.vectors === 0}
          isOnlyClose={query.onlyClose}
          onNearest={() => onOnlyClose(false)}
        />
      )}
      <ul class={found && isStale ? 'grid grid-stale' : 'grid'}>
        {found
          ? found.results.map((result) => (
              <ResultCard key={result.id} result={result} query={query} onOpen={() => setOpened(result)} />
            ))
          : isLoading && Array.from({ length: skeletons }, () => <SkeletonCard />)}
      </ul>
      {error !== undefined && <ErrorNote error={error} onRetry={retry} />}
      {found?.nextCursor !== undefined && error === undefined && (
        <MoreButton key={found.nextCursor} isLoading={isLoading} onMore={more} />
      )}
      {found && found.results.length > 0 && (
        <p class="timing">
          {search.timing(
            formatMs(found.first.timing.embedMs),
            formatMs(found.first.timing.searchMs),
            formatMs(found.first.timing.totalMs),
            formatNumber(found.first.index.vectors),
          )}
        </p>
      )}
      {opened && <ItemDialog result={opened} query={query} onClose={() => setOpened(undefined)} />}
    </section>
  );

  function statusOf(count: number, hasMore: boolean): Child {
    if (count > 0) return search.resultCount(count, hasMore);
    // It is shown large below; who hears the page is told here.
    return <span class="visually-hidden">{query.onlyClose ? search.nothingClose : search.nothing}</span>;
  }
}
