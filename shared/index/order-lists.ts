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
  const order = Uint32Array.from(scores, (_, i) => first + i);
  return order.sort((a, b) => scores[b - first]! - scores[a - first]! || a - b);
}
