import { describe, expect, it } from 'vitest';
import { fitVersion, placeRows } from '../../shared/index/capacity.ts';
import { compileFilter } from '../../shared/index/filter.ts';
import { listPrefixes } from '../../shared/index/listed-prefix.ts';
import { type Lists, viewLists } from '../../shared/index/lists.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import { planMemory } from '../../shared/index/memory-plan.ts';
import { nextLists } from '../../shared/index/order-lists.ts';
import { residentShards } from '../../shared/index/resident-shard.ts';
import { scanLists } from '../../shared/index/scan-lists.ts';
import { scanShards } from '../../shared/index/scan-shards.ts';
import { type SearchQuery, topKOf } from '../../shared/index/search-query.ts';
import type { IndexItem } from '../../shared/index/shard.ts';
import type { Modality } from '../../shared/item.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import type { ObjectStore } from '../../shared/objects/object-store.ts';
import { createKernel } from '../../shared/scan/kernel.ts';
import { matchMap } from '../../shared/scan/match-map.ts';
import { kernels } from '../scan/kernels.ts';
import { createRandom, everyPrefix, leastPages, row, unitVector, writeVersion } from './sample.ts';

const dimensions = 24;
const matchOf = {
  text: matchMap({ cosines: [0, 0.3, 0.6, 0.9], matches: [0, 0.2, 0.8, 1] }),
  image: matchMap({ cosines: [-0.1, 0.15, 0.3, 0.5], matches: [0, 0.2, 0.8, 1] }),
};
type Random = () => number;

const kinds: Record<string, (random: Random) => () => Float32Array> = {
  random: (random) => () => unitVector(dimensions, random),
  clustered(random) {
    const centres = Array.from({ length: 40 }, () => unitVector(dimensions, random));
    return () => {
      const centre = centres[Math.floor(random() * 40)]!;
      const other = unitVector(dimensions, random);
      return unit(centre.map((value, i) => value * 0.7 + other[i]! * 0.3));
    };
  },
  /** Few distinct rows, so that ties abound. */
  'mostly duplicate'(random) {
    const distinct = Array.from({ length: 30 }, () => unitVector(dimensions, random));
    return () => distinct[Math.floor(random() * 30)]!;
  },
};

describe.each(Object.entries(kinds))('by listed prefixes of %s vectors', (_, vectorsOf) => {
  const random = createRandom(7);
  const vector = vectorsOf(random);
  const objects = createMemoryObjectStore();
  const version = write(objects, itemsOf(3000, vector, random));
  const asked = Array.from({ length: 90 }, (_, i) => ask(vector(), i, random));

  it.each(
    kernels.flatMap((kernel) => [
      [kernel, 'one block'],
      [kernel, 'many blocks'],
    ]),
  )('rows of chosen lists are found as by bits, to the bit: %s, %s of memory', async (kernel, blocks) => {
    const manifest = await version;
    const mostPages = blocks === 'one block' ? undefined : leastPages(manifest);
    const loaded = await place(objects, manifest, mostPages);
    expect(loaded.memories.length).toBeGreaterThan(mostPages ? 1 : 0);
    const ready = loaded.memories.map((memory) =>
      createKernel({ memory, dimensions, kernel: kernel as never }),
    );
    const { shards, lists, listed } = loaded;
    let byPrefixes = 0;
    for (const [i, query] of asked.entries()) {
      const chosen = choose(lists, i, ready.at(-1)!, query);
      const [one, other] = [topKOf(query), topKOf(query)];
      const modality = query.against === 'any' ? {} : { modality: query.against === 'text' ? 0 : 1 };
      const scan = { query: query.query, ...modality };
      const isDone = scanLists(ready, shards, listed, { ...scan, topK: one }, chosen);
      if (isDone) byPrefixes++;
      const rowsIn = (shard: (typeof shards)[number]) => bitsOf(lists, chosen.flat(), shard);
      scanShards(ready, shards, [{ ...scan, topK: other, rowsIn }]);
      // What it has not done it has not begun.
      const nothing = isDone ? other.results() : [];
      expect(one.results(), `query ${i}`).toEqual(nothing);
      // Behind a place nothing can be told; nor of so many that hardly any is left out.
      if (query.after || query.topK > 60) expect(isDone && query.after !== undefined).toBe(false);
    }
    expect(byPrefixes).toBeGreaterThan(40);
  });

  it('searches in fast mode answer as without them, whatever is asked', async () => {
    const manifest = await version;
    for (const mostPages of [undefined, leastPages(manifest)]) {
      const loaded = await loadVersion(objects, manifest, mostPages ? { mostPages } : {});
      let compared = 0;
      for (const [i, query] of asked.entries()) {
        const filter = i % 5 === 2 ? { filter: compileFilter({ percent: { $lt: 70 } }) } : {};
        const full = { ...query, ...filter };
        for (const probes of [1, 4, Number.POSITIVE_INFINITY]) {
          const within = loaded.probe(full, { kind: 'mixed', probes })!;
          expect(within.whole === undefined).toBe(i % 5 === 2);
          const found = await loaded.search({ ...full, within });
          expect(found).toEqual(await loaded.search({ ...full, within: { ...within, whole: undefined } }));
          compared += found.length;
        }
      }
      expect(compared).toBeGreaterThan(5000);
      await loaded.retire();
    }
  });
});

it('finds the same among more rows than are multiplied at once, in stretches longer than a call takes', async () => {
  const objects = createMemoryObjectStore();
  const random = createRandom(9);
  const vector = kinds.clustered!(random);
  const options = { dimensions, prefixes: everyPrefix(dimensions), lists: ofLists };
  const manifest = await writeVersion(objects, itemsOf(12_000, vector, random), options);
  const { memories, shards, lists, listed } = await place(objects, manifest, undefined);
  const ready = memories.map((memory) => createKernel({ memory, dimensions }));
  for (let i = 0; i < 30; i++) {
    // All texts are one stretch. Of both modalities the nearest come last, so the best are not multiplied.
    const against = i % 2 === 0 ? 'text' : 'any';
    const query: SearchQuery = { query: vector(), topK: [1, 10, 40][i % 3]!, against };
    const nearest = choose(lists, 2, ready[0]!, query);
    const chosen = against === 'text' ? nearest : nearest.map((of) => of.reverse());
    const [one, other] = [topKOf(query), topKOf(query)];
    const scan = { query: query.query, ...(against === 'text' && { modality: 0 }) };
    expect(scanLists(ready, shards, listed, { ...scan, topK: one }, chosen)).toBe(true);
    scanShards(ready, shards, [{ ...scan, topK: other }]);
    expect(one.results()).toEqual(other.results());
  }
});

it('takes memory that is planned, in blocks where shards lie, and none without lists or prefixes', async () => {
  const objects = createMemoryObjectStore();
  const random = createRandom(8);
  const items = itemsOf(3000, kinds.clustered!(random), random);
  const manifest = await write(objects, items);
  const { lists } = manifest;
  const plan = (of: Manifest, more = {}) =>
    planMemory(dimensions, of.shards, { ...(of.lists && { lists: of.lists }), ...more });
  expect(plan(manifest).listedOffsets.every((offset) => offset! % 64 === 0)).toBe(true);
  const { lists: _, ...without } = manifest;
  const bytes = plan(manifest).residentBytes - plan(without).residentBytes;
  // Codes of 16, a modality, the number of the row; and the lists' own file.
  expect(Math.abs(bytes - manifest.rows * (16 + 1 + 4) - lists!.bytes)).toBeLessThan(2 * 65_536);
  const none = manifest.shards.map(() => undefined);
  expect(plan(without).listedOffsets).toEqual(none);
  expect(plan(manifest, { rows: 'disk' }).listedOffsets).toEqual(none);
  const plain = await writeVersion(objects, items, {
    version: 'v2',
    dimensions,
    shardBytes: 160_000,
    lists: ofLists,
  });
  expect(plan(plain).listedOffsets).toEqual(plain.shards.map(() => undefined));
});

it('is done without where memory has no room for it, and answers the same', async () => {
  const objects = createMemoryObjectStore();
  const random = createRandom(10);
  const vector = kinds.clustered!(random);
  const manifest = await write(objects, itemsOf(3000, vector, random));
  const capacity = { memoryBytes: 2 ** 30, storageBytes: 2 ** 30, rows: 'auto' } as const;
  const whole = fitVersion(manifest, capacity);
  expect(whole).toMatchObject({ rows: 'memory', listedPrefixes: true });
  const less = fitVersion(manifest, { ...capacity, memoryBytes: whole.residentBytes - 1 });
  expect(less).toMatchObject({ rows: 'memory', listedPrefixes: false });
  expect(less.residentBytes).toBeLessThan(whole.residentBytes - manifest.rows * 16);
  expect(placeRows(manifest, { ...capacity, memoryBytes: less.residentBytes - 1 }).rows).toBe('disk');
  const [one, other] = [
    await loadVersion(objects, manifest),
    await loadVersion(objects, manifest, { listedPrefixes: false }),
  ];
  expect([one.residentBytes, other.residentBytes]).toEqual([whole.residentBytes, less.residentBytes]);
  for (let i = 0; i < 30; i++) {
    const query = ask(vector(), i, random);
    const find = (version: typeof one) =>
      version.search({ ...query, within: version.probe(query, { kind: 'mixed', probes: 8 }) });
    expect(await find(one)).toEqual(await find(other));
  }
});

const ofLists = { leastRows: 100, queries: 64, targetRecall: 0.2 };

async function write(objects: ObjectStore, items: readonly IndexItem[]): Promise<Manifest> {
  const manifest = await writeVersion(objects, items, {
    dimensions,
    shardBytes: 160_000,
    prefixes: everyPrefix(dimensions),
    lists: ofLists,
  });
  expect([manifest.shards.length > 2, manifest.lists !== undefined]).toEqual([true, true]);
  return manifest;
}

/** A version as loading places it. */
async function place(objects: ObjectStore, manifest: Manifest, mostPages: number | undefined) {
  const plan = planMemory(dimensions, manifest.shards, {
    lists: manifest.lists,
    ...(mostPages && { mostPages }),
  });
  const memories = plan.pages.map((initial) => new WebAssembly.Memory({ initial }));
  for (const [i, { key }] of manifest.shards.entries()) {
    const { body } = (await objects.get(key))!;
    new Uint8Array(memories[plan.shardMemories[i]!]!.buffer).set(body, plan.shardOffsets[i]!);
  }
  const last = memories.at(-1)!.buffer;
  new Uint8Array(last).set((await objects.get(manifest.lists!.key))!.body, plan.listsOffset);
  const shards = residentShards(manifest, memories, plan);
  const lists = viewLists(last, plan.listsOffset, manifest.lists!, manifest);
  const places = shards.map((shard, i) => ({
    shard: { ...shard, prefix: shard.prefix! },
    memory: memories[shard.memory]!,
    offset: plan.listedOffsets[i]!,
  }));
  const listed = listPrefixes(places, lists);
  return { memories, shards, lists, listed };
}

/** More or fewer of the nearest lists, of each modality that is asked for. */
function choose(
  lists: Lists,
  i: number,
  kernel: ReturnType<typeof createKernel>,
  { query, against }: SearchQuery,
): number[][] {
  return [0, 1].flatMap((modality) => {
    if (against !== 'any' && against !== (['text', 'image'] as Modality[])[modality]) return [];
    const range = { first: lists.modality.indexOf(modality), end: lists.modality.lastIndexOf(modality) + 1 };
    const next = nextLists(kernel, lists, query, range);
    const count = Math.min([6, 30, range.end][i % 3]!, range.end - range.first);
    return [Array.from({ length: count }, () => next()!)];
  });
}

function bitsOf(lists: Lists, chosen: readonly number[], shard: { firstRow: number; rows: number }) {
  const bits = new Int32Array(Math.ceil(shard.rows / 32));
  for (const list of chosen)
    for (const row of lists.rows.subarray(lists.offsets[list], lists.offsets[list + 1])) {
      const own = row - shard.firstRow;
      if (own >= 0 && own < shard.rows) bits[own >>> 5]! |= 1 << (own & 31);
    }
  return bits;
}

/** Of one text and up to two pictures. */
function itemsOf(count: number, vector: () => Float32Array, random: Random): IndexItem[] {
  return Array.from(
    { length: count },
    (_, i): IndexItem => ({
      id: `i${String(i).padStart(5, '0')}`,
      attributes: { percent: Math.floor(random() * 100) },
      rows: [
        row('text', vector()),
        ...Array.from({ length: Math.floor(random() * 3) }, () => row('image', vector())),
      ],
    }),
  );
}

function ask(query: Float32Array, i: number, random: Random): SearchQuery {
  const match = random();
  return {
    query,
    topK: [1, 10, 25, 100][i % 4]!,
    against: (['any', 'text', 'image'] as const)[i % 3]!,
    ...(i % 2 === 1 && { matchOf }),
    ...(i % 11 === 3 && { after: { score: Math.fround(random()), position: 40, match } }),
    ...(i % 9 === 4 && { exclude: [i, i + 1, 5, 17] }),
  };
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector) || 1;
  return vector.map((component) => component / norm);
}
