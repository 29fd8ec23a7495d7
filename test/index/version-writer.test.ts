import { describe, expect, it } from 'vitest';
import type { TuwenError } from '../../shared/error.ts';
import { decodeManifest, encodeManifest } from '../../shared/index/manifest.ts';
import { decodeShard, type IndexItem } from '../../shared/index/shard.ts';
import { createVersionWriter } from '../../shared/index/version-writer.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { row, sampleItems, writeVersion } from './sample.ts';

describe('the version writer', () => {
  it('writes shards no larger than asked for, in order, none of them sharing an item', async () => {
    const objects = createMemoryObjectStore();
    const items = sampleItems(200, 8);
    const manifest = await writeVersion(objects, items, { dimensions: 8, shardBytes: 8000 });
    expect(manifest.shards.length).toBeGreaterThan(3);
    const ids: string[] = [];
    for (const { key, bytes, items: count, firstId, lastId } of manifest.shards) {
      const stored = await objects.get(key);
      expect(stored?.bytes).toBe(bytes);
      const shard = decodeShard(stored!.body);
      expect(shard.items).toBe(count);
      const own = [...shard.itemOffsets.slice(0, -1)].map((first) =>
        Buffer.from(shard.ids.slice(shard.idOffsets[first], shard.idOffsets[first + 1])).toString(),
      );
      expect([own[0], own.at(-1)]).toEqual([firstId, lastId]);
      ids.push(...own);
      // The header of a file is not part of the estimate.
      expect(bytes).toBeLessThan(8000 + 1500);
    }
    expect(ids).toEqual(items.map(({ id }) => id));
    expect(manifest).toMatchObject({ items: 200, rows: items.flatMap(({ rows }) => rows).length });
  });

  it('writes a manifest without shards for an empty catalog', async () => {
    const objects = createMemoryObjectStore();
    const manifest = await writeVersion(objects, [], { dimensions: 8 });
    expect(manifest).toMatchObject({ items: 0, rows: 0, shards: [], builtAt: '1970-01-01T00:00:00.000Z' });
    const stored = await objects.get('index/versions/v1/manifest.json');
    expect(decodeManifest(stored!.body, 'it')).toEqual(manifest);
  });

  it('gives an item that is larger than a shard one to itself', async () => {
    const objects = createMemoryObjectStore();
    const manifest = await writeVersion(objects, sampleItems(3, 8), { dimensions: 8, shardBytes: 1 });
    expect(manifest.shards.map(({ items }) => items)).toEqual([1, 1, 1]);
  });

  it('stores the manifest last, and nothing that could be taken for one before', async () => {
    const inner = createMemoryObjectStore();
    const stored: string[] = [];
    const objects: typeof inner = {
      ...inner,
      put(key, body, options) {
        stored.push(key);
        return inner.put(key, body, options);
      },
    };
    await writeVersion(objects, sampleItems(30, 8), { dimensions: 8, shardBytes: 3000 });
    expect(stored.filter((key) => key.endsWith('manifest.json'))).toEqual([stored.at(-1)]);
    expect(stored[0]).toBe('index/versions/v1/shard-00000.safetensors');
  });

  it('meets its own manifest again without complaint, another one with a conflict', async () => {
    const inner = createMemoryObjectStore();
    const objects: typeof inner = {
      ...inner,
      async put(key, body, options) {
        await inner.put(key, body, options);
        return inner.put(key, body, options);
      },
    };
    const manifest = await writeVersion(objects, sampleItems(3, 8), { dimensions: 8 });
    expect(manifest.items).toBe(3);
    await expect(writeVersion(objects, sampleItems(4, 8), { dimensions: 8 })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  const good = (id: string): IndexItem => ({ id, attributes: {}, rows: [row('text', [1, 0])] });
  const infinite = { ...row('text', [1, 0]), vector: Uint16Array.of(0x7c00, 0) };
  it.each<[string, IndexItem[], string]>([
    ['ids out of order', [good('b'), good('a')], 'ascending UTF-8 byte order, found a after b'],
    ['an order that UTF-16 would have', [good('\u{10000}'), good('\uffff')], 'found \uffff after \u{10000}'],
    ['an id twice', [good('a'), good('a')], 'found a after a'],
    ['an empty id', [good('')], 'expected an id'],
    ['no rows', [{ ...good('a'), rows: [] }], 'a row or more of a, found none'],
    ['other dimensions', [{ ...good('a'), rows: [row('text', [1])] }], 'of 2 dimensions, found 1 in a'],
    ['infinity', [{ ...good('a'), rows: [infinite] }], 'finite components'],
    [
      'a short hash',
      [{ ...good('a'), rows: [{ ...row('text', [1, 0]), contentHash: new Uint8Array(15) }] }],
      'content hashes of 16 bytes, found 15 in a',
    ],
  ])('refuses %s', async (_, items, message) => {
    const objects = createMemoryObjectStore();
    const writer = createVersionWriter({ objects, version: 'v', model: 'm', dimensions: 2 });
    const write = async () => {
      for (const item of items) await writer.add(item);
    };
    const error: TuwenError = await write().then(
      () => expect.fail('nothing was refused'),
      (failure) => failure,
    );
    expect(error.code).toBe('internal');
    expect(error.message).toContain(message);
  });
});

describe('the manifest', () => {
  it('is refused when numbers in it contradict each other', async () => {
    const manifest = await writeVersion(createMemoryObjectStore(), sampleItems(3, 8), { dimensions: 8 });
    const refuses = (change: object, message: string) => {
      const bytes = Buffer.from(encodeManifest({ ...manifest, ...change }));
      expect(() => decodeManifest(bytes, 'm.json')).toThrow(
        expect.objectContaining({ code: 'corrupt_index', message: expect.stringContaining(message) }),
      );
    };
    refuses({ items: 4 }, 'm.json: expected items to be 3, found 4');
    refuses({ rows: 0 }, 'found 0');
    refuses({ dimensions: 9 }, 'the shape of vectors');
    refuses({ format: 2 }, 'expected 1');
    refuses({ shards: [{ ...manifest.shards[0], bytes: 1 }] }, 'the end of the last tensor');
    expect(() => decodeManifest(Buffer.from('{'), 'm.json')).toThrow('m.json: expected UTF-8 JSON');
  });
});
