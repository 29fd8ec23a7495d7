import { int8Base64 } from './int8.generated.ts';
import type { Int8Query } from './int8-query.ts';
import { int8RelaxedBase64 } from './int8-relaxed.generated.ts';
import type { Int8Part, PlanePlace } from './kernel.ts';
import { type Scratch, SHARED_CHUNK_ROWS } from './scratch.ts';
import { isRelaxedRight } from './self-test.ts';

/** The modules of assembly/int8.ts and assembly/int8-relaxed.ts; integers and lists as typescript-int8.ts gives them. */
export function createWasmInt8(
  memory: WebAssembly.Memory,
  dimensions: number,
  scratch: Scratch,
  { relaxed }: { relaxed: boolean },
): Int8Part & { setInt8Queries(queries: readonly Int8Query[]): void } {
  const { sift, siftListed, ...baseline } = instantiate<DotExports & SiftExports>(int8Base64, memory);
  const { dot, dotListed, dotFour } = relaxed ? instantiate<DotExports>(int8RelaxedBase64, memory) : baseline;
  const write = relaxed ? writePlanes : writeCodes;
  const { int8QueryOffset, int8QueryBytes, boundsOffset, barsOffset, listOffset, dotsOffset } = scratch;
  const place = new Uint32Array(memory.buffer, scratch.planeOffset, 6);
  const stride = SHARED_CHUNK_ROWS * 4;
  let placed: PlanePlace | undefined;
  let asked = 0;

  /** Where the plane's place is written. */
  function show(plane: PlanePlace): number {
    if (plane !== placed) {
      const { codes, scales, residuals, norms, sums, modality } = plane;
      place.set([codes, scales, residuals, norms, sums, modality]);
      placed = plane;
    }
    return scratch.planeOffset;
  }

  const queryAt = (query: number) => int8QueryOffset + query * int8QueryBytes;
  const boundAt = (query: number) => boundsOffset + query * 32;
  return {
    setInt8Queries(queries) {
      asked = queries.length;
      placed = undefined;
      queries.forEach(({ codes, step, perResidual, perNorm, rest }, i) => {
        write(codes, new Uint8Array(memory.buffer, queryAt(i), int8QueryBytes));
        new Float64Array(memory.buffer, boundAt(i), 4).set([step, perResidual, perNorm, rest]);
      });
    },
    dot(plane, first, count) {
      const at = show(plane);
      let query = 0;
      // Two or three are done with four, whatever the fourth's old codes: its dots have a place of their own.
      for (; query + 1 < asked; query += 4)
        dotFour(
          at,
          queryAt(query),
          int8QueryBytes,
          first,
          count,
          dimensions,
          dotsOffset + query * stride,
          stride,
        );
      if (query < asked) dot(at, queryAt(query), first, count, dimensions, dotsOffset + query * stride);
    },
    sift: (plane, first, count, query = 0) =>
      sift(show(plane), boundAt(query), barsOffset, first, count, dotsOffset + query * stride, listOffset),
    siftListed(plane, count, query = 0) {
      const at = show(plane);
      dotListed(at, queryAt(query), listOffset, count, dimensions, dotsOffset);
      return siftListed(at, boundAt(query), barsOffset, count, dotsOffset, listOffset);
    },
  };
}

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
const compiled = new Map<string, WebAssembly.Module>();

/** NaN where it is not Node that runs. */
function nodeMajor(): number {
  return typeof process === 'undefined' ? Number.NaN : Number.parseInt(process.versions.node, 10);
}

/** 14-bit codes as they are; the scratch is padded with zeros. */
function writeCodes(codes: Int16Array, target: Uint8Array): void {
  target.fill(0);
  new Int16Array(target.buffer, target.byteOffset, codes.length).set(codes);
}

/** Blocks of 16 high halves and 16 low ones of seven bits: code + 8192 = 128 · high + low. Zeros behind the last. */
function writePlanes(codes: Int16Array, target: Uint8Array): void {
  target.fill(0);
  codes.forEach((code, i) => {
    const place = (i >> 4) * 32 + (i & 15);
    const shifted = code + 8192;
    target[place] = shifted >> 7;
    target[place + 16] = shifted & 127;
  });
}

function instantiate<Exports>(base64: string, memory: WebAssembly.Memory): Exports {
  const module = compiled.get(base64) ?? new WebAssembly.Module(bytesOf(base64));
  compiled.set(base64, module);
  // The signatures are those of the sources in assembly/, and a test rebuilds the modules from them.
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

interface DotExports {
  dot(plane: number, query: number, first: number, count: number, dimensions: number, dots: number): void;
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
  sift(
    plane: number,
    bound: number,
    bars: number,
    first: number,
    count: number,
    dots: number,
    list: number,
  ): number;
  siftListed(plane: number, bound: number, bars: number, count: number, dots: number, list: number): number;
}
