import { scratchAt } from './scratch.ts';
import { createTypescriptKernel } from './typescript-kernel.ts';
import { createWasmKernel, isWasmSimdSupported } from './wasm-kernel.ts';

/**
 * Scores fp16 rows where they lie, against one query at a time: a row's score is its dot product with the
 * query in f32, in the order of arithmetic that README.md fixes, the same bits from every kernel.
 * Rows must be finite, components of the query below 65,536 in magnitude.
 */
export interface Kernel {
  readonly name: KernelName;
  /** f32 [CHUNK_ROWS]: the scores of the latest call. */
  readonly scores: Float32Array;
  /** u32 [CHUNK_ROWS]: the caller writes the numbers of the rows that scoreListed is to score. */
  readonly list: Uint32Array;
  /** Takes over the query, f32 [dimensions]. */
  setQuery(query: Float32Array): void;
  /** Scores `count` (at most CHUNK_ROWS) adjacent rows, the first of them at byte `offset` of the memory. */
  score(offset: number, count: number): void;
  /** Scores the first `count` rows of `list`; row 0 lies at byte `offset` of the memory. */
  scoreListed(offset: number, count: number): void;
}

/** Which implementation scores rows; the caller logs it once. */
export type KernelName = 'wasm-simd' | 'typescript';

/** `auto`: WASM SIMD where the runtime can compile it, else TypeScript. */
export type KernelChoice = 'auto' | KernelName;

export interface KernelOptions {
  readonly memory: WebAssembly.Memory;
  readonly dimensions: number;
  /** Where scratchBytes(dimensions) of the memory are the kernel's own; a multiple of 64. Default 0. */
  readonly scratchOffset?: number;
  readonly kernel?: KernelChoice;
}

/** A kernel may read so many bytes behind a row, and so behind the last one; they don't count. */
export const OVERREAD_BYTES = 32;

/** @throws RangeError when `kernel` is `wasm-simd` and this runtime has none, or the memory is too small. */
export function createKernel(options: KernelOptions): Kernel {
  const { memory, dimensions, scratchOffset = 0, kernel = 'auto' } = options;
  if (!Number.isInteger(dimensions) || dimensions < 1)
    throw new RangeError(`expected 1 dimension or more, found ${dimensions}`);
  const scratch = scratchAt(scratchOffset, dimensions);
  if (scratch.end > memory.buffer.byteLength)
    throw new RangeError(`expected memory of ${scratch.end} bytes, found ${memory.buffer.byteLength}`);
  if (kernel === 'typescript') return createTypescriptKernel(memory, dimensions, scratch);
  if (isWasmSimdSupported()) return createWasmKernel(memory, dimensions, scratch);
  if (kernel === 'auto') return createTypescriptKernel(memory, dimensions, scratch);
  throw new RangeError('expected a runtime with WebAssembly SIMD, found one without');
}
