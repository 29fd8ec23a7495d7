// What the bench uses of its peers, which are installed apart: see package.json.

declare module 'usearch' {
  export const MetricKind: { readonly Cos: string; readonly IP: string };
  export function exactSearch(
    dataset: Float32Array | Int8Array,
    queries: Float32Array | Int8Array,
    dimensions: number,
    count: number,
    metric: string,
    threads: number,
  ): { readonly keys: BigUint64Array; readonly distances: Float32Array };
}

declare module 'simsimd' {
  export function dot(a: Float32Array, b: Float32Array): number;
}
