import { fromFloat16 } from './float16.ts';
import { createKernel, OVERREAD_BYTES } from './kernel.ts';
import { CHUNK_ROWS, scratchBytes } from './scratch.ts';

const PAGE_BYTES = 65_536;

/**
 * The same centroids in an order in which each is followed by the one, of those left, that is most like it: so
 * that what a query is near to mostly lies together. Of equal ones the first. Scores are the kernel's, so the
 * order is the same on every machine.
 *
 * @param centroids fp16 bits [lists, dimensions]
 * @param pause awaited between steps
 */
export async function chainCentroids(
  centroids: Uint16Array,
  dimensions: number,
  pause: () => Promise<void> = async () => {},
): Promise<Uint16Array> {
  const lists = centroids.length / dimensions;
  const start = scratchBytes(dimensions);
  const pages = Math.ceil((start + centroids.byteLength + OVERREAD_BYTES) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages });
  const placed = new Uint16Array(memory.buffer, start, centroids.length);
  placed.set(centroids);
  const kernel = createKernel({ memory, dimensions });
  const chained = new Uint16Array(centroids.length);
  const isTaken = new Uint8Array(lists);
  for (let step = 0, current = 0; step < lists; step++) {
    const centroid = placed.subarray(current * dimensions, (current + 1) * dimensions);
    chained.set(centroid, step * dimensions);
    isTaken[current] = 1;
    kernel.setQueries([fromFloat16(centroid)]);
    let best = Number.NEGATIVE_INFINITY;
    for (let first = 0; first < lists; first += CHUNK_ROWS) {
      const count = Math.min(CHUNK_ROWS, lists - first);
      kernel.score(start + first * dimensions * 2, count);
      for (let i = 0; i < count; i++) {
        if (isTaken[first + i] || kernel.scores[i]! <= best) continue;
        best = kernel.scores[i]!;
        current = first + i;
      }
    }
    if (step % 64 === 63) await pause();
  }
  return chained;
}
