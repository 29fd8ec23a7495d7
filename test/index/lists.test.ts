import { beforeAll, describe, expect, it } from 'vitest';
import { encodeLists, type Lists, viewLists } from '../../shared/index/lists.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import { decodeManifest, encodeManifest, type Manifest } from '../../shared/index/manifest.ts';
import { createVersionStore } from '../../shared/index/version-store.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { flipByte, sampleItems, writeVersion } from './sample.ts';

const dimensions = 3;
const sound: Lists = {
  centroids: Uint16Array.from({ length: 9 }, (_, i) => 0x3c00 + i),
  offsets: Uint32Array.of(0, 2, 2, 5),
  rows: Uint32Array.of(1, 4, 0, 2, 3),
  modality: Uint8Array.of(0, 0, 1),
};

function view(lists: Lists, version = { rows: 5, dimensions }) {
  const { bytes, tensors } = encodeLists(lists, { dimensions, model: 'm' });
  return viewLists(bytes.buffer, 0, { key: 'lists', tensors }, version);
}

describe('a file of lists', () => {
  it('gives back what was written, at an odd number of components too', () => {
    expect(view(sound)).toEqual(sound);
  });

  it.each<[string, Partial<Lists>]>([
    ['a row twice', { rows: Uint32Array.of(1, 4, 0, 1, 3) }],
    ['a row beyond the last', { rows: Uint32Array.of(1, 5, 0, 2, 3) }],
    ['rows that descend', { rows: Uint32Array.of(4, 1, 0, 2, 3) }],
    ['a row missing', { rows: Uint32Array.of(1, 4, 0, 2), offsets: Uint32Array.of(0, 2, 2, 4) }],
    ['offsets that descend', { offsets: Uint32Array.of(0, 3, 2, 5) }],
    ['offsets that end early', { offsets: Uint32Array.of(0, 2, 2, 4) }],
    ['offsets that begin late', { offsets: Uint32Array.of(1, 2, 2, 5) }],
    ['an unknown modality', { modality: Uint8Array.of(0, 0, 2) }],
    ['modalities that descend', { modality: Uint8Array.of(1, 0, 1) }],
  ])('is refused with %s', (_, damage) => {
    expect(() => view({ ...sound, ...damage })).toThrow(expect.objectContaining({ code: 'corrupt_index' }));
  });

  it('is refused with a version of other rows or dimensions', () => {
    for (const version of [
      { rows: 6, dimensions },
      { rows: 5, dimensions: 4 },
    ])
      expect(() => view(sound, version)).toThrow(expect.objectContaining({ code: 'corrupt_index' }));
  });
});

describe('a version with lists', () => {
  const objects = createMemoryObjectStore();
  let manifest: Manifest;

  beforeAll(async () => {
    manifest = await writeVersion(objects, sampleItems(600, 8), {
      dimensions: 8,
      shardBytes: 20_000,
      lists: { leastRows: 500, queries: 32, targetRecall: 0.1 },
    });
  });

  it('counts them in its memory, and has them in its manifest like every other tensor', async () => {
    const { lists, ...without } = manifest;
    expect(lists?.tensors.map(({ name }) => name)).toEqual([
      'centroids',
      'listOffsets',
      'listRows',
      'listModality',
    ]);
    expect(decodeManifest(Buffer.from(encodeManifest(manifest)), 'manifest')).toEqual(manifest);
    expect((await objects.head(lists!.key))?.bytes).toBe(lists!.bytes);
    expect(manifest.residentBytes).toBeGreaterThanOrEqual(
      without.shards.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  });

  it('is refused when any of their tensors or their header is damaged, by verifying and by loading', async () => {
    const versions = createVersionStore(objects);
    await versions.verify('v1');
    const { key, tensors } = manifest.lists!;
    for (const offset of [3, 40, ...tensors.map((tensor) => tensor.offset + tensor.bytes - 1)]) {
      await flipByte(objects, key, offset);
      await expect(versions.verify('v1')).rejects.toMatchObject({ code: 'corrupt_index' });
      for (const answerFirst of [false, true])
        await expect(loadVersion(objects, manifest, { answerFirst, worthBytes: 0 })).rejects.toMatchObject({
          code: 'corrupt_index',
        });
      await flipByte(objects, key, offset);
    }
    await versions.verify('v1');
  });

  it('takes its lists with it when it is removed', async () => {
    await createVersionStore(objects).remove('v1');
    expect(await objects.head(manifest.lists!.key)).toBeUndefined();
  });
});
