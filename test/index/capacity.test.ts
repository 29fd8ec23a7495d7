import { describe, expect, it } from 'vitest';
import { capacityBytes, fitVersion, placeRows, searchCapacity } from '../../shared/index/capacity.ts';
import { measureMemory } from '../../shared/index/memory-plan.ts';
import { createCountingObjects, createRandom, row, unitVector, writeVersion } from './sample.ts';

const dimensions = 1024;

async function written(rows: number) {
  const random = createRandom(3);
  const items = Array.from({ length: rows }, (_, i) => ({
    id: `sku-${String(i).padStart(6, '0')}`,
    attributes: {},
    rows: [row('image', unitVector(dimensions, random))],
  }));
  return writeVersion(createCountingObjects().objects, items, { dimensions, shardBytes: 1_000_000 });
}

describe('what a version takes', () => {
  it('is at most 1,100 bytes of memory for each row of 1,024 dimensions with fp16 on the disk, else 3,200', async () => {
    const [small, large] = [await written(500), await written(2500)];
    for (const [place, most] of [
      ['disk', 1100],
      ['memory', 3200],
    ] as const) {
      const [few, many] = [small, large].map(({ shards }) =>
        measureMemory(dimensions, shards, { rows: place }),
      );
      // Blocks are whole pages.
      expect((many!.residentBytes - few!.residentBytes - 65_536) / 2000).toBeLessThan(most);
      expect(many!.diskBytes).toBe(place === 'disk' ? 2500 * dimensions * 2 : 0);
    }
  });

  it('has every tensor at a multiple of 4, and shards apart from each other, scratch and staging', async () => {
    const { shards } = await written(500);
    const { shardOffsets, staging, pages } = measureMemory(dimensions, shards, { rows: 'disk' });
    let end = staging!.offset + staging!.rows * dimensions * 2;
    for (const [i, { tensors, bytes }] of shards.entries()) {
      const others = tensors.filter(({ name }) => name !== 'vectors');
      for (const { offset } of others.filter(({ dtype }) => dtype !== 'U8'))
        expect((shardOffsets[i]! + offset) % 4).toBe(0);
      expect(shardOffsets[i]! + Math.min(...others.map(({ offset }) => offset))).toBeGreaterThanOrEqual(end);
      end = shardOffsets[i]! + bytes;
    }
    expect(pages[0]! * 65_536).toBeGreaterThanOrEqual(end + 32);
  });
});

describe('where rows go', () => {
  it('is memory as long as they fit there, else the disk', async () => {
    const version = await written(500);
    const inMemory = measureMemory(dimensions, version.shards).residentBytes;
    const capacity = { memoryBytes: inMemory, storageBytes: 2 ** 30, rows: 'auto' } as const;
    expect(placeRows(version, capacity).rows).toBe('memory');
    expect(placeRows(version, { ...capacity, memoryBytes: inMemory - 1 }).rows).toBe('disk');
    expect(placeRows(version, { ...capacity, rows: 'disk' }).rows).toBe('disk');
    expect(placeRows(version, { ...capacity, memoryBytes: 1, rows: 'memory' }).rows).toBe('memory');
    expect(placeRows(version, { ...capacity, memoryBytes: 1, storageBytes: 0 }).rows).toBe('memory');
  });

  it('is memory also where it takes several blocks, unless a file fits none', () => {
    const shards = Array.from({ length: 65 }, () => ({
      bytes: 2 ** 26,
      tensors: [
        { name: 'vectors', offset: 64, bytes: 2 ** 25 },
        { name: 'int8', offset: 2 ** 25 + 64, bytes: 2 ** 24 },
      ],
    })) as unknown as Parameters<typeof placeRows>[0]['shards'];
    const capacity = { memoryBytes: 2 ** 33, storageBytes: 2 ** 33, rows: 'auto' } as const;
    expect(fitVersion({ dimensions, shards }, capacity).rows).toBe('memory');
    const large = shards.map((shard) => ({ ...shard, bytes: 2 ** 32 })).slice(0, 1);
    expect(() => fitVersion({ dimensions, shards: large }, capacity)).toThrow(
      'expected files of an index that fit',
    );
  });

  it('says which setting to raise where a version fits nowhere', async () => {
    const version = await written(1000);
    const { residentBytes, diskBytes } = measureMemory(dimensions, version.shards, { rows: 'disk' });
    const capacity = { memoryBytes: residentBytes, storageBytes: diskBytes, rows: 'auto' } as const;
    expect(fitVersion(version, capacity)).toMatchObject({ rows: 'disk', residentBytes, diskBytes });
    const tooLarge = (less: object) => {
      try {
        return fitVersion(version, { ...capacity, ...less });
      } catch (error) {
        return error;
      }
    };
    expect(tooLarge({ memoryBytes: residentBytes - 1 })).toMatchObject({
      code: 'index_too_large',
      message: expect.stringMatching(/^the version needs \d+ MiB of memory, .* raise searchMemoryMb$/),
    });
    expect(tooLarge({ storageBytes: diskBytes - 1 })).toMatchObject({
      code: 'index_too_large',
      message: expect.stringMatching(/^the version needs \d+ MiB of disk .* raise searchStorageMb$/),
    });
    expect(tooLarge({ rows: 'memory' })).toMatchObject({
      message: expect.stringContaining('raise searchMemoryMb, or let its fp16 rows lie on the disk'),
    });
  });

  it('follows the settings, less what else a function needs', () => {
    expect(searchCapacity({ memoryMb: 3008, storageMb: 10, rows: 'auto' })).toEqual({
      memoryBytes: capacityBytes(3008),
      storageBytes: 10 * 1024 * 1024,
      rows: 'auto',
    });
  });
});
