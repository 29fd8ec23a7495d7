import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type LoadOptions, loadVersion } from '../../shared/index/load-version.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import type { Probing } from '../../shared/index/probe-lists.ts';
import type { SearchHit } from '../../shared/index/search-query.ts';
import { createVersionWriter } from '../../shared/index/version-writer.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import type { ObjectStore } from '../../shared/objects/object-store.ts';
import { toFloat16 } from '../../shared/scan/float16.ts';
import { median } from './measure.ts';
import { createClusteredVectors, createUnitVectors } from './random.ts';
import { createSlowObjects } from './slow-objects.ts';

/**
 * `npx tsx test/bench/cold-start.ts [--data random] [--count 1000000] [--dimensions 256]`: how long a function
 * that holds nothing takes to its first answer, and to hold all, behind a line as Lambda's was measured: 60 ms
 * to the first byte, 75 MB/s for the whole function. In real time, the work of the processor included.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: 'clustered' },
    count: { type: 'string', default: '100000' },
    dimensions: { type: 'string', default: '1024' },
  },
});
const count = Number(values.count);
const dimensions = Number(values.dimensions);
const topK = 10;
const line = { firstByteMs: 60, bytesPerSecond: 75e6 };

const createVectors = values.data === 'random' ? createUnitVectors : createClusteredVectors;
const vector = createVectors(dimensions, count * 31 + dimensions);
const queries = Array.from({ length: 20 }, vector);
const stored = createMemoryObjectStore();
const manifest = await writeVersion(stored);
const slow = createSlowObjects(stored, line);
console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}`);
console.log(
  `${count} × ${dimensions}, ${values.data}, top ${topK}; ${manifest.shards.length} shards, ${megabytes(
    manifest.shards.reduce((sum, { bytes }) => sum + bytes, 0),
  )}; ${line.firstByteMs} ms to the first byte, ${line.bytesPerSecond / 1e6} MB/s`,
);

// The same blocks for all, since a version's memory takes long to come back.
let memories: readonly WebAssembly.Memory[] = [];
const { lists: _, ...plain } = manifest;
const expected = await loadedAllFirst();
await answeredByInt8();
if (manifest.lists?.listed) {
  await answeredFast();
  await searchedFast();
}
await searchedCold();

/** What a search gives that waits for everything. */
async function loadedAllFirst(): Promise<SearchHit[][]> {
  const startedAt = performance.now();
  const version = await load(slow, plain, {});
  const { traffic } = version;
  await version.search({ query: queries[0]!, topK });
  tell('all first: first answer, and whole', performance.now() - startedAt, traffic);
  const answers: SearchHit[][] = [];
  for (const query of queries) answers.push(await version.search({ query, topK }));
  memories = await version.retire();
  return answers;
}

/** As versions without lists do it. */
async function answeredByInt8(): Promise<void> {
  const startedAt = performance.now();
  const version = await load(slow, plain, { answerFirst: true });
  tell('int8 first: can answer', performance.now() - startedAt, { ...version.traffic });
  const completed = version.complete().then(() => performance.now() - startedAt);
  check(0, await version.search({ query: queries[0]!, topK }));
  tell('int8 first: first answer', performance.now() - startedAt);
  const laterMs: number[] = [];
  for (let i = 1; i < queries.length && !version.isWhole; i++) {
    const askedAt = performance.now();
    check(i, await version.search({ query: queries[i]!, topK }));
    laterMs.push(performance.now() - askedAt);
  }
  tell('int8 first: whole', await completed, version.traffic);
  console.log(`  ${laterMs.length} further searches meanwhile, median ${median(laterMs).toFixed(0)} ms`);
  memories = await version.retire();
}

/** By lists, until the int8 rows are in. */
async function answeredFast(): Promise<void> {
  const startedAt = performance.now();
  const version = await load(slow, manifest, { answerFirst: true });
  tell('lists first: can answer', performance.now() - startedAt, { ...version.traffic });
  const completed = version.complete().then(() => performance.now() - startedAt);
  const within = probeEarly(version, queries[0]!);
  const before = version.traffic.requests;
  await version.search({ query: queries[0]!, topK, within });
  tell(`lists first: first answer, recall ${within.recall.toFixed(3)} told`, performance.now() - startedAt);
  check(0, await version.search({ query: queries[0]!, topK }));
  tell('lists first: first exact answer', performance.now() - startedAt);
  tell('lists first: whole', await completed, version.traffic);
  console.log(`  ${version.traffic.requests - before} requests since it could answer`);
  memories = await version.retire();
}

/** What fast searches find of the exact results, and read, while nothing else does. */
async function searchedFast(): Promise<void> {
  const version = await load(stored, manifest, { answerFirst: true });
  let found = 0;
  const reads = await readsOf(version, async (i) => {
    const query = queries[i]!;
    const ids = new Set(
      (await version.search({ query, topK, within: probeEarly(version, query) })).map(({ id }) => id),
    );
    found += expected[i]!.filter(({ id }) => ids.has(id)).length;
  });
  console.log(`  a fast search ${reads}; recall@${topK} ${(found / topK / queries.length).toFixed(3)}`);
  memories = await version.retire();
}

/** What each exact search reads while nothing else does. */
async function searchedCold(): Promise<void> {
  const version = await load(stored, plain, { answerFirst: true });
  const reads = await readsOf(version, async (i) => {
    check(i, await version.search({ query: queries[i]!, topK }));
  });
  console.log(`  a search by int8 ${reads}`);
  memories = await version.retire();
}

async function readsOf(version: LoadedVersion, search: (query: number) => Promise<void>): Promise<string> {
  const reads: { requests: number; bytes: number }[] = [];
  for (const i of queries.keys()) {
    const before = { ...version.traffic };
    await search(i);
    reads.push({
      requests: version.traffic.requests - before.requests,
      bytes: version.traffic.bytes - before.bytes,
    });
  }
  const largest = (of: 'requests' | 'bytes') => Math.max(...reads.map((read) => read[of]));
  const middle = (of: 'requests' | 'bytes') => median(reads.map((read) => read[of]));
  return `reads ${middle('requests')} ranges, ${megabytes(middle('bytes'))} (medians of ${queries.length}; at most ${largest('requests')}, ${megabytes(largest('bytes'))})`;
}

function probeEarly(version: LoadedVersion, query: Float32Array): Probing {
  const probing = version.probeEarly({ query }, { kind: 'image' });
  if (!probing) throw new Error('expected a search that can be answered early, found one that can not');
  return probing;
}

async function load(
  objects: Pick<ObjectStore, 'readInto'>,
  of: Manifest,
  options: LoadOptions,
): Promise<LoadedVersion> {
  for (const { buffer } of memories) new Uint8Array(buffer).fill(0);
  return loadVersion(objects, of, { ...options, memories });
}

function check(query: number, found: SearchHit[]): void {
  const [wanted, got] = [expected[query], found].map((hits) => JSON.stringify(hits));
  if (got !== wanted) throw new Error(`query ${query}: expected ${wanted}, found ${got}`);
}

function tell(what: string, ms: number, traffic?: { requests: number; bytes: number }): void {
  const read = traffic
    ? `  ${String(traffic.requests).padStart(5)} requests  ${megabytes(traffic.bytes).padStart(9)}`
    : '';
  console.log(`${(ms / 1000).toFixed(2).padStart(7)} s  ${what.padEnd(36)}${read}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;
}

async function writeVersion(objects: ObjectStore): Promise<Manifest> {
  const writer = createVersionWriter({ objects, version: 'v', model: values.data, dimensions, lists: {} });
  const contentHash = new Uint8Array(16);
  for (let i = 0; i < count; i++) {
    const rows = [{ modality: 'image' as const, vector: toFloat16(vector()), contentHash }];
    await writer.add({ id: String(i).padStart(9, '0'), attributes: { percent: (i * 61) % 100 }, rows });
  }
  const startedAt = performance.now();
  const written = await writer.finish();
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0)} s for lists`);
  return written;
}
