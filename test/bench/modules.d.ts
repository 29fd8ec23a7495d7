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

declare module '@lancedb/lancedb' {
  interface VectorQuery {
    distanceType(type: 'dot'): VectorQuery;
    select(columns: string[]): VectorQuery;
    limit(count: number): VectorQuery;
    bypassVectorIndex(): VectorQuery;
    nprobes(lists: number): VectorQuery;
    toArrow(): Promise<{ getChild(name: string): { toArray(): Iterable<number> } | null }>;
  }
  interface Table {
    add(batch: object): Promise<unknown>;
    createIndex(column: string, options: { config: object }): Promise<void>;
    vectorSearch(query: Float32Array): VectorQuery;
  }
  export function connect(directory: string): Promise<{
    createTable(name: string, batch: object): Promise<Table>;
  }>;
  export const Index: { ivfFlat(options: { numPartitions: number; distanceType: 'dot' }): object };
}

declare module 'apache-arrow' {
  export class Field {
    constructor(name: string, type: object, isNullable: boolean);
  }
  export class Schema {
    constructor(fields: Field[]);
  }
  export class Float32 {}
  export class Int32 {}
  export class FixedSizeList {
    constructor(length: number, child: Field);
  }
  export class Struct {
    constructor(fields: Field[]);
  }
  export class RecordBatch {
    constructor(schema: Schema, data: object);
  }
  export class Table {
    constructor(batches: RecordBatch[]);
  }
  export function makeData(options: {
    type: object;
    nullCount: number;
    length?: number;
    data?: Int32Array | Float32Array;
    child?: object;
    children?: object[];
  }): object;
}
