import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileFilter } from '../../shared/index/filter.ts';
import { createLiveIndex, type LiveEvent } from '../../shared/index/live-index.ts';
import { type LoadOptions, loadVersion } from '../../shared/index/load-version.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import { planMemory } from '../../shared/index/memory-plan.ts';
import { createRowStorage } from '../../shared/index/row-storage.ts';
import type { SearchQuery } from '../../shared/index/search-query.ts';
import type { IndexItem } from '../../shared/index/shard.ts';
import { createVersionStore } from '../../shared/index/version-store.ts';
import { matchMap } from '../../shared/scan/match-map.ts';
import { kernels } from '../scan/kernels.ts';
import {
  createCountingObjects,
  createRandom,
  everyPrefix,
  flipByte,
  leastPages,
  row,
  unitVector,
  writeVersion,
} from './sample.ts';
import { threadFile, untilThreads } from './threads.ts';

const dimensions = 32;
const rowBytes = dimensions * 2;
const lists = { leastRows: 1000, queries: 64, listed: { leastBytes: 0, fileBytes: 100_000 } };
const early = [
  'prefixNumbers',
  'idOffsets',
  'itemOffsets',
  'termOffsets',
  'termIds',
  'ids',
  'modality',
  'terms',
];
const matchOf = {
  text: matchMap({ cosines: [0, 0.3, 0.6, 0.9], matches: [0, 0.2, 0.8, 1] }),
  image: matchMap({ cosines: [-0.1, 0.15, 0.3, 0.5], matches: [0, 0.2, 0.8, 1] }),
};

describe('a version that answers in fast mode before its planes are in', () => {
  const counting = createCountingObjects();
  const { objects, reads } = counting;
  const random = createRandom(21);
  const near = clustered(random);
  let manifest: Manifest;
  let whole: LoadedVersion;

  beforeAll(async () => {
    manifest = await writeVersion(objects, itemsOf(2500, near, random), {
      dimensions,
      shardBytes: 60_000,
      prefixes: everyPrefix(dimensions, 8),
      lists: { ...lists, leastRows: 100 },
    });
    expect(manifest.lists!.listed!.length).toBeGreaterThan(1);
    whole = await loadVersion(objects, manifest);
  });

  async function open(options: LoadOptions = {}, through = objects): Promise<LoadedVersion> {
    counting.failing = () => undefined;
    reads.length = 0;
    return loadVersion(through, manifest, {
      answerFirst: true,
      worthBytes: 0,
      attempts: 1,
      ...options,
    });
  }

  const probe = (version: LoadedVersion, query: SearchQuery) => version.probeEarly(query, { kind: 'mixed' });
  const bytesRead = () => reads.reduce((sum, { start, end }) => sum + end - start, 0);
  const isListed = ({ key }: { key: string }) => key.includes('/listed-');

  it('reads first the lists and what needs no vectors, then all else, each byte once', async () => {
    const version = await open();
    const wanted = manifest.shards
      .flatMap(({ tensors }) => tensors.filter(({ name }) => early.includes(name)))
      .reduce((sum, { bytes }) => sum + bytes, manifest.lists!.bytes);
    expect(bytesRead()).toBe(wanted);
    // One read a shard, since these tensors lie together, and one for the lists.
    expect(version.traffic).toEqual({ requests: manifest.shards.length + 1, bytes: wanted });
    expect(version.isWhole).toBe(false);
    await version.complete();
    expect(version.isWhole).toBe(true);
    const all = manifest.shards.reduce((sum, { bytes }) => sum + bytes, manifest.lists!.bytes);
    expect(version.traffic.bytes).toBe(all);
    expect(reads.some(isListed)).toBe(false);
    reads.length = 0;
    const query = { query: near(), topK: 5 };
    expect(probe(version, query)).toBeUndefined();
    expect(await version.search(query)).toEqual(await whole.search(query));
    expect(reads).toEqual([]);
  });

  it('finds the same in several blocks of memory, early and when all of it is in', async () => {
    const mostPages = leastPages(manifest);
    const { pages } = planMemory(dimensions, manifest.shards, { lists: manifest.lists, mostPages });
    expect(pages.length).toBeGreaterThan(1);
    const version = await open({ mostPages });
    for (let i = 0; i < 10; i++) {
      const query = { query: near(), topK: 5 };
      const [within, later] = [probe(version, query), whole.probe(query, { kind: 'mixed' })];
      expect(within).toBeDefined();
      const found = await version.search({ ...query, within });
      expect(found).toEqual(await whole.search({ ...query, within: later }));
    }
    expect(version.isWhole).toBe(false);
    await version.complete();
    const query = { query: near(), topK: 50 };
    expect(await version.search(query)).toEqual(await whole.search(query));
  });

  it('is searched by threads when all of it is in', async () => {
    const threads = { count: 2, file: await threadFile(), worthBytes: 0, onLost() {} };
    const version = await open({ threads });
    expect(version.threads).toBe(1);
    await version.complete();
    await untilThreads(version, 2);
    const query = { query: near(), topK: 50 };
    expect(await version.search(query)).toEqual(await whole.search(query));
    await version.retire();
  });

  it.each(kernels)('finds what fast mode finds later, to the bit, on %s', async (kernel) => {
    const version = await open({ kernel });
    for (let i = 0; i < 60; i++) {
      const asked: SearchQuery = {
        query: i % 2 ? near() : unitVector(dimensions, random),
        topK: [1, 10, 100][i % 3]!,
        ...(i % 5 === 1 && { against: i % 2 ? 'text' : 'image' }),
        ...(i % 4 === 1 && { matchOf }),
        ...(i % 7 === 2 && { filter: compileFilter({ percent: { $lt: 80 } }) }),
        ...(i % 6 === 3 && { after: { score: 0.8, position: 40, match: 0.9 } }),
        ...(i % 9 === 4 && { exclude: [i, i + 1] }),
      };
      const within = probe(version, asked);
      const later = whole.probe(asked, { kind: 'mixed' });
      expect(within?.recall).toBe(later?.recall);
      expect(await version.search({ ...asked, within })).toEqual(
        await whole.search({ ...asked, within: later }),
      );
    }
    expect(version.isWhole).toBe(false);
    expect(reads.some(({ key, start }) => key.includes('/shard-') && start === 0)).toBe(false);
  });

  it('reads the rows of the lists that it looks at, and no others, those that lie together at once', async () => {
    const version = await open();
    const asked = { query: near(), topK: 10, against: 'text' as const };
    const within = probe(version, asked)!;
    reads.length = 0;
    await version.search({ ...asked, within });
    const { lists: found } = within;
    expect(bytesRead()).toBe((await rowsOfLists(found)) * rowBytes);
    expect(reads.every(isListed)).toBe(true);
    const stretches = found.filter((list) => !found.includes(list - 1)).length;
    expect(reads.length).toBeLessThanOrEqual(stretches * manifest.lists!.listed!.length);
    expect(reads.length).toBeGreaterThan(0);
  });

  async function rowsOfLists(some: readonly number[]): Promise<number> {
    const { tensors, key } = manifest.lists!;
    const { offset, bytes } = tensors.find(({ name }) => name === 'listOffsets')!;
    const { body } = (await objects.get(key))!;
    const offsets = new Uint32Array(body.slice(offset, offset + bytes).buffer);
    return some.reduce((sum, list) => sum + offsets[list + 1]! - offsets[list]!, 0);
  }

  it('has no more reads under way than it may', async () => {
    const version = await open({ rowConcurrency: 2, gapBytes: 0 });
    const asked = Array.from({ length: 6 }, () => ({ query: near(), topK: 10 }));
    counting.mostUnderWay = 0;
    const found = await Promise.all(
      asked.map((query) => version.search({ ...query, within: probe(version, query) })),
    );
    expect(counting.mostUnderWay).toBe(2);
    for (const [i, query] of asked.entries())
      expect(found[i]).toEqual(
        await whole.search({ ...query, within: whole.probe(query, { kind: 'mixed' }) }),
      );
  });

  it('tells ids, positions and attributes at once, and waits with all that needs other vectors', async () => {
    const version = await open();
    expect(version.idAt(7)).toBe(whole.idAt(7));
    expect(version.positionOf(whole.idAt(9))).toBe(9);
    expect(version.countAttributes()).toEqual(whole.countAttributes());
    expect(() => [...version.contentHashes()]).toThrow('expected a version whose planes are in');
    expect(() => version.vectorOfRow(3)).toThrow('expected a version that is whole');
    const query = { query: near(), topK: 10 };
    const [fast, exact] = (await version.searchMany([
      { ...query, within: probe(version, query) },
      query,
    ])) as [unknown, unknown];
    expect(fast).toEqual(await whole.search({ ...query, within: whole.probe(query, { kind: 'mixed' }) }));
    expect(exact).toEqual(await whole.search(query));
    const other = await open();
    expect(await other.meanVector(7)).toEqual(await whole.meanVector(7));
    expect(await other.vectorsOf(8)).toEqual(await whole.vectorsOf(8));
    expect([...other.contentHashes()]).toEqual([...whole.contentHashes()]);
  });

  it('waits for planes until the deadline, then is not ready', async () => {
    const version = await open({ clock: () => 1000 });
    counting.failing = () => new Error('socket hang up');
    const query = { query: near(), topK: 10 };
    await expect(version.search(query, { deadlineMs: 1100 })).rejects.toMatchObject({
      code: 'not_ready',
      retryable: true,
    });
    await expect(version.search({ ...query, within: probe(version, query) })).rejects.toMatchObject({
      code: 'not_ready',
    });
    await expect(version.complete()).rejects.toThrow('socket hang up');
    counting.failing = () => undefined;
    const within = probe(version, query);
    expect(await version.search({ ...query, within })).toHaveLength(10);
    expect(await version.search(query)).toEqual(await whole.search(query));
  });

  it('goes on where reading the planes failed', async () => {
    const version = await open({ rangeBytes: 5000, concurrency: 1 });
    const failsAt = reads.length + 9;
    counting.failing = ({ nth }) => (nth === failsAt ? new Error('socket hang up') : undefined);
    await expect(version.complete()).rejects.toThrow('socket hang up');
    await Promise.all([version.complete(), version.complete()]);
    expect(version.isWhole).toBe(true);
    const all = manifest.shards.reduce((sum, { bytes }) => sum + bytes, manifest.lists!.bytes);
    expect(version.traffic.bytes).toBe(all);
  });

  it('does not read lists where that takes long beside the planes, as where very many are wanted', async () => {
    const version = await open();
    const query = { query: near(), topK: 10 };
    expect(version.probeEarly(query, { kind: 'mixed', probes: 10_000 })).toBeUndefined();
    // Who asks for fast mode by name gets it when the planes are in.
    const within = version.probe(query, { kind: 'mixed', probes: 10_000 });
    expect(await version.search({ ...query, within })).toEqual(await whole.search(query));
    expect(reads.some(isListed)).toBe(false);
  });

  it('reads no more than that for a batch: those of its searches that go beyond wait for the planes', async () => {
    const version = await open({ gapBytes: 0 });
    const queries = Array.from({ length: 40 }, () => ({ query: near(), topK: 10 }));
    const withins = queries.map((query) => probe(version, query)!);
    expect(withins.every((within) => within !== undefined)).toBe(true);
    const found = await version.searchMany(queries.map((query, i) => ({ ...query, within: withins[i] })));
    const planes = manifest.shards
      .flatMap(({ tensors }) => tensors.filter(({ name }) => name !== 'vectors' && !early.includes(name)))
      .reduce((sum, { bytes }) => sum + bytes, 0);
    const ofLists = reads.filter(isListed).reduce((sum, { start, end }) => sum + end - start, 0);
    expect(ofLists).toBeGreaterThan(0);
    expect(ofLists).toBeLessThanOrEqual(planes / 4);
    for (const [i, query] of queries.entries())
      expect(found[i]).toEqual(
        await whole.search({ ...query, within: whole.probe(query, { kind: 'mixed' }) }),
      );
  });

  it('refuses rows that differ from the hash of their list, and answers no more', async () => {
    const query = { query: near(), topK: 10 };
    for (const { key, tensors } of manifest.lists!.listed!) {
      const { offset } = tensors[0]!;
      const version = await open();
      const within = probe(version, query);
      // One bit of each row, whichever are read.
      const { body, contentType = '' } = (await objects.get(key))!;
      const flipped = body.map((byte, at) => ((at - offset) % rowBytes === 0 ? byte ^ 1 : byte));
      await objects.put(key, flipped, { contentType });
      const corrupt = {
        code: 'corrupt_index',
        message: expect.stringContaining(`${key}: expected rows of list`),
      };
      await expect(version.search({ ...query, within })).rejects.toMatchObject(corrupt);
      await expect(version.search(query)).rejects.toMatchObject(corrupt);
      await expect(version.meanVector(1)).rejects.toMatchObject(corrupt);
      await expect(version.complete()).rejects.toMatchObject(corrupt);
      expect(version.isWhole).toBe(false);
      await objects.put(key, body, { contentType });
    }
  });

  it('refuses whatever differs of what comes first, before it answers, and of the planes, when they are in', async () => {
    const { key, tensors } = manifest.shards[1]!;
    const query = { query: near(), topK: 10 };
    for (const { name, offset, bytes } of tensors.filter(
      ({ name, bytes }) => name !== 'vectors' && bytes > 0,
    )) {
      await flipByte(objects, key, offset + bytes - 1);
      const corrupt = { code: 'corrupt_index', message: expect.stringContaining(`of tensor ${name}`) };
      if (early.includes(name)) await expect(open()).rejects.toMatchObject(corrupt);
      else {
        const version = await open();
        expect(await version.search({ ...query, within: probe(version, query) })).toHaveLength(10);
        await expect(version.search(query)).rejects.toMatchObject(corrupt);
        await expect(version.search({ ...query, within: probe(version, query) })).rejects.toMatchObject(
          corrupt,
        );
        await expect(version.complete()).rejects.toMatchObject(corrupt);
      }
      await flipByte(objects, key, offset + bytes - 1);
    }
  });

  it('gives its memory up only when nothing is read into it, and begins no more reads', async () => {
    let gate: Promise<void> = Promise.resolve();
    let release = () => {};
    const held: typeof objects = {
      ...objects,
      async readInto(...read) {
        const reading = objects.readInto(...read);
        await gate;
        await reading;
      },
    };
    const version = await open({ rangeBytes: 5000, concurrency: 2, rowConcurrency: 2, gapBytes: 0 }, held);
    gate = new Promise((resolve) => {
      release = resolve;
    });
    reads.length = 0;
    const completed = version.complete();
    const query = { query: near(), topK: 10 };
    const searched = version.search({ ...query, within: probe(version, query) });
    const ended = Promise.allSettled([completed, searched]);
    await settle();
    let isGivenUp = false;
    const given = version.retire().then(() => {
      isGivenUp = true;
    });
    await settle();
    expect(isGivenUp).toBe(false);
    expect(reads).toHaveLength(4);
    release();
    await given;
    const [reason] = await ended;
    expect(reason).toMatchObject({ status: 'rejected', reason: { message: 'version v1 was given up' } });
    expect(reads).toHaveLength(4);
    expect(() => version.idAt(0)).toThrow('was given up');
  });

  it('answers the same with fp16 rows on the disk', async () => {
    const version = await open({ storage: createRowStorage({ directory: tmpdir() }) });
    const query = { query: near(), topK: 10 };
    const within = probe(version, query);
    expect(await version.search({ ...query, within })).toEqual(
      await whole.search({ ...query, within: whole.probe(query, { kind: 'mixed' }) }),
    );
    await version.complete();
    expect(version.isWhole).toBe(true);
    expect(version.diskBytes).toBeGreaterThan(0);
    expect(await version.search(query)).toEqual(await whole.search(query));
    await version.retire();
  });

  it('is given up by a live index when listed rows are corrupt, and loaded whole, which needs none', async () => {
    let now = 1_000_000;
    const events: LiveEvent[] = [];
    const versions = createVersionStore(objects);
    await versions.publish('v1', { expected: undefined });
    const [file] = manifest.lists!.listed!;
    const { body, contentType = '' } = (await objects.get(file!.key))!;
    await objects.put(file!.key, new Uint8Array(body.byteLength), { contentType });
    counting.failing = () => undefined;
    const index = createLiveIndex({
      versions,
      load: (entry, options) => loadVersion(objects, entry, { ...options, worthBytes: 0, attempts: 1 }),
      capacityBytes: 1 << 30,
      clock: () => now,
      onEvent: (event) => events.push(event),
    });
    const lease = await index.acquire({ deadlineMs: now + 2000 });
    const query = { query: near(), topK: 10 };
    const within = probe(lease.version, query);
    await expect(lease.version.search({ ...query, within })).rejects.toMatchObject({ code: 'corrupt_index' });
    lease.release();
    await settle();
    now += 20_000;
    (await index.acquire({ deadlineMs: now + 2000 })).release();
    await settle();
    const next = await index.acquire({ deadlineMs: now + 2000 });
    expect(next.version.isWhole).toBe(true);
    expect(await next.version.search(query)).toEqual(await whole.search(query));
    expect(events).toMatchObject([
      { type: 'loaded' },
      { type: 'complete_failed', error: { code: 'corrupt_index' } },
      { type: 'loaded' },
    ]);
    next.release();
    await objects.put(file!.key, body, { contentType });
  });

  it('is loaded as ever where it has lists but no listed rows, as versions of before', async () => {
    const { listed: _, ...before } = manifest.lists!;
    const version = await loadVersion(
      objects,
      { ...manifest, lists: before },
      { answerFirst: true, worthBytes: 0 },
    );
    const query = { query: near(), topK: 10 };
    expect(version.probeEarly(query, { kind: 'mixed' })).toBeUndefined();
    expect(await version.search(query)).toEqual(await whole.search(query));
  });
});

/** Items of one text and up to two pictures around some centres. */
function itemsOf(count: number, vector: () => Float32Array, random: () => number): IndexItem[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `i${String(i).padStart(5, '0')}`,
    attributes: { percent: Math.floor(random() * 100) },
    rows: [
      row('text', vector()),
      ...Array.from({ length: Math.floor(random() * 3) }, () => row('image', vector())),
    ],
  }));
}

function clustered(random: () => number): () => Float32Array {
  const centres = Array.from({ length: 60 }, () => unitVector(dimensions, random));
  return () => {
    const centre = centres[Math.floor(random() * centres.length)]!;
    const mixed = unitVector(dimensions, random).map((value, i) => value * 0.35 + centre[i]!);
    const norm = Math.hypot(...mixed);
    return mixed.map((value) => value / norm);
  };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
