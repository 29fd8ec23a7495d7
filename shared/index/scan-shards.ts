import type { Kernel } from '../scan/kernel.ts';
import type { RowBounds } from '../scan/row-bounds.ts';
import { CHUNK_ROWS, sharedChunkRows } from '../scan/scratch.ts';
import type { Selection } from '../scan/top-k.ts';
import type { CompiledFilter } from './filter.ts';
import { filterItems, forEachItem } from './filter-items.ts';
import type { ResidentShard } from './resident-shard.ts';

/** What one of the kernel's queries looks for. */
export interface Scan {
  /** f32 [dimensions] */
  readonly query: Float32Array;
  readonly topK: Selection<ResidentShard>;
  /** The only modality that matters, if not all do. */
  readonly modality?: number | undefined;
  /** With a condition or more. */
  readonly filter?: CompiledFilter | undefined;
  /** A bit for each row that is looked at, where not all that pass are. */
  readonly rowsIn?: ((shard: ResidentShard) => Int32Array) | undefined;
  /** What is shown in place of scores of a shard whose fp16 rows are not all there. */
  readonly boundsIn?: ((shard: ResidentShard) => RowBounds | undefined) | undefined;
}

/**
 * The first calls take few rows: until k items are found nothing can be ruled out, and all that a call takes
 * is then scored in fp16.
 */
const FIRST_CHUNK_ROWS = 64;

/** Where a prefix plane leaves more of the rows than this, the search goes on by int8 alone to the end of the shard. */
const MOST_LEFT_BY_PREFIX = 0.25;

/** Where coarse queries leave more of the rows than this, those of fourteen bits are as fast by themselves. */
const MOST_LEFT_BY_COARSE = 1 / 16;

/**
 * Shows each search every row that may matter to it, in one pass over the shards for those that look at all
 * rows. At most MAX_QUERIES.
 */
export function scanShards(kernel: Kernel, shards: readonly ResidentShard[], scans: readonly Scan[]): void {
  const isAlone = scans.length === 1;
  // By prefixes, looking at all rows is faster than listing those of one modality.
  const listsModality = isAlone && !shards.some(({ prefix }) => prefix);
  const whole = scans.filter(
    ({ filter, modality, rowsIn }) => !filter && !rowsIn && !(listsModality && modality !== undefined),
  );
  scanAll(kernel, shards, whole);
  for (const scan of scans) if (!whole.includes(scan)) scanSome(kernel, shards, scan);
}

/** Every row, chunk by chunk: what neither prefixes nor int8 rule out is scored in fp16. */
function scanAll(kernel: Kernel, shards: readonly ResidentShard[], scans: readonly Scan[]): void {
  if (scans.length === 0) return;
  kernel.setQueries(scans.map(({ query }) => query));
  const most = scans.length === 1 ? CHUNK_ROWS : sharedChunkRows(scans[0]!.query.length);
  let chunk = FIRST_CHUNK_ROWS;
  let passed = 0;
  // Bars of the first rows are too low; and where coarse queries fail, they wait for as many rows again.
  let coarseFrom = CHUNK_ROWS;
  for (const shard of shards) {
    const { plane, prefix, rows } = shard;
    const byPrefix = scans.map(() => prefix !== undefined);
    for (let first = 0, count = 0; first < rows; first += count) {
      count = Math.min(chunk, rows - first);
      chunk = Math.min(chunk * 2, most);
      const coarse = scans.length > 1 && passed >= coarseFrom ? kernel.coarse : undefined;
      let asked = 0;
      let leftByCoarse = 0;
      if (plane && !byPrefix.every(Boolean)) (coarse ?? kernel).dot(plane, first, count);
      scans.forEach((scan, query) => {
        if (!plane) {
          scoreChunk(kernel, shard, scan, first, count, query);
          return;
        }
        showBars(kernel, scan);
        if (!prefix || !byPrefix[query]) {
          if (coarse) {
            const left = coarse.sift(plane, first, count, query);
            asked += count;
            leftByCoarse += left;
            scoreList(kernel, shard, scan, kernel.siftListed(plane, left, query), query);
            return;
          }
          scoreList(kernel, shard, scan, kernel.sift(plane, first, count, query), query, first);
          return;
        }
        // What siftListed multiplies takes the place of dot products that no later query needs.
        const left = kernel.siftPrefix(prefix, first, count, query);
        if (first >= CHUNK_ROWS) byPrefix[query] = left <= count * MOST_LEFT_BY_PREFIX;
        scoreList(kernel, shard, scan, kernel.siftListed(plane, left, query), query);
      });
      passed += count;
      if (leftByCoarse > asked * MOST_LEFT_BY_COARSE) coarseFrom = passed * 2;
    }
  }
}

/** Only rows of items that pass the filter, and of the modality asked for. */
function scanSome(kernel: Kernel, shards: readonly ResidentShard[], scan: Scan): void {
  const { filter, modality, rowsIn } = scan;
  kernel.setQueries([scan.query]);
  let chunk = FIRST_CHUNK_ROWS;
  for (const shard of shards) {
    const { itemOffsets, rows } = shard;
    let count = 0;
    const take = () => {
      siftAndScore(kernel, shard, scan, count);
      chunk = Math.min(chunk * 2, CHUNK_ROWS);
      count = 0;
    };
    const list = (first: number, end: number) => {
      for (let row = first; row < end; row++) {
        if (modality !== undefined && shard.modality[row] !== modality) continue;
        kernel.list[count++] = row;
        if (count === chunk) take();
      }
    };
    if (rowsIn) forEachItem(rowsIn(shard), (row) => list(row, row + 1));
    else if (filter)
      forEachItem(filterItems(filter, shard), (item) => list(itemOffsets[item]!, itemOffsets[item + 1]!));
    else list(0, rows);
    take();
  }
}

/** Rows of the list that neither prefixes nor int8 rule out. */
function siftAndScore(kernel: Kernel, shard: ResidentShard, scan: Scan, count: number): void {
  if (count === 0) return;
  const { plane, prefix } = shard;
  if (!plane) {
    scoreList(kernel, shard, scan, count, 0);
    return;
  }
  showBars(kernel, scan);
  const left = prefix ? kernel.siftPrefixListed(prefix, count) : count;
  scoreList(kernel, shard, scan, kernel.siftListed(plane, left), 0);
}

/** @param dotsFrom the first row of the latest `dot`, if the list came of that */
function scoreList(
  kernel: Kernel,
  shard: ResidentShard,
  scan: Scan,
  count: number,
  query: number,
  dotsFrom?: number,
): void {
  if (count === 0) return;
  const { topK } = scan;
  const bounds = scan.boundsIn?.(shard);
  if (bounds) {
    bounds.write(kernel.list, count, dotsFrom === undefined ? undefined : kernel.dotsOf(query), dotsFrom);
    topK.addListedRows(bounds.lower, kernel.list, count, shard, bounds.upper);
    return;
  }
  kernel.scoreListed(shard.vectorsOffset, count, query);
  topK.addListedRows(kernel.scores, kernel.list, count, shard);
}

/** Of a shard without a plane. */
function scoreChunk(
  kernel: Kernel,
  shard: ResidentShard,
  scan: Scan,
  first: number,
  count: number,
  query: number,
): void {
  const { modality, topK } = scan;
  if (modality === undefined) {
    kernel.score(shard.vectorsOffset + first * shard.rowBytes, count, query);
    topK.addRows(kernel.scores, first, count, shard);
    return;
  }
  let listed = 0;
  for (let row = first; row < first + count; row++)
    if (shard.modality[row] === modality) kernel.list[listed++] = row;
  scoreList(kernel, shard, scan, listed, query);
}

/** A row of a modality that is not asked for is never above its bar. */
function showBars({ bars }: Kernel, { topK, modality }: Scan): void {
  topK.writeBars(bars);
  if (modality === undefined) return;
  const bar = bars[modality]!;
  bars.fill(Number.POSITIVE_INFINITY);
  bars[modality] = bar;
}
