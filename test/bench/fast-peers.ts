import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Dataset } from './dataset.ts';
import { faissLists } from './faiss.ts';
import { openLanceTable } from './lancedb.ts';
import type { Engine } from './measure.ts';
import { createSignCodes } from './sign-codes.ts';

/** An engine that finds more, and takes longer, the further its setting goes. */
export interface Tunable {
  readonly settings: readonly number[];
  create(setting: number): Engine;
  /** Lets go of what keeps the process alive. */
  close?(): void;
}

/** Approximate search as a Node user has it, over the same vectors. What is not installed is left out. */
export async function createFastPeers(dataset: Dataset, topK: number): Promise<Tunable[]> {
  const installed = await Promise.allSettled([
    usearchHnsw(dataset, topK),
    hnswlibHnsw(dataset, topK),
    annoy(dataset, topK),
    faissLists(dataset, topK, graphFile('faiss', dataset)),
    lanceLists(dataset, topK),
  ]);
  installed.forEach((outcome, i) => {
    if (outcome.status === 'rejected')
      console.log(
        `without ${['usearch', 'hnswlib-node', 'annoy', 'Faiss', 'LanceDB'][i]}: ${String(outcome.reason).split('\n')[0]}`,
      );
  });
  return [
    ...installed.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    createSignCodes(dataset, topK),
  ];
}

/** Usual settings of such graphs: 16 neighbours, 200 candidates while building. */
const M = 16;
const EF_CONSTRUCTION = 200;
const widths = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024, 2048];

async function usearchHnsw(dataset: Dataset, topK: number): Promise<Tunable> {
  const { Index, MetricKind } = await import('usearch');
  const { floats, count, dimensions } = dataset;
  const open = (width: number) =>
    new Index({
      dimensions,
      metric: MetricKind.IP,
      connectivity: M,
      expansion_add: EF_CONSTRUCTION,
      expansion_search: width,
    });
  const file = graphFile('usearch', dataset);
  if (!existsSync(file)) {
    const index = open(widths[0]!);
    index.add(
      BigUint64Array.from({ length: count }, (_, i) => BigInt(i)),
      floats,
      0,
    );
    index.save(file);
  }
  return {
    settings: widths,
    create(width) {
      const index = open(width);
      index.load(file);
      return {
        name: `usearch HNSW f32, expansion ${width}`,
        bytesPerRow: dimensions * 4 + M * 2 * 8,
        run: (query) => Array.from(index.search(query, topK, 1).keys, Number),
      };
    },
  };
}

async function hnswlibHnsw(dataset: Dataset, topK: number): Promise<Tunable> {
  const { default: hnswlib } = await import('hnswlib-node');
  const { count, dimensions } = dataset;
  const file = graphFile('hnswlib', dataset);
  const index = new hnswlib.HierarchicalNSW('ip', dimensions);
  if (existsSync(file)) index.readIndexSync(file);
  else {
    index.initIndex(count, M, EF_CONSTRUCTION, 1);
    for (let i = 0; i < count; i++) index.addPoint(rowOf(dataset, i), i);
    index.writeIndexSync(file);
  }
  return {
    settings: widths,
    create: (width) => ({
      name: `hnswlib-node HNSW f32, ef ${width}`,
      bytesPerRow: dimensions * 4 + M * 2 * 4,
      run(query) {
        index.setEf(width);
        return index.searchKnn(Array.from(query), topK).neighbors;
      },
    }),
  };
}

async function annoy(dataset: Dataset, topK: number): Promise<Tunable> {
  const { default: Annoy } = await import('annoy');
  const trees = 50;
  const { count, dimensions } = dataset;
  const file = graphFile('annoy', dataset);
  if (!existsSync(file)) {
    const built = new Annoy(dimensions, 'Angular');
    for (let i = 0; i < count; i++) built.addItem(i, rowOf(dataset, i));
    built.build(trees);
    built.save(file);
  }
  const index = new Annoy(dimensions, 'Angular');
  if (!index.load(file)) throw new Error(`annoy cannot read ${file}`);
  return {
    settings: [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000].filter((k) => k < 4 * count),
    create: (searchK) => ({
      name: `annoy f32, ${trees} trees, search_k ${searchK}`,
      bytesPerRow: dimensions * 4,
      run: (query) => index.getNNsByVector(Array.from(query), topK, searchK, false),
    }),
  };
}

/** As many lists as fast mode has. */
async function lanceLists(dataset: Dataset, topK: number): Promise<Tunable> {
  const table = await openLanceTable(dataset);
  await table.buildLists(Math.round(2 * Math.sqrt(dataset.count)));
  return {
    settings: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128],
    create: (probes) => table.lists(topK, probes),
  };
}

function rowOf({ floats, dimensions }: Dataset, row: number): number[] {
  return Array.from(floats.subarray(row * dimensions, (row + 1) * dimensions));
}

/** Kept between runs: graphs of a hundred thousand rows take minutes. Named by what is in them. */
function graphFile(engine: string, { floats, count, dimensions }: Dataset): string {
  const directory = fileURLToPath(new URL('../../dist/bench-graphs/', import.meta.url));
  mkdirSync(directory, { recursive: true });
  const bytes = new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  return `${directory}${engine}-${count}x${dimensions}-${digest}.graph`;
}
