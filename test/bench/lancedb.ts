import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from './dataset.ts';
import type { Engine } from './measure.ts';

/** Rows that are handed over at once. */
const BATCH_ROWS = 50_000;

/** A table of the vectors in LanceDB, f32, in a folder of its own that is removed when the process ends. */
export interface LanceTable {
  /** All rows are compared with the query. */
  flat(topK: number): Engine;
  /** Inverted lists over f32 rows, as Faiss's IVFFlat, of which `probes` are looked at. Build them first. */
  lists(topK: number, probes: number): Engine;
  buildLists(lists: number): Promise<void>;
}

export async function openLanceTable({ floats, count, dimensions }: Dataset): Promise<LanceTable> {
  // Read once, when its runtime starts: one thread for all that it computes, as everything here has.
  process.env.LANCE_CPU_THREADS = '1';
  const { connect, Index } = await import('@lancedb/lancedb');
  // Of its two builds the one that LanceDB loads, which knows its own classes alone.
  const arrow: typeof import('apache-arrow') = createRequire(import.meta.url)('apache-arrow');
  const directory = await mkdtemp(join(tmpdir(), 'tuwen-bench-lance-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const [int32, float32] = [new arrow.Int32(), new arrow.Float32()];
  const vector = new arrow.FixedSizeList(dimensions, new arrow.Field('item', float32, false));
  const fields = [new arrow.Field('position', int32, false), new arrow.Field('vector', vector, false)];
  const schema = new arrow.Schema(fields);
  const batchOf = (first: number) => {
    const length = Math.min(BATCH_ROWS, count - first);
    const positions = Int32Array.from({ length }, (_, i) => first + i);
    const values = floats.subarray(first * dimensions, (first + length) * dimensions);
    const child = arrow.makeData({ type: float32, data: values, nullCount: 0 });
    const children = [
      arrow.makeData({ type: int32, data: positions, nullCount: 0 }),
      arrow.makeData({ type: vector, length, nullCount: 0, child }),
    ];
    const data = arrow.makeData({ type: new arrow.Struct(fields), length, nullCount: 0, children });
    return new arrow.Table([new arrow.RecordBatch(schema, data)]);
  };
  const database = await connect(directory);
  const table = await database.createTable('rows', batchOf(0));
  for (let first = BATCH_ROWS; first < count; first += BATCH_ROWS) await table.add(batchOf(first));

  const search = async (query: Float32Array, topK: number, probes?: number) => {
    const asked = table.vectorSearch(query).distanceType('dot').select(['position', '_distance']).limit(topK);
    const within = probes === undefined ? asked.bypassVectorIndex() : asked.nprobes(probes);
    const found = await within.toArrow();
    return Array.from(found.getChild('position')!.toArray(), Number);
  };
  return {
    flat: (topK) => ({
      name: 'LanceDB flat f32',
      bytesPerRow: dimensions * 4,
      run: (query) => search(query, topK),
    }),
    lists: (topK, probes) => ({
      name: `LanceDB IVF_FLAT f32, ${probes} lists`,
      bytesPerRow: dimensions * 4,
      run: (query) => search(query, topK, probes),
    }),
    async buildLists(lists) {
      const config = Index.ivfFlat({ numPartitions: lists, distanceType: 'dot' });
      await table.createIndex('vector', { config });
    },
  };
}
