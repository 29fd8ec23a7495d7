import type { Kernel, PlanePlace } from '../scan/kernel.ts';
import type { RowBounds } from '../scan/row-bounds.ts';
import { CHUNK_ROWS, SEED_ROWS, sharedChunkRows } from '../scan/scratch.ts';
import type { Selection } from '../scan/top-k.ts';
import { forEachItem } from './filter-items.ts';
import { findBars } from './find-bars.ts';
import { type ItemRange, wholeShard } from './item-ranges.ts';
import { modalities } from './modalities.ts';
import type { ResidentShard, ScannedShard } from './resident-shard.ts';

/** What one of the kernel's queries looks for. */
export interface Scan<Shard extends ScannedShard = ResidentShard> {
  /** f32 [dimensions] */
  readonly query: Float32Array;
  readonly topK: Selection<Shard>;
  /** The only modality that matters, if not all do. */
  readonly modality?: number | undefined;
  /** A bit for each item that is looked at, where not all are. */
  readonly itemsIn?: ((shard: Shard) => Int32Array) | undefined;
  /** A bit for each row that is looked at, where not all that pass are. */
  readonly rowsIn?: ((shard: Shard) => Int32Array) | undefined;
  /** What is shown in place of scores of a shard whose fp16 rows are not all there. */
  readonly boundsIn?: ((shard: Shard) => RowBounds | undefined) | undefined;
}

/**
 * The first calls take few rows: until k items are found nothing can be ruled out, and all that a call takes
 * is then scored in fp16.
 */
const FIRST_CHUNK_ROWS = 16;

/** Where a prefix plane leaves more of the rows than this, the search goes on by int8 alone to the end of the shard. */
const MOST_LEFT_BY_PREFIX = 0.25;

/**
 * So few rows from all over are scored at once: to read one takes a wait for memory, whether it is its int8 codes or
 * itself, and int8 would rule out some half of what prefixes leave.
 */
const FEW_ROWS = 64;

/** Of fewer listed rows int8 is asked alone: to make a query ready for prefixes, all of their axes are read. */
const WORTH_PREFIXES = 256;

/** Where coarse queries leave more of the rows than this, those of fourteen bits are as fast by themselves. */
const MOST_LEFT_BY_COARSE = 1 / 16;

/** Searches that one pass over the rows answers. */
export interface Pass<Shard extends ScannedShard> {
  readonly scans: readonly Scan<Shard>[];
  /** Whether they look at all rows; else it is one search, which lists those that it looks at. */
  readonly isWhole: boolean;
}

/**
 * Shows each search every row that may matter to it. At most MAX_QUERIES.
 *
 * @param kernels of each block of memory that shards lie in
 */
export function scanShards<Shard extends ScannedShard>(
  kernels: readonly Kernel[],
  shards: readonly Shard[],
  scans: readonly Scan<Shard>[],
): void {
  for (const pass of passesOf(shards, scans)) {
    const scan = beginPass(kernels, pass);
    for (const shard of shards) scan(wholeShard(shard));
  }
}

/** One pass for those that look at all rows, and one for each other. */
export function passesOf<Shard extends ScannedShard>(
  shards: readonly Shard[],
  scans: readonly Scan<Shard>[],
): Pass<Shard>[] {
  const isAlone = scans.length === 1;
  // By prefixes, looking at all rows is faster than listing those of one modality.
  const listsModality = isAlone && !shards.some(({ prefix }) => prefix);
  const whole = scans.filter(
    ({ itemsIn, modality, rowsIn }) => !itemsIn && !rowsIn && !(listsModality && modality !== undefined),
  );
  const others = scans.filter((scan) => !whole.includes(scan));
  return [
    ...(whole.length > 0 ? [{ scans: whole, isWhole: true }] : []),
    ...others.map((scan) => ({ scans: [scan], isWhole: false })),
  ];
}

/**
 * Hands the kernels to a pass until the next one begins.
 *
 * @returns what looks at the rows of some items, which are to come in their order
 */
export function beginPass<Shard extends ScannedShard>(
  kernels: readonly Kernel[],
  { scans, isWhole }: Pass<Shard>,
): (range: ItemRange<Shard>) => void {
  const queries = scans.map(({ query }) => query);
  const scan = isWhole ? beginAll(scans) : beginSome(scans[0]!);
  let ready: Kernel | undefined;
  return (range) => {
    const kernel = kernels[range.shard.memory]!;
    if (kernel !== ready) kernel.setQueries(queries);
    ready = kernel;
    scan(kernel, range);
  };
}

type ScanRange<Shard extends ScannedShard> = (kernel: Kernel, range: ItemRange<Shard>) => void;

/** Every row, chunk by chunk: what neither prefixes nor int8 rule out is scored in fp16. */
function beginAll<Shard extends ScannedShard>(scans: readonly Scan<Shard>[]): ScanRange<Shard> {
  const most = scans.length === 1 ? CHUNK_ROWS : sharedChunkRows(scans[0]!.query.length);
  let chunk = FIRST_CHUNK_ROWS;
  let seen = 0;
  // Bars of the first rows are too low; and where coarse queries fail, they wait for as many rows again.
  let coarseFrom = CHUNK_ROWS;
  return (kernel, { shard, firstItem, endItem }) => {
    const { plane, prefix, itemOffsets } = shard;
    const begin = itemOffsets[firstItem]!;
    const end = itemOffsets[endItem]!;
    const byPrefix = scans.map(() => prefix !== undefined);
    const ready =
      seen === 0 && scans.length === 1 ? beginByPrefix(kernel, shard, scans[0]!, begin, end) : undefined;
    // Calls don't straddle the rows that are ready: they are all, or a multiple of what a call takes.
    if (ready) chunk = most;
    for (let first = begin, count = 0; first < end; first += count, seen += count) {
      const isReady = ready !== undefined && seen < ready.rows;
      count = Math.min(chunk, end - first);
      chunk = Math.min(chunk * 2, most);
      const coarse = scans.length > 1 && seen >= coarseFrom ? kernel.coarse : undefined;
      let asked = 0;
      let leftByCoarse = 0;
      if (plane && !byPrefix.every(Boolean)) (coarse ?? kernel).dot(plane, first, count);
      scans.forEach((scan, query) => {
        if (!plane) {
          scoreChunk(kernel, shard, scan, first, count, query);
          return;
        }
        showBars(kernel, shard, scan, isReady ? ready.bars : undefined);
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
        const left = isReady
          ? kernel.siftPrefixDots(prefix, first, count)
          : kernel.siftPrefix(prefix, first, count, query);
        if (seen >= CHUNK_ROWS) byPrefix[query] = left <= count * MOST_LEFT_BY_PREFIX;
        siftRest(kernel, shard, plane, scan, left, query);
      });
      if (leftByCoarse > asked * MOST_LEFT_BY_COARSE) coarseFrom = (seen + count) * 2;
    }
  };
}

/**
 * Multiplies the first rows by prefixes before any is scored, so that those that are likely among the best set the
 * bars for all. Undefined where that gains nothing or can't be told.
 */
function beginByPrefix<Shard extends ScannedShard>(
  kernel: Kernel,
  shard: Shard,
  scan: Scan<Shard>,
  first: number,
  end: number,
): { readonly rows: number; readonly bars: readonly number[] } | undefined {
  const { plane, prefix } = shard;
  const rows = Math.min(end - first, SEED_ROWS);
  if (!plane || !prefix || scan.boundsIn?.(shard)) return undefined;
  const bars = findBars(kernel, shard, prefix, { first, rows }, scan);
  return bars && { rows, bars };
}

/** Only rows of items that are looked at, and of the modality asked for. */
function beginSome<Shard extends ScannedShard>(scan: Scan<Shard>): ScanRange<Shard> {
  const { itemsIn, modality, rowsIn } = scan;
  let chunk = FIRST_CHUNK_ROWS;
  return (kernel, { shard, firstItem, endItem }) => {
    const { itemOffsets } = shard;
    const [firstRow, endRow] = [itemOffsets[firstItem]!, itemOffsets[endItem]!];
    let count = 0;
    const take = () => {
      siftAndScore(kernel, shard, scan, count);
      chunk = Math.min(chunk * 2, CHUNK_ROWS);
      count = 0;
    };
    const add = (row: number) => {
      if (modality !== undefined && shard.modality[row] !== modality) return;
      kernel.list[count++] = row;
      if (count === chunk) take();
    };
    const list = (first: number, end: number) => {
      for (let row = first; row < end; row++) add(row);
    };
    const listItem = (item: number) => list(itemOffsets[item]!, itemOffsets[item + 1]!);
    if (rowsIn) forEachItem(rowsIn(shard), add, firstRow, endRow);
    else if (itemsIn) forEachItem(itemsIn(shard), listItem, firstItem, endItem);
    else list(firstRow, endRow);
    take();
  };
}

/** Rows of the list that neither prefixes nor int8 rule out. */
function siftAndScore<Shard extends ScannedShard>(
  kernel: Kernel,
  shard: Shard,
  scan: Scan<Shard>,
  count: number,
): void {
  if (count === 0) return;
  const { plane, prefix } = shard;
  if (!plane) {
    scoreList(kernel, shard, scan, count, 0);
    return;
  }
  showBars(kernel, shard, scan);
  if (prefix && count >= WORTH_PREFIXES)
    siftRest(kernel, shard, plane, scan, kernel.siftPrefixListed(prefix, count), 0);
  else scoreList(kernel, shard, scan, kernel.siftListed(plane, count), 0);
}

/** Rows of the list that prefixes leave. */
function siftRest<Shard extends ScannedShard>(
  kernel: Kernel,
  shard: Shard,
  plane: PlanePlace,
  scan: Scan<Shard>,
  count: number,
  query: number,
): void {
  const isScored = count <= FEW_ROWS && !scan.boundsIn?.(shard);
  scoreList(kernel, shard, scan, isScored ? count : kernel.siftListed(plane, count, query), query);
}

/** Rows that prefixes left, ascending. `least` as of showBars. */
export function showListed<Shard extends ScannedShard>(
  kernel: Kernel,
  shard: Shard,
  scan: Scan<Shard>,
  rows: Uint32Array,
  least: readonly number[],
): void {
  for (let first = 0; first < rows.length; first += CHUNK_ROWS) {
    const some = rows.subarray(first, first + CHUNK_ROWS);
    kernel.list.set(some);
    showBars(kernel, shard, scan, least);
    siftRest(kernel, shard, shard.plane!, scan, some.length, 0);
  }
}

/** @param dotsFrom the first row of the latest `dot`, if the list came of that */
function scoreList<Shard extends ScannedShard>(
  kernel: Kernel,
  shard: Shard,
  scan: Scan<Shard>,
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
function scoreChunk<Shard extends ScannedShard>(
  kernel: Kernel,
  shard: Shard,
  scan: Scan<Shard>,
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

/**
 * A row of a modality that is not asked for, or that the shard lacks, is never above its bar.
 *
 * @param least no bar is lower: of each modality, or one of all
 */
export function showBars<Shard extends ScannedShard>(
  { bars }: Kernel,
  shard: Shard,
  { topK, modality }: Scan<Shard>,
  least?: readonly number[],
): void {
  topK.writeBars(bars);
  if (least) raise(bars, least);
  // Where the bar of any is low, every row must be asked for its modality.
  for (const none of absentFrom(shard)) bars[none] = Number.POSITIVE_INFINITY;
  if (modality === undefined) return;
  const bar = bars[modality]!;
  bars.fill(Number.POSITIVE_INFINITY);
  bars[modality] = bar;
}

function raise(bars: Float32Array, least: readonly number[]): void {
  for (let i = 0; i < bars.length; i++) {
    const bar = least.length === 1 ? least[0]! : (least[i] ?? Number.NEGATIVE_INFINITY);
    if (bars[i]! < bar) bars[i] = bar;
  }
}

const absent = new WeakMap<Uint8Array, readonly number[]>();

/** Modalities of which the shard has no row. */
function absentFrom({ modality }: Pick<ScannedShard, 'modality'>): readonly number[] {
  let found = absent.get(modality);
  if (!found) {
    found = modalities.flatMap((_, each) => (modality.includes(each) ? [] : [each]));
    absent.set(modality, found);
  }
  return found;
}
