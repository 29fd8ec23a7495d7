import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAX_THREADS, searchThreads } from '../../shared/index/capacity.ts';
import { compileFilter } from '../../shared/index/filter.ts';
import { createLiveIndex } from '../../shared/index/live-index.ts';
import { type LoadOptions, loadVersion } from '../../shared/index/load-version.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import { planMemory } from '../../shared/index/memory-plan.ts';
import { createRowStorage } from '../../shared/index/row-storage.ts';
import type { ThreadSettings } from '../../shared/index/scan-threads.ts';
import type { SearchQuery } from '../../shared/index/search-query.ts';
import { createVersionStore } from '../../shared/index/version-store.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { matchMap } from '../../shared/scan/match-map.ts';
import { scratchBytes } from '../../shared/scan/scratch.ts';
import { createRandom, sampleItems, unitVector, writeVersion } from './sample.ts';
import { hesitating, loadThreaded, threadFile, threadFileAfter, untilThreads } from './threads.ts';

const dimensions = 48;
const items = sampleItems(900, dimensions);
const objects = createMemoryObjectStore();
const matchOf = {
  text: matchMap({ cosines: [-1, 0.2, 1], matches: [0, 0.5, 1] }),
  image: matchMap({ cosines: [-1, 0.1, 1], matches: [0, 0.5, 1] }),
};
const random = createRandom(5);
const queries = Array.from({ length: 32 }, (_, i): SearchQuery => {
  const query = unitVector(dimensions, random);
  return {
    query,
    // The first takes so many that whatever is left out shows.
    topK: [100, 1, 10][i % 3]!,
    ...(i % 2 === 1 && { filter: compileFilter({ category: 'dress' }) }),
    ...(i % 3 === 1 && { matchOf }),
    ...(i % 4 === 3 && { against: 'image' }),
    ...(i % 5 === 1 && { after: { score: Math.fround(0.1 + random() / 5), position: 40, match: 0.5 } }),
    ...(i % 7 === 2 && { exclude: [3, 4, i] }),
  };
});
let oneShard: Manifest;
let someShards: Manifest;
let expected: Awaited<ReturnType<LoadedVersion['search']>>[];
const opened: LoadedVersion[] = [];

beforeAll(async () => {
  oneShard = await writeVersion(objects, items, { version: 'one', dimensions });
  someShards = await writeVersion(objects, items, { version: 'some', dimensions, shardBytes: 100_000 });
  expect([oneShard.shards.length, someShards.shards.length > 2]).toEqual([1, true]);
  const alone = await loadVersion(objects, oneShard);
  expected = await Promise.all(queries.map((query) => alone.search(query)));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((version) => version.retire()));
});

async function open(
  manifest: Manifest,
  settings: Partial<ThreadSettings> & { count: number },
  options: LoadOptions = {},
) {
  const version = await loadThreaded(objects, manifest, settings, options);
  opened.push(version);
  return version;
}

async function searchAll(version: LoadedVersion) {
  const alone = [];
  for (const query of queries) alone.push(await version.search(query));
  return [alone, await version.searchMany(queries)];
}

describe('search by threads', () => {
  it.each([
    [1, 'one shard', () => oneShard],
    [2, 'one shard', () => oneShard],
    [2, 'some shards', () => someShards],
    [3, 'some shards', () => someShards],
    [5, 'one shard', () => oneShard],
  ])('gives by %i of them, over %s, what one alone gives', async (count, _, manifest) => {
    const version = await open(manifest(), { count });
    const ofOthers = await hesitating(async () => {
      expect(await searchAll(version)).toEqual([expected, expected]);
    });
    if (count > 1) expect(ofOthers).toBeGreaterThan(0);
    expect(version.threads).toBe(count);
  });

  it('goes on alone, with the same results, when one of them dies in the midst of a search', async () => {
    const lost: unknown[] = [];
    // It dies with the third task that it takes, without a word.
    const file = await threadFileAfter(
      'const add = Atomics.add; let n = 0; Atomics.add = (...of) => { const task = add(...of); if (++n === 3) process.exit(1); return task; };',
    );
    const version = await open(someShards, { count: 2, file, onLost: (error) => lost.push(error) });
    await hesitating(async () => {
      expect(await searchAll(version)).toEqual([expected, expected]);
    });
    expect(version.threads).toBe(1);
    await sleep(50);
    expect(lost).toHaveLength(1);
  });

  it('goes on alone, with the same results, when one of them fails', async () => {
    const lost: unknown[] = [];
    const file = await threadFileAfter(
      'const add = Atomics.add; let n = 0; Atomics.add = (...of) => { if (++n === 3) throw new Error("broken"); return add(...of); };',
    );
    const version = await open(someShards, { count: 3, file, onLost: (error) => lost.push(error) });
    await hesitating(async () => {
      expect(await searchAll(version)).toEqual([expected, expected]);
    });
    expect(version.threads).toBe(1);
    expect(lost.map(String)).toEqual(['Error: Error: broken']);
  });

  it('goes on alone when they can not be started, and tells of it once', async () => {
    const lost: unknown[] = [];
    const threads = { count: 3, file: new URL('file:///none.mjs'), worthBytes: 0 };
    const version = await loadVersion(objects, someShards, {
      threads: { ...threads, onLost: (error) => lost.push(error) },
    });
    opened.push(version);
    while (lost.length === 0) await sleep(5);
    expect(await searchAll(version)).toEqual([expected, expected]);
    await sleep(50);
    expect(lost).toHaveLength(1);
  });

  it('starts none for an index that takes less than a millisecond', async () => {
    const version = await loadVersion(objects, someShards, {
      threads: {
        count: 3,
        file: new URL('file:///none.mjs'),
        onLost: (error) => expect.unreachable(String(error)),
      },
    });
    expect(await version.search(queries[0]!)).toEqual(expected[0]);
    expect(version.threads).toBe(1);
  });

  it('leaves to one what looks at few rows', async () => {
    const version = await open(someShards, { count: 2, worthBytes: someShards.rows * dimensions });
    const filter = compileFilter({ category: 'dress' });
    const whole = queries.findIndex(({ filter }) => !filter);
    expect(
      await hesitating(async () => {
        await version.search({ ...queries[0]!, filter });
      }),
    ).toBe(0);
    expect(
      await hesitating(async () => {
        for (let i = 0; i < 20; i++) expect(await version.search(queries[whole]!)).toEqual(expected[whole]);
      }),
    ).toBeGreaterThan(0);
  });

  it('leaves to one what threads can not be told', async () => {
    const version = await open(someShards, { count: 2 });
    const alone = await loadVersion(objects, oneShard);
    const plain = { text: (score: number) => score, image: (score: number) => score / 2 };
    const asked = { query: queries[0]!.query, topK: 10, matchOf: plain };
    expect(await version.search(asked)).toEqual(await alone.search(asked));
  });

  it('starts them when a version that answers first is whole', async () => {
    const threads = { count: 2, file: await threadFile(), worthBytes: 0 };
    const version = await loadVersion(objects, someShards, { threads, answerFirst: true, worthBytes: 0 });
    opened.push(version);
    expect(version.isWhole).toBe(false);
    expect(await version.search(queries[0]!)).toEqual(expected[0]);
    expect(version.threads).toBe(1);
    await version.complete();
    await untilThreads(version, 2);
    expect(await searchAll(version)).toEqual([expected, expected]);
  });

  it('takes the memory of a version whose threads have ended, and no other', async () => {
    const first = await open(oneShard, { count: 2 });
    opened.length = 0;
    expect(await first.search(queries[0]!)).toEqual(expected[0]);
    const memories = await first.retire();
    await expect(first.search(queries[0]!)).rejects.toThrow('was given up');
    const next = await open(someShards, { count: 2 }, { memories });
    await hesitating(async () => {
      expect(await searchAll(next)).toEqual([expected, expected]);
    });
    const plain = new WebAssembly.Memory({ initial: 1 });
    const alone = await loadVersion(objects, someShards, {
      memories: [plain],
      threads: { count: 2, file: await threadFile(), worthBytes: 0 },
    });
    expect(await alone.search(queries[0]!)).toEqual(expected[0]);
    expect(alone.threads).toBe(1);
  });

  it('leaves to one, with the same results, a version whose rows are on the disk', async () => {
    const version = await loadVersion(objects, someShards, {
      storage: createRowStorage({ directory: tmpdir() }),
      threads: { count: 2, file: await threadFile(), worthBytes: 0 },
    });
    opened.push(version);
    expect(await searchAll(version)).toEqual([expected, expected]);
    expect(version.threads).toBe(1);
  });

  it('have scratch of their own', () => {
    const offsets = planMemory(dimensions, oneShard.shards, { threads: 3 }).scratchOffsets;
    expect(offsets).toEqual([0, 1, 2].map((thread) => thread * scratchBytes(dimensions)));
  });

  it('follows the pointer while it searches', async () => {
    const store = createVersionStore(objects);
    let now = 0;
    const seen = new Set<string>();
    const threads = { count: 2, file: await threadFile(), worthBytes: 0 };
    const live = createLiveIndex({
      versions: store,
      load: (manifest, options) => loadVersion(objects, manifest, { ...options, threads }),
      capacityBytes: 3_000_000,
      clock: () => now,
      staleMs: 0,
    });
    const deadlineMs = Number.MAX_SAFE_INTEGER;
    for (let round = 0; round < 6; round++) {
      const { version } = [oneShard, someShards][round % 2]!;
      const current = await store.current();
      await store.publish(version, { expected: current?.etag });
      now += 60_000;
      const lease = await live.acquire({ deadlineMs });
      if (round < 4) await untilThreads(lease.version, 2);
      seen.add(lease.version.version);
      await hesitating(async () => {
        expect(await searchAll(lease.version)).toEqual([expected, expected]);
      });
      lease.release();
    }
    expect(seen).toEqual(new Set(['one', 'some']));
  });
});

it('takes the processors there are, or what the setting says, up to a limit', () => {
  expect(searchThreads('auto', 2)).toBe(2);
  expect(searchThreads('auto', 64)).toBe(MAX_THREADS);
  expect(searchThreads(1, 8)).toBe(1);
  expect(searchThreads(3, 2)).toBe(3);
});
