import { coarseBase64 } from './coarse.generated.ts';
import { type Dot, instantiate, type Sift } from './int8-modules.ts';
import { type Int8Query, quantizeCoarsely } from './int8-query.ts';
import type { CoarsePart, PlanePlace } from './kernel.ts';
import { createRace } from './race.ts';
import { BOUND_BYTES, MAX_QUERIES, type Scratch, SHARED_CHUNK_ROWS } from './scratch.ts';

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
  const { dotByPairs, dotBySums, dotFourByPairs, dotFourBySums } = instantiate<CoarseExports>(
    coarseBase64,
    memory,
  );
  const pairs = { dot: dotByPairs, dotFour: dotFourByPairs };
  const sums = { dot: dotBySums, dotFour: dotFourBySums };
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
    const inTurns = asked.length === 1 ? 1 : 4;
    queries.forEach((query, i) => {
      const four = i - (i % inTurns);
      writeCodes(query, bytes.subarray(four * coarseQueryBytes + (i % inTurns) * 16), inTurns);
      const { step, perResidual, perNorm, rest } = query;
      new Float64Array(memory.buffer, coarseBoundsOffset + i * BOUND_BYTES, 4).set([
        step,
        perResidual,
        perNorm,
        rest,
      ]);
    });
  }

  function dotBy({ dot, dotFour }: Loops, at: number, first: number, count: number): void {
    if (asked.length === 1) {
      dot(at, coarseQueryOffset, first, count, dimensions, dotsOffset);
      return;
    }
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
      const race = asked.length === 1 ? races.alone : races.together;
      const faster = loops === 'raced' ? race.winner : loops === 'pairs' ? 0 : 1;
      if (faster === undefined)
        race.run(count, [() => dotBy(pairs, at, first, count), () => dotBy(sums, at, first, count)]);
      else dotBy(faster === 0 ? pairs : sums, at, first, count);
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
const races = { alone: createRace(), together: createRace() };

/** Code + 32. Of several queries, four lie in turns, sixteen components at a time. */
function writeCodes({ codes }: Int8Query, target: Uint8Array, inTurns: number): void {
  codes.forEach((code, i) => {
    target[(i >> 4) * inTurns * 16 + (i & 15)] = code + 32;
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

interface Loops {
  readonly dot: Dot;
  readonly dotFour: DotFour;
}

interface CoarseExports {
  readonly dotByPairs: Dot;
  readonly dotBySums: Dot;
  readonly dotFourByPairs: DotFour;
  readonly dotFourBySums: DotFour;
}
