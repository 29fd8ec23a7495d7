import type { Kernel, PrefixPlace } from '../scan/kernel.ts';
import { CHUNK_ROWS, peakRowsOf, SEED_ROWS } from '../scan/scratch.ts';
import type { ListRange, Lists } from './lists.ts';

/**
 * The lists of a range, nearest centroid first, of equal ones the first. Scores are the kernel's, so the order
 * is the same on every machine. It uses the kernel's queries.
 */
export function orderLists(kernel: Kernel, lists: Lists, query: Float32Array, range: ListRange): Uint32Array {
  // Numbers are sorted many times as fast as by a comparison.
  return Uint32Array.from(keysOf(kernel, lists, query, range).sort(), (key) => range.first + indexOf(key));
}

/**
 * The same one by one, for who looks at few of many: the next at each call, undefined when there are no more.
 *
 * @param few how many are surely asked for, and a prefix plane of the centroids, by which these are found sooner
 */
export function nextLists(
  kernel: Kernel,
  lists: Lists,
  query: Float32Array,
  range: ListRange,
  few?: { readonly count: number; readonly prefix: PrefixPlace },
): () => number | undefined {
  const near = few ? nearestLists(kernel, lists, query, range, few) : [];
  let given = 0;
  let rest: (() => number | undefined) | undefined;
  return () => {
    if (given < near.length) return near[given++];
    if (!rest) {
      rest = allLists(kernel, lists, query, range);
      for (let i = 0; i < near.length; i++) rest();
    }
    return rest();
  };
}

/** Lists tried beside those wanted, since the highest dot product isn't the highest score. */
const SPARE = 8;

/**
 * The `count` nearest. Centroids are multiplied by their prefixes, those of high dot products are scored, and none is
 * nearer whose score can't exceed that of the last of these. None where that gains nothing.
 */
function nearestLists(
  kernel: Kernel,
  { centroids }: Lists,
  query: Float32Array,
  { first, end }: ListRange,
  { count, prefix }: { readonly count: number; readonly prefix: PrefixPlace },
): number[] {
  const lists = end - first;
  const tried = count + SPARE;
  // Some of the nearest may share a block.
  if (lists > SEED_ROWS || tried > lists / peakRowsOf(lists) / 2) return [];
  const { list, scores, bars } = kernel;
  kernel.setQueries([query]);
  kernel.dotPrefix(prefix, first, lists);
  kernel.scoreListed(centroids.byteOffset, kernel.listPeaks(prefix, tried));
  const last = scores.slice(0, tried).sort()[tried - count]!;
  // What is as near is kept, whatever its number.
  bars.fill(last - Math.abs(last) * 2 ** -20 - 2 ** -120);
  const found: { readonly list: number; readonly score: number }[] = [];
  for (let from = 0; from < lists; from += CHUNK_ROWS) {
    const kept = kernel.siftPrefixDots(prefix, first + from, Math.min(CHUNK_ROWS, lists - from), 0, from);
    kernel.scoreListed(centroids.byteOffset, kept);
    for (let i = 0; i < kept; i++) if (scores[i]! >= last) found.push({ list: list[i]!, score: scores[i]! });
  }
  found.sort((a, b) => b.score - a.score || a.list - b.list);
  return found.slice(0, count).map((each) => each.list);
}

function allLists(
  kernel: Kernel,
  lists: Lists,
  query: Float32Array,
  range: ListRange,
): () => number | undefined {
  // A binary heap with the lowest key at its root.
  const heap = keysOf(kernel, lists, query, range);
  let size = heap.length;
  for (let entry = (size >> 1) - 1; entry >= 0; entry--) sink(entry);

  function sink(entry: number): void {
    const key = heap[entry]!;
    let place = entry;
    for (let child = 2 * place + 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && heap[child + 1]! < heap[child]!) child++;
      if (key <= heap[child]!) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = key;
  }

  return () => {
    if (size === 0) return undefined;
    const list = range.first + indexOf(heap[0]!);
    heap[0] = heap[--size]!;
    sink(0);
    return list;
  };
}

/**
 * Of each list a number that is lower the nearer it is, and of equal ones the earlier: a score's 32 bits, turned
 * around, and the list's index. Scores are finite.
 */
function keysOf(
  kernel: Kernel,
  { centroids }: Lists,
  query: Float32Array,
  { first, end }: ListRange,
): Float64Array {
  const keys = new Float64Array(end - first);
  const rowBytes = query.length * 2;
  const { buffer, byteOffset } = kernel.scores;
  const bits = new Int32Array(buffer, byteOffset, CHUNK_ROWS);
  kernel.setQueries([query]);
  for (let from = first; from < end; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, end - from);
    kernel.score(centroids.byteOffset + from * rowBytes, count);
    for (let i = 0; i < count; i++) {
      const ordered = bits[i]! < 0 ? bits[i]! ^ 0x7fffffff : bits[i]!;
      keys[from - first + i] = ordered * -INDICES + (from - first + i);
    }
  }
  return keys;
}

function indexOf(key: number): number {
  return key - Math.floor(key / INDICES) * INDICES;
}

/** Together with 32 bits they fit the 53 of a number. */
const INDICES = 2 ** 20;
