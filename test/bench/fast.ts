import { createDataset, createDatasetOf, type Dataset } from './dataset.ts';
import { createFastPeers, type Tunable } from './fast-peers.ts';
import { type BenchRow, compare, type Engine, shareOf } from './measure.ts';
import { readVectors } from './read-vectors.ts';

/** Every engine is tuned until it finds so much of the exact ten best. */
const TARGET_RECALL = 0.98;
/** Half of them to tune by, half to measure with. */
const QUERIES = 64;
/** A directory with safetensors files that have `vectors`, such as `tuwen export` writes. */
const VECTORS = 'TUWEN_BENCH_VECTORS';

/** Clustered vectors of each size, and those of the directory that TUWEN_BENCH_VECTORS names. */
export async function* fastDatasets(sizes: readonly (readonly [number, number])[]): AsyncGenerator<Dataset> {
  const lists = { leastRows: 1000 };
  const directory = process.env[VECTORS];
  if (directory) {
    const { rows, dimensions, queries } = await readVectors(directory, QUERIES);
    let next = 0;
    const vector = () => rows[next++]!;
    yield await createDatasetOf('real', { count: rows.length, dimensions, vector, queries, lists });
  }
  for (const [count, dimensions] of sizes)
    yield await createDataset('clustered', count, dimensions, QUERIES, lists);
}

export async function benchFast(
  dataset: Dataset,
  options: { topK: number; rounds: number; clock: () => number },
): Promise<BenchRow[]> {
  const { topK } = options;
  const version = dataset.version('auto');
  const bytesPerRow = Math.round(version.residentBytes / version.vectors);
  const exact: Engine = {
    name: 'tuwen, exact',
    bytesPerRow,
    run: async (query) => (await version.search({ query, topK })).map(({ position }) => position),
  };
  const fast = (name: string, probes?: number): Engine => ({
    name,
    bytesPerRow,
    async run(query) {
      const within = version.probe({ query }, { kind: 'image', ...(probes && { probes }) });
      return (await version.search({ query, topK, within })).map(({ position }) => position);
    },
  });
  const tuning = dataset.queries.slice(0, QUERIES / 2);
  const measured = dataset.queries.slice(QUERIES / 2);
  const answers = (queries: readonly Float32Array[]) => Promise.all(queries.map((query) => exact.run(query)));
  const wanted = await answers(tuning);
  const engines: Engine[] = [];
  for (const peer of await createFastPeers(dataset, topK)) engines.push(await tune(peer, tuning, wanted));
  const pair = dataset.manifest.lists?.pairs[0];
  const told = pair ? `${pair.probes} lists, promises ${pair.recall.toFixed(3)}` : 'no lists, so exact';
  const { data, count, dimensions } = dataset;
  return compare(
    { bench: 'fast', data, count, dimensions },
    [fast(`tuwen, fast: ${told}`), exact, ...engines],
    measured,
    { ...options, wanted: await answers(measured) },
  );
}

/** The first setting that reaches the target; the last where none does. */
async function tune(
  { settings, create }: Tunable,
  queries: readonly Float32Array[],
  wanted: readonly (readonly number[])[],
): Promise<Engine> {
  let engine = create(settings[0]!);
  for (const setting of settings) {
    engine = create(setting);
    let found = 0;
    for (const [i, query] of queries.entries()) found += shareOf(wanted[i]!, await engine.run(query));
    if (found / queries.length >= TARGET_RECALL) break;
  }
  return engine;
}
