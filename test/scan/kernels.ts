import type { KernelName } from '../../shared/scan/kernel.ts';

/** Those that this runtime must have: relaxed SIMD came with Node 22. */
export const kernels: readonly KernelName[] =
  Number.parseInt(process.versions.node, 10) < 22
    ? ['wasm-simd', 'typescript']
    : ['wasm-relaxed-simd', 'wasm-simd', 'typescript'];
