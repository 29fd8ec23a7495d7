import { fromFloat16 } from './float16.ts';
import { quantizeQuery } from './int8-query.ts';
import { createKernel, type KernelChoice, type PlanePlace } from './kernel.ts';
import { MAX_QUERIES, SHARED_CHUNK_ROWS, scratchAt, sharedChunkRows } from './scratch.ts';

/** Finds for each row the centroid that it scores highest by, as far as int8 rows tell. */
export interface RowAssigner {
  /**
   * Integer dot products times the step of the quantised centroid, in f64: the same on every machine. Of
   * equal centroids the first. Takes as long as a search for every centroid, eight of which share a pass.
   *
   * @param centroids fp16 bits [lists, dimensions]
   * @param nearest written, [rows]
   * @param scores written, [rows]: by the nearest, over the row's scale
   * @param pause awaited between passes
   */
  assign(
    plane: PlanePlace,
    rows: number,
    centroids: Uint16Array,
    nearest: Uint32Array,
    scores: Float64Array,
    pause?: () => Promise<void>,
  ): Promise<void>;
}

/** @param options of the memory in which rows lie; the scratch is the assigner's while it assigns */
export function createRowAssigner(options: {
  memory: WebAssembly.Memory;
  dimensions: number;
  scratchOffset?: number;
  kernel?: KernelChoice;
}): RowAssigner {
  const { memory, dimensions, scratchOffset = 0 } = options;
  const kernel = createKernel(options);
  const { dotsOffset } = scratchAt(scratchOffset, dimensions);
  const dots = new Int32Array(memory.buffer, dotsOffset, MAX_QUERIES * SHARED_CHUNK_ROWS);
  const chunk = sharedChunkRows(dimensions);

  return {
    async assign(plane, rows, centroids, nearest, scores, pause = async () => {}) {
      scores.fill(Number.NEGATIVE_INFINITY, 0, rows);
      const lists = centroids.length / dimensions;
      for (let from = 0; from < lists; from += MAX_QUERIES) {
        const end = Math.min(from + MAX_QUERIES, lists);
        const some = Array.from({ length: end - from }, (_, i) =>
          fromFloat16(centroids.subarray((from + i) * dimensions, (from + i + 1) * dimensions)),
        );
        kernel.setQueries(some);
        const steps = some.map((centroid) => quantizeQuery(centroid).step);
        for (let first = 0; first < rows; first += chunk) {
          const count = Math.min(chunk, rows - first);
          kernel.dot(plane, first, count);
          steps.forEach((step, query) => {
            keepBest(dots, query * SHARED_CHUNK_ROWS, step, from + query, first, count, nearest, scores);
          });
        }
        await pause();
      }
    },
  };
}

function keepBest(
  dots: Int32Array,
  start: number,
  step: number,
  list: number,
  first: number,
  count: number,
  nearest: Uint32Array,
  scores: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const score = dots[start + i]! * step;
    if (score <= scores[first + i]!) continue;
    scores[first + i] = score;
    nearest[first + i] = list;
  }
}
