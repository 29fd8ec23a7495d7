import { PROJECTED_ROWS, type Project } from './prefix-plane.ts';
import { MAX_QUERIES, scratchAt } from './scratch.ts';
import { createTypescriptFloat16 } from './typescript-kernel.ts';
import { createWasmFloat16, isWasmSimdSupported } from './wasm-kernel.ts';

/** By the kernel that scores rows: the axes are its queries, and what it rounds is known. */
export function projector(vectors: Uint16Array, dimensions: number, axes: Float32Array): Project {
  const count = axes.length / dimensions;
  const passes = Math.ceil(count / MAX_QUERIES);
  const scratch = scratchAt(0, dimensions);
  const bytes = scratch.end + PROJECTED_ROWS * dimensions * 2 + 64;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
  const create = isWasmSimdSupported() ? createWasmFloat16 : createTypescriptFloat16;
  const kernel = create(memory, dimensions, scratch);
  const place = new Uint16Array(memory.buffer, scratch.end, PROJECTED_ROWS * dimensions);
  const scores = new Float32Array(memory.buffer, scratch.scoresOffset, PROJECTED_ROWS);
  const components = new Float32Array(PROJECTED_ROWS * count);
  return (first, some) => {
    place.set(vectors.subarray(first * dimensions, (first + some) * dimensions));
    for (let pass = 0; pass < passes; pass++) {
      const own = Math.min(MAX_QUERIES, count - pass * MAX_QUERIES);
      const axisAt = (i: number) => (pass * MAX_QUERIES + i) * dimensions;
      kernel.setFloat16Queries(
        Array.from({ length: own }, (_, i) => axes.subarray(axisAt(i), axisAt(i) + dimensions)),
      );
      for (let i = 0; i < own; i++) {
        kernel.score(scratch.end, some, i);
        for (let row = 0; row < some; row++) components[row * count + pass * MAX_QUERIES + i] = scores[row]!;
      }
    }
    return components;
  };
}
