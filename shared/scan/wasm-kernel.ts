import { kernelBase64 } from './kernel.generated.ts';
import type { Float16Part } from './kernel.ts';
import { MAX_QUERIES, type Scratch } from './scratch.ts';
import { bytesOf, instantiate } from './wasm-module.ts';

/** The kernel of assembly/kernel.ts; bits as typescript-kernel.ts gives them. */
export function createWasmFloat16(
  memory: WebAssembly.Memory,
  dimensions: number,
  scratch: Scratch,
): Float16Part & { setFloat16Queries(queries: readonly Float32Array[]): void } {
  const { score, scoreListed } = instantiate<KernelExports>(kernelBase64, memory);
  const { queryOffset, queryBytes, scoresOffset, listOffset } = scratch;
  // Behind the dimensions there is nothing but zeros.
  const own = Array.from({ length: MAX_QUERIES }, (_, i) =>
    new Float32Array(memory.buffer, queryOffset + i * queryBytes, queryBytes / 4).fill(0),
  );
  return {
    setFloat16Queries(queries) {
      queries.forEach((query, i) => {
        const scaled = own[i]!;
        // Rows come out of their 16 bits as value times 2^-112; this factor is exact and takes it back.
        for (let j = 0; j < dimensions; j++) scaled[j] = query[j]! * 2 ** 112;
      });
    },
    score: (offset, count, query = 0) =>
      score(queryOffset + query * queryBytes, offset, count, dimensions, scoresOffset),
    scoreListed: (offset, count, query = 0) =>
      scoreListed(queryOffset + query * queryBytes, offset, listOffset, count, dimensions, scoresOffset),
  };
}

/** Whether this runtime compiles the kernel, which needs SIMD (not relaxed SIMD). */
export function isWasmSimdSupported(): boolean {
  supported ??= WebAssembly.validate(bytesOf(kernelBase64));
  return supported;
}

let supported: boolean | undefined;

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
