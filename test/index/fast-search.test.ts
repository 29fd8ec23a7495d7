import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ListOptions } from '../../shared/index/build-lists.ts';
import { compileFilter } from '../../shared/index/filter.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import { planMemory } from '../../shared/index/memory-plan.ts';
import { createRowStorage } from '../../shared/index/row-storage.ts';
import type { SearchHit, SearchQuery } from '../../shared/index/search-query.ts';
import type { IndexItem } from '../../shared/index/shard.ts';
import type { Modality } from '../../shared/item.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { fromFloat16 } from '../../shared/scan/float16.ts';
import { matchMap } from '../../shared/scan/match-map.ts';
import { createRandom, everyPrefix, leastPages, row, unitVector, writeVersion } from './sample.ts';

const dimensions = 24;
const lists = { leastRows: 1000, queries: 64 };
const matchOf = {
  text: matchMap({ cosines: [0, 0.3, 0.6, 0.9], matches: [0, 0.2, 0.8, 1] }),
  image: matchMap({ cosines: [-0.1, 0.15, 0.3, 0.5], matches: [0, 0.2, 0.8, 1] }),
};
type Vectors = (random: () => number) => () => Float32Array;

const random: Vectors = (random) => () => unitVector(dimensions, random);
const clustered: Vectors = (random) => {
  const centres = Array.from({ length: 40 }, () => unitVector(dimensions, random));
  return () => mix(centres[Math.floor(random() * 40)]!, unitVector(dimensions, random), 0.35);
};
/** Few distinct rows, some of them of zeros, so that ties abound and many lists are empty. */
const duplicates: Vectors = (random) => {
  const distinct = Array.from({ length: 30 }, (_, i) =>
    i === 0 ? new Float32Array(dimensions) : unitVector(dimensions, random),
  );
  return () => distinct[Math.floor(random() * 30)]!;
};

describe.each([
  ['random', random],
  ['clustered', clustered],
  ['mostly duplicate', duplicates],
])('fast search over %s vectors', (_, vectorsOf) => {
  let version: LoadedVersion;
  const asked: { query: SearchQuery; kind: Modality | 'mixed' }[] = [];

  beforeAll(async () => {
    const uniform = createRandom(5);
    const vector = vectorsOf(uniform);
    const objects = createMemoryObjectStore();
    const items = itemsOf(2500, vector, uniform);
    // Where nothing is gained there are no lists: any number of probes is good enough here.
    const manifest = await writeVersion(objects, items, {
      dimensions,
      shardBytes: 100_000,
      lists: { ...lists, targetRecall: 0.2 },
    });
    expect(manifest.shards.length).toBeGreaterThan(2);
    expect(manifest.lists).toBeDefined();
    version = await loadVersion(objects, manifest);
    for (let i = 0; i < 120; i++) asked.push(ask(vector(), i, uniform));
  });

  it('gives what exact search gives, to the bit, where all lists are looked at', async () => {
    for (const { query, kind } of asked) {
      const within = version.probe(query, { kind, probes: Number.POSITIVE_INFINITY });
      expect(await version.search({ ...query, within })).toEqual(await version.search(query));
    }
  });

  it('gives rows their exact scores, in the order of exact search, whatever it leaves out', async () => {
    let left = 0;
    for (const { query, kind } of asked) {
      const { after: __, ...plain } = query;
      const all = await version.search({ ...plain, topK: 3000 });
      const exact = new Map(all.map((hit) => [hit.id, hit]));
      const within = version.probe(plain, { kind, probes: 1 });
      const found = await version.search({ ...plain, within });
      for (const hit of found) expect(inOrder(exact.get(hit.id)!, hit)).toBeLessThanOrEqual(0);
      expect(found).toEqual(found.toSorted(inOrder));
      const own = new Map(
        (await Promise.all(found.map(({ position }) => version.vectorsOf(position)))).map((rows, i) => [
          found[i]!.id,
          rows,
        ]),
      );
      // Each score is that of one of the item's rows.
      for (const { id, score, via } of found) {
        const scores = own.get(id)!.filter((each) => each.modality === via);
        expect(scores.some(({ vector }) => Math.abs(dot(vector, plain.query) - score) < 1e-5)).toBe(true);
      }
      left += all.length - found.length;
    }
    expect(left).toBeGreaterThan(0);
  });

  it('pages through what it finds without repeating or skipping', async () => {
    for (const { query, kind } of asked.slice(0, 30)) {
      const { after: __, ...plain } = query;
      const within = version.probe(plain, { kind, probes: 2 });
      const all = await version.search({ ...plain, within, topK: 3000 });
      const paged: SearchHit[] = [];
      for (;;) {
        const last = paged.at(-1);
        const page = await version.search({ ...plain, within, topK: 37, ...(last && { after: last }) });
        if (page.length === 0) break;
        paged.push(...page);
      }
      expect(paged).toEqual(all);
    }
  });

  it('fills the longest page, though an item has many rows', async () => {
    for (const { query, kind } of asked) {
      const { query: vector, against = 'any' } = query;
      const within = version.probe({ query: vector, against }, { kind, probes: 1 });
      expect(await version.search({ query: vector, against, topK: 101, within })).toHaveLength(101);
    }
  });
});

describe('lists', () => {
  const objects = createMemoryObjectStore();
  let items: IndexItem[];
  let manifest: Manifest;
  let version: LoadedVersion;

  beforeAll(async () => {
    const uniform = createRandom(9);
    items = itemsOf(2500, clustered(uniform), uniform);
    manifest = await writeVersion(objects, items, { dimensions, shardBytes: 100_000, lists });
    version = await loadVersion(objects, manifest);
  });

  it('reach the recall that they promise, and are measured right: a search of each query finds as much', async () => {
    expect(manifest.lists!.targetRecall).toBe(0.98);
    expect(manifest.lists!.pairs.map(({ query, rows }) => `${query} ${rows}`)).toEqual([
      'text text',
      'text image',
      'image text',
      'image image',
    ]);
    for (const pair of manifest.lists!.pairs) {
      expect(pair.recall).toBeGreaterThanOrEqual(0.98);
      expect(await recomputedRecall(pair)).toBeCloseTo(pair.recall, 12);
    }
  });

  /** By the sample that the builder draws, asked one by one. */
  async function recomputedRecall(pair: NonNullable<Manifest['lists']>['pairs'][number]): Promise<number> {
    const { createRowSample } = await import('../../shared/index/sample-rows.ts');
    const sample = createRowSample(lists.queries + 65_536, 1);
    for (const item of items) sample.add(item);
    const queries = sample.of(pair.query).rows.slice(0, lists.queries);
    expect(queries).toHaveLength(pair.queries);
    let wanted = 0;
    let found = 0;
    for (const { vector, position } of queries) {
      const query = { query: fromFloat16(vector), topK: 10, against: pair.rows, exclude: [position] };
      const exact = await version.search(query);
      const within = version.probe(query, { kind: pair.query, probes: pair.probes });
      const fast = await version.search({ ...query, within });
      wanted += exact.length;
      found += exact.filter(({ id, score }) =>
        fast.some((hit) => hit.id === id && hit.score === score),
      ).length;
    }
    return found / wanted;
  }

  it('look at fewer rows than half', async () => {
    const query = fromFloat16(items[0]!.rows[0]!.vector);
    const within = version.probe({ query }, { kind: 'text' })!;
    expect(within.recall).toBe(Math.min(...pairsOf('text').map(({ recall }) => recall)));
    const found = await version.search({ query, within, topK: 3000 });
    expect(found.length).toBeLessThan(version.items / 2);
  });

  it('are passed over where a filter leaves few items, as exact search is cheaper', () => {
    const query = fromFloat16(items[0]!.rows[0]!.vector);
    const probe = (filter: Record<string, unknown>) =>
      version.probe({ query, filter: compileFilter(filter) }, { kind: 'text' });
    expect(probe({ percent: { $lt: 5 } })).toBeUndefined();
    expect(probe({ percent: { $lt: 95 } })).toBeDefined();
    expect(probe({ percent: { $lt: 0 } })).toBeUndefined();
  });

  it('give nothing that the filter does not pass, and as many rows as without one', async () => {
    const query = fromFloat16(items[0]!.rows[0]!.vector);
    const filter = compileFilter({ percent: { $lt: 70 } });
    const within = version.probe({ query, filter }, { kind: 'text' })!;
    const found = await version.search({ query, filter, within, topK: 3000 });
    const percentOf = new Map(items.map(({ id, attributes }) => [id, attributes.percent as number]));
    for (const { id } of found) expect(percentOf.get(id)).toBeLessThan(70);
    expect(found.length).toBeGreaterThanOrEqual(256);
  });

  it('are the same from the same rows, on every kernel', async () => {
    const again = createMemoryObjectStore();
    const other = await writeVersion(again, items, { dimensions, shardBytes: 100_000, lists });
    expect(other).toEqual(manifest);
    const plain = await loadVersion(objects, manifest, { kernel: 'typescript' });
    for (const item of items.slice(0, 40)) {
      const query = { query: fromFloat16(item.rows[0]!.vector), topK: 20 };
      const ask = (of: LoadedVersion) => of.search({ ...query, within: of.probe(query, { kind: 'mixed' }) });
      expect(await ask(plain)).toEqual(await ask(version));
    }
  });

  it('answer the same before fp16 rows are in', async () => {
    for (const item of items.slice(0, 8)) {
      const cold = await loadVersion(objects, manifest, { answerFirst: true, worthBytes: 0, gapBytes: 0 });
      const query = { query: fromFloat16(item.rows[0]!.vector), topK: 5 };
      const ask = (of: LoadedVersion) => of.search({ ...query, within: of.probe(query, { kind: 'text' }) });
      expect(cold.isWhole).toBe(false);
      expect(await ask(cold)).toEqual(await ask(version));
    }
  });

  it('answer the same in several blocks of memory, the lists in the last', async () => {
    const mostPages = leastPages(manifest);
    expect(
      planMemory(dimensions, manifest.shards, { lists: manifest.lists, mostPages }).pages.length,
    ).toBeGreaterThan(1);
    const several = await loadVersion(objects, manifest, { mostPages });
    for (const item of items.slice(0, 50)) {
      const query = { query: fromFloat16(item.rows[0]!.vector), topK: 5 };
      const ask = (of: LoadedVersion) => of.search({ ...query, within: of.probe(query, { kind: 'text' }) });
      expect(await ask(several)).toEqual(await ask(version));
    }
  });

  it('answer the same with fp16 rows on the disk', async () => {
    const storage = createRowStorage({ directory: tmpdir() });
    const onDisk = await loadVersion(objects, manifest, { storage });
    expect(onDisk.diskBytes).toBeGreaterThan(0);
    for (const item of items.slice(0, 50)) {
      const query = { query: fromFloat16(item.rows[0]!.vector), topK: 5 };
      const ask = (of: LoadedVersion) => of.search({ ...query, within: of.probe(query, { kind: 'text' }) });
      expect(await ask(onDisk)).toEqual(await ask(version));
    }
    await onDisk.retire();
  });

  it('are not made where rows are few, where they gain nothing, or when time is up', async () => {
    const write = (more: ListOptions, vector = clustered, planes = {}) => {
      const uniform = createRandom(9);
      return writeVersion(createMemoryObjectStore(), itemsOf(2500, vector(uniform), uniform), {
        dimensions,
        lists: more,
        ...planes,
      });
    };
    expect((await write({ ...lists, leastRows: 100_000 })).lists).toBeUndefined();
    expect((await write({ ...lists, targetRecall: 1 }, random)).lists).toBeUndefined();
    expect((await write({ ...lists, isOver: () => true })).lists).toBeUndefined();
    const quick = { prefixes: everyPrefix(dimensions) };
    const half = (await write(lists)).rows / 2;
    expect((await write({ ...lists, leastRows: half + 1 }, clustered, quick)).lists).toBeUndefined();
    expect((await write({ ...lists, leastRows: half - 1 }, clustered, quick)).lists).toMatchObject({
      targetRecall: 0.99,
    });
  });

  it('are not there in a version of before, which then has nothing to probe', async () => {
    const { lists: _, ...before } = manifest;
    const old = await loadVersion(objects, before);
    const query = fromFloat16(items[0]!.rows[0]!.vector);
    expect(old.probe({ query }, { kind: 'text' })).toBeUndefined();
    expect(await old.search({ query, topK: 5 })).toEqual(await version.search({ query, topK: 5 }));
  });

  function pairsOf(query: Modality) {
    return manifest.lists!.pairs.filter((pair) => pair.query === query);
  }
});

/** Items of one text and up to two pictures, each near to each other. */
function itemsOf(count: number, vector: () => Float32Array, random: () => number): IndexItem[] {
  return Array.from({ length: count }, (_, i): IndexItem => {
    const text = vector();
    return {
      id: `i${String(i).padStart(5, '0')}`,
      attributes: { percent: Math.floor(random() * 100) },
      rows: [
        row('text', text),
        ...Array.from({ length: Math.floor(random() * 3) }, () => row('image', vector())),
      ],
    };
  });
}

function ask(
  query: Float32Array,
  i: number,
  random: () => number,
): { query: SearchQuery; kind: Modality | 'mixed' } {
  const match = random();
  return {
    kind: (['text', 'image', 'mixed'] as const)[i % 3]!,
    query: {
      query,
      topK: [1, 10, 100][i % 3]!,
      ...(i % 5 === 1 && { against: random() < 0.5 ? 'text' : 'image' }),
      ...(i % 4 === 1 && { matchOf }),
      ...(i % 7 === 2 && { filter: compileFilter({ percent: { $lt: 60 } }) }),
      ...(i % 6 === 3 && { after: { score: Math.fround(random()), position: 40, match } }),
      ...(i % 9 === 4 && { exclude: [i, i + 1] }),
    },
  };
}

function inOrder(a: SearchHit, b: SearchHit): number {
  return (b.match ?? 0) - (a.match ?? 0) || b.score - a.score || a.position - b.position;
}

function mix(a: Float32Array, b: Float32Array, share: number): Float32Array {
  const mixed = a.map((value, i) => value * (1 - share) + b[i]! * share);
  const norm = Math.hypot(...mixed) || 1;
  return mixed.map((value) => value / norm);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
