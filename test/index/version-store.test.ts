import { describe, expect, it } from 'vitest';
import { TuwenError } from '../../shared/error.ts';
import { createVersionId, createVersionStore } from '../../shared/index/version-store.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import type { ObjectStore } from '../../shared/objects/object-store.ts';
import { flipByte, sampleItems, writeVersion } from './sample.ts';

const pointer = 'index/current.json';

async function withVersions(...names: string[]) {
  const objects = createMemoryObjectStore();
  for (const version of names) await writeVersion(objects, sampleItems(5, 4), { version, dimensions: 4 });
  return { objects, versions: createVersionStore(objects) };
}

/** Runs something before the pointer is written, as another publisher would. */
function interrupted(objects: ObjectStore, before: () => Promise<unknown>): ObjectStore {
  let isDone = false;
  return {
    ...objects,
    async put(key, body, options) {
      if (key === pointer && !isDone) {
        isDone = true;
        await before();
      }
      return objects.put(key, body, options);
    },
  };
}

describe('the version store', () => {
  it('has nothing live before the first publication', async () => {
    const { versions } = await withVersions('v1');
    expect(await versions.current()).toBeUndefined();
    await expect(versions.pin()).rejects.toMatchObject({ code: 'not_found' });
  });

  it('publishes on top of what was seen', async () => {
    const { versions } = await withVersions('v1', 'v2');
    const first = await versions.publish('v1', { expected: undefined });
    expect(first).toMatchObject({ version: 'v1', model: 'test-model', dimensions: 4, pinned: false });
    expect(await versions.current()).toEqual(first);
    await versions.publish('v2', { expected: first.etag });
    expect((await versions.current())?.version).toBe('v2');
  });

  it('lets one of two publishers win and tells the other who', async () => {
    const { versions } = await withVersions('v1', 'v2', 'v3');
    const { etag } = await versions.publish('v1', { expected: undefined });
    const both = await Promise.allSettled([
      versions.publish('v2', { expected: etag }),
      versions.publish('v3', { expected: etag }),
    ]);
    const winner = (await versions.current())!.version;
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const loser = both.find((result) => result.status === 'rejected')!;
    expect(loser.reason).toMatchObject({ code: 'conflict', extra: { winner } });
    await expect(versions.publish('v1', { expected: undefined })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('knows its own write again when the client sent it twice', async () => {
    const { objects } = await withVersions('v1', 'v2');
    const { etag } = await createVersionStore(objects).publish('v1', { expected: undefined });
    const twice = interrupted(objects, () => createVersionStore(objects).publish('v2', { expected: etag }));
    const published = await createVersionStore(twice).publish('v2', { expected: etag });
    expect(published).toEqual(await createVersionStore(objects).current());
    expect(published.version).toBe('v2');
  });

  it('tries again when the store refuses although nothing changed', async () => {
    const { objects } = await withVersions('v1');
    const busy = interrupted(objects, () => Promise.reject(new TuwenError('conflict', '409')));
    const published = await createVersionStore(busy).publish('v1', { expected: undefined });
    expect(published.version).toBe('v1');
  });

  it('does not publish what cannot be read back as it was written', async () => {
    const { objects, versions } = await withVersions('v1');
    const [shard] = (await versions.manifest('v1')).shards;
    const vectors = shard!.tensors.find(({ name }) => name === 'vectors')!;
    await flipByte(objects, shard!.key, vectors.offset + 3);
    await expect(versions.publish('v1', { expected: undefined })).rejects.toMatchObject({
      code: 'corrupt_index',
      message: expect.stringMatching(/shard-00000.safetensors: expected SHA-256 .* of tensor vectors, found/),
    });
    expect(await versions.current()).toBeUndefined();
  });

  it('finds any changed byte of a shard when it verifies', async () => {
    const { objects, versions } = await withVersions('v1');
    const [shard] = (await versions.manifest('v1')).shards;
    const { tensors } = shard!;
    const padding = tensors[0]!.offset - 1;
    const offsets = [0, 9, ...tensors.map(({ offset, bytes }) => offset + bytes - 1)];
    for (const offset of offsets.filter((at) => at !== padding)) {
      await flipByte(objects, shard!.key, offset);
      await expect(versions.verify('v1')).rejects.toMatchObject({ code: 'corrupt_index' });
      await flipByte(objects, shard!.key, offset);
    }
    await versions.verify('v1');
  });

  it('finds a shard that is too short or gone when it verifies', async () => {
    const { objects, versions } = await withVersions('v1');
    const { key } = (await versions.manifest('v1')).shards[0]!;
    const { body } = (await objects.get(key))!;
    await objects.put(key, body.slice(0, -1), { contentType: 'x' });
    await expect(versions.verify('v1')).rejects.toMatchObject({ code: 'corrupt_index' });
    await objects.delete([key]);
    await expect(versions.verify('v1')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('never shows a half-written version', async () => {
    const { objects, versions } = await withVersions('v1', 'v2');
    await objects.delete(['index/versions/v2/manifest.json']);
    expect((await versions.list()).map(({ version }) => version)).toEqual(['v1']);
    await expect(versions.manifest('v2')).rejects.toMatchObject({ code: 'not_found' });
    await expect(versions.publish('v2', { expected: undefined })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(versions.rollback('v2')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('rolls back and pins, and keeps the version when it unpins', async () => {
    const { versions } = await withVersions('v1', 'v2');
    await versions.publish('v2', { expected: undefined });
    expect(await versions.rollback('v1')).toMatchObject({ version: 'v1', pinned: true });
    expect(await versions.unpin()).toMatchObject({ version: 'v1', pinned: false });
    expect(await versions.pin()).toMatchObject({ version: 'v1', pinned: true });
    expect(await versions.current()).toMatchObject({ version: 'v1', pinned: true });
  });

  it('rolls back although somebody publishes at the same moment', async () => {
    const { objects, versions } = await withVersions('v1', 'v2', 'v3');
    const { etag } = await versions.publish('v2', { expected: undefined });
    const raced = interrupted(objects, () => versions.publish('v3', { expected: etag }));
    await createVersionStore(raced).rollback('v1');
    expect(await versions.current()).toMatchObject({ version: 'v1', pinned: true });
  });

  it('lists newest first, and removes all of a version but not the live one', async () => {
    const { objects, versions } = await withVersions('v1', 'v3', 'v2');
    await versions.publish('v1', { expected: undefined });
    expect((await versions.list()).map(({ version }) => version)).toEqual(['v3', 'v2', 'v1']);
    await versions.remove('v3');
    for await (const { key } of objects.list('index/versions/v3/')) expect.fail(key);
    await expect(versions.remove('v1')).rejects.toMatchObject({ code: 'conflict' });
    expect((await versions.list()).map(({ version }) => version)).toEqual(['v2', 'v1']);
  });

  it('shows nothing of a version whose removal stopped half-way', async () => {
    const { objects } = await withVersions('v1', 'v2');
    let deletions = 0;
    const failing: ObjectStore = {
      ...objects,
      async delete(keys) {
        if (++deletions > 1) throw new Error('socket hang up');
        await objects.delete(keys);
      },
    };
    const versions = createVersionStore(failing);
    await expect(versions.remove('v2')).rejects.toThrow('socket hang up');
    expect((await versions.list()).map(({ version }) => version)).toEqual(['v1']);
  });

  it('prunes what is old, but neither the live version nor those named', async () => {
    const { versions } = await withVersions('v1', 'v2', 'v3', 'v4', 'v5');
    await versions.publish('v1', { expected: undefined });
    expect(await versions.prune({ keep: 2, never: ['v2'] })).toEqual(['v3']);
    expect((await versions.list()).map(({ version }) => version)).toEqual(['v5', 'v4', 'v2', 'v1']);
  });

  it('prunes what was abandoned half-written, but not what may still be under way', async () => {
    const day = 24 * 60 * 60 * 1000;
    const now = Date.parse('2026-11-23T12:00:00Z');
    const old = createVersionId(now - day - 1000, () => 0);
    const young = createVersionId(now - day + 1000, () => 0);
    const { objects } = await withVersions(old, young, 'foreign');
    await objects.delete([old, young, 'foreign'].map((name) => `index/versions/${name}/manifest.json`));
    const versions = createVersionStore(objects, { clock: () => now });
    expect(await versions.prune({ keep: 1 })).toEqual([old]);
  });

  it('says so when the pointer or a manifest is no such thing', async () => {
    const { objects, versions } = await withVersions('v1');
    await objects.put(pointer, '{"version":1}', { contentType: 'x' });
    await expect(versions.current()).rejects.toMatchObject({ code: 'corrupt_index' });
    await objects.put('index/versions/v1/manifest.json', '{}', { contentType: 'x' });
    await expect(versions.manifest('v1')).rejects.toMatchObject({ code: 'corrupt_index' });
  });

  it('names versions so that they sort by time', () => {
    const id = createVersionId(Date.parse('2026-11-23T21:15:00.123Z'), () => 0.123);
    expect(id).toBe('20261123T211500123Z-1f7ced');
    expect(createVersionId(0, () => 0) < id).toBe(true);
  });
});
