import type { Kernel } from '../scan/kernel.ts';
import { CHUNK_ROWS, peakRowsOf, SEED_ROWS } from '../scan/scratch.ts';
import { itemOfRow } from '../scan/top-k.ts';
import { barsOf, type Tried } from './find-bars.ts';
import type { ListedPrefix } from './listed-prefix.ts';
import type { ResidentShard } from './resident-shard.ts';
import { type Scan, showBars, showListed } from './scan-shards.ts';

/** Lists of one modality, the nearest first. */
export type ChosenLists = readonly number[];

/** Rows tried beside the k: of what prefixes leave in the end, these are most, and they are fetched together. */
const SPARE = 24;

/** Where stretches have fewer rows on average, as of many shards, calls take longer than what they save. */
const LEAST_STRETCH = 8;

/** Rows of some lists that lie side by side in the listed plane of a shard. */
interface Stretch {
  readonly shard: number;
  /** Of which of the chosen lists. */
  readonly part: number;
  readonly first: number;
  readonly count: number;
}

/** `at`: which of the dot products that the kernel keeps is of its first row. */
type Multiplied = Stretch & { readonly at: number };

/**
 * Shows a search every row of the chosen lists that may matter to it, by prefix planes in the order of the lists: rows
 * of the nearest are multiplied, the likeliest of them set bars (see findBars), and what prefixes leave is shown.
 *
 * @param kernels of each block of memory that shards lie in
 * @param listed of each shard
 * @param chosen of each modality that is searched
 * @returns false where bars can't be told; then nothing was shown
 */
export function scanLists(
  kernels: readonly Kernel[],
  shards: readonly ResidentShard[],
  listed: readonly ListedPrefix[],
  scan: Scan,
  chosen: readonly ChosenLists[],
): boolean {
  const { wanted } = scan.topK;
  if (!wanted || wanted.k < 1) return false;
  const { near, far } = stretchesOf(shards, listed, chosen);
  if (rowsOf(near) + rowsOf(far) < LEAST_STRETCH * (near.length + far.length)) return false;
  // Scores of one modality tell nothing of another's matches.
  const parts = wanted.matchOf ? chosen.map((_, part) => near.filter((of) => of.part === part)) : [near];
  const used = [...new Set(shards.map(({ memory }) => memory))];
  const groups = parts.flatMap((part) =>
    used.map((memory) => part.filter(({ shard }) => shards[shard]!.memory === memory)),
  );
  const most = wanted.k + SPARE;
  if (groups.reduce((sum, group) => sum + triedOf(rowsOf(group), most), 0) < wanted.k) return false;

  for (const memory of used) kernels[memory]!.setQueries([scan.query]);
  for (const { shard, first, count, at } of near)
    kernels[shards[shard]!.memory]!.dotPrefix(listed[shard]!.prefix, first, count, 0, at);
  const tried: Tried[] = [];
  for (const group of groups)
    if (group.length > 0)
      tried.push(...tryLikely(kernels[shards[group[0]!.shard]!.memory]!, shards, listed, group, most));
  const bars = barsOf(tried, wanted);
  if (!bars) return false;

  shards.forEach((shard, i) => {
    const kernel = kernels[shard.memory]!;
    const { prefix, rows } = listed[i]!;
    showBars(kernel, shard, scan, bars);
    const left: number[] = [];
    const keep = (kept: number) => {
      for (let k = 0; k < kept; k++) left.push(rows[kernel.list[k]!]!);
    };
    for (const stretch of near.filter((of) => of.shard === i))
      forEachCall(stretch, (first, count, done) =>
        keep(kernel.siftPrefixDots(prefix, first, count, 0, stretch.at + done)),
      );
    for (const stretch of far.filter((of) => of.shard === i))
      forEachCall(stretch, (first, count) => keep(kernel.siftPrefix(prefix, first, count)));
    showListed(kernel, shard, scan, new Uint32Array(left).sort(), bars);
  });
  return true;
}

/** As many rows at a time as a call takes. */
function forEachCall(
  { first, count }: Stretch,
  use: (first: number, count: number, done: number) => void,
): void {
  for (let done = 0; done < count; done += CHUNK_ROWS)
    use(first + done, Math.min(CHUNK_ROWS, count - done), done);
}

/** By modality and shard. Of each modality the nearest lists are multiplied, as many as there is room for. */
function stretchesOf(
  shards: readonly ResidentShard[],
  listed: readonly ListedPrefix[],
  chosen: readonly ChosenLists[],
): { readonly near: readonly Multiplied[]; readonly far: readonly Stretch[] } {
  const near: Multiplied[] = [];
  const far: Stretch[] = [];
  const used = shards.map(() => 0);
  for (let part = 0; part < chosen.length; part++) {
    const lists = chosen[part]!;
    let count = 0;
    for (let room = SEED_ROWS / chosen.length; count < lists.length; count++) {
      const list = lists[count]!;
      for (const { offsets } of listed) room -= offsets[list + 1]! - offsets[list]!;
      if (room < 0) break;
    }
    const nearest = ascending(lists.slice(0, count));
    const others = ascending(lists.slice(count));
    for (let shard = 0; shard < listed.length; shard++) {
      const { offsets } = listed[shard]!;
      const { memory } = shards[shard]!;
      forEachRun(nearest, offsets, (first, rows) => {
        near.push({ shard, part, first, count: rows, at: used[memory]! });
        used[memory] = used[memory]! + rows;
      });
      forEachRun(others, offsets, (first, rows) => {
        far.push({ shard, part, first, count: rows });
      });
    }
  }
  return { near, far };
}

function ascending(lists: number[]): number[] {
  return lists.sort((a, b) => a - b);
}

/** Of lists that follow each other the places are one run. */
function forEachRun(
  lists: readonly number[],
  offsets: Uint32Array,
  use: (first: number, count: number) => void,
): void {
  for (let i = 0; i < lists.length; ) {
    const begin = lists[i]!;
    let end = begin + 1;
    for (i++; lists[i] === end; i++) end++;
    const count = offsets[end]! - offsets[begin]!;
    if (count > 0) use(offsets[begin]!, count);
  }
}

function rowsOf(stretches: readonly Stretch[]): number {
  let rows = 0;
  for (const { count } of stretches) rows += count;
  return rows;
}

/** Of so many rows; some of the best may share a block of peaks. */
function triedOf(rows: number, most: number): number {
  return Math.min(most, Math.floor(rows / peakRowsOf(rows) / 2));
}

/** Scores some of the rows with the highest dot products; fewer where there are few to choose among. */
function tryLikely(
  kernel: Kernel,
  shards: readonly ResidentShard[],
  listed: readonly ListedPrefix[],
  stretches: readonly Multiplied[],
  most: number,
): Tried[] {
  const count = rowsOf(stretches);
  const some = triedOf(count, most);
  const peaks = kernel.list.slice(0, kernel.listPeakDots(stretches[0]!.at, count, some)).sort();
  const rows = shards.map((): number[] => []);
  let next = 0;
  for (const { shard, first, at, count: own } of stretches)
    for (; next < peaks.length && peaks[next]! < at + own; next++)
      rows[shard]!.push(listed[shard]!.rows[first + peaks[next]! - at]!);
  return rows.flatMap((own, shard) => scoreRows(kernel, shards[shard]!, own));
}

function scoreRows(
  { list, scores, scoreListed }: Kernel,
  { itemOffsets, firstPosition, modality, vectorsOffset }: ResidentShard,
  rows: number[],
): Tried[] {
  list.set(rows.sort((a, b) => a - b));
  scoreListed(vectorsOffset, rows.length);
  let item = 0;
  return rows.map((row, i): Tried => {
    item = itemOfRow(itemOffsets, row, item);
    return { position: firstPosition + item, of: modality[row]!, score: scores[i]! };
  });
}
