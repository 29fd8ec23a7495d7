import { describe, expect, it } from 'vitest';
import { TuwenError } from '../shared/error.ts';
import { measureMemory } from '../shared/index/memory-plan.ts';
import { createWorld, queryOf } from './world.ts';

const far = (world: { clock: () => number }) => ({ deadlineMs: world.clock() + 900_000 });

describe('rebuilding the index', () => {
  it('publishes an empty version of an empty catalog', async () => {
    const world = createWorld();
    expect(await world.publish()).toMatchObject({ status: 'succeeded', run: { done: 0, total: 0 } });
    expect(await world.versions.manifest((await world.versions.current())!.version)).toMatchObject({
      items: 0,
      rows: 0,
    });
  });

  it('reads next to nothing and publishes nothing when nothing changed', async () => {
    const world = createWorld();
    await world.items.put('a', { title: 'red hat' });
    await world.publish();
    const live = await world.versions.current();
    let pages = 0;
    const { all } = world.items;
    Object.assign(world.items, {
      all: () => {
        pages++;
        return all();
      },
    });
    expect(await world.publish()).toEqual({ status: 'idle' });
    expect(await world.versions.current()).toEqual(live);
    expect(pages).toBe(0);
  });

  it('embeds only what has no embedding for this content and this model', async () => {
    const world = createWorld();
    await world.items.put('a', { title: 'red hat' });
    await world.items.put('b', { title: 'blue hat' });
    await world.publish();
    await world.items.put('a', { title: 'red hat', attributes: { price: 3 } });
    await world.items.put('b', { title: 'green hat' });
    await world.publish();
    const texts = world.adapter.calls.flat().map((input) => (input.type === 'text' ? input.text : ''));
    expect(texts.sort()).toEqual(['blue hat', 'green hat', 'red hat']);
  });

  it('has nothing left to embed where it was embedded ahead, which publishes nothing', async () => {
    const world = createWorld();
    await world.items.put('a', { title: 'red hat' });
    await world.items.put('b', { title: 'blue hat' });
    await world.ingestPicture({ ...(await world.upload('catalog/b/1.jpg', 'blue hat')), itemId: 'b' }, world);
    const calls = () => world.adapter.calls.flat().length;
    const before = calls();
    expect(await world.embedAhead(far(world))).toEqual({ status: 'embedded', contents: 3 });
    const paid = calls();
    expect(paid - before).toBe(2);
    expect(await world.versions.current()).toBeUndefined();
    expect(await world.publish()).toMatchObject({ status: 'succeeded', run: { done: 0, total: 0 } });
    expect(calls()).toBe(paid);
    expect(await world.find('blue hat')).toEqual(['b', 'a']);
  });

  it('embeds ahead no longer than there is time for, and keeps what it has', async () => {
    const world = createWorld();
    for (let n = 0; n < 40; n++) await world.items.put(`item ${n}`, { title: `hat number ${n}` });
    const soon = { deadlineMs: world.clock() + 30_000 };
    expect(await world.embedAhead(soon)).toEqual({ status: 'embedded', contents: 32 });
    expect(await world.embedAhead(soon)).toEqual({ status: 'embedded', contents: 40 });
  });

  it('copies vectors from the live version when the embedding store has forgotten them', async () => {
    const world = createWorld();
    await world.items.put('a', { title: 'red hat' });
    await world.publish();
    world.pass(40 * 24 * 3_600_000);
    await world.items.put('b', { title: 'blue hat' });
    await world.publish();
    expect(world.adapter.calls.flat()).toHaveLength(2);
  });

  it('keeps what it paid for when the provider fails half-way, and goes on from there', async () => {
    let failing = true;
    const world = createWorld({
      adapter: {
        limits: { inputsPerCall: 8, concurrency: 1 },
        before: (_, call) => {
          if (failing && call === 6) throw new TuwenError('embedder_failed', 'the account is in arrears');
        },
      },
    });
    for (let i = 0; i < 100; i++) await world.items.put(`i${i}`, { title: `thing number ${i}` });
    expect(await world.publish()).toMatchObject({
      status: 'failed',
      run: { error: { code: 'embedder_failed' } },
    });
    expect(await world.versions.current()).toBeUndefined();
    failing = false;
    const before = world.adapter.calls.flat().length;
    expect(await world.publish()).toMatchObject({ status: 'succeeded' });
    // The batches that were stored before the failure are not paid for again.
    expect(world.adapter.calls.flat().length - before).toBeLessThanOrEqual(100 - 32);
    expect(await world.items.countPending()).toBe(0);
  });

  it('goes on in a fresh invocation when the time is up, and publishes once', async () => {
    const world = createWorld({ adapter: { before: () => world.pass(10_000) } });
    for (let i = 0; i < 200; i++) await world.items.put(`i${i}`, { title: `thing number ${i}` });
    const invoke = (trigger: Parameters<typeof world.rebuild>[0]) =>
      world.rebuild(trigger, { deadlineMs: world.clock() + 90_000 });
    let outcome = await invoke({ kind: 'schedule' });
    let hops = 0;
    while (outcome.status === 'continue') {
      hops++;
      outcome = await invoke({ kind: 'continue', runId: outcome.runId, hop: outcome.hop });
    }
    expect(hops).toBeGreaterThan(0);
    expect(outcome).toMatchObject({ status: 'succeeded', run: { runId: 'run-1' } });
    expect(world.adapter.calls.flat()).toHaveLength(200);
    expect(await world.versions.list()).toHaveLength(1);
  });

  it('lets one of two rebuilds at once publish; the other is told who is at it', async () => {
    const world = createWorld();
    await world.items.put('a', { title: 'red hat' });
    const outcomes = await Promise.all([
      world.rebuild({ kind: 'rebuild', runId: 'one' }, far(world)),
      world.rebuild({ kind: 'rebuild', runId: 'two' }, far(world)),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['busy', 'succeeded']);
    expect(outcomes.find(({ status }) => status === 'busy')).toEqual({ status: 'busy', runId: 'one' });
  });

  it('never publishes over a version that came in between', async () => {
    const world = createWorld({ adapter: { before: () => interfere() } });
    let interfere = () => {};
    await world.items.put('a', { title: 'red hat' });
    await world.publish();
    await world.items.put('b', { title: 'blue hat' });
    const [first] = await world.versions.list();
    interfere = () => void world.versions.rollback(first!.version);
    const outcome = await world.rebuild({ kind: 'rebuild', runId: 'late' }, far(world));
    expect(outcome).toMatchObject({ status: 'failed', run: { error: { code: 'conflict' } } });
    expect((await world.versions.current())!.version).toBe(first!.version);
  });

  it('serves the old version until the new model has embedded everything', async () => {
    const world = createWorld();
    await world.items.put('a', { title: 'red hat' });
    await world.publish();
    world.changeModel({ model: 'hash/16', dimensions: 16 });
    expect(await world.find('red hat')).toEqual(['a']);
    expect((await world.versions.current())!.model).toBe('hash/32');
    await world.publish();
    expect((await world.versions.current())!.model).toBe('hash/16');
    await expect
      .poll(async () => (await world.searchItems.search(queryOf({ text: 'red hat' }), world)).index.model)
      .toBe('hash/16');
  });

  it('does not swap a pinned version, until a rebuild is asked for', async () => {
    const world = createWorld();
    await world.publish();
    const pinned = (await world.versions.current())!.version;
    await world.versions.rollback(pinned);
    await world.items.put('a', { title: 'red hat' });
    expect(await world.publish()).toMatchObject({ status: 'succeeded' });
    expect((await world.versions.current())!.version).toBe(pinned);
    expect(await world.publish()).toEqual({ status: 'idle' });
    await world.rebuild({ kind: 'rebuild', runId: 'asked' }, far(world));
    expect(await world.versions.current()).toMatchObject({ pinned: false });
    expect((await world.versions.current())!.version).not.toBe(pinned);
  });

  it('refuses to publish what the search function cannot hold, and says which setting to raise', async () => {
    const world = createWorld({ capacityBytes: 1000 });
    await world.items.put('a', { title: 'red hat' });
    expect(await world.publish()).toMatchObject({
      status: 'failed',
      run: { error: { code: 'index_too_large', detail: expect.stringContaining('searchMemoryMb') } },
    });
    expect(await world.versions.current()).toBeUndefined();
  });

  it('tells in the manifest what the version takes of memory where its rows are going to lie', async () => {
    const sizes = [];
    for (const rows of ['memory', 'disk'] as const) {
      const world = createWorld({ capacity: { memoryBytes: 1 << 30, storageBytes: 1 << 30, rows } });
      await world.items.put('a', { title: 'red hat' });
      await world.publish();
      const { version } = (await world.versions.current())!;
      const manifest = await world.versions.manifest(version);
      sizes.push([
        manifest.residentBytes,
        measureMemory(manifest.dimensions, manifest.shards, { rows }).residentBytes,
      ]);
    }
    expect(sizes[0]![0]).toBe(sizes[0]![1]);
    expect(sizes[1]![0]).toBe(sizes[1]![1]);
    expect(sizes[0]![0]).not.toBe(sizes[1]![0]);
  });

  it('refuses to publish what the search function has no disk for, and says which setting to raise', async () => {
    const world = createWorld({ capacity: { memoryBytes: 1 << 30, storageBytes: 10, rows: 'disk' } });
    await world.items.put('a', { title: 'red hat' });
    expect(await world.publish()).toMatchObject({
      run: { error: { code: 'index_too_large', detail: expect.stringContaining('searchStorageMb') } },
    });
    expect(await world.versions.current()).toBeUndefined();
  });

  it('leaves out one text that the model refuses, and publishes the rest', async () => {
    const world = createWorld({
      adapter: {
        before: (inputs) => {
          if (inputs.some((input) => input.type === 'text' && input.text === 'forbidden'))
            throw new TuwenError('invalid_request', 'inspection failed');
        },
      },
    });
    await world.items.put('bad', { title: 'forbidden' });
    await world.items.put('good', { title: 'red hat' });
    expect(await world.publish()).toMatchObject({ status: 'succeeded' });
    expect(await world.find('red hat')).toEqual(['good']);
    expect(world.logged).toContainEqual(expect.objectContaining({ reason: 'inspection failed' }));
  });

  it('takes up a picture that nobody told it of', async () => {
    const world = createWorld();
    await world.upload('catalog/shared/a.jpg', 'green boat');
    await world.items.put('boat', { title: 'Boat', images: ['catalog/shared/a.jpg'] });
    await world.publish();
    expect(await world.find('green boat', { against: 'image' })).toContain('boat');
  });

  it('keeps an item pending that changes while the version is built', async () => {
    const world = createWorld({ adapter: { before: () => change() } });
    let change: () => void = () => {};
    await world.items.put('a', { title: 'red hat' });
    change = () => void world.items.put('a', { title: 'blue hat' });
    await world.publish();
    expect(await world.items.countPending()).toBe(1);
  });

  it('never shows a run that comes to its end as lost', async () => {
    const world = createWorld();
    const seen: unknown[] = [];
    const { release } = world.runs;
    Object.assign(world.runs, {
      release: async (lease: string, owner: string) => {
        await release(lease, owner);
        seen.push((await world.runLog.read(owner))?.status);
      },
    });
    await world.rebuild({ kind: 'rebuild', runId: 'asked' }, far(world));
    expect(seen).toEqual(['succeeded']);
  });

  it('shows a run whose holder is gone as lost', async () => {
    const world = createWorld();
    await world.runs.acquire('reindex', 'dead', 60_000);
    await world.runLog.announce('dead');
    expect(await world.runLog.read('dead')).toMatchObject({ status: 'running' });
    world.pass(61_000);
    expect(await world.runLog.read('dead')).toMatchObject({ status: 'lost' });
  });

  it('removes old versions beyond those to keep, never the live one', async () => {
    const world = createWorld();
    for (let i = 0; i < 7; i++) {
      await world.items.put('a', { title: `hat ${i}` });
      await world.publish();
    }
    const kept = (await world.versions.list()).map(({ version }) => version);
    expect(kept).toHaveLength(4);
    expect(kept[0]).toBe((await world.versions.current())!.version);
  });
});
