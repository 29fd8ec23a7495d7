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
  export class Index {
    constructor(options: {
      dimensions: number;
      metric: string;
      connectivity?: number;
      expansion_add?: number;
      expansion_search?: number;
    });
    add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
    search(query: Float32Array, count: number, threads: number): { readonly keys: BigUint64Array };
    save(file: string): void;
    load(file: string): void;
  }
}

declare module 'hnswlib-node' {
  class HierarchicalNSW {
    constructor(space: 'l2' | 'ip' | 'cosine', dimensions: number);
    initIndex(most: number, m: number, efConstruction: number, seed: number): void;
    addPoint(vector: number[], label: number): void;
    setEf(ef: number): void;
    searchKnn(query: number[], count: number): { readonly neighbors: number[] };
    writeIndexSync(file: string): void;
    readIndexSync(file: string): void;
  }
  const hnswlib: { readonly HierarchicalNSW: typeof HierarchicalNSW };
  export default hnswlib;
}

declare module 'annoy' {
  export default class Annoy {
    constructor(dimensions: number, metric: 'Angular' | 'Euclidean');
    addItem(position: number, vector: number[]): void;
    build(trees: number): void;
    save(file: string): boolean;
    load(file: string): boolean;
    getNNsByVector(query: number[], count: number, searchK: number, distances: false): number[];
  }
}

declare module 'simsimd' {
  export function dot(a: Float32Array, b: Float32Array): number;
}
