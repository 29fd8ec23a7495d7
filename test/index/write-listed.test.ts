import { beforeAll, describe, expect, it } from 'vitest';
import type { ListOptions } from '../../shared/index/build-lists.ts';
import { type Lists, viewLists } from '../../shared/index/lists.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import { decodeManifest, encodeManifest, type Manifest } from '../../shared/index/manifest.ts';
import { decodeSafetensorsHeader } from '../../shared/index/safetensors.ts';
import { createVersionStore } from '../../shared/index/version-store.ts';
import { hashOfRows, type ListedOptions, startsInFiles } from '../../shared/index/write-listed.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { chainCentroids } from '../../shared/scan/chain-centroids.ts';
import { fromFloat16, toFloat16 } from '../../shared/scan/float16.ts';
import { createRandom, flipByte, sampleItems, unitVector, writeVersion } from './sample.ts';

const dimensions = 8;
const options: ListOptions = { leastRows: 500, queries: 32, targetRecall: 0.1 };

function write(listed: ListedOptions, more: ListOptions = {}, objects = createMemoryObjectStore()) {
  return writeVersion(objects, sampleItems(600, dimensions), {
    dimensions,
    shardBytes: 20_000,
    lists: { ...options, listed, ...more },
  });
}

describe('rows in the order of the lists', () => {
  const objects = createMemoryObjectStore();
  let manifest: Manifest;
  let lists: Lists;

  beforeAll(async () => {
    manifest = await write({ leastBytes: 0, fileBytes: 9000 }, {}, objects);
    const body = (await objects.get(manifest.lists!.key))!.body.slice();
    lists = viewLists(body.buffer, 0, manifest.lists!, manifest);
  });

  it('stand in files of some shards each, list by list, the very rows, with a hash for each list', async () => {
    const version = await loadVersion(objects, manifest);
    const { listed } = manifest.lists!;
    expect(listed!.length).toBeGreaterThan(1);
    expect(listed!.length).toBeLessThan(manifest.shards.length);
    const count = lists.modality.length;
    let rows = 0;
    for (const [number, file] of listed!.entries()) {
      expect(file.rows * dimensions * 2).toBeLessThanOrEqual(9000);
      const { body } = (await objects.get(file.key))!;
      const { places, metadata } = decodeSafetensorsHeader(body);
      expect(metadata).toMatchObject({ format: 'tuwen-listed-1', model: manifest.model });
      expect(places).toMatchObject([{ name: 'vectors', dtype: 'F16', shape: [file.rows, dimensions] }]);
      let at = places[0]!.offset;
      for (let list = 0; list < count; list++) {
        const own = lists.rows
          .subarray(lists.offsets[list], lists.offsets[list + 1])
          .filter((row) => row >= file.firstRow && row < file.firstRow + file.rows);
        const start = at;
        for (const row of own) {
          expect(Buffer.from(body.subarray(at, at + 16))).toEqual(
            Buffer.from(version.vectorOfRow(row).slice().buffer),
          );
          at += dimensions * 2;
          rows++;
        }
        const hashAt = (number * count + list) * 16;
        expect(Buffer.from(lists.hashes!.subarray(hashAt, hashAt + 16))).toEqual(
          Buffer.from(hashOfRows(body.subarray(start, at))),
        );
      }
      expect(at).toBe(file.bytes);
    }
    expect(rows).toBe(manifest.rows);
  });

  it('are in the manifest, verified with it, and removed with it', async () => {
    expect(decodeManifest(Buffer.from(encodeManifest(manifest)), 'manifest')).toEqual(manifest);
    const versions = createVersionStore(objects);
    await versions.verify('v1');
    for (const { key, bytes } of manifest.lists!.listed!)
      for (const at of [20, bytes - 1]) {
        await flipByte(objects, key, at);
        await expect(versions.verify('v1')).rejects.toMatchObject({ code: 'corrupt_index' });
        await flipByte(objects, key, at);
      }
    await versions.remove('v1');
    for (const { key } of manifest.lists!.listed!) expect(await objects.head(key)).toBeUndefined();
  });

  it('are refused where a manifest tells of gaps, of other rows or other shapes', () => {
    const [first, ...others] = manifest.lists!.listed!;
    for (const listed of [
      others,
      [first!],
      [{ ...first!, firstRow: 1 }, ...others],
      [{ ...first!, rows: first!.rows - 1 }, ...others],
      [{ ...first!, bytes: first!.bytes + 1 }, ...others],
    ]) {
      const changed = encodeManifest({ ...manifest, lists: { ...manifest.lists!, listed } });
      expect(() => decodeManifest(Buffer.from(changed), 'manifest')).toThrow(
        expect.objectContaining({ code: 'corrupt_index' }),
      );
    }
  });

  it('are refused where hashes are missing, or not of as many files', async () => {
    const body = new Uint8Array(manifest.lists!.bytes);
    const entry = manifest.lists!;
    const without = { ...entry, tensors: entry.tensors.filter(({ name }) => name !== 'listHashes') };
    const fewer = { ...entry, listed: entry.listed!.slice(1) };
    for (const wrong of [without, fewer])
      expect(() => viewLists(body.buffer, 0, wrong, manifest)).toThrow(/listHashes/);
  });

  it('are written only where more than so much comes before exact answers', async () => {
    const before = manifest.shards.reduce(
      (sum, { bytes, tensors }) => sum + bytes - tensors.find(({ name }) => name === 'vectors')!.bytes,
      0,
    );
    expect((await write({ leastBytes: before })).lists!.listed).toBeDefined();
    expect((await write({ leastBytes: before + 1 })).lists!.listed).toBeUndefined();
    expect((await write({})).lists!.listed).toBeUndefined();
  });

  it('are left out when time is up, and nothing of them is left; the lists stay', async () => {
    const store = createMemoryObjectStore();
    const isOver = () => keysPut.some((key) => key.includes('/listed-'));
    const keysPut: string[] = [];
    const put: typeof store.put = (key, ...rest) => {
      keysPut.push(key);
      return store.put(key, ...rest);
    };
    const written = await write({ leastBytes: 0, fileBytes: 9000 }, { isOver }, { ...store, put });
    expect(isOver()).toBe(true);
    expect(written.lists).toBeDefined();
    expect(written.lists!.listed).toBeUndefined();
    const left: string[] = [];
    for await (const { key } of store.list('')) left.push(key);
    expect(left.filter((key) => key.includes('/listed-'))).toEqual([]);
    await createVersionStore(store).verify('v1');
  });
});

describe('where lists begin in files', () => {
  it('is behind the rows of lower lists that are among the rows of the file', () => {
    const lists = { offsets: Uint32Array.of(0, 3, 3, 6), rows: Uint32Array.of(1, 3, 5, 0, 2, 4) };
    const files = [
      { firstRow: 0, rows: 2 },
      { firstRow: 2, rows: 3 },
      { firstRow: 5, rows: 1 },
    ];
    expect(startsInFiles(lists, files)).toEqual([
      Uint32Array.of(0, 1, 1, 2),
      Uint32Array.of(0, 1, 1, 3),
      Uint32Array.of(0, 1, 1, 1),
    ]);
  });
});

describe('a chain of centroids', () => {
  it('has each of them once, and each followed by the one most like it of those left', async () => {
    const random = createRandom(3);
    const vectors = Array.from({ length: 40 }, () => toFloat16(unitVector(dimensions, random)));
    const centroids = new Uint16Array(40 * dimensions);
    vectors.forEach((vector, i) => {
      centroids.set(vector, i * dimensions);
    });
    const chained = await chainCentroids(centroids, dimensions);
    const left = vectors.map((vector) => fromFloat16(vector));
    let current = left.shift()!;
    for (let i = 0; i < 40; i++) {
      expect(fromFloat16(chained.subarray(i * dimensions, (i + 1) * dimensions))).toEqual(current);
      const likeness = left.map((other) => other.reduce((sum, x, j) => sum + x * current[j]!, 0));
      const [next] = left.splice(likeness.indexOf(Math.max(...likeness)), 1);
      current = next!;
    }
    expect(left).toEqual([]);
  });
});
