import type { Kernel } from '../scan/kernel.ts';
import { CHUNK_ROWS } from '../scan/scratch.ts';
import type { ListRange, Lists } from './lists.ts';

/**
 * The lists of a range, nearest centroid first, of equal ones the first. Scores are the kernel's, so the order
 * is the same on every machine. It uses the kernel's queries.
 */
export function orderLists(
  kernel: Kernel,
  { centroids }: Lists,
  query: Float32Array,
  { first, end }: ListRange,
): Uint32Array {
  const scores = new Float32Array(end - first);
  const rowBytes = query.length * 2;
  kernel.setQueries([query]);
  for (let from = first; from < end; from += CHUNK_ROWS) {
    const count = Math.min(CHUNK_ROWS, end - from);
    kernel.score(centroids.byteOffset + from * rowBytes, count);
    scores.set(kernel.scores.subarray(0, count), from - first);
  }
  const order = descending(scores);
  for (let i = 0; i < order.length; i++) order[i] = order[i]! + first;
  return order;
}

/**
 * Indices of finite scores, the highest first, of equal ones the first. Numbers are sorted many times as fast as
 * by a comparison: those here hold a score's 32 bits, turned around so that lower is nearer, and its index.
 */
function descending(scores: Float32Array): Uint32Array {
  const bits = new Int32Array(scores.buffer);
  const keys = new Float64Array(scores.length);
  for (let i = 0; i < keys.length; i++) {
    const ordered = bits[i]! < 0 ? bits[i]! ^ 0x7fffffff : bits[i]!;
    keys[i] = ordered * -INDICES + i;
  }
  keys.sort();
  const order = new Uint32Array(keys.length);
  for (let i = 0; i < order.length; i++) order[i] = keys[i]! - Math.floor(keys[i]! / INDICES) * INDICES;
  return order;
}

/** Together with 32 bits they fit the 53 of a number. */
const INDICES = 2 ** 20;
