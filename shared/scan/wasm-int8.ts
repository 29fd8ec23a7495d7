import { int8Base64 } from './int8.generated.ts';
import { createPlaneWriter, type Dot, type Sift } from './int8-modules.ts';
import type { Int8Query } from './int8-query.ts';
import { int8RelaxedBase64 } from './int8-relaxed.generated.ts';
import type { CoarsePart, Int8Part } from './kernel.ts';
import { createRace } from './race.ts';
import { BOUND_BYTES, type Scratch, SHARED_CHUNK_ROWS } from './scratch.ts';
import { isRelaxedRight } from './self-test.ts';
import { type CoarseLoops, createWasmCoarse } from './wasm-coarse.ts';
import { bytesOf, instantiate } from './wasm-module.ts';

/** `raced`: both, until it is known which of them is faster here. */
export type Int8Modules = 'baseline' | 'relaxed' | 'raced';

export interface WasmInt8 extends Int8Part {
  /** Only with relaxed SIMD: without, its queries would take as long. */
  readonly coarse?: CoarsePart & { setCoarseQueries(queries: readonly Float32Array[]): void };
  /** They are made when they are first needed. */
  setInt8Queries(queries: () => readonly Int8Query[]): void;
}

/** The modules of assembly/int8.ts and assembly/int8-relaxed.ts; integers and lists as typescript-int8.ts gives them. */
export function createWasmInt8(
  memory: WebAssembly.Memory,
  dimensions: number,
  scratch: Scratch,
  modules: Int8Modules,
  coarseLoops: CoarseLoops = 'raced',
): WasmInt8 {
  const { int8QueryBytes, boundsOffset, barsOffset, listOffset, dotsOffset } = scratch;
  const { sift, siftListed, ...plain } = instantiate<DotExports & SiftExports>(int8Base64, memory);
  const baseline: Loops = { ...plain, write: writeCodes, queryOffset: scratch.int8QueryOffset };
  const relaxed: Loops | undefined =
    modules === 'baseline'
      ? undefined
      : {
          ...instantiate<DotExports>(int8RelaxedBase64, memory),
          write: writeHalves,
          queryOffset: scratch.int8HalvesOffset,
        };
  const { place, forget } = createPlaneWriter(memory, scratch);
  const stride = SHARED_CHUNK_ROWS * 4;
  let quantize: () => readonly Int8Query[] = () => [];
  let isReady = true;
  let asked = 0;

  /** Not before they are needed: scores alone don't. */
  function makeReady(): void {
    if (isReady) return;
    isReady = true;
    const queries = quantize();
    asked = queries.length;
    queries.forEach(({ codes, step, perResidual, perNorm, rest }, i) => {
      for (const { write, queryOffset } of relaxed ? [baseline, relaxed] : [baseline])
        write(codes, new Uint8Array(memory.buffer, queryOffset + i * int8QueryBytes, int8QueryBytes));
      new Float64Array(memory.buffer, boundAt(i), 4).set([step, perResidual, perNorm, rest]);
    });
  }

  function dotBy({ dot, dotFour, queryOffset }: Loops, at: number, first: number, count: number): void {
    let query = 0;
    // Two or three are done with four, whatever the fourth's old codes: its dots have a place of their own.
    for (; query + 1 < asked; query += 4) {
      const queries = queryOffset + query * int8QueryBytes;
      const dots = dotsOffset + query * stride;
      dotFour(at, queries, int8QueryBytes, first, count, dimensions, dots, stride);
    }
    if (query >= asked) return;
    dot(at, queryOffset + query * int8QueryBytes, first, count, dimensions, dotsOffset + query * stride);
  }

  const boundAt = (query: number) => boundsOffset + query * BOUND_BYTES;
  return {
    ...(relaxed && {
      coarse: createWasmCoarse({ memory, dimensions, scratch, loops: coarseLoops, place, sift }),
    }),
    setInt8Queries(queries) {
      quantize = queries;
      isReady = false;
      forget();
    },
    dot(plane, first, count) {
      makeReady();
      const at = place(plane);
      if (relaxed && modules === 'raced')
        (asked === 1 ? races.alone : races.together).run(count, [
          () => dotBy(baseline, at, first, count),
          () => dotBy(relaxed, at, first, count),
        ]);
      else dotBy(relaxed ?? baseline, at, first, count);
    },
    sift: (plane, first, count, query = 0) =>
      sift(place(plane), boundAt(query), barsOffset, first, count, dotsOffset + query * stride, listOffset),
    siftListed(plane, count, query = 0) {
      if (count === 0) return 0;
      makeReady();
      const at = place(plane);
      const isRelaxed = modules === 'relaxed' || (modules === 'raced' && races.alone.winner === 1);
      const { dotListed, queryOffset } = (isRelaxed && relaxed) || baseline;
      const queryAt = queryOffset + query * int8QueryBytes;
      dotListed(at, queryAt, listOffset, count, dimensions, dotsOffset);
      return siftListed(at, boundAt(query), barsOffset, count, dotsOffset, listOffset);
    },
  };
}

/** Of the process: a processor that has the one instruction is faster by it, one that has not is slower. */
const races = { alone: createRace(), together: createRace() };

/**
 * Whether this runtime compiles relaxed SIMD and computes with it what it should. Node 20 does not do either
 * by itself, and wrongly where a flag makes it: so not before Node 22, whatever flags.
 */
export function isRelaxedSimdSupported(): boolean {
  relaxedSupported ??=
    !(nodeMajor() < 22) && WebAssembly.validate(bytesOf(int8RelaxedBase64)) && isRelaxedRight(createWasmInt8);
  return relaxedSupported;
}

let relaxedSupported: boolean | undefined;

/** NaN where it is not Node that runs. */
function nodeMajor(): number {
  return typeof process === 'undefined' ? Number.NaN : Number.parseInt(process.versions.node, 10);
}

/** 14-bit codes as they are; the scratch is padded with zeros. */
function writeCodes(codes: Int16Array, target: Uint8Array): void {
  target.fill(0);
  new Int16Array(target.buffer, target.byteOffset, codes.length).set(codes);
}

/** Blocks of 16 high halves and 16 low ones, of seven bits: code + 8192 = 128 · high + low. Zeros behind the last. */
function writeHalves(codes: Int16Array, target: Uint8Array): void {
  target.fill(0);
  for (let i = 0; i < codes.length; i++) {
    const place = (i >> 4) * 32 + (i & 15);
    const shifted = codes[i]! + 8192;
    target[place] = shifted >> 7;
    target[place + 16] = shifted & 127;
  }
}

interface Loops extends DotExports {
  readonly queryOffset: number;
  write(codes: Int16Array, target: Uint8Array): void;
}

interface DotExports {
  readonly dot: Dot;
  dotListed(
    plane: number,
    query: number,
    list: number,
    count: number,
    dimensions: number,
    dots: number,
  ): void;
  dotFour(
    plane: number,
    queries: number,
    queryBytes: number,
    first: number,
    count: number,
    dimensions: number,
    dots: number,
    stride: number,
  ): void;
}

interface SiftExports {
  readonly sift: Sift;
  siftListed(plane: number, bound: number, bars: number, count: number, dots: number, list: number): number;
}
