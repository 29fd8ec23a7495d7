import type { ItemStore } from './catalog/item-store.ts';
import { TuwenError } from './error.ts';
import type { LoadedVersion } from './index/loaded-version.ts';
import type { SearchHit, SearchQuery } from './index/search-query.ts';
import type { Item } from './item.ts';
import type { Outcome } from './outcome.ts';

export interface ClosestDependencies {
  readonly items: Pick<ItemStore, 'getMany'>;
  /** Milliseconds; for the time that a scan takes. */
  readonly clock: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type AskedOfVersion = SearchQuery & {
  /** Only where the query has a `matchOf`. */
  readonly minMatch?: number;
};

export interface Closest {
  readonly found: readonly { readonly hit: SearchHit; readonly item: Item }[];
  /** The scans that this one took part in, with all that were scanned with it. */
  readonly searchMs: number;
}

/**
 * The closest items that still exist, for each query, `topK` of them whenever that many pass: what was
 * deleted since the version was built is left out, and the scan goes on behind it. Results come by
 * descending match where there is one, so the first under `minMatch` ends them.
 */
export function createClosestItems({ items, clock, now }: ClosestDependencies) {
  return async (
    version: Pick<LoadedVersion, 'searchMany'>,
    queries: readonly AskedOfVersion[],
    { deadlineMs }: { deadlineMs: number },
  ): Promise<Outcome<Closest>[]> => {
    const pursuits = queries.map((query) => createPursuit(query));
    for (let open = pursuits; open.length > 0; open = open.filter((pursuit) => !pursuit.isOver)) {
      const startedAt = clock();
      const scanned = await version.searchMany(
        open.map((pursuit) => pursuit.next()),
        { isOver: () => now() >= deadlineMs, deadlineMs },
      );
      const searchMs = clock() - startedAt;
      open.forEach((pursuit, i) => {
        pursuit.take(scanned[i], searchMs);
      });
      const current = await items.getMany([...new Set(open.flatMap((pursuit) => pursuit.latestIds()))]);
      for (const pursuit of open) pursuit.keep(current);
    }
    return pursuits.map((pursuit) => pursuit.outcome());
  };
}

/** One query on its way to its results, round by round. */
function createPursuit(query: AskedOfVersion) {
  const { topK, minMatch = 0 } = query;
  const found: { hit: SearchHit; item: Item }[] = [];
  let { after } = query;
  let latest: readonly SearchHit[] = [];
  let searchMs = 0;
  let isOver = false;
  let isLate = false;
  return {
    get isOver() {
      return isOver;
    },
    next: (): SearchQuery => ({ ...query, topK: topK - found.length, ...(after && { after }) }),
    take(hits: readonly SearchHit[] | undefined, ms: number) {
      isLate = hits === undefined;
      searchMs += ms;
      latest = (hits ?? []).filter(({ match = 1 }) => match >= minMatch);
      after = latest.at(-1);
      isOver = latest.length < topK - found.length;
    },
    latestIds: () => latest.map(({ id }) => id),
    keep(current: ReadonlyMap<string, Item>) {
      for (const hit of latest) {
        const item = current.get(hit.id);
        if (item) found.push({ hit, item });
      }
      isOver ||= found.length >= topK;
    },
    outcome: (): Outcome<Closest> => (isLate ? { error: late() } : { value: { found, searchMs } }),
  };
}

function late(): TuwenError {
  return new TuwenError(
    'too_large',
    'expected queries that can all be answered in the time of one request, found no time left for this one: send fewer at once',
  );
}
