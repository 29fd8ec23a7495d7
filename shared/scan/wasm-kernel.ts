import { kernelBase64 } from './kernel.generated.ts';
import type { Kernel } from './kernel.ts';
import { checkQuery } from './query.ts';
import { CHUNK_ROWS, type Scratch } from './scratch.ts';

/** The kernel of assembly/kernel.ts; bits as typescript-kernel.ts gives them. */
export function createWasmKernel(memory: WebAssembly.Memory, dimensions: number, scratch: Scratch): Kernel {
  const { score, scoreListed } = instantiate(memory);
  const { queryOffset, scoresOffset, listOffset } = scratch;
  const scaledQuery = new Float32Array(memory.buffer, queryOffset, Math.ceil(dimensions / 16) * 16);
  return {
    name: 'wasm-simd',
    scores: new Float32Array(memory.buffer, scoresOffset, CHUNK_ROWS),
    list: new Uint32Array(memory.buffer, listOffset, CHUNK_ROWS),
    setQuery(query) {
      checkQuery(query, dimensions);
      scaledQuery.fill(0);
      // Rows come out of their 16 bits as value times 2^-112; this factor is exact and takes it back.
      for (let i = 0; i < dimensions; i++) scaledQuery[i] = query[i]! * 2 ** 112;
    },
    score: (offset, count) => score(queryOffset, offset, count, dimensions, scoresOffset),
    scoreListed: (offset, count) =>
      scoreListed(queryOffset, offset, listOffset, count, dimensions, scoresOffset),
  };
}

/** Whether this runtime compiles the kernel, which needs SIMD (not relaxed SIMD). */
export function isWasmSimdSupported(): boolean {
  supported ??= WebAssembly.validate(kernelBytes());
  return supported;
}

let supported: boolean | undefined;
let compiled: WebAssembly.Module | undefined;

function instantiate(memory: WebAssembly.Memory): KernelExports {
  compiled ??= new WebAssembly.Module(kernelBytes());
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  // The signatures are those of assembly/kernel.ts, and a test rebuilds the module from it.
  return instance.exports as unknown as KernelExports;
}

function kernelBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(kernelBase64), (character) => character.charCodeAt(0));
}

interface KernelExports {
  score(query: number, rows: number, count: number, dimensions: number, scores: number): void;
  scoreListed(
    query: number,
    rows: number,
    list: number,
    count: number,
    dimensions: number,
    scores: number,
  ): void;
}
