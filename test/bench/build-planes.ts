import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { toFloat16 } from '../../shared/scan/float16.ts';
import { quantizeRows } from '../../shared/scan/int8-plane.ts';
import { createPrefixBuilder } from '../../shared/scan/prefix-builder.ts';
import { createFittedVectors, type Fit } from './fitted-vectors.ts';
import { median } from './measure.ts';

/**
 * `node infra/run.mjs test/bench/build-planes.ts [--count 1000000] [--dimensions 1024]`: how long a build takes to
 * make its planes out of fp16 rows, shard by shard: int8, and by principal axes. The rows have a spectrum that falls
 * off as that of embeddings does and are made up in all else, since the encoder has no such dimensions.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    dimensions: { type: 'string', default: '1024' },
    /** 64 MiB of a version at 1,024 dimensions. */
    shard: { type: 'string', default: '21000' },
  },
});
const count = Number(values.count);
const dimensions = Number(values.dimensions);
const rowsPerShard = Number(values.shard);

const spectrum = {
  rows: count,
  means: Array.from({ length: dimensions }, (_, i) => (i === 0 ? 0.66 : 0)),
  deviations: Array.from({ length: dimensions }, (_, i) => 0.3 / (i + 1)),
  nearest: [0.01, 0.2, 0.5],
};
const fit: Fit = { model: 'none', dimensions, images: spectrum, texts: spectrum };
const next = createFittedVectors(fit, 'images', count * 31 + dimensions);
const modality = new Uint8Array(rowsPerShard);
const builder = createPrefixBuilder(dimensions);
const int8Ms: number[] = [];
const prefixMs: number[] = [];
const widths = new Map<number, number>();

console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, one thread`);
for (let first = 0; first < count; first += rowsPerShard) {
  const rows = Math.min(rowsPerShard, count - first);
  const vectors = new Uint16Array(rows * dimensions);
  for (let row = 0; row < rows; row++) vectors.set(toFloat16(next()), row * dimensions);
  int8Ms.push(msOf(() => quantizeRows(vectors, dimensions)));
  prefixMs.push(
    msOf(() => {
      const plane = builder.build(vectors, modality.subarray(0, rows));
      const width = plane ? plane.codes.length / rows : 0;
      widths.set(width, (widths.get(width) ?? 0) + 1);
    }),
  );
}
tell('int8', int8Ms);
tell('prefixes by principal axes', prefixMs);
console.log(
  `prefixes of ${[...widths].map(([width, shards]) => `${width} numbers in ${shards} shards`).join(', ')}`,
);

function msOf(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function tell(what: string, ms: readonly number[]): void {
  const seconds = (of: number) => `${(of / 1000).toFixed(2)} s`;
  const all = ms.reduce((sum, each) => sum + each, 0);
  console.log(
    `${what}: ${seconds(all)} for ${count} × ${dimensions}; the first shard ${seconds(ms[0]!)}, a later one ${seconds(median(ms.slice(1)))}`,
  );
}
