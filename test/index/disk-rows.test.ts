import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../shared/index/filter.ts';
import { type LoadOptions, loadVersion } from '../../shared/index/load-version.ts';
import { createRowStorage, type RowStorage, StorageError } from '../../shared/index/row-storage.ts';
import type { SearchQuery } from '../../shared/index/search-query.ts';
import type { IndexItem } from '../../shared/index/shard.ts';
import { createCountingObjects, flipByte, row, writeVersion } from './sample.ts';

const dimensions = 128;
const rowBytes = dimensions * 2;
const asked = { query: pointing({ 5: 0.8, 70: 0.6, 99: 0.4 }), topK: 3 };

describe('a version whose fp16 rows lie on the disk', () => {
  it('is read from the bucket once, and answers from the disk', async () => {
    const world = await createWorld();
    const version = await world.open();
    const all = world.manifest.shards.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(version.traffic.bytes).toBe(all);
    expect(version.isWhole).toBe(true);
    expect(version.diskBytes).toBe(100 * rowBytes);
    expect(world.disk.written).toBe(100 * rowBytes);
    world.bucketReads.length = 0;
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(world.bucketReads).toEqual([]);
  });

  it('reads for a search the rows that may be among the best, each once, and no others', async () => {
    const world = await createWorld();
    const version = await world.open();
    await version.search(asked);
    expect(world.rowsRead()).toEqual([
      [5, 1],
      [70, 1],
      [99, 1],
    ]);
    expect(await version.searchMany([asked, asked])).toEqual(await world.whole.searchMany([asked, asked]));
  });

  it('reads neighbours at once', async () => {
    const world = await createWorld();
    const version = await world.open();
    await version.search({ query: pointing({ 10: 0.6, 11: 0.5, 12: 0.4, 40: 0.3 }), topK: 4 });
    expect(world.rowsRead()).toEqual([
      [10, 3],
      [40, 1],
    ]);
  });

  it('reads nothing for what a filter, an exclusion or a modality leaves out', async () => {
    const world = await createWorld();
    const version = await world.open();
    const query = pointing({ 4: 0.7, 7: 0.6, 10: 0.5, 13: 0.4 });
    for (const [more, rows] of [
      [{ filter: compileFilter({ odd: true }) }, [7, 13]],
      [{ exclude: [4, 10] }, [7, 13]],
      [{ against: 'text' }, [4, 10]],
      [{ after: { score: 0.65, position: 3 } }, [7, 10]],
    ] as const) {
      world.diskReads.length = 0;
      const given = { query, topK: 2, ...more };
      expect(await version.search(given)).toEqual(await world.whole.search(given));
      expect(world.rowsRead().map(([first]) => first)).toEqual(rows);
    }
  });

  it('answers where every row may be among the best, though few have room in memory at once', async () => {
    const world = await createWorld({ dimensions: 8192, count: 600 });
    const version = await world.open();
    // All but one score the same, 0; 64 rows have room.
    const given = { query: world.pointing({ 5: 1 }), topK: 10 };
    expect(await version.search(given)).toEqual(await world.whole.search(given));
    expect(world.rowsRead().reduce((sum, [, rows]) => sum + rows, 0)).toBe(600);
    // What passed through left all else as it was.
    const other = { query: world.pointing({ 3: 0.8, 77: 0.6 }), topK: 2 };
    expect(await version.search(other)).toEqual(await world.whole.search(other));
  });

  it('gives an item its vectors, and every row its bits', async () => {
    const world = await createWorld();
    const version = await world.open();
    expect(await version.vectorsOf(70)).toEqual(await world.whole.vectorsOf(70));
    expect(world.rowsRead()).toEqual([[70, 1]]);
    for (let r = 0; r < 100; r++) expect(version.vectorOfRow(r)).toEqual(world.whole.vectorOfRow(r));
  });

  it('answers first from the bucket, keeps what came, and then reads from the disk', async () => {
    const world = await createWorld();
    const version = await world.open({ answerFirst: true });
    expect(version.isWhole).toBe(false);
    world.bucketReads.length = 0;
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(await version.vectorsOf(70)).toEqual(await world.whole.vectorsOf(70));
    expect(world.bucketReads).toHaveLength(3);
    expect(() => version.vectorOfRow(3)).toThrow('expected a version that is whole');
    expect(world.diskReads).toEqual([]);
    await version.complete();
    expect(version.isWhole).toBe(true);
    world.bucketReads.length = 0;
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(world.bucketReads).toEqual([]);
    expect(world.diskReads).toHaveLength(3);
  });

  it('keeps no more rows from the bucket than it may', async () => {
    const world = await createWorld();
    const version = await world.open({ answerFirst: true, cacheBytes: 6 * rowBytes });
    world.bucketReads.length = 0;
    const other = { query: pointing({ 1: 0.8, 2: 0.6, 30: 0.5, 50: 0.4 }), topK: 4 };
    for (const given of [asked, other, asked])
      expect(await version.search(given)).toEqual(await world.whole.search(given));
    // Rows 1 and 2 come together; one of the first search had to go.
    expect(world.bucketReads).toHaveLength(3 + 3 + 1);
  });

  it('writes all where a search wants most of it, and then is whole', async () => {
    const world = await createWorld();
    const version = await world.open({ answerFirst: true });
    const given = { query: pointing({ 5: 1 }), topK: 10 };
    expect(await version.search(given)).toEqual(await world.whole.search(given));
    expect(version.isWhole).toBe(true);
  });

  it('never uses a shard that is half written, and goes on where writing stopped', async () => {
    const world = await createWorld();
    const options = { answerFirst: true, rangeBytes: 10 * rowBytes, concurrency: 1, attempts: 1 };
    const version = await world.open(options);
    const isFourth = world.bucketReads.length + 4;
    world.counting.failing = ({ nth }) => (nth === isFourth ? new Error('socket hang up') : undefined);
    await expect(version.complete()).rejects.toThrow('socket hang up');
    world.counting.failing = () => undefined;
    expect(world.disk.written).toBe(30 * rowBytes);
    world.bucketReads.length = 0;
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(world.diskReads).toEqual([]);
    expect(world.bucketReads).toHaveLength(3);
    await Promise.all([version.complete(), version.complete()]);
    expect(version.isWhole).toBe(true);
    expect(world.disk.written).toBe(100 * rowBytes);
  });

  it('writes nothing out of turn where one of several reads fails', async () => {
    const world = await createWorld();
    const version = await world.open({
      answerFirst: true,
      rangeBytes: 10 * rowBytes,
      concurrency: 3,
      attempts: 1,
    });
    const isSecond = world.bucketReads.length + 2;
    world.counting.failing = ({ nth }) => (nth === isSecond ? new Error('socket hang up') : undefined);
    await expect(version.complete()).rejects.toThrow('socket hang up');
    expect(world.disk.written).toBe(10 * rowBytes);
    world.counting.failing = () => undefined;
    await version.complete();
    expect(version.isWhole).toBe(true);
    expect(world.disk.written).toBe(100 * rowBytes);
  });

  it('refuses rows that differ from their checksum as they are written, and answers no more', async () => {
    for (const offset of ['row', 'header']) {
      const world = await createWorld();
      const version = await world.open({ answerFirst: true });
      const { key } = world.manifest.shards[0]!;
      await flipByte(world.objects, key, offset === 'row' ? world.offsetOfRow(50) : 30);
      expect(await version.search(asked)).toEqual(await world.whole.search(asked));
      await expect(version.complete()).rejects.toMatchObject({ code: 'corrupt_index' });
      await expect(version.search(asked)).rejects.toMatchObject({ code: 'corrupt_index' });
      await expect(world.open()).rejects.toMatchObject({ code: 'corrupt_index' });
      await version.retire();
      expect(world.disk.open).toBe(0);
    }
  });

  it('refuses a row from the bucket that is not the one its int8 codes were made of', async () => {
    const world = await createWorld();
    const version = await world.open({ answerFirst: true });
    await flipByte(world.objects, world.manifest.shards[0]!.key, world.offsetOfRow(5) + 20);
    const corrupt = { code: 'corrupt_index', message: expect.stringContaining('expected row 5 of vectors') };
    await expect(version.search(asked)).rejects.toMatchObject(corrupt);
    await expect(version.meanVector(7)).rejects.toMatchObject(corrupt);
    expect(version.isWhole).toBe(false);
  });

  it('is not ready where neither disk nor bucket gives a row, and answers when one does', async () => {
    const world = await createWorld();
    const version = await world.open({ answerFirst: true, attempts: 1 });
    world.counting.failing = () => new Error('socket hang up');
    await expect(version.search(asked)).rejects.toMatchObject({ code: 'not_ready', retryable: true });
    world.counting.failing = () => undefined;
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
  });

  it('answers from the bucket while the disk is full, reads nothing in vain, and writes when there is room', async () => {
    const world = await createWorld();
    world.disk.free = 100 * rowBytes - 1;
    await expect(world.open()).rejects.toThrow(StorageError);
    const version = await world.open({ rowsMayWait: true });
    expect(version.isWhole).toBe(false);
    const { bytes } = version.traffic;
    await expect(version.complete()).rejects.toThrow(
      /expected \d+ bytes free .* found \d+: .* searchStorageMb$/,
    );
    expect(version.traffic.bytes).toBe(bytes);
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    // All rows may be among the best, and nothing can be written.
    const all = { query: pointing({ 5: 1 }), topK: 10 };
    expect(await version.search(all)).toEqual(await world.whole.search(all));
    expect(world.disk.written).toBe(0);
    world.disk.free = Number.POSITIVE_INFINITY;
    await version.complete();
    expect(version.isWhole).toBe(true);
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
  });

  it('answers on where a write finds the disk full, and uses what was written wholly', async () => {
    const world = await createWorld();
    world.disk.failWrite = (at) => at >= world.manifest.shards[0]!.rows * rowBytes;
    const version = await world.open({ rowsMayWait: true });
    expect(version.isWhole).toBe(false);
    world.bucketReads.length = 0;
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(world.rowsRead()).toEqual([[5, 1]]);
    expect(world.bucketReads).toHaveLength(2);
    world.disk.failWrite = () => false;
    await version.complete();
    expect(version.isWhole).toBe(true);
  });

  it('answers from the bucket where the disk fails, tells so once, and writes anew', async () => {
    const world = await createWorld();
    const version = await world.open();
    world.disk.failRead = true;
    world.bucketReads.length = 0;
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(world.bucketReads).toHaveLength(3);
    expect(version.isWhole).toBe(false);
    await expect(version.complete()).rejects.toThrow('the disk is broken');
    expect(world.disk.open).toBe(0);
    world.disk.failRead = false;
    await version.complete();
    world.bucketReads.length = 0;
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(world.bucketReads).toEqual([]);
  });

  it('frees the disk when it is given up, and only when nothing is written any more', async () => {
    const world = await createWorld();
    const version = await world.open({ answerFirst: true, rangeBytes: 10 * rowBytes, concurrency: 2 });
    const completed = version.complete();
    await expect(Promise.all([completed, version.retire()])).rejects.toThrow('was given up');
    expect(world.disk).toMatchObject({ open: 0, writing: 0 });
    expect(world.disk.written).toBeLessThan(100 * rowBytes);
    const other = await world.open();
    expect(world.disk.open).toBe(1);
    await other.retire();
    expect(world.disk.open).toBe(0);
  });

  it('answers searches that come at once as those that come alone', async () => {
    const world = await createWorld();
    for (const options of [{}, { answerFirst: true }]) {
      const version = await world.open(options);
      const queries = Array.from({ length: 20 }, (_, i): SearchQuery => {
        const query = pointing({ [i]: 0.7, [i * 3 + 1]: 0.6, [99 - i]: 0.5 });
        return { query, topK: 3 };
      });
      const found = await Promise.all(queries.map((query) => version.search(query)));
      for (const [i, query] of queries.entries()) expect(found[i]).toEqual(await world.whole.search(query));
    }
  });
});

/** Item i points in direction i: odd ones are pictures. Two shards; a disk that counts, and fails where it is told to. */
async function createWorld({ dimensions: size = dimensions, count = 100 } = {}) {
  const counting = createCountingObjects();
  const pointingIn = (parts: Readonly<Record<number, number>>) => pointing(parts, size);
  const items = Array.from({ length: count }, (_, i): IndexItem => {
    const isOdd = i % 2 === 1;
    return {
      id: `i${String(i).padStart(3, '0')}`,
      attributes: { odd: isOdd },
      rows: [row(isOdd ? 'image' : 'text', pointingIn({ [i]: 1 }))],
    };
  });
  const shardBytes = (count * size * 3) / 1.5;
  const manifest = await writeVersion(counting.objects, items, { dimensions: size, shardBytes });
  expect(manifest.shards).toHaveLength(2);
  const whole = await loadVersion(counting.objects, manifest);
  const diskReads: { at: number; bytes: number }[] = [];
  const disk = {
    open: 0,
    written: 0,
    writing: 0,
    free: Number.POSITIVE_INFINITY,
    failRead: false,
    failWrite: (_at: number): boolean => false,
  };
  const inner = createRowStorage({ directory: tmpdir() });
  const storage: RowStorage = {
    free: async () => disk.free,
    create() {
      const file = inner.create();
      disk.open++;
      let isOpen = true;
      return {
        async write(bytes, at) {
          if (disk.failWrite(at)) throw new StorageError('no space left on device');
          disk.writing++;
          await file.write(bytes, at);
          disk.writing--;
          disk.written += bytes.byteLength;
        },
        read(target, at) {
          if (disk.failRead) throw new StorageError('the disk is broken');
          diskReads.push({ at, bytes: target.byteLength });
          file.read(target, at);
        },
        close() {
          if (isOpen) disk.open--;
          isOpen = false;
          file.close();
        },
      };
    },
  };
  return {
    counting,
    objects: counting.objects,
    manifest,
    whole,
    disk,
    diskReads,
    bucketReads: counting.reads,
    pointing: pointingIn,
    open: (options: LoadOptions = {}) =>
      loadVersion(counting.objects, manifest, { storage, worthBytes: 0, gapBytes: 0, ...options }),
    offsetOfRow: (r: number) =>
      manifest.shards[0]!.tensors.find(({ name }) => name === 'vectors')!.offset + r * rowBytes,
    /** First row and number of rows of each read of the disk. */
    rowsRead: () => diskReads.map(({ at, bytes }) => [at / (size * 2), bytes / (size * 2)] as const),
  };
}

/** As much in each of these directions, not normalised. */
function pointing(parts: Readonly<Record<number, number>>, size = dimensions): Float32Array {
  const vector = new Float32Array(size);
  for (const [direction, much] of Object.entries(parts)) vector[Number(direction)] = much;
  return vector;
}
