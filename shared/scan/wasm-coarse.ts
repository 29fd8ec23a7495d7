import { coarseBase64 } from './coarse.generated.ts';
import type { Sift } from './int8-modules.ts';
import { type Int8Query, quantizeCoarsely } from './int8-query.ts';
import type { CoarsePart, PlanePlace } from './kernel.ts';
import { createRace } from './race.ts';
import { BOUND_BYTES, MAX_QUERIES, type Scratch, SHARED_CHUNK_ROWS } from './scratch.ts';
import { instantiate } from './wasm-module.ts';

/** Two loops for the same integers, see assembly/coarse.ts; `raced`: both, until it is known which is faster here. */
export type CoarseLoops = 'pairs' | 'sums' | 'raced';

export interface WasmCoarseOptions {
  readonly memory: WebAssembly.Memory;
  readonly dimensions: number;
  readonly scratch: Scratch;
  readonly loops: CoarseLoops;
  /** Where a plane's place is written. */
  place(plane: PlanePlace): number;
  /** The one of assembly/int8.ts. */
  readonly sift: Sift;
}

/** The module of assembly/coarse.ts; integers and lists as typescript-int8.ts gives them for coarse queries. */
export function createWasmCoarse({
  memory,
  dimensions,
  scratch,
  loops,
  place,
  sift,
}: WasmCoarseOptions): CoarsePart & { setCoarseQueries(queries: readonly Float32Array[]): void } {
  const { coarseQueryOffset, coarseQueryBytes, coarseBoundsOffset, barsOffset, listOffset, dotsOffset } =
    scratch;
  const { dotFourByPairs, dotFourBySums } = instantiate<CoarseExports>(coarseBase64, memory);
  const stride = SHARED_CHUNK_ROWS * 4;
  let asked: readonly Float32Array[] = [];
  let isReady = false;

  /** Not before they are needed: where prefixes rule out enough, they never are. */
  function makeReady(): void {
    if (isReady) return;
    isReady = true;
    const queries = asked.map(quantizeCoarsely);
    const bytes = new Uint8Array(memory.buffer, coarseQueryOffset, MAX_QUERIES * coarseQueryBytes);
    bytes.fill(0);
    queries.forEach((query, i) => {
      writeCodes(query, bytes.subarray((i - (i % 4)) * coarseQueryBytes + (i % 4) * 16));
      const { step, perResidual, perNorm, rest } = query;
      new Float64Array(memory.buffer, coarseBoundsOffset + i * BOUND_BYTES, 4).set([
        step,
        perResidual,
        perNorm,
        rest,
      ]);
    });
  }

  function dotBy(dotFour: DotFour, at: number, first: number, count: number): void {
    // Fewer are done with four, whatever the others' old codes: their dots have a place of their own.
    for (let query = 0; query < asked.length; query += 4) {
      const queries = coarseQueryOffset + query * coarseQueryBytes;
      dotFour(at, queries, first, count, dimensions, dotsOffset + query * stride, stride);
    }
  }

  return {
    setCoarseQueries(queries) {
      asked = queries;
      isReady = false;
    },
    dot(plane, first, count) {
      makeReady();
      const at = place(plane);
      const faster = loops === 'raced' ? race.winner : loops === 'pairs' ? 0 : 1;
      if (faster !== undefined) dotBy(faster === 0 ? dotFourByPairs : dotFourBySums, at, first, count);
      else
        race.run(count, [
          () => dotBy(dotFourByPairs, at, first, count),
          () => dotBy(dotFourBySums, at, first, count),
        ]);
    },
    sift: (plane, first, count, query = 0) =>
      sift(
        place(plane),
        coarseBoundsOffset + query * BOUND_BYTES,
        barsOffset,
        first,
        count,
        dotsOffset + query * stride,
        listOffset,
      ),
  };
}

/** Of the process, as in wasm-int8.ts. */
const race = createRace();

/** Code + 32. Four queries lie in turns, sixteen components at a time. */
function writeCodes({ codes }: Int8Query, target: Uint8Array): void {
  codes.forEach((code, i) => {
    target[(i >> 4) * 64 + (i & 15)] = code + 32;
  });
}

type DotFour = (
  plane: number,
  queries: number,
  first: number,
  count: number,
  dimensions: number,
  dots: number,
  stride: number,
) => void;

interface CoarseExports {
  readonly dotFourByPairs: DotFour;
  readonly dotFourBySums: DotFour;
}
