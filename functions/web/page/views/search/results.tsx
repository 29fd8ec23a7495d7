import type { Child } from 'hono/jsx';
import { useState } from 'hono/jsx/dom';
import type { SearchResult } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { formatMs, formatNumber } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { distantBelow } from './closeness.ts';
import { ItemDialog } from './item-dialog.tsx';
import type { Query } from './query.ts';
import { ResultCard, SkeletonCard } from './result-card.tsx';
import type { Searching } from './use-search.ts';

const skeletons = 12;

/** The grid of what was found; more comes when its end is scrolled to. */
export function Results({ query, searching }: { query: Query; searching: Searching }): Child {
  const { search, common } = useStrings();
  const { found, error, isLoading, isStale, isPictureGone, more, retry } = searching;
  const [opened, setOpened] = useState<SearchResult | undefined>(undefined);
  if (isPictureGone) return null;
  const best = found?.results[0]?.match;
  return (
    <section class="results" aria-label={search.results} aria-busy={isLoading ? 'true' : undefined}>
      <p class="results-status" role="status">
        {isLoading && (!found || isStale) && common.loading}
        {found && !isStale && statusOf(found.results.length, found.nextCursor !== undefined)}
      </p>
      {found?.hasMoved && <p class="note">{search.moved}</p>}
      {found && best !== undefined && best < distantBelow && <p class="note">{search.nothingClose}</p>}
      {found?.results.length === 0 && !isLoading && (
        <div class="empty">
          <h2>{search.nothing}</h2>
          <p>{search.nothingText}</p>
        </div>
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

  function statusOf(count: number, hasMore: boolean): string {
    return count === 0 ? '' : search.resultCount(count, hasMore);
  }
}
