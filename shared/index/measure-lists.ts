import type { Modality } from '../item.ts';
import { fromFloat16 } from '../scan/float16.ts';
import type { Kernel } from '../scan/kernel.ts';
import { MAX_QUERIES } from '../scan/scratch.ts';
import { createTopK, type TopK } from '../scan/top-k.ts';
import { type Lists, listsOf } from './lists.ts';
import type { ListPair } from './manifest.ts';
import { modalities } from './modalities.ts';
import { orderLists } from './order-lists.ts';
import { LEAST_ITEMS } from './probe-lists.ts';
import type { ResidentShard } from './resident-shard.ts';
import type { SampledRow } from './sample-rows.ts';
import { scanShards } from './scan-shards.ts';

/** recall@k is measured for this k. */
const MEASURED_TOP_K = 10;

/** What is asked: rows of the version, by their modality. */
export type HeldOutQueries = Readonly<Record<Modality, readonly SampledRow[]>>;

/**
 * Finds the exact ten best of each query, itself left out, against the rows of each modality, shard by shard;
 * then how many lists must be looked at to find them.
 */
export function createListMeasurement(queries: HeldOutQueries) {
  const asked = modalities.flatMap((query) =>
    modalities.map((rows) => ({
      query,
      rows,
      searches: queries[query].map(({ vector, position }) => ({
        vector: fromFloat16(vector),
        topK: createTopK({ k: MEASURED_TOP_K, exclude: [position] }) as TopK<ResidentShard>,
      })),
    })),
  );

  return {
    /** @param kernel of the one memory that the shard lies in; shards come in their order */
    async add(kernel: Kernel, shard: ResidentShard, pause: () => Promise<void>): Promise<void> {
      for (const { rows, searches } of asked)
        for (let first = 0; first < searches.length; first += MAX_QUERIES) {
          const modality = modalities.indexOf(rows);
          const scans = searches
            .slice(first, first + MAX_QUERIES)
            .map(({ vector, topK }) => ({ query: vector, topK, modality }));
          scanShards([kernel], [shard], scans);
          await pause();
        }
    },

    /**
     * For each pair of modalities that has rows, the smallest number of lists whose recall, less its standard error,
     * reaches the target, and that recall: so that other queries are mostly found as much.
     *
     * @param kernel of the memory that the lists lie in
     * @param placed of each row, counted through the shards, its list and its item
     * @param rowOf the number of a row, so counted, from its item's position and its number in the shard
     */
    pairs(
      kernel: Kernel,
      lists: Lists,
      placed: { readonly listOfRow: Uint32Array; readonly positionOfRow: Uint32Array },
      rowOf: (position: number, row: number) => number,
      targetRecall: number,
    ): ListPair[] {
      return asked.flatMap(({ query, rows, searches }) => {
        const range = listsOf(lists, modalities.indexOf(rows));
        /** Of each query, with how many lists each of its best is found. */
        const needed = searches.map(({ vector, topK }) => {
          const order = orderLists(kernel, lists, vector, range);
          const rankOf = new Map([...order].map((list, rank) => [list, rank]));
          const least = leastProbes(lists, order, placed.positionOfRow);
          return topK.results().map(({ position, row }) => {
            const probes = rankOf.get(placed.listOfRow[rowOf(position, row)]!)! + 1;
            return probes <= least ? 1 : probes;
          });
        });
        if (needed.flat().length === 0) return [];
        for (const probes of [...new Set(needed.flat())].sort((a, b) => a - b)) {
          const { recall, error } = recallWith(probes, needed);
          if (recall - error >= targetRecall)
            return [{ query, rows, probes, recall, queries: searches.length }];
        }
        return [];
      });
    },
  };
}

/** Of all that was to be found; and the standard error, queries being what was drawn. */
function recallWith(
  probes: number,
  needed: readonly (readonly number[])[],
): { readonly recall: number; readonly error: number } {
  const shares = needed
    .filter((of) => of.length > 0)
    .map((of) => of.filter((least) => least <= probes).length / of.length);
  const all = needed.flat();
  const recall = all.filter((least) => least <= probes).length / all.length;
  const squares = shares.reduce((sum, share) => sum + (share - recall) ** 2, 0);
  return { recall, error: Math.sqrt(squares) / shares.length };
}

/** How many lists a search looks at anyway, because it looks at LEAST_ITEMS items. */
function leastProbes({ offsets, rows }: Lists, order: Uint32Array, positionOfRow: Uint32Array): number {
  const items = new Set<number>();
  let probes = 0;
  while (probes < order.length && items.size < LEAST_ITEMS) {
    const list = order[probes++]!;
    for (let i = offsets[list]!; i < offsets[list + 1]!; i++) items.add(positionOfRow[rows[i]!]!);
  }
  return probes;
}
