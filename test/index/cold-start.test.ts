import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../shared/index/filter.ts';
import { type LoadOptions, loadVersion } from '../../shared/index/load-version.ts';
import type { IndexItem } from '../../shared/index/shard.ts';
import { createCountingObjects, dropPlanes, flipByte, row, writeVersion } from './sample.ts';

const dimensions = 128;
const rowBytes = dimensions * 2;

describe('a version that answers before its fp16 rows are in', () => {
  it('reads first all but vectors and header, each byte once, and then those', async () => {
    const world = await createWorld();
    const version = await world.open({ rangeBytes: 5000 });
    const vectors = world.manifest.shards.map(
      ({ tensors }) => tensors.find(({ name }) => name === 'vectors')!,
    );
    const later = vectors.reduce((sum, { offset, bytes }) => sum + offset + bytes, 0);
    const all = world.manifest.shards.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(bytesOf(world.reads)).toBe(all - later);
    expect(version.traffic).toEqual({ requests: world.reads.length, bytes: all - later });
    expect(version.isWhole).toBe(false);
    await version.complete();
    expect(version.isWhole).toBe(true);
    expect(version.traffic).toEqual({ requests: world.reads.length, bytes: all });
    // Headers come with the first rows.
    expect(world.reads.every(({ start, end }) => start === 0 || end - start <= 5000)).toBe(true);
    const ofFirst = world.reads.filter(({ key }) => key === world.manifest.shards[0]!.key);
    let end = 0;
    for (const read of ofFirst.toSorted((a, b) => a.start - b.start)) {
      expect(read.start).toBe(end);
      end = read.end;
    }
    expect(end).toBe(world.manifest.shards[0]!.bytes);
    world.reads.length = 0;
    await version.complete();
    await version.search({ query: pointing({ 5: 1 }), topK: 3 });
    expect(world.reads).toEqual([]);
  });

  it('reads for a search the rows that may be among the best, and no others', async () => {
    const world = await createWorld();
    const version = await world.open({ gapBytes: 0 });
    world.reads.length = 0;
    const query = pointing({ 5: 0.8, 70: 0.6, 99: 0.4 });
    const found = await version.search({ query, topK: 3 });
    expect(found.map(({ id }) => id)).toEqual(['i005', 'i070', 'i099']);
    expect(world.rowsRead()).toEqual([5, 70, 99]);
    expect(found).toEqual(await world.whole.search({ query, topK: 3 }));
  });

  it('reads no row twice, whoever wants it', async () => {
    const world = await createWorld();
    const version = await world.open({ gapBytes: 0 });
    world.reads.length = 0;
    await Promise.all([
      version.search({ query: pointing({ 5: 0.8, 70: 0.6 }), topK: 2 }),
      version.search({ query: pointing({ 70: 0.8, 7: 0.6 }), topK: 2 }),
      version.meanVector(7),
    ]);
    await version.search({ query: pointing({ 7: 0.8, 5: 0.6 }), topK: 2 });
    await version.vectorsOf(70);
    expect(world.rowsRead()).toEqual([5, 7, 70]);
  });

  it('reads neighbours together where little lies between them, no more at once than it may', async () => {
    const world = await createWorld();
    const query = pointing({ 10: 0.6, 12: 0.5, 15: 0.4, 16: 0.3, 40: 0.2 });
    const readWith = async (options: LoadOptions) => {
      const version = await world.open({ rowConcurrency: 3, ...options });
      world.reads.length = 0;
      expect(await version.search({ query, topK: 5 })).toEqual(await world.whole.search({ query, topK: 5 }));
      return world.reads.map(({ start, end }) => (end - start) / rowBytes).sort((a, b) => a - b);
    };
    expect(await readWith({ gapBytes: 0 })).toEqual([1, 1, 1, 2]);
    expect(await readWith({ gapBytes: rowBytes })).toEqual([1, 2, 3]);
    expect(await readWith({ gapBytes: 2 * rowBytes })).toEqual([1, 7]);
    expect(await readWith({ gapBytes: 2 * rowBytes, rangeBytes: 3 * rowBytes })).toEqual([1, 2, 3]);
    expect(await readWith({ rowConcurrency: 4 })).toEqual([1, 1, 1, 2]);
    const version = await world.open({ gapBytes: 0, rowConcurrency: 2 });
    world.counting.mostUnderWay = 0;
    await version.search({ query, topK: 5 });
    expect(world.counting.mostUnderWay).toBe(2);
  });

  it('reads nothing for what a filter, an exclusion or a modality leaves out', async () => {
    const world = await createWorld();
    const query = pointing({ 4: 0.7, 7: 0.6, 10: 0.5, 13: 0.4 });
    for (const [asked, rows] of [
      [{ filter: compileFilter({ odd: true }) }, [7, 13]],
      [{ exclude: [4, 10] }, [7, 13]],
      [{ against: 'text' }, [4, 10]],
      [{ after: { score: 0.65, position: 3 } }, [7, 10]],
    ] as const) {
      const version = await world.open({ gapBytes: 0 });
      world.reads.length = 0;
      const found = await version.search({ query, topK: 2, ...asked });
      expect(found).toEqual(await world.whole.search({ query, topK: 2, ...asked }));
      expect(world.rowsRead()).toEqual(rows);
    }
  });

  it('reads all where the search wants most of it, and then is whole', async () => {
    const world = await createWorld();
    const version = await world.open();
    // Every other row scores the same: 0.
    const asked = { query: pointing({ 5: 1 }), topK: 10 };
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(version.isWhole).toBe(true);
    // Those that were tried first come twice.
    const all = world.manifest.shards.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(version.traffic.bytes).toBe(all + 32 * rowBytes);
  });

  it('uses rows that came with the rest, checked alone while the rest is not', async () => {
    const world = await createWorld();
    const version = await world.open({ rangeBytes: 10 * rowBytes, concurrency: 1, gapBytes: 0, attempts: 1 });
    world.reads.length = 0;
    world.counting.failing = ({ nth }) => (nth === 3 ? new Error('socket hang up') : undefined);
    await expect(version.complete()).rejects.toThrow('socket hang up');
    expect(world.rowsRead()).toEqual([0, 10, 20]);
    world.reads.length = 0;
    world.counting.failing = () => undefined;
    const asked = { query: pointing({ 5: 0.8, 15: 0.6, 25: 0.4 }), topK: 3 };
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(world.rowsRead()).toEqual([25]);
  });

  it('goes on where reading the rest failed, while it answers', async () => {
    const world = await createWorld();
    const version = await world.open({ rangeBytes: 10 * rowBytes, concurrency: 1, attempts: 1 });
    const isFifth = world.reads.length + 5;
    world.counting.failing = ({ nth }) => (nth === isFifth ? new Error('socket hang up') : undefined);
    await expect(version.complete()).rejects.toThrow('socket hang up');
    const asked = { query: pointing({ 99: 0.8, 98: 0.6 }), topK: 2 };
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(version.isWhole).toBe(false);
    await Promise.all([version.complete(), version.complete()]);
    expect(version.isWhole).toBe(true);
    const all = world.manifest.shards.reduce((sum, { bytes }) => sum + bytes, 0);
    // The two rows of the search came twice, all else once, whatever failed.
    expect(version.traffic.bytes).toBe(all + 2 * rowBytes);
  });

  it('is not ready when rows cannot be read, and answers when they can', async () => {
    const world = await createWorld();
    const version = await world.open({ attempts: 2, pauseMs: 1 });
    const asked = { query: pointing({ 5: 0.8, 7: 0.6 }), topK: 2 };
    world.counting.failing = () => new Error('socket hang up');
    await expect(version.search(asked)).rejects.toMatchObject({ code: 'not_ready', retryable: true });
    world.counting.failing = () => undefined;
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
  });

  it('refuses a row that is not the one its int8 codes were made of, and answers no more', async () => {
    const world = await createWorld();
    const version = await world.open();
    await flipByte(world.objects, world.manifest.shards[0]!.key, world.offsetOfRow(5) + 20);
    const asked = { query: pointing({ 5: 0.8, 7: 0.6 }), topK: 2 };
    const corrupt = { code: 'corrupt_index', message: expect.stringContaining('expected row 5 of vectors') };
    await expect(version.search(asked)).rejects.toMatchObject(corrupt);
    const other = { query: pointing({ 90: 1 }), topK: 1 };
    await expect(version.search(other)).rejects.toMatchObject(corrupt);
    await expect(version.meanVector(7)).rejects.toMatchObject(corrupt);
    await expect(version.complete()).rejects.toMatchObject(corrupt);
    expect(version.isWhole).toBe(false);
  });

  it('refuses a rest that differs from its checksum, or a header from the manifest, and answers no more', async () => {
    for (const offset of ['row', 'header']) {
      const world = await createWorld();
      const version = await world.open();
      const { key } = world.manifest.shards[0]!;
      await flipByte(world.objects, key, offset === 'row' ? world.offsetOfRow(50) : 30);
      const asked = { query: pointing({ 5: 0.8, 7: 0.6 }), topK: 2 };
      expect(await version.search(asked)).toEqual(await world.whole.search(asked));
      await expect(version.complete()).rejects.toMatchObject({ code: 'corrupt_index' });
      await expect(version.search(asked)).rejects.toMatchObject({ code: 'corrupt_index' });
    }
  });

  it('refuses whatever else differs before it answers', async () => {
    const world = await createWorld();
    const { key, tensors } = world.manifest.shards[0]!;
    for (const { name, offset } of tensors.filter(({ name }) => name !== 'vectors')) {
      await flipByte(world.objects, key, offset);
      await expect(world.open()).rejects.toMatchObject({
        code: 'corrupt_index',
        message: expect.stringContaining(`of tensor ${name}`),
      });
      await flipByte(world.objects, key, offset);
    }
  });

  it('is not ready at the deadline, and gives its memory up only when nothing is read into it', async () => {
    const world = await createWorld();
    const version = await world.open({ clock: () => 1000, gapBytes: 0, rowConcurrency: 1 });
    world.reads.length = 0;
    const gate = world.hold();
    const asked = { query: pointing({ 5: 0.8, 70: 0.6 }), topK: 2 };
    await expect(version.search(asked, { deadlineMs: 1020 })).rejects.toMatchObject({
      code: 'not_ready',
      retryAfterMs: 2000,
    });
    let isGivenUp = false;
    const given = version.retire().then(() => {
      isGivenUp = true;
    });
    await settle();
    expect(isGivenUp).toBe(false);
    gate.release();
    await given;
    // The second row was waiting for its turn, which never came.
    expect(world.rowsRead()).toEqual([5]);
  });

  it('begins no more reads of the rest once it is given up, and awaits those under way', async () => {
    const world = await createWorld();
    const version = await world.open({ rangeBytes: 10 * rowBytes, concurrency: 2 });
    world.reads.length = 0;
    const gate = world.hold();
    const completed = version.complete();
    let isGivenUp = false;
    const given = version.retire().then(() => {
      isGivenUp = true;
    });
    await settle();
    expect(isGivenUp).toBe(false);
    gate.release();
    await expect(completed).rejects.toThrow('was given up');
    await given;
    expect(world.reads).toHaveLength(2);
    expect(world.counting.underWay).toBe(0);
  });

  it('does not give out rows that are not there', async () => {
    const world = await createWorld();
    const version = await world.open();
    expect(() => version.vectorOfRow(3)).toThrow('expected a version that is whole');
    await version.complete();
    expect(version.vectorOfRow(3)).toHaveLength(dimensions);
    for (const row of [-1, 100]) expect(() => version.vectorOfRow(row)).toThrow('expected a row below 100');
  });

  it('loads whole what has no planes, or too few rows to be worth it', async () => {
    const world = await createWorld();
    const small = await world.open({ worthBytes: 100 * rowBytes });
    expect(small.isWhole).toBe(true);
    const old = await dropPlanes(world.objects, world.manifest, 2);
    const version = await loadVersion(world.objects, old, { answerFirst: true, worthBytes: 0, gapBytes: 0 });
    world.reads.length = 0;
    const asked = { query: pointing({ 5: 0.8, 99: 0.6 }), topK: 2 };
    expect(await version.search(asked)).toEqual(await world.whole.search(asked));
    expect(world.rowsRead()).toEqual([99]);
  });
});

/** Item i points in direction i: odd ones are pictures. Two shards, of which the last begins in the middle. */
async function createWorld() {
  const counting = createCountingObjects();
  const items = Array.from({ length: 100 }, (_, i): IndexItem => {
    const vector = pointing({ [i]: 1 });
    const isOdd = i % 2 === 1;
    return {
      id: `i${String(i).padStart(3, '0')}`,
      attributes: { odd: isOdd },
      rows: [row(isOdd ? 'image' : 'text', vector)],
    };
  });
  const manifest = await writeVersion(counting.objects, items, { dimensions, shardBytes: 24_000 });
  expect(manifest.shards).toHaveLength(2);
  const whole = await loadVersion(counting.objects, manifest);
  counting.reads.length = 0;
  let gate: Promise<void> = Promise.resolve();
  const objects: typeof counting.objects = {
    ...counting.objects,
    async readInto(...read) {
      const isOpen = gate;
      const reading = counting.objects.readInto(...read);
      await isOpen;
      await reading;
    },
  };
  const offsetIn = (shard: number, r: number) =>
    manifest.shards[shard]!.tensors.find(({ name }) => name === 'vectors')!.offset + r * rowBytes;
  return {
    counting,
    objects,
    manifest,
    whole,
    reads: counting.reads,
    open: (options: LoadOptions = {}) =>
      loadVersion(objects, manifest, { answerFirst: true, worthBytes: 0, ...options }),
    offsetOfRow: (r: number) => offsetIn(0, r),
    /** The first row of each read of vectors, as numbers of items, ascending. */
    rowsRead: () =>
      counting.reads
        .map(({ key, start }) => {
          const shard = manifest.shards.findIndex((entry) => entry.key === key);
          const before = shard === 0 ? 0 : manifest.shards[0]!.rows;
          return before + Math.max(0, (start - offsetIn(shard, 0)) / rowBytes);
        })
        .sort((a, b) => a - b),
    /** Reads end no sooner than released. */
    hold() {
      let release = () => {};
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return { release };
    },
  };
}

/** As much in each of these directions, not normalised. */
function pointing(parts: Readonly<Record<number, number>>): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const [direction, much] of Object.entries(parts)) vector[Number(direction)] = much;
  return vector;
}

function bytesOf(reads: readonly { start: number; end: number }[]): number {
  return reads.reduce((sum, { start, end }) => sum + end - start, 0);
}

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) await new Promise((resolve) => setImmediate(resolve));
}
