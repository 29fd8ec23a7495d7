import { describe, expect, it } from 'vitest';
import { TuwenError } from '../../shared/error.ts';
import { createLiveIndex, type LiveEvent, type LiveIndexOptions } from '../../shared/index/live-index.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import { createVersionStore } from '../../shared/index/version-store.ts';
import { createCountingObjects, sampleItems, writeVersion } from './sample.ts';

describe('the live index', () => {
  it('waits for the first load, once for all who ask', async () => {
    const world = await createWorld({ live: 'v1' });
    const loading = world.hold();
    const acquired = Promise.all([world.acquire(), world.acquire(), world.acquire()]);
    loading.release();
    expect((await acquired).map(({ version }) => version.version)).toEqual(['v1', 'v1', 'v1']);
    expect(world.loads).toEqual(['v1']);
    expect(world.looks).toBe(1);
  });

  it('begins to load when it is told to, before anyone asks', async () => {
    const world = await createWorld({ live: 'v1' });
    world.index.start();
    await world.settle();
    expect(world.index.status()).toEqual({ version: 'v1', loading: undefined, error: undefined });
    await world.acquire();
    expect(world.loads).toEqual(['v1']);
  });

  it('is not ready when nothing is loaded by the deadline, and ready for the next who asks', async () => {
    const world = await createWorld({ live: 'v1' });
    const loading = world.hold();
    await expect(world.acquire(20)).rejects.toMatchObject({
      code: 'not_ready',
      retryable: true,
      retryAfterMs: 2000,
    });
    loading.release();
    expect((await world.acquire()).version.version).toBe('v1');
    expect(world.loads).toEqual(['v1']);
  });

  it('is not ready, without waiting, when nothing was published', async () => {
    const world = await createWorld({});
    await expect(world.acquire()).rejects.toMatchObject({ code: 'not_ready', retryable: true });
    expect(world.looks).toBe(1);
    await world.publish('v1');
    expect((await world.acquire()).version.version).toBe('v1');
  });

  it('keeps no failure: the same request tries again until its deadline', async () => {
    const world = await createWorld({ live: 'v1' });
    world.failures.push(new Error('socket hang up'), new TuwenError('internal', 'a short read'));
    expect((await world.acquire()).version.version).toBe('v1');
    expect(world.loads).toEqual(['v1', 'v1', 'v1']);
    expect(world.events.map(({ type }) => type)).toEqual(['load_failed', 'load_failed', 'loaded']);
    expect(world.index.status().error).toBeUndefined();
  });

  it('says what no second try within a request will mend, and tries again for the next', async () => {
    const world = await createWorld({ live: 'v1' });
    world.failures.push(new TuwenError('corrupt_index', 'broken'));
    await expect(world.acquire()).rejects.toMatchObject({ code: 'corrupt_index' });
    expect((await world.acquire()).version.version).toBe('v1');
  });

  it('looks at the pointer no more often than it is told to', async () => {
    const world = await createWorld({ live: 'v1' });
    await world.acquire();
    for (let i = 0; i < 100; i++) {
      world.now += 100;
      await world.acquire();
      await world.settle();
    }
    expect(world.looks).toBe(1 + 2);
    expect(world.loads).toEqual(['v1']);
  });

  it('answers from the old version while the new one loads, then from the new one', async () => {
    const world = await createWorld({ live: 'v1' });
    await world.acquire();
    await world.publish('v2');
    const loading = world.hold();
    world.now += 5000;
    for (let i = 0; i < 3; i++) expect((await world.acquire()).version.version).toBe('v1');
    await world.settle();
    expect(world.index.status()).toMatchObject({ version: 'v1', loading: 'v2' });
    loading.release();
    await world.settle();
    expect((await world.acquire()).version.version).toBe('v2');
    expect(world.loads).toEqual(['v1', 'v2']);
  });

  it('never changes the version under a lease', async () => {
    const world = await createWorld({ live: 'v1' });
    const lease = await world.acquire({ keep: true });
    const search = () => lease.version.search({ query: new Float32Array(4).fill(0.5), topK: 3 });
    const before = await search();
    await world.publish('v2');
    world.now += 5000;
    await world.acquire();
    await world.settle();
    expect((await world.acquire()).version.version).toBe('v2');
    expect(lease.version.version).toBe('v1');
    expect(await search()).toEqual(before);
    lease.release();
    expect(() => lease.version.idAt(0)).toThrow('was given up');
  });

  it('picks up a new version after a freeze, though no timer fired, before it answers', async () => {
    const world = await createWorld({ live: 'v1' });
    await world.acquire();
    await world.publish('v2');
    world.now += 3_600_000;
    expect((await world.acquire()).version.version).toBe('v2');
  });

  it('lets one stale request wait, and that not for ever, while the others are answered', async () => {
    const world = await createWorld({ live: 'v1', patienceMs: 30 });
    await world.acquire();
    await world.publish('v2');
    world.now += 3_600_000;
    const loading = world.hold();
    let isWaiting = true;
    const waiting = world.acquire().finally(() => {
      isWaiting = false;
    });
    expect((await world.acquire()).version.version).toBe('v1');
    expect(isWaiting).toBe(true);
    expect((await waiting).version.version).toBe('v1');
    loading.release();
  });

  it('goes on serving when a new version cannot be loaded, and tries less and less often', async () => {
    const world = await createWorld({ live: 'v1' });
    await world.acquire();
    await world.publish('v2');
    world.failures.push(...Array.from({ length: 99 }, () => new TuwenError('corrupt_index', 'broken')));
    for (let second = 0; second < 300; second++) {
      world.now += 1000;
      expect((await world.acquire()).version.version).toBe('v1');
      await world.settle();
    }
    // After 5, then 10, 20, 40 and from then on 80 seconds.
    expect(world.loads.filter((version) => version === 'v2')).toHaveLength(6);
    expect(world.index.status().error).toMatchObject({ code: 'corrupt_index' });
    world.failures.length = 0;
    world.now += 80_000;
    expect((await world.acquire()).version.version).toBe('v2');
  });

  it('goes on serving when the pointer cannot be read', async () => {
    const world = await createWorld({ live: 'v1' });
    await world.acquire();
    world.lookFailure = new Error('no route');
    world.now += 60_000;
    expect((await world.acquire()).version.version).toBe('v1');
    expect(world.index.status().error).toBe(world.lookFailure);
  });

  it('refuses a version beyond its capacity and goes on serving', async () => {
    const world = await createWorld({ live: 'v1', capacity: 1.5, withLarge: true });
    await world.acquire();
    await world.publish('large');
    world.now += 60_000;
    expect((await world.acquire()).version.version).toBe('v1');
    expect(world.index.status().error).toMatchObject({
      code: 'index_too_large',
      message: expect.stringContaining('searchMemoryMb'),
    });
    expect(world.loads).toEqual(['v1']);
  });

  it('loads in place, in the same memory, when both versions do not fit', async () => {
    const world = await createWorld({ live: 'v1', capacity: 1.5 });
    const lease = await world.acquire({ keep: true });
    await world.publish('v2');
    world.now += 5000;
    await world.acquire();
    await world.settle();
    expect(world.loads).toEqual(['v1']);
    expect(lease.version.idAt(0)).toBe('v1-0-é图');
    const waiting = world.acquire();
    lease.release();
    expect((await waiting).version.version).toBe('v2');
    expect(world.blocks.size).toBe(1);
    expect(() => lease.version.idAt(0)).toThrow('was given up');
    expect(world.events.at(-1)).toMatchObject({ type: 'loaded', inPlace: true });
  });

  it('keeps the block when loading in place fails, for the next try', async () => {
    const world = await createWorld({ live: 'v1', capacity: 1.5 });
    await world.acquire();
    await world.publish('v2');
    world.failures.push(new Error('socket hang up'));
    world.now += 60_000;
    expect((await world.acquire()).version.version).toBe('v2');
    expect(world.loads).toEqual(['v1', 'v2', 'v2']);
    expect(world.blocks.size).toBe(1);
  });

  it('waits for a replaced version that is still leased before a third takes room', async () => {
    const world = await createWorld({ live: 'v1', capacity: 2.5 });
    const lease = await world.acquire({ keep: true });
    for (const [version, loads] of [
      ['v2', ['v1', 'v2']],
      ['v3', ['v1', 'v2']],
    ] as const) {
      await world.publish(version);
      world.now += 5000;
      await world.acquire();
      await world.settle();
      expect(world.loads).toEqual(loads);
    }
    expect((await world.acquire()).version.version).toBe('v2');
    lease.release();
    await world.settle();
    expect((await world.acquire()).version.version).toBe('v3');
    expect(world.blocks.size).toBe(2);
  });

  it('counts a lease once however often it is released', async () => {
    const world = await createWorld({ live: 'v1', capacity: 1.5 });
    const first = await world.acquire({ keep: true });
    const second = await world.acquire({ keep: true });
    first.release();
    first.release();
    await world.publish('v2');
    world.now += 60_000;
    await expect(world.acquire(30)).rejects.toMatchObject({ code: 'not_ready' });
    expect(second.version.idAt(0)).toBe('v1-0-é图');
    second.release();
    expect((await world.acquire()).version.version).toBe('v2');
  });
});

interface WorldOptions {
  readonly live?: string;
  /** In versions of the usual size. */
  readonly capacity?: number;
  readonly patienceMs?: number;
  readonly withLarge?: boolean;
}

/** Real versions v1, v2, v3 and, if wanted, large in a bucket in memory, and a clock that stands still. */
async function createWorld({ live, capacity = 10, patienceMs = 3000, withLarge }: WorldOptions) {
  const { objects } = createCountingObjects();
  const versions = createVersionStore(objects);
  let residentBytes = 0;
  for (const version of ['v1', 'v2', 'v3', ...(withLarge ? ['large'] : [])]) {
    const items = sampleItems(version === 'large' ? 6000 : 20, 4, { prefix: `${version}-` });
    const manifest = await writeVersion(objects, items, { version, dimensions: 4 });
    residentBytes ||= manifest.residentBytes;
  }
  const publish = async (version: string) => {
    await versions.publish(version, { expected: (await versions.current())?.etag });
  };
  if (live) await publish(live);

  const world = {
    now: 1_000_000,
    looks: 0,
    loads: [] as string[],
    blocks: new Set<WebAssembly.Memory>(),
    events: [] as LiveEvent[],
    /** Thrown by the next loads. */
    failures: [] as unknown[],
    lookFailure: undefined as unknown,
  };
  let gate: Promise<void> = Promise.resolve();

  const options: LiveIndexOptions = {
    versions: {
      async current() {
        world.looks++;
        if (world.lookFailure) throw world.lookFailure;
        return versions.current();
      },
      manifest: versions.manifest,
    },
    async load(manifest: Manifest, { memories = [] }) {
      world.loads.push(manifest.version);
      await gate;
      const failure = world.failures.shift();
      if (failure) throw failure;
      const [block = new WebAssembly.Memory({ initial: 1 })] = memories;
      world.blocks.add(block);
      return loadVersion(objects, manifest, { memories: [block] });
    },
    capacityBytes: residentBytes * capacity,
    clock: () => world.now,
    patienceMs,
    onEvent: (event) => world.events.push(event),
  };
  const index = createLiveIndex(options);

  return Object.assign(world, {
    index,
    publish,
    /** Acquires, within so many milliseconds, and gives back unless it is to be kept. */
    async acquire(how: number | { keep: true } = 2000) {
      const lease = await index.acquire({ deadlineMs: world.now + (typeof how === 'number' ? how : 2000) });
      if (typeof how === 'number') lease.release();
      return lease;
    },
    /** Loads stand still from now until released. */
    hold() {
      let release = () => {};
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return { release };
    },
    /** Lets what is under way come to its end, or to where it is held. */
    async settle() {
      for (let i = 0; i < 60; i++) await new Promise((resolve) => setImmediate(resolve));
    },
  });
}
