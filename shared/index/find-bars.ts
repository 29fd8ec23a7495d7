import type { Kernel, PrefixPlace } from '../scan/kernel.ts';
import { peakRowsOf } from '../scan/scratch.ts';
import { itemOfRow, type Wanted } from '../scan/top-k.ts';
import type { ScannedShard } from './resident-shard.ts';
import type { Scan } from './scan-shards.ts';

/** Rows tried beside the k, since of some items several are, and the highest dot product isn't the highest score. */
const SPARE = 8;

/** Of fewer rows, to look at them twice gains nothing. */
const LEAST_ROWS = 256;

/**
 * Bars to begin with: what surely comes behind k items. Rows are multiplied by prefixes (`dotPrefix`), and a few of
 * high dot products are scored. A row of these that comes behind their k-th best item bars all rows of its modality
 * that score no higher: they come behind the same k. So what matters is found among far fewer rows than where bars
 * rise row by row.
 *
 * @param rows how many, from row `first` on; at most SEED_ROWS
 * @returns what a score must exceed: of each modality where the selection compares matches, else one number for all;
 *   undefined where nothing can be told, or it gains nothing
 */
export function findBars<Shard extends ScannedShard>(
  kernel: Kernel,
  shard: Shard,
  prefix: PrefixPlace,
  { first, rows }: { readonly first: number; readonly rows: number },
  { topK, modality }: Scan<Shard>,
): readonly number[] | undefined {
  if (!topK.wanted || topK.wanted.k < 1 || rows < LEAST_ROWS) return undefined;
  const { k, matchOf } = topK.wanted;
  const most = k + SPARE;
  const parts = modality === undefined && matchOf ? matchOf.length : 1;
  // Some of the best may share a block.
  if (most > rows / peakRowsOf(rows) / 2 || parts * most > kernel.list.length) return undefined;
  kernel.dotPrefix(prefix, first, rows);
  const { list, scores } = kernel;
  let count = 0;
  if (parts === 1) count = kernel.listPeaks(prefix, most, modality);
  else for (let each = 0; each < parts; each++) count += kernel.listPeaks(prefix, most, each, count);
  list.subarray(0, count).sort();
  kernel.scoreListed(shard.vectorsOffset, count);

  const tried: Tried[] = [];
  for (let i = 0, item = 0; i < count; i++) {
    const row = list[i]!;
    item = itemOfRow(shard.itemOffsets, row, item);
    const of = shard.modality[row]!;
    tried.push({ position: shard.firstPosition + item, of, score: scores[i]! });
  }
  return barsOf(tried, topK.wanted);
}

/** A row that was scored. */
export interface Tried {
  /** Of its item. */
  readonly position: number;
  /** Its modality. */
  readonly of: number;
  readonly score: number;
}

/** What some rows bar, see findBars; undefined where it is nothing. */
export function barsOf(
  rows: readonly Tried[],
  { k, matchOf, exclude }: Wanted,
): readonly number[] | undefined {
  const tried = rows.map(({ position, of, score }) => ({
    position,
    of,
    score,
    match: matchOf ? matchOf[of]!(score) : score,
  }));
  tried.sort((a, b) => b.match - a.match || b.score - a.score);
  const items = new Set<number>();
  const bars = new Array<number>(matchOf?.length ?? 1).fill(Number.NEGATIVE_INFINITY);
  let last: (typeof tried)[number] | undefined;
  for (const each of tried) {
    if (last && (each.match < last.match || each.score < last.score)) {
      const of = matchOf ? each.of : 0;
      bars[of] = Math.max(bars[of]!, each.score);
    } else if (!last && !exclude.has(each.position) && items.add(each.position).size === k) last = each;
  }
  return bars.some((bar) => bar > Number.NEGATIVE_INFINITY) ? bars : undefined;
}
