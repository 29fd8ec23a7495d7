import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCatalog } from '../../infra/local/demo/catalog.ts';
import { renderProduct } from '../../infra/local/demo/render-product.ts';
import { createEmbedder } from '../../shared/embedding/caller.ts';
import { openOnnxModel } from '../../shared/embedding/onnx.ts';
import { compileFilter } from '../../shared/index/filter.ts';
import { type LoadOptions, loadVersion } from '../../shared/index/load-version.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import { planMemory } from '../../shared/index/memory-plan.ts';
import { createRowStorage } from '../../shared/index/row-storage.ts';
import type { SearchQuery } from '../../shared/index/search-query.ts';
import type { IndexItem } from '../../shared/index/shard.ts';
import type { Modality } from '../../shared/item.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { fromFloat16 } from '../../shared/scan/float16.ts';
import { matchMap } from '../../shared/scan/match-map.ts';
import { readRealSet } from '../bench/real-set.ts';
import { kernels } from '../scan/kernels.ts';
import { createRandom, dropPlanes, everyPrefix, leastPages, row, writeVersion } from './sample.ts';
import { hesitating, loadThreaded } from './threads.ts';

/** Of each of the four kinds of vectors, for each kernel. */
const queriesOfKind = 520;
const choices = ['auto', ...kernels] as const;
const layouts = [
  ...choices,
  'int8 alone',
  'half of it from before planes',
  'rows on the disk',
  'half of it from before planes, rows on the disk',
  'rows on a full disk',
  'in many blocks of memory',
  'half of it from before planes, in many blocks of memory',
  'rows on the disk, in some blocks of memory',
];
const matchOf = {
  text: matchMap({ cosines: [0, 0.3, 0.6, 0.9], matches: [0, 0.2, 0.8, 1] }),
  image: matchMap({ cosines: [-0.1, 0.15, 0.3, 0.5], matches: [0, 0.2, 0.8, 1] }),
};

describe.each([
  ['random', randomVectors],
  ['clustered', clusteredVectors],
  ['mostly duplicate', duplicateVectors],
  ['real', realVectors],
] as const)('search over %s vectors', (_, vectorsOf) => {
  let reference: LoadedVersion;
  let queries: SearchQuery[];
  const versions = new Map<string, LoadedVersion>();
  let openCold: (options?: LoadOptions) => Promise<LoadedVersion>;
  let openThreaded: (count: number) => Promise<LoadedVersion[]>;
  let mostPages: number;

  beforeAll(async () => {
    const random = createRandom(11);
    const vectors = await vectorsOf(random);
    const items = itemsOf(vectors.rows, random);
    queries = vectors.queries.map((query, i) => ask(query, i, random));
    const dimensions = queries[0]!.query.length;
    const objects = createMemoryObjectStore();
    const shardBytes = vectors.rows.length * dimensions;
    const prefixes = everyPrefix(dimensions);
    const manifest = await writeVersion(objects, items, { dimensions, shardBytes, prefixes });
    expect(manifest.shards.length).toBeGreaterThan(2);
    for (const kernel of choices) versions.set(kernel, await loadVersion(objects, manifest, { kernel }));
    const storage = createRowStorage({ directory: tmpdir() });
    versions.set('rows on the disk', await loadVersion(objects, manifest, { storage }));
    const fullDisk = { ...storage, free: async () => 0 };
    versions.set(
      'rows on a full disk',
      await loadVersion(objects, manifest, { storage: fullDisk, rowsMayWait: true, cacheBytes: 20_000 }),
    );
    openCold = (options) =>
      loadVersion(objects, manifest, { answerFirst: true, worthBytes: 0, gapBytes: 0, ...options });
    const half = await writeVersion(objects, items, { version: 'v2', dimensions, shardBytes, prefixes });
    const halfPlain = await dropPlanes(objects, half, 2);
    versions.set('half of it from before planes', await loadVersion(objects, halfPlain));
    versions.set(
      'half of it from before planes, rows on the disk',
      await loadVersion(objects, halfPlain, { storage }),
    );
    mostPages = leastPages(manifest);
    for (const [name, of] of [
      ['in many blocks of memory', manifest],
      ['half of it from before planes, in many blocks of memory', halfPlain],
    ] as const) {
      expect(planMemory(dimensions, of.shards, { mostPages }).pages.length).toBeGreaterThan(2);
      versions.set(name, await loadVersion(objects, of, { mostPages }));
    }
    // The first has room for rows from the disk, and hardly for more.
    const first = planMemory(dimensions, halfPlain.shards.slice(0, 1), { rows: 'disk' });
    const onDisk = { mostPages: Math.max(mostPages, first.pages[0]!) };
    expect(
      planMemory(dimensions, halfPlain.shards, { rows: 'disk', ...onDisk }).pages.length,
    ).toBeGreaterThan(1);
    versions.set(
      'rows on the disk, in some blocks of memory',
      await loadVersion(objects, halfPlain, { storage, ...onDisk }),
    );
    openThreaded = (count) =>
      Promise.all([
        ...[manifest, halfPlain].map((of) => loadThreaded(objects, of, { count })),
        loadThreaded(objects, manifest, { count }, { mostPages: leastPages(manifest, count) }),
      ]);
    const plain = await writeVersion(objects, items, { version: 'v3', dimensions, shardBytes });
    versions.set('int8 alone', await loadVersion(objects, plain));
    reference = await loadVersion(objects, await dropPlanes(objects, plain), { kernel: 'typescript' });
  }, 300_000);

  /** All of every kernel; of where things lie, by kernels that were asked all, half: of every way to ask. */
  function askedOf(layout: string): [number, SearchQuery][] {
    const isKernel = choices.some((kernel) => kernel === layout);
    return [...queries.entries()].filter(([i]) => isKernel || i % 11 < 6);
  }

  it.each(layouts)(
    'gives what the plain fp16 scan gives, to the bit: %s',
    async (name) => {
      const version = versions.get(name)!;
      for (const [i, query] of askedOf(name)) {
        const found = await version.search(query);
        if (JSON.stringify(found) !== (await textExpected(i)))
          expect(found, `query ${i}`).toEqual(await expectedOf(i));
      }
    },
    300_000,
  );

  it.each(layouts)(
    'gives the same for many queries in one pass: %s',
    async (name) => {
      const asked = askedOf(name);
      const found = await versions.get(name)!.searchMany(asked.map(([, query]) => query));
      for (const [nth, hits] of found.entries()) {
        const [i] = asked[nth]!;
        if (JSON.stringify(hits) !== (await textExpected(i)))
          expect(hits, `query ${i}`).toEqual(await expectedOf(i));
      }
    },
    300_000,
  );

  it('gives the same by three threads, alone and together', async () => {
    for (const version of await openThreaded(3)) {
      const ofOthers = await hesitating(async () => {
        for (let first = 0; first < queries.length; first += 40) {
          const some = queries.slice(first, first + 8);
          const found = [await version.search(some[0]!), ...(await version.searchMany(some))];
          for (const [i, hits] of found.entries())
            expect(hits, `query ${first + Math.max(0, i - 1)}`).toEqual(
              await expectedOf(first + Math.max(0, i - 1)),
            );
        }
      });
      expect(ofOthers).toBeGreaterThan(100);
      expect(version.threads).toBe(3);
      await version.retire();
    }
  }, 300_000);

  it('gives the same, alone and together, before fp16 rows are in', async () => {
    let answersWhileCold = 0;
    for (let first = 0; first < queries.length; first += 8) {
      const some = queries.slice(first, first + 8);
      const [alone, together] = [await openCold(), await openCold({ mostPages })];
      const found = [await alone.search(some[0]!), ...(await together.searchMany(some))];
      for (const version of [alone, together]) if (!version.isWhole) answersWhileCold++;
      for (const [i, hits] of found.entries()) {
        const asked = first + Math.max(0, i - 1);
        if (JSON.stringify(hits) !== (await textExpected(asked)))
          expect(hits, `query ${asked}`).toEqual(await expectedOf(asked));
      }
    }
    // Among the few real rows, most may be among the best hundred; then all are read.
    expect(answersWhileCold).toBeGreaterThan(40);
  }, 300_000);

  afterAll(() => Promise.all([...versions.values()].map((version) => version.retire())));

  const expected = new Map<number, Awaited<ReturnType<LoadedVersion['search']>>>();
  async function expectedOf(i: number) {
    if (!expected.has(i)) expected.set(i, await reference.search(queries[i]!));
    return expected.get(i)!;
  }

  const texts = new Map<number, string>();
  async function textExpected(i: number): Promise<string> {
    const text = texts.get(i) ?? JSON.stringify(await expectedOf(i));
    texts.set(i, text);
    return text;
  }
});

const realDirectory = process.env.TUWEN_REAL_DIR;

/** All that test/bench/embed-set.ts embedded: some 100,000 rows, by the planes that a rebuild chooses. */
describe.runIf(realDirectory)('search over the embeddings that TUWEN_REAL_DIR names', () => {
  it.each(choices)(
    'gives what the plain fp16 scan gives, to the bit: %s',
    async (kernel) => {
      const set = (await readRealSet(realDirectory))!;
      const { dimensions } = set;
      const random = createRandom(12);
      const rowsOf = (of: Uint16Array | Float32Array) =>
        listOf(of.length / dimensions, () => 0).map((_, i) =>
          of.subarray(i * dimensions, (i + 1) * dimensions),
        );
      const hash = new Uint8Array(16);
      const texts = rowsOf(set.texts) as Uint16Array[];
      const items = rowsOf(set.images).map((image, i): IndexItem => {
        const text = texts[i];
        const rows = [{ modality: 'image' as const, vector: image as Uint16Array, contentHash: hash }];
        const id = `i${String(i).padStart(6, '0')}`;
        const attributes = { percent: Math.floor(random() * 100) };
        return text
          ? { id, attributes, rows: [{ modality: 'text', vector: text, contentHash: hash }, ...rows] }
          : { id, attributes, rows };
      });
      const objects = createMemoryObjectStore();
      const manifest = await writeVersion(objects, items, { dimensions });
      expect(manifest.shards.every(({ tensors }) => tensors.some(({ name }) => name === 'prefixCodes'))).toBe(
        true,
      );
      const version = await loadVersion(objects, manifest, { kernel });
      const plain = await writeVersion(objects, items, { version: 'v2', dimensions });
      const reference = await loadVersion(objects, await dropPlanes(objects, plain));
      const asked = (rowsOf(set.queries) as Float32Array[]).slice(0, 2000);
      const stored = [...texts.slice(0, 50), ...(rowsOf(set.images).slice(0, 50) as Uint16Array[])];
      const vectors = kernel === 'typescript' ? asked.slice(0, 40) : asked;
      const queries = [...vectors, ...stored.map((row) => fromFloat16(row))].map((query, i) =>
        ask(query, i, random),
      );
      const together = await version.searchMany(queries);
      for (const [i, query] of queries.entries()) {
        const expected = JSON.stringify(await reference.search(query));
        expect(JSON.stringify(await version.search(query)), `query ${i}`).toBe(expected);
        expect(JSON.stringify(together[i]), `query ${i} of many`).toBe(expected);
      }
    },
    1_200_000,
  );
});

it('goes on by int8 alone where prefixes leave most rows, and gives the same', async () => {
  const dimensions = 24;
  const random = createRandom(13);
  const items = itemsOf(
    listOf(14_000, () => normalVector(dimensions, random)),
    random,
  );
  const objects = createMemoryObjectStore();
  const prefixes = everyPrefix(dimensions, 8);
  const manifest = await writeVersion(objects, items, { dimensions, prefixes });
  const plain = await writeVersion(objects, items, { version: 'v2', dimensions });
  const reference = await loadVersion(objects, await dropPlanes(objects, plain));
  const queries = listOf(40, () => normalVector(dimensions, random)).map((query, i) => ask(query, i, random));
  for (const kernel of choices) {
    const version = await loadVersion(objects, manifest, { kernel });
    const together = await version.searchMany(queries);
    for (const [i, query] of queries.entries()) {
      const expected = await reference.search(query);
      expect(await version.search(query)).toEqual(expected);
      expect(together[i]).toEqual(expected);
    }
  }
}, 300_000);

interface Vectors {
  readonly rows: readonly (ArrayLike<number> & { modality?: Modality })[];
  readonly queries: readonly Float32Array[];
}

type Random = () => number;

function randomVectors(random: Random): Vectors {
  const vector = () => normalVector(96, random);
  return { rows: listOf(1500, vector), queries: listOf(queriesOfKind, vector) };
}

function clusteredVectors(random: Random): Vectors {
  const centres = listOf(20, () => normalVector(130, random));
  const vector = () => mix(pick(centres, random), normalVector(130, random), 0.05 + random() * 0.4);
  return { rows: listOf(1500, vector), queries: listOf(queriesOfKind, vector) };
}

/** Few distinct rows, some but for the last bit of one component; queries among them, so that ties abound. */
function duplicateVectors(random: Random): Vectors {
  const distinct = listOf(30, () => normalVector(40, random));
  const vector = () => {
    const chosen = pick(distinct, random).slice();
    if (random() < 0.2) chosen[Math.floor(random() * 40)]! *= 1 + 2 ** -10;
    if (random() < 0.05) chosen.fill(0);
    return chosen;
  };
  const query = () => mix(pick(distinct, random), normalVector(40, random), random() < 0.5 ? 0 : 0.3);
  return { rows: listOf(1500, vector), queries: listOf(queriesOfKind, query) };
}

/** What the built-in encoder makes of the demo's titles and pictures; queries are others of its titles, and mixes. */
async function realVectors(random: Random): Promise<Vectors> {
  const directory = fileURLToPath(new URL('../../shared/embedding/builtin', import.meta.url));
  const embedder = createEmbedder(await openOnnxModel(directory));
  const products = demoCatalog();
  const pictures = await Promise.all(
    products
      .filter((_, i) => i % 8 === 0)
      .map(async ({ svg }) => ({
        type: 'image' as const,
        picture: await renderProduct(svg, { width: 160 }),
      })),
  );
  const titles = products
    .filter((_, i) => i % 8 !== 1)
    .map(({ title }) => ({ type: 'text' as const, text: title }));
  const asked = products
    .filter((_, i) => i % 8 === 1)
    .map(({ title }) => ({ type: 'text' as const, text: title }));
  const embed = (inputs: Parameters<typeof embedder.embed>[0], role: 'query' | 'document') =>
    embedder.embed(inputs, { role, deadlineMs: Date.now() + 240_000 });
  const rows = [
    ...(await embed(titles, 'document')).map((vector) =>
      Object.assign(vector, { modality: 'text' as const }),
    ),
    ...(await embed(pictures, 'document')).map((vector) =>
      Object.assign(vector, { modality: 'image' as const }),
    ),
  ];
  const own = await embed(asked, 'query');
  const mixed = listOf(queriesOfKind - own.length, () =>
    mix(pick(rows, random), pick(own, random), random()),
  );
  return { rows, queries: [...own, ...mixed] };
}

/** Items of one to four rows. */
function itemsOf(rows: Vectors['rows'], random: Random): IndexItem[] {
  const items: IndexItem[] = [];
  for (let first = 0; first < rows.length; ) {
    const own = rows.slice(first, first + 1 + Math.floor(random() ** 3 * 4));
    first += own.length;
    items.push({
      id: `i${String(items.length).padStart(5, '0')}`,
      attributes: { percent: Math.floor(random() * 100) },
      rows: own.map((vector) => row(vector.modality ?? (random() < 0.5 ? 'text' : 'image'), vector)),
    });
  }
  return items;
}

/** Mostly plain, but every other way to ask as well. */
function ask(query: Float32Array, i: number, random: Random): SearchQuery {
  const match = random();
  return {
    query,
    topK: [1, 10, 100][i % 3]!,
    ...(i % 5 === 1 && { against: random() < 0.5 ? 'text' : 'image' }),
    ...(i % 4 === 1 && { matchOf }),
    ...(i % 7 === 2 && { filter: compileFilter({ percent: { $lt: random() < 0.5 ? 5 : 60 } }) }),
    ...(i % 6 === 3 && { after: { score: Math.fround(random()), position: 40, match } }),
    ...(i % 9 === 4 && { exclude: [i, i + 1] }),
  };
}

function normalVector(dimensions: number, random: Random): Float32Array {
  const normal = () => Math.sqrt(-2 * Math.log(random() || 0.5)) * Math.cos(2 * Math.PI * random());
  return unit(Float32Array.from({ length: dimensions }, normal));
}

function mix(a: ArrayLike<number>, b: ArrayLike<number>, share: number): Float32Array {
  return unit(Float32Array.from(a, (value, i) => value * (1 - share) + b[i]! * share));
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector) || 1;
  return vector.map((component) => component / norm);
}

function listOf<T>(length: number, make: () => T): T[] {
  return Array.from({ length }, make);
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}
