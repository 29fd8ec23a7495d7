import { describe, expect, it } from 'vitest';
import { TuwenError } from '../../shared/error.ts';
import { loadVersion, planRanges } from '../../shared/index/load-version.ts';
import { PAGE_BYTES, planMemory } from '../../shared/index/memory-plan.ts';
import { createCountingObjects, flipByte, sampleItems, writeVersion } from './sample.ts';

async function written({ count = 60, shardBytes = 4000 } = {}) {
  const counting = createCountingObjects();
  const items = sampleItems(count, 8);
  const manifest = await writeVersion(counting.objects, items, { dimensions: 8, shardBytes });
  return { ...counting, counting, items, manifest };
}

describe('loading a version', () => {
  it('reads every byte of every shard once, in ranges no longer than asked for', async () => {
    const { objects, reads, manifest } = await written();
    await loadVersion(objects, manifest, { rangeBytes: 1000 });
    const expected = manifest.shards.flatMap(({ key, bytes }) =>
      Array.from({ length: Math.ceil(bytes / 1000) }, (_, i) => ({
        key,
        start: i * 1000,
        end: Math.min(bytes, (i + 1) * 1000),
      })),
    );
    const inOrder = reads.toSorted((a, b) => a.key.localeCompare(b.key) || a.start - b.start);
    expect(inOrder).toEqual(expected);
  });

  it('reads a small shard at once', async () => {
    const { objects, reads, manifest } = await written({ shardBytes: 1e6 });
    await loadVersion(objects, manifest);
    expect(reads).toHaveLength(1);
  });

  it('has as many reads under way as asked for, and no more', async () => {
    const { objects, counting, manifest } = await written();
    await loadVersion(objects, manifest, { rangeBytes: 500, concurrency: 3 });
    expect(counting.mostUnderWay).toBe(3);
  });

  it('tries a failed read again, and only that', async () => {
    const { objects, counting, reads, manifest } = await written();
    counting.failing = ({ nth }) => (nth === 2 ? new Error('socket hang up') : undefined);
    const version = await loadVersion(objects, manifest, { rangeBytes: 1000, pauseMs: 1 });
    expect(version.items).toBe(60);
    const planned = planRanges(manifest.shards, 1000);
    expect(reads).toHaveLength(planned.length + 1);
    expect(new Set(reads.map(({ key, start }) => `${key} ${start}`)).size).toBe(planned.length);
  });

  it('gives up a read that fails four times, and begins no more', async () => {
    const { objects, counting, reads, manifest } = await written();
    counting.failing = () => new Error('socket hang up');
    const loading = loadVersion(objects, manifest, { rangeBytes: 1000, concurrency: 2, pauseMs: 1 });
    await expect(loading).rejects.toThrow('socket hang up');
    expect(reads).toHaveLength(8);
    expect(counting.underWay).toBe(0);
  });

  it('does not try again what is gone', async () => {
    const { objects, counting, reads, manifest } = await written({ shardBytes: 1e6 });
    counting.failing = () => new TuwenError('not_found', 'gone');
    await expect(loadVersion(objects, manifest)).rejects.toMatchObject({ code: 'not_found' });
    expect(reads).toHaveLength(1);
  });

  it('refuses a shard of which any tensor differs from its checksum', async () => {
    const { objects, manifest } = await written({ shardBytes: 1e6 });
    const { key, tensors } = manifest.shards[0]!;
    for (const { name, offset, bytes } of tensors) {
      await flipByte(objects, key, offset + bytes - 1);
      await expect(loadVersion(objects, manifest)).rejects.toMatchObject({
        code: 'corrupt_index',
        message: expect.stringContaining(`of tensor ${name}`),
      });
      await flipByte(objects, key, offset + bytes - 1);
    }
    await flipByte(objects, key, 20);
    await expect(loadVersion(objects, manifest)).rejects.toMatchObject({ code: 'corrupt_index' });
    await flipByte(objects, key, 20);
    await loadVersion(objects, manifest);
  });

  it('loads an empty version without a read', async () => {
    const { objects, reads, manifest } = await written({ count: 0 });
    const version = await loadVersion(objects, manifest);
    expect(version).toMatchObject({ items: 0, vectors: 0 });
    expect(await version.search({ query: new Float32Array(8).fill(0.1), topK: 5 })).toEqual([]);
    expect(version.positionOf('a')).toBeUndefined();
    expect(reads).toEqual([]);
  });

  it('uses a block again, grown where it is too small', async () => {
    const { objects, items, manifest } = await written();
    for (const initial of [1, 40]) {
      const memory = new WebAssembly.Memory({ initial });
      const version = await loadVersion(objects, manifest, { memory });
      const pages = Math.max(initial, planMemory(8, manifest.shards).pages);
      expect(memory.buffer.byteLength).toBe(pages * PAGE_BYTES);
      expect(version.idAt(59)).toBe(items[59]!.id);
      expect(version.retire()).toBe(memory);
    }
  });

  it('refuses what 32-bit addresses cannot reach', () => {
    const shards = Array.from({ length: 65 }, () => ({ bytes: 2 ** 26, tensors: [] }));
    expect(() => planMemory(8, shards)).toThrow(expect.objectContaining({ code: 'index_too_large' }));
    expect(planMemory(8, shards.slice(2)).pages).toBeLessThanOrEqual(65_535);
  });

  it('accounts for memory in the manifest: the block, six times the terms, and their items', async () => {
    const { manifest } = await written();
    const { pages, shardOffsets } = planMemory(8, manifest.shards);
    const bytesOf = (wanted: string) =>
      manifest.shards
        .flatMap(({ tensors }) => tensors.filter(({ name }) => name === wanted))
        .reduce((sum, { bytes }) => sum + bytes, 0);
    const heap = 6 * bytesOf('terms') + bytesOf('termIds');
    expect(manifest.residentBytes).toBe(pages * PAGE_BYTES + heap);
    expect(shardOffsets.every((offset) => offset % 64 === 0)).toBe(true);
  });
});
