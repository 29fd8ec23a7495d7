import { describe, expect, it } from 'vitest';
import { TuwenError } from '../../shared/error.ts';
import { planRanges } from '../../shared/index/load-ranges.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import { PAGE_BYTES, planMemory } from '../../shared/index/memory-plan.ts';
import { OVERREAD_BYTES } from '../../shared/scan/kernel.ts';
import { scratchBytes } from '../../shared/scan/scratch.ts';
import { createCountingObjects, flipByte, leastPages, sampleItems, writeVersion } from './sample.ts';

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
      const version = await loadVersion(objects, manifest, { memories: [memory] });
      const pages = Math.max(initial, planMemory(8, manifest.shards).pages[0]!);
      expect(memory.buffer.byteLength).toBe(pages * PAGE_BYTES);
      expect(version.idAt(59)).toBe(items[59]!.id);
      expect(await version.retire()).toEqual([memory]);
    }
  });

  it('takes as many blocks as it needs, those given first', async () => {
    const { objects, items, manifest } = await written({ count: 800, shardBytes: 20_000 });
    const mostPages = leastPages(manifest);
    const { pages, residentBytes } = planMemory(8, manifest.shards, { mostPages });
    expect(pages.length).toBeGreaterThan(2);
    const given = [new WebAssembly.Memory({ initial: 1 }), new WebAssembly.Memory({ initial: 40 })];
    const several = await loadVersion(objects, manifest, { memories: given, mostPages });
    expect(several.residentBytes).toBe(residentBytes);
    expect(several.idAt(799)).toBe(items[799]!.id);
    const left = await several.retire();
    expect(left).toHaveLength(pages.length);
    expect(left.slice(0, 2)).toEqual(given);
    const one = await loadVersion(objects, manifest, { memories: left });
    expect(one.idAt(799)).toBe(items[799]!.id);
    expect(await one.retire()).toEqual(left.slice(0, 1));
  });

  it('plans several blocks where 32-bit addresses do not reach all of it in one, and parts no file', () => {
    const shards = Array.from({ length: 130 }, () => ({ bytes: 2 ** 26, tensors: [] }));
    const plan = planMemory(8, shards, { lists: { bytes: 2 ** 27, tensors: [] }, threads: 2 });
    expect(plan.pages.length).toBe(3);
    expect(Math.max(...plan.pages)).toBeLessThanOrEqual(65_535);
    const scratch = 2 * scratchBytes(8);
    const ends = plan.pages.map(() => scratch);
    for (const [i, memory] of plan.shardMemories.entries()) {
      expect(plan.shardOffsets[i]).toBeGreaterThanOrEqual(ends[memory]!);
      ends[memory] = plan.shardOffsets[i]! + shards[i]!.bytes;
    }
    expect(plan.listsOffset).toBeGreaterThanOrEqual(ends[2]!);
    ends[2] = plan.listsOffset + 2 ** 27;
    for (const [i, end] of ends.entries())
      expect(end + OVERREAD_BYTES).toBeLessThanOrEqual(plan.pages[i]! * PAGE_BYTES);
    expect([...plan.shardMemories].sort()).toEqual(plan.shardMemories);
  });

  it('puts lists that no block has room left for into one of their own', () => {
    const shards = [{ bytes: 2 ** 31, tensors: [] }];
    const plan = planMemory(8, shards, { lists: { bytes: 2 ** 31, tensors: [] } });
    expect(plan.shardMemories).toEqual([0]);
    expect(plan.pages).toHaveLength(2);
    expect(plan.listsOffset).toBe(scratchBytes(8));
  });

  it('refuses a file that 32-bit addresses cannot reach', () => {
    const shards = [{ bytes: 2 ** 32 - 2 ** 16, tensors: [] }];
    expect(() => planMemory(8, shards)).toThrow(expect.objectContaining({ code: 'index_too_large' }));
  });

  it('accounts for memory in the manifest: the block, six times the terms, and their items', async () => {
    const { manifest } = await written();
    const { pages, shardOffsets } = planMemory(8, manifest.shards);
    const bytesOf = (wanted: string) =>
      manifest.shards
        .flatMap(({ tensors }) => tensors.filter(({ name }) => name === wanted))
        .reduce((sum, { bytes }) => sum + bytes, 0);
    const heap = 6 * bytesOf('terms') + bytesOf('termIds');
    expect(pages).toHaveLength(1);
    expect(manifest.residentBytes).toBe(pages[0]! * PAGE_BYTES + heap);
    expect(shardOffsets.every((offset) => offset % 64 === 0)).toBe(true);
  });
});
