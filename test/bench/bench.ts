import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { MAX_THREADS } from '../../shared/index/capacity.ts';
import { compileFilter } from '../../shared/index/filter.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import type { SearchQuery } from '../../shared/index/search-query.ts';
import { kernels } from '../scan/kernels.ts';
import { createDataset, type Dataset } from './dataset.ts';
import { benchFast, fastDatasets } from './fast.ts';
import { type BenchRow, compare, type Engine } from './measure.ts';
import { createPeers, missingPeers } from './peers.ts';
import { createReadBound } from './read-bound.ts';
import { createVectors, type DataKind, dataKinds, readFit, type Vectors } from './vectors.ts';

/** `npm run bench`: seeded, one thread, medians of interleaved rounds, ratios first. */
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    /** Times of the processor in place of the clock, for a machine that is busy. */
    cpu: { type: 'boolean', default: false },
    /** Such as `100000x256`, in place of all sizes; may be repeated. */
    size: { type: 'string', multiple: true },
    /** How the names of data begin, such as `real`, in place of all; may be repeated. */
    data: { type: 'string', multiple: true, default: [''] },
    /** Exact search by so many threads beside one. */
    threads: { type: 'string' },
    /** Fast mode beside approximate peers in place of all else, each tuned to the same recall. */
    fast: { type: 'boolean', default: false },
  },
});

const threads = parseThreads(options.threads ?? '1');
const topK = 10;
const batch = 8;
const measuring = { rounds: 5, clock: options.cpu ? processorMs : () => performance.now() };
const sizes =
  options.size?.map(parseSize) ??
  (options.quick ? sizesOf([20_000], [256, 1024]) : sizesOf([100_000, 1_000_000], [256, 512, 1024]));
const kinds = dataKinds.filter((kind) => options.data.some((begin) => kind.startsWith(begin)));

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, one thread, top ${topK}, ${options.cpu ? 'processor times' : 'times by the clock'}`,
);
const missing = await missingPeers();
if (missing.length > 0)
  console.log(
    `without ${missing.join(' and ')}: npm ci --include=optional --prefix test/bench installs what to compare with`,
  );
const rows: BenchRow[] = [];
if (options.fast)
  for await (const dataset of fastDatasets(
    options.size?.map(parseSize) ?? sizesOf([options.quick ? 20_000 : 100_000], [256]),
    kinds,
  ))
    for (const table of await benchFast(dataset, { topK, ...measuring })) show(table);
else await benchExact();
if (options.json) await writeFile(options.json, `${JSON.stringify(rows, null, 1)}\n`);

async function benchExact(): Promise<void> {
  for (const [count, dimensions] of sizes)
    for (const data of kinds)
      if (data === 'random' || data === 'clustered')
        await benchAll(data, await createVectors(data, count, dimensions, batch));
  // Those have the dimensions of the embeddings that they come from, and real ones their number.
  const { dimensions } = await readFit();
  for (const count of new Set(sizes.map(([each]) => each)))
    for (const data of kinds)
      if (data.startsWith('fitted'))
        await benchAll(data, await createVectors(data, count, dimensions, batch));
  const real = kinds.filter((data) => data.startsWith('real'));
  if (process.env.TUWEN_REAL_DIR)
    for (const data of real) await benchAll(data, await createVectors(data, 0, 0, batch));
  else if (real.length > 0)
    console.log('without real embeddings: TUWEN_REAL_DIR may name what test/bench/embed-set.ts wrote');
}

async function benchAll(data: DataKind, vectors: Vectors): Promise<void> {
  const dataset = await createDataset(data, vectors, { threads });
  show(await benchScan(dataset));
  show(await benchFilter(dataset));
  show(await benchBatch(dataset));
  if (threads > 1) show(await benchThreads(dataset));
  await dataset.onDisk.retire();
}

type Size = [count: number, dimensions: number];

function sizesOf(counts: readonly number[], dimensions: readonly number[]): Size[] {
  return counts.flatMap((count) => dimensions.map((each): Size => [count, each]));
}

/** What this process has had of the processor, system calls apart. */
function processorMs(): number {
  return process.cpuUsage().user / 1000;
}

function parseThreads(text: string): number {
  if (/^[1-9]$/.test(text) && Number(text) <= MAX_THREADS) return Number(text);
  throw new Error(`--threads: expected a whole number from 1 to ${MAX_THREADS}, found ${text}`);
}

function parseSize(text: string): Size {
  const parts = text.match(/^(\d+)x(\d+)$/);
  if (!parts) throw new Error(`--size: expected rows and dimensions as 100000x256, found ${text}`);
  return [Number(parts[1]), Number(parts[2])];
}

/** Every row; a large dataset, or one for a quick look, by fewer queries. */
async function benchScan(dataset: Dataset): Promise<BenchRow[]> {
  const engines = [
    engineOf(dataset.hasPrefixes ? 'tuwen, by prefixes' : 'tuwen, int8 then fp16', dataset.version('auto')),
    ...(dataset.hasPrefixes
      ? [engineOf('tuwen, int8 then fp16', dataset.version('auto', { without: 'prefix' }))]
      : []),
    await createReadBound(dataset),
    ...kernels.map((kernel) =>
      engineOf(`tuwen, int8 then fp16, ${kernel}`, dataset.version(kernel, { without: 'prefix' })),
    ),
    engineOf('tuwen, int8 then fp16, on the disk', dataset.onDisk),
    engineOf('tuwen, fp16 alone', dataset.version('auto', { without: 'int8' })),
    ...(await createPeers(dataset, topK)),
  ];
  const queries = dataset.queries.slice(0, options.quick || dataset.count > 200_000 ? 3 : batch);
  return compare({ bench: 'scan', ...aboutOf(dataset) }, engines, queries, measuring);
}

/** A filter leaves 1 % of the items. `recall` of the scan without it says how few of these it finds. */
function benchFilter(dataset: Dataset): Promise<BenchRow[]> {
  const filter = compileFilter({ percent: 7 });
  const version = dataset.version('auto');
  const engines = [
    engineOf('tuwen, 1 % pass the filter', version, { filter }),
    engineOf('tuwen, no filter', version),
  ];
  return compare({ bench: 'filter', ...aboutOf(dataset) }, engines, dataset.queries, measuring);
}

/** Eight queries that share a pass, against as many that come alone; times are of one query. */
function benchBatch(dataset: Dataset): Promise<BenchRow[]> {
  const version = dataset.version('auto');
  const alone = engineOf('tuwen, alone', version);
  const together = batchOf(`tuwen, one of ${batch} at once`, dataset, version);
  const queries = dataset.queries.slice(0, 3);
  return compare({ bench: 'batch', ...aboutOf(dataset) }, [together, alone], queries, measuring);
}

function batchOf(name: string, { queries }: Dataset, version: LoadedVersion): Engine {
  return {
    ...engineOf(name, version),
    queriesPerRun: batch,
    async run(query) {
      const first = queries.indexOf(query);
      const asked = queries.map((_, i) => queries[(first + i) % batch]!);
      const hits = await version.searchMany(asked.map((vector) => ({ query: vector, topK })));
      return hits[0]!.map(({ position }) => position);
    },
  };
}

/** One search by all threads, and a batch; by the processor's times it is what they take together. */
async function benchThreads(dataset: Dataset): Promise<BenchRow[]> {
  const several = await dataset.threaded();
  const one = dataset.version('auto');
  const engines = [
    engineOf('tuwen, one thread', one),
    engineOf(`tuwen, ${threads} threads`, several),
    batchOf(`tuwen, one of ${batch} at once, one thread`, dataset, one),
    batchOf(`tuwen, one of ${batch} at once, ${threads} threads`, dataset, several),
  ];
  const found = await compare({ bench: 'threads', ...aboutOf(dataset) }, engines, dataset.queries, measuring);
  await several.retire();
  return found;
}

function aboutOf({ data, count, dimensions }: Dataset) {
  return { data, count, dimensions };
}

function engineOf(name: string, version: LoadedVersion, query: Pick<SearchQuery, 'filter'> = {}): Engine {
  return {
    name,
    bytesPerRow: Math.round(version.residentBytes / version.vectors),
    async run(vector) {
      const hits = await version.search({ query: vector, topK, ...query });
      return hits.map(({ position }) => position);
    },
  };
}

function show(more: readonly BenchRow[]): void {
  rows.push(...more);
  const [{ bench, data, count, dimensions }] = more as [BenchRow];
  console.log(`\n${bench}: ${count} × ${dimensions}, ${data}`);
  for (const { engine, ratio, recall, bytesPerRow, medianMs } of more)
    console.log(
      `${`${ratio.toFixed(2)}×`.padStart(8)}  ${engine.padEnd(42)} recall ${recall.toFixed(3)}  ${String(bytesPerRow).padStart(5)} bytes/row  ${medianMs.toFixed(2).padStart(8)} ms`,
    );
}
