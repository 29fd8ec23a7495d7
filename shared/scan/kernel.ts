import { quantizeQuery } from './int8-query.ts';
import type { PrefixNumbers } from './prefix-plane.ts';
import { checkQuery } from './query.ts';
import { CHUNK_ROWS, MAX_QUERIES, SHARED_CHUNK_ROWS, scratchAt } from './scratch.ts';
import { createTypescriptInt8 } from './typescript-int8.ts';
import { createTypescriptFloat16 } from './typescript-kernel.ts';
import { createTypescriptPrefix } from './typescript-prefix.ts';
import { createWasmInt8, type Int8Modules, isRelaxedSimdSupported, type WasmInt8 } from './wasm-int8.ts';
import { createWasmFloat16, isWasmSimdSupported } from './wasm-kernel.ts';
import { createWasmPrefix } from './wasm-prefix.ts';

/**
 * Scores fp16 rows where they lie, and tells by their int8 plane which rows need no scoring. Up to
 * MAX_QUERIES queries at a time, known by their number. A row's score is its dot product with the query in
 * f32, in the order of arithmetic that README.md fixes, the same bits from every kernel; and every kernel
 * rules out the same rows. Rows must be finite, components of a query below 65,536 in magnitude.
 */
export interface Kernel extends Float16Part, Int8Part, PrefixPart {
  readonly name: KernelName;
  /** f32 [CHUNK_ROWS]: the scores of the latest call. */
  readonly scores: Float32Array;
  /** u32 [CHUNK_ROWS]: the numbers of the rows that scoreListed is to score; written by the caller or by sift. */
  readonly list: Uint32Array;
  /** f32 [modalities]: rows of a modality matter only above its bar. Written by the caller. */
  readonly bars: Float32Array;
  /**
   * By queries of six bits, where that takes less time for several of them than by those of fourteen. It leaves
   * more rows, about which siftListed is to be asked.
   */
  readonly coarse?: CoarsePart | undefined;
  /** The dot products of the latest `dot` with that query, i32: element i is of the i-th of its rows. */
  dotsOf(query: number): Int32Array;
  /** Takes over queries, each f32 [dimensions]. */
  setQueries(queries: readonly Float32Array[]): void;
}

export interface Float16Part {
  /** Scores `count` (at most CHUNK_ROWS) adjacent rows, the first of them at byte `offset` of the memory. */
  score(offset: number, count: number, query?: number): void;
  /** Scores the first `count` rows of `list`; row 0 lies at byte `offset` of the memory. */
  scoreListed(offset: number, count: number, query?: number): void;
}

export interface Int8Part {
  /**
   * Multiplies `count` adjacent rows, from row `first` on, with all queries: at most CHUNK_ROWS with one,
   * SHARED_CHUNK_ROWS with several. What `sift` then is asked about.
   */
  dot(plane: PlanePlace, first: number, count: number): void;
  /**
   * Writes to `list`, ascending, the rows of the latest `dot` whose score by that query may be above the bar
   * of their modality: none is left out that is. Returns how many.
   */
  sift(plane: PlanePlace, first: number, count: number, query?: number): number;
  /** Multiplies the first `count` rows of `list` and cuts the list to those that may be above their bar. */
  siftListed(plane: PlanePlace, count: number, query?: number): number;
}

/** As Int8Part has it, at most SHARED_CHUNK_ROWS; its dot products take the place of those. */
export type CoarsePart = Pick<Int8Part, 'dot' | 'sift'>;

export interface PrefixPart {
  /**
   * Writes to `list`, ascending, which of `count` adjacent rows, at most CHUNK_ROWS and from row `first` on, may
   * score above the bar of their modality by that query: none is left out that does. Returns how many.
   */
  siftPrefix(prefix: PrefixPlace, first: number, count: number, query?: number): number;
  /** The same of the first `count` rows of `list`, which is cut. */
  siftPrefixListed(prefix: PrefixPlace, count: number, query?: number): number;
  /**
   * Multiplies `count` adjacent rows, from row `first` on, with that query. The kernel keeps SEED_ROWS dot products:
   * theirs are the elements from `at` on, where there must be room for them.
   */
  dotPrefix(prefix: PrefixPlace, first: number, count: number, query?: number, at?: number): void;
  /**
   * As siftPrefix tells, which of `count` rows from row `first` on, at most CHUNK_ROWS, whose dot products are those
   * from element `at` on; by default some of the latest `dotPrefix`.
   */
  siftPrefixDots(prefix: PrefixPlace, first: number, count: number, query?: number, at?: number): number;
  /**
   * Finds, among the rows of the latest `dotPrefix`, the `most` blocks (see peakRowsOf) with the highest dot products,
   * and writes of each the row that has it to `list`, best first, from element `at` on, where there must be room for
   * them. Rows behind the last whole block are passed over. Returns how many.
   *
   * @param modality only rows of it count, where it is given
   */
  listPeaks(prefix: PrefixPlace, most: number, modality?: number, at?: number): number;
  /** The same of `count` kept dot products, from element `from` on: writes the numbers of elements to `list`. */
  listPeakDots(from: number, count: number, most: number): number;
}

/** Where the codes of a prefix plane lie, and what it is made by. See PrefixPlane. */
export interface PrefixPlace extends PrefixNumbers {
  /** Byte offset in the memory. */
  readonly codes: number;
  readonly width: number;
  /** f32 [width − 1, dimensions]. Queries are made ready once for planes that share the very array. */
  readonly axes: Float32Array;
  /** u8 [rows], a byte offset. */
  readonly modality: number;
}

/** Where an int8 plane and what belongs to it lies: byte offsets in the memory. See Int8Plane. */
export interface PlanePlace {
  readonly codes: number;
  readonly scales: number;
  readonly residuals: number;
  readonly norms: number;
  readonly sums: number;
  /** u8 [rows] */
  readonly modality: number;
}

/** Which implementation scores rows; the caller logs it once. Relaxed SIMD is for the int8 plane alone. */
export type KernelName = 'wasm-relaxed-simd' | 'wasm-simd' | 'typescript';

/**
 * `auto`: the first of these that the runtime can compile and that passes its self-test. Relaxed SIMD is then
 * timed against the baseline in the first searches, and the faster of the two goes on.
 */
export type KernelChoice = 'auto' | KernelName;

export interface KernelOptions {
  readonly memory: WebAssembly.Memory;
  readonly dimensions: number;
  /**
   * Where scratchBytes(dimensions) of the memory are the kernel's own; a multiple of 64. Default 0. Another one that
   * is made there takes its queries away.
   */
  readonly scratchOffset?: number;
  readonly kernel?: KernelChoice;
}

/** A kernel may read so many bytes behind a row, and so behind the last one; they don't count. */
export const OVERREAD_BYTES = 32;

/** @throws RangeError when this runtime has no such `kernel`, or the memory is too small. */
export function createKernel(options: KernelOptions): Kernel {
  const { memory, dimensions, scratchOffset = 0, kernel = 'auto' } = options;
  if (!Number.isInteger(dimensions) || dimensions < 1)
    throw new RangeError(`expected 1 dimension or more, found ${dimensions}`);
  const scratch = scratchAt(scratchOffset, dimensions);
  if (scratch.end > memory.buffer.byteLength)
    throw new RangeError(`expected memory of ${scratch.end} bytes, found ${memory.buffer.byteLength}`);
  const name = chooseKernel(kernel);
  const { setFloat16Queries, ...float16 } =
    name === 'typescript'
      ? createTypescriptFloat16(memory, dimensions, scratch)
      : createWasmFloat16(memory, dimensions, scratch);
  const { setInt8Queries, coarse, ...int8 }: WasmInt8 =
    name === 'typescript'
      ? createTypescriptInt8(memory, dimensions, scratch)
      : createWasmInt8(memory, dimensions, scratch, int8ModulesOf(name, kernel));
  const { setPrefixQueries, ...prefix } =
    name === 'typescript' ? createTypescriptPrefix(memory, scratch) : createWasmPrefix(memory, scratch);
  return {
    name,
    scores: new Float32Array(memory.buffer, scratch.scoresOffset, CHUNK_ROWS),
    list: new Uint32Array(memory.buffer, scratch.listOffset, CHUNK_ROWS),
    bars: new Float32Array(memory.buffer, scratch.barsOffset, scratch.bars),
    dotsOf(query) {
      const offset = scratch.dotsOffset + query * SHARED_CHUNK_ROWS * 4;
      return new Int32Array(memory.buffer, offset, query === 0 ? CHUNK_ROWS : SHARED_CHUNK_ROWS);
    },
    setQueries(queries) {
      if (queries.length > MAX_QUERIES)
        throw new RangeError(`expected at most ${MAX_QUERIES} queries, found ${queries.length}`);
      for (const query of queries) checkQuery(query, dimensions);
      setFloat16Queries(queries);
      setInt8Queries(() => queries.map(quantizeQuery));
      coarse?.setCoarseQueries(queries);
      setPrefixQueries(queries);
    },
    coarse,
    ...float16,
    ...int8,
    ...prefix,
  };
}

function chooseKernel(kernel: KernelChoice): KernelName {
  if (kernel === 'typescript') return kernel;
  if (kernel !== 'wasm-simd' && isWasmSimdSupported() && isRelaxedSimdSupported()) return 'wasm-relaxed-simd';
  if (kernel === 'wasm-relaxed-simd')
    throw new RangeError('expected a runtime with relaxed WebAssembly SIMD, found one without');
  if (isWasmSimdSupported()) return 'wasm-simd';
  if (kernel === 'auto') return 'typescript';
  throw new RangeError('expected a runtime with WebAssembly SIMD, found one without');
}

function int8ModulesOf(name: KernelName, kernel: KernelChoice): Int8Modules {
  if (name !== 'wasm-relaxed-simd') return 'baseline';
  return kernel === 'auto' ? 'raced' : 'relaxed';
}
