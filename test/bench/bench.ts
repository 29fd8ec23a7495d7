import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { compileFilter } from '../../shared/index/filter.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import type { SearchQuery } from '../../shared/index/search-query.ts';
import { createDataset, type Dataset, plainJavascript } from './dataset.ts';
import { type BenchRow, compare, type Engine } from './measure.ts';

/** `npm run bench`: seeded, one thread, medians of interleaved rounds, ratios first. */
const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});

const topK = 10;
const sizes: readonly (readonly [count: number, dimensions: number])[] = options.quick
  ? [
      [20_000, 256],
      [20_000, 1024],
    ]
  : [
      [100_000, 256],
      [100_000, 512],
      [100_000, 1024],
    ];
const [queries, rounds] = options.quick ? [5, 5] : [10, 5];

console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, top ${topK}`);
const rows: BenchRow[] = [];
for (const [count, dimensions] of sizes) {
  const dataset = await createDataset(count, dimensions, queries);
  show(await benchScan(dataset));
  show(await benchFilter(dataset));
}
if (options.json) await writeFile(options.json, `${JSON.stringify(rows, null, 1)}\n`);

/** Every row scored. */
function benchScan(dataset: Dataset): Promise<BenchRow[]> {
  const engines = [
    engineOf('tuwen, WASM SIMD', dataset.simd),
    engineOf('tuwen, TypeScript', dataset.typescript),
    plainJavascript(dataset, topK),
  ];
  return compare({ bench: 'scan', ...aboutOf(dataset) }, engines, dataset.queries, rounds);
}

/** A filter leaves 1 % of the items. `recall` of the scan without it says how few of these it finds. */
function benchFilter(dataset: Dataset): Promise<BenchRow[]> {
  const filter = compileFilter({ percent: 7 });
  const engines = [
    engineOf('tuwen, 1 % pass the filter', dataset.simd, { filter }),
    engineOf('tuwen, no filter', dataset.simd),
  ];
  return compare({ bench: 'filter', ...aboutOf(dataset) }, engines, dataset.queries, rounds);
}

function aboutOf({ count, dimensions }: Dataset) {
  return { data: 'random', count, dimensions };
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
      `${`${ratio.toFixed(2)}×`.padStart(8)}  ${engine.padEnd(28)} recall ${recall.toFixed(3)}  ${String(bytesPerRow).padStart(5)} bytes/row  ${medianMs.toFixed(2).padStart(8)} ms`,
    );
}
