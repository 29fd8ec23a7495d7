import { tmpdir } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { createLiveIndex, type LiveEvent } from '../../shared/index/live-index.ts';
import { type LoadOptions, loadVersion } from '../../shared/index/load-version.ts';
import { createRowStorage, type RowStorage } from '../../shared/index/row-storage.ts';
import { createVersionStore } from '../../shared/index/version-store.ts';
import {
  createCountingObjects,
  createRandom,
  flipByte,
  sampleItems,
  unitVector,
  writeVersion,
} from './sample.ts';

describe('a live index that starts cold', () => {
  it('answers before the rest is in, then tells when it is', async () => {
    const world = await createWorld();
    world.holdVectors();
    const lease = await world.acquire();
    expect(world.told()).toEqual(['loaded']);
    expect(lease.version.isWhole).toBe(false);
    world.now += 700;
    world.release();
    await world.settle();
    expect(lease.version.isWhole).toBe(true);
    expect(world.events.slice(1)).toMatchObject([{ type: 'completed', loadMs: 700 }]);
    const { bytes } = world.manifests.get('v1')!.shards[0]!;
    expect(lease.version.traffic).toEqual({ requests: 2, bytes });
    lease.release();
  });

  it('loads whole what replaces a version that answers', async () => {
    const world = await createWorld();
    (await world.acquire()).release();
    await world.settle();
    await world.publish('v2');
    world.now += 5000;
    world.holdVectors();
    (await world.acquire()).release();
    await world.settle();
    expect(world.index.status()).toMatchObject({ version: 'v1', loading: 'v2' });
    world.release();
    await world.settle();
    const lease = await world.acquire();
    expect(lease.version).toMatchObject({ version: 'v2', isWhole: true });
    expect(world.told()).toEqual(['loaded', 'completed', 'loaded']);
  });

  it('answers on while reading the rest fails, and tries again when a request comes late enough', async () => {
    const world = await createWorld();
    world.failVectors = new Error('socket hang up');
    (await world.acquire()).release();
    await world.settle();
    expect(world.told()).toEqual(['loaded', 'complete_failed']);
    for (const [passed, tries] of [
      [4999, 1],
      [1, 2],
      [9999, 2],
      [1, 3],
    ] as const) {
      world.now += passed;
      const lease = await world.acquire();
      expect(lease.version.version).toBe('v1');
      lease.release();
      await world.settle();
      expect(world.told().filter((type) => type === 'complete_failed')).toHaveLength(tries);
    }
    world.failVectors = undefined;
    world.now += 20_000;
    const lease = await world.acquire();
    await world.settle();
    expect(lease.version.isWhole).toBe(true);
    expect(world.told().at(-1)).toBe('completed');
  });

  it('gives up a version whose rest is corrupt, says so, and answers from it only when all of it is right', async () => {
    const world = await createWorld();
    const { key, tensors } = world.manifests.get('v1')!.shards[0]!;
    const vectors = tensors.find(({ name }) => name === 'vectors')!;
    await flipByte(world.objects, key, vectors.offset + 100);
    const lease = await world.acquire();
    await world.settle();
    expect(world.told()).toEqual(['loaded', 'complete_failed']);
    await expect(lease.version.search(world.query)).rejects.toMatchObject({ code: 'corrupt_index' });
    lease.release();
    for (let i = 0; i < 3; i++)
      await expect(world.acquire()).rejects.toMatchObject({ code: 'corrupt_index' });
    expect(world.told()).toEqual(['loaded', 'complete_failed', 'load_failed', 'load_failed', 'load_failed']);
    expect(world.blocks).toHaveLength(1);
    await flipByte(world.objects, key, vectors.offset + 100);
    const mended = await world.acquire();
    expect(mended.version.isWhole).toBe(true);
  });

  it('gives up a version of which a search found a corrupt row', async () => {
    const world = await createWorld();
    const { key, tensors } = world.manifests.get('v1')!.shards[0]!;
    const vectors = tensors.find(({ name }) => name === 'vectors')!;
    world.failVectors = new Error('socket hang up');
    const lease = await world.acquire();
    await world.settle();
    world.failVectors = undefined;
    for (let i = 0; i < vectors.shape[0]!; i++) await flipByte(world.objects, key, vectors.offset + i * 128);
    await expect(lease.version.search(world.query)).rejects.toMatchObject({ code: 'corrupt_index' });
    lease.release();
    world.now += 5000;
    const next = await world.acquire();
    next.release();
    await world.settle();
    await expect(world.acquire()).rejects.toMatchObject({ code: 'corrupt_index' });
  });

  it('replaces a version whose rest is still being read, and uses its memory only when nothing is read into it', async () => {
    const world = await createWorld({ capacity: 1.5 });
    world.holdVectors();
    (await world.acquire()).release();
    await world.publish('v2');
    world.now += 60_000;
    const waiting = world.acquire();
    await world.settle();
    expect(world.loads).toEqual(['v1']);
    world.release();
    const lease = await waiting;
    expect(lease.version.version).toBe('v2');
    expect(world.blocks).toHaveLength(1);
    await world.settle();
    expect(lease.version.isWhole).toBe(true);
    const found = await lease.version.search(world.query);
    expect(found).toEqual(await (await world.alone('v2')).search(world.query));
  });

  it('lets a version go on to be read that was replaced under a lease, and answer as before', async () => {
    const world = await createWorld();
    world.holdVectors();
    const lease = await world.acquire();
    await world.publish('v2');
    world.now += 5000;
    (await world.acquire()).release();
    await world.settle();
    world.release();
    await world.settle();
    expect((await world.acquire()).version.version).toBe('v2');
    expect(await lease.version.search(world.query)).toEqual(
      await (await world.alone('v1')).search(world.query),
    );
    lease.release();
    expect(() => lease.version.idAt(0)).toThrow('was given up');
  });

  it('answers from the bucket while the disk is full, tells so, and writes when a later request finds room', async () => {
    let free = 0;
    const storage = { ...createRowStorage({ directory: tmpdir() }), free: async () => free };
    const world = await createWorld({ storage });
    const lease = await world.acquire();
    await world.settle();
    expect(world.told()).toEqual(['loaded', 'complete_failed']);
    expect(String(world.events[1]?.type === 'complete_failed' && world.events[1].error)).toContain(
      'raise searchStorageMb',
    );
    const expected = await (await world.alone('v1')).search(world.query);
    expect(await lease.version.search(world.query)).toEqual(expected);
    free = Number.POSITIVE_INFINITY;
    world.now += 5000;
    (await world.acquire()).release();
    // The disk takes its time.
    await vi.waitFor(() => expect(world.told()).toEqual(['loaded', 'complete_failed', 'completed']));
    expect(lease.version.isWhole).toBe(true);
    expect(await lease.version.search(world.query)).toEqual(expected);
  });

  it('goes on to the next version though the disk still holds the last one, and writes it when that is gone', async () => {
    const bytes = 200 * 128;
    const storage = createRowStorage({ directory: tmpdir(), limitBytes: bytes });
    const world = await createWorld({ storage });
    const lease = await world.acquire();
    await vi.waitFor(() => expect(lease.version.isWhole).toBe(true));
    await world.publish('v2');
    world.now += 5000;
    (await world.acquire()).release();
    await vi.waitFor(() => expect(world.index.status().version).toBe('v2'));
    const next = await world.acquire();
    expect(next.version).toMatchObject({ version: 'v2', isWhole: false });
    const expected = await (await world.alone('v2')).search(world.query);
    expect(await next.version.search(world.query)).toEqual(expected);
    lease.release();
    world.now += 5000;
    (await world.acquire()).release();
    await vi.waitFor(() => expect(next.version.isWhole).toBe(true));
    expect(await next.version.search(world.query)).toEqual(expected);
  });
});

/** Versions v1 and v2 in a bucket in memory whose vectors can be held back, and a clock that stands still. */
async function createWorld({ capacity = 10, storage }: { capacity?: number; storage?: RowStorage } = {}) {
  const { objects } = createCountingObjects();
  const versions = createVersionStore(objects);
  const manifests = new Map<string, Awaited<ReturnType<typeof writeVersion>>>();
  for (const version of ['v1', 'v2']) {
    const items = sampleItems(60, 64, { prefix: `${version}-`, seed: version === 'v1' ? 1 : 2 });
    manifests.set(version, await writeVersion(objects, items, { version, dimensions: 64 }));
  }
  let open = Promise.resolve();
  let release = () => {};
  const world = {
    now: 1_000_000,
    objects,
    manifests,
    query: { query: unitVector(64, createRandom(9)), topK: 5 },
    events: [] as LiveEvent[],
    loads: [] as string[],
    blocks: [] as WebAssembly.Memory[],
    /** Thrown by reads of what is not needed to answer. */
    failVectors: undefined as unknown,
    told: () => world.events.map(({ type }) => type),
    holdVectors() {
      open = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => release(),
    async publish(version: string) {
      await versions.publish(version, { expected: (await versions.current())?.etag });
    },
    acquire: () => index.acquire({ deadlineMs: world.now + 2000 }),
    alone: (version: string) => loadVersion(objects, manifests.get(version)!),
    async settle() {
      for (let i = 0; i < 80; i++) await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const reader: Pick<typeof objects, 'readInto'> = {
    async readInto(key, range, ...rest) {
      // Whole shards begin so as well.
      if (range.start === 0) {
        const isOpen = open;
        if (world.failVectors) throw world.failVectors;
        await isOpen;
        await objects.readInto(key, range, ...rest);
      } else await objects.readInto(key, range, ...rest);
    },
  };
  const index = createLiveIndex({
    versions,
    load(manifest, options: LoadOptions) {
      world.loads.push(manifest.version);
      const [memory = new WebAssembly.Memory({ initial: 1 })] = options.memories ?? [];
      if (!world.blocks.includes(memory)) world.blocks.push(memory);
      return loadVersion(reader, manifest, {
        ...options,
        memories: [memory],
        worthBytes: 0,
        attempts: 1,
        ...(storage && { storage }),
      });
    },
    capacityBytes: manifests.get('v1')!.residentBytes * capacity,
    clock: () => world.now,
    onEvent: (event) => world.events.push(event),
  });
  await world.publish('v1');
  return Object.assign(world, { index });
}
