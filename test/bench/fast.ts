import { createDataset, type Dataset } from './dataset.ts';
import { createFastPeers, type Tunable } from './fast-peers.ts';
import { type BenchRow, compare, type Engine, shareOf } from './measure.ts';
import { createVectors, type DataKind } from './vectors.ts';

/** Every engine is tuned until it finds so much of the exact ten best, and about as much as fast mode does as it is built. */
const TARGET_RECALL = 0.98;
/** So little less counts as as much. */
const EQUAL_WITHIN = 0.003;
/** Settings that are tried. */
const LISTS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 32, 48, 64, 96, 128];
/** Half of them to tune by, half to measure with. */
const QUERIES = 256;
/** Searches that an engine answers one after the other, as a function does; and one alone, with all caches cold. */
const TURNS = [16, 1];

/** Clustered vectors of each size, fitted ones of each count, and real ones where TUWEN_REAL_DIR names them. */
export async function* fastDatasets(
  sizes: readonly (readonly [number, number])[],
  kinds: readonly DataKind[],
): AsyncGenerator<Dataset> {
  const make = async (data: DataKind, count: number, dimensions: number) =>
    createDataset(data, await createVectors(data, count, dimensions, QUERIES), { lists: {} });
  for (const data of kinds) {
    if (data === 'clustered')
      for (const [count, dimensions] of sizes) yield await make(data, count, dimensions);
    if (data === 'fitted: pictures to pictures')
      for (const count of new Set(sizes.map(([each]) => each))) yield await make(data, count, 0);
    if (data === 'real: pictures to pictures' && process.env.TUWEN_REAL_DIR) yield await make(data, 0, 0);
  }
}

export async function benchFast(
  dataset: Dataset,
  options: { topK: number; rounds: number; clock: () => number },
): Promise<BenchRow[][]> {
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
  const pair = dataset.manifest.lists?.pairs[0];
  const told = pair ? `${pair.probes} lists, promises ${pair.recall.toFixed(3)}` : 'no lists, so exact';
  const { data, count, dimensions } = dataset;
  const asBuilt = fast(`tuwen, fast: ${told}`);
  const target = Math.max(TARGET_RECALL, (await recallOf(asBuilt, tuning, wanted)) - EQUAL_WITHIN);
  const others: Engine[] = [];
  const peers = await createFastPeers(dataset, topK);
  for (const peer of peers) others.push(await tune(peer, tuning, wanted, target));
  const ours = [asBuilt];
  if (pair) {
    const create = (lists: number) => fast(`tuwen, fast, ${lists} lists`, lists);
    ours.push(await tune({ settings: LISTS, create }, tuning, wanted, target));
  }
  const found = await answers(measured);
  const tables: BenchRow[][] = [];
  for (const turn of TURNS) {
    const bench = turn === 1 ? 'fast, with all caches cold' : 'fast, searches one after the other';
    const about = { bench, data, count, dimensions };
    const engines = [...ours, exact, ...others];
    tables.push(await compare(about, engines, measured, { ...options, turn, wanted: found }));
  }
  for (const peer of peers) peer.close?.();
  return tables;
}

/** The first setting that reaches the target; the last where none does. */
async function tune(
  { settings, create }: Tunable,
  queries: readonly Float32Array[],
  wanted: readonly (readonly number[])[],
  target: number,
): Promise<Engine> {
  let engine = create(settings[0]!);
  for (const setting of settings) {
    engine = create(setting);
    if ((await recallOf(engine, queries, wanted)) >= target) break;
  }
  return engine;
}

async function recallOf(
  engine: Engine,
  queries: readonly Float32Array[],
  wanted: readonly (readonly number[])[],
): Promise<number> {
  let found = 0;
  for (const [i, query] of queries.entries()) found += shareOf(wanted[i]!, await engine.run(query));
  return found / queries.length;
}
