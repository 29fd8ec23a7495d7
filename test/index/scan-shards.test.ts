import { describe, expect, it } from 'vitest';
import { findBars } from '../../shared/index/find-bars.ts';
import type { ResidentShard } from '../../shared/index/resident-shard.ts';
import { scanShards } from '../../shared/index/scan-shards.ts';
import { fromFloat16, toFloat16 } from '../../shared/scan/float16.ts';
import { quantizeRows } from '../../shared/scan/int8-plane.ts';
import { quantizeCoarsely } from '../../shared/scan/int8-query.ts';
import { createKernel, type Kernel, type KernelName, OVERREAD_BYTES } from '../../shared/scan/kernel.ts';
import { createMergedTopK } from '../../shared/scan/merged-top-k.ts';
import { quantizePrefix } from '../../shared/scan/prefix-plane.ts';
import { principalAxes } from '../../shared/scan/principal-axes.ts';
import { projector } from '../../shared/scan/projector.ts';
import { CHUNK_ROWS, scratchAt } from '../../shared/scan/scratch.ts';
import { createTopK, type TopK } from '../../shared/scan/top-k.ts';
import { createTypescriptInt8 } from '../../shared/scan/typescript-int8.ts';
import { kernels } from '../scan/kernels.ts';
import { createRandom, unitVector } from './sample.ts';

const dimensions = 24;
const rows = 4 * CHUNK_ROWS;
const memory = new WebAssembly.Memory({ initial: 40 });
const scratch = scratchAt(0, dimensions);

describe('a batch that coarse queries are asked for first', () => {
  it('finds what every search finds alone, where they rule out most rows', () => {
    const random = createRandom(1);
    const shards = [shardOf(Array.from({ length: rows }, () => unitVector(dimensions, random)))];
    const queries = Array.from({ length: 5 }, () => unitVector(dimensions, random));
    const { kernel, told } = coarseKernel();
    expect(search(kernel, shards, queries)).toEqual(
      queries.map(
        (query) => search(createKernel({ memory, dimensions, kernel: 'typescript' }), shards, [query])[0],
      ),
    );
    expect(told.fine).toBeLessThan(2 * CHUNK_ROWS);
    expect(told.fine + told.coarse).toBe(rows);
  });

  it('finds the same where they rule out next to nothing, and are then hardly asked', () => {
    const random = createRandom(2);
    const middle = unitVector(dimensions, random);
    const near = () => {
      const own = unitVector(dimensions, random);
      return middle.map((component, i) => component + own[i]! / 100);
    };
    const shards = [shardOf(Array.from({ length: rows }, near))];
    const queries = Array.from({ length: 3 }, near);
    const { kernel, told } = coarseKernel();
    expect(search(kernel, shards, queries)).toEqual(
      queries.map(
        (query) => search(createKernel({ memory, dimensions, kernel: 'typescript' }), shards, [query])[0],
      ),
    );
    expect(told.coarse).toBeGreaterThan(0);
    expect(told.coarse).toBeLessThan(rows / 4);
    expect(told.fine + told.coarse).toBe(rows);
  });

  it('leaves a single search to fourteen bits', () => {
    const random = createRandom(3);
    const shards = [shardOf(Array.from({ length: rows }, () => unitVector(dimensions, random)))];
    const { kernel, told } = coarseKernel();
    search(kernel, shards, [unitVector(dimensions, random)]);
    expect(told).toEqual({ fine: rows, coarse: 0 });
  });
});

describe('rows that prefixes leave', () => {
  it.each([
    ['are scored at once where they are few', false, 64],
    ['are all asked about by int8 where scoring means reading them from elsewhere', true, 0],
  ])('%s', (_, isElsewhere, most) => {
    const { shard, query, plain } = oneShard(4);
    const asked: number[] = [];
    const kernel: Kernel = {
      ...plain,
      // Prefixes that rule out nothing: then each call leaves as many rows as it takes.
      siftPrefix(_prefix, first, count) {
        for (let i = 0; i < count; i++) plain.list[i] = first + i;
        return count;
      },
      siftListed(plane, count, number) {
        asked.push(count);
        return plain.siftListed(plane, count, number);
      },
    };
    const topK = createTopK({ k: 10 });
    const ofMemory = { lower: plain.scores, upper: plain.scores };
    const bounds = {
      ...ofMemory,
      write: (_list: Uint32Array, count: number) => plain.scoreListed(shard.vectorsOffset, count),
    };
    const boundsIn = isElsewhere ? () => bounds : undefined;
    // So that bars rise row by row.
    const patient = { ...topK, wanted: undefined };
    scanShards(
      [kernel],
      [{ ...shard, prefix: {} as ResidentShard['prefix'] }],
      [{ query, topK: patient, boundsIn }],
    );
    expect(topK.results()).toEqual(search(plain, [shard], [query])[0]);
    expect(asked).toEqual([16, 32, 64, 128, 256, 504].filter((count) => count > most));
  });
});

describe('bars that a few rows of high dot products set', () => {
  const clustered = (seed: number) => {
    const random = createRandom(seed);
    const middles = Array.from({ length: 20 }, () => unitVector(6, random));
    const near = () => {
      const middle = middles[Math.floor(random() * middles.length)]!;
      return Float32Array.from(
        [...middle, ...new Array(dimensions - 6).fill(0)],
        (component) => component + (random() - 0.5) / 10,
      );
    };
    return { shard: withPrefixes(shardOf(Array.from({ length: 3000 }, near))), query: near() };
  };

  /** What is found, and how many rows are scored for it. */
  const searched = (
    name: KernelName,
    { shard, query }: ReturnType<typeof clustered>,
    topK: TopK<ResidentShard>,
  ) => {
    const plain = createKernel({ memory, dimensions, kernel: name });
    let scored = 0;
    const kernel: Kernel = {
      ...plain,
      scoreListed(offset, count, number) {
        scored += count;
        plain.scoreListed(offset, count, number);
      },
    };
    scanShards([kernel], [shard], [{ query, topK }]);
    return { found: topK.results(), scored };
  };

  it.each(kernels)('are right from the first row on, by %s, so that fewer are scored', (name) => {
    const world = clustered(6);
    const all = search(
      createKernel({ memory, dimensions, kernel: 'typescript' }),
      [{ ...world.shard, prefix: undefined }],
      [world.query],
    );
    const soon = searched(name, world, createTopK({ k: 10 }));
    const slow = searched(name, world, { ...createTopK({ k: 10 }), wanted: undefined });
    expect(soon.found).toEqual(all[0]);
    expect(slow.found).toEqual(all[0]);
    expect(soon.scored).toBeLessThan(slow.scored * 0.6);
  });

  it('are found as well where matches are compared and all rows are of one modality', () => {
    const world = clustered(9);
    const matchOf = [(score: number) => score, (score: number) => score / 2];
    const merged = () => createMergedTopK({ k: 10, matchOf });
    const soon = searched('typescript', world, merged());
    const slow = searched('typescript', world, { ...merged(), wanted: undefined });
    expect(soon.found).toEqual(searched('typescript', world, createTopK({ k: 10 })).found);
    expect(soon.scored).toBeLessThan(slow.scored * 0.6);
  });

  it('let in rows that score the same as the last of the best', () => {
    const { shard, query } = clustered(7);
    const row = toFloat16(query);
    const halves = new Uint16Array(memory.buffer, shard.vectorsOffset, shard.rows * dimensions);
    const best = [2999, 2000, 1500, 40, 3];
    for (const place of best) halves.set(row, place * dimensions);
    const world = { shard: withPrefixes(shard), query };
    const { found } = searched('typescript', world, createTopK({ k: 3 }));
    expect(found.map(({ position }) => position)).toEqual([3, 40, 1500]);
    const rest = createTopK({ k: 2, exclude: [3, 40, 1500] });
    expect(searched('typescript', world, rest).found.map(({ position }) => position)).toEqual([2000, 2999]);
  });

  it('bar only what comes strictly behind k items, whatever is equal, excluded or of one item', () => {
    const random = createRandom(11);
    const pick = (count: number) => Math.floor(random() * count);
    let told = 0;
    for (let turn = 0; turn < 60; turn++) {
      // Few distinct rows, so that ties are the rule.
      const distinct = Array.from({ length: 40 }, () => unitVector(dimensions, random));
      const ofItem = Array.from({ length: 300 }, () => pick(40));
      const plain = shardOf(Array.from({ length: 600 }, (_, row) => distinct[ofItem[row >> 1]!]!));
      const modality = Uint8Array.from({ length: 600 }, (_, row) => row & 1);
      new Uint8Array(memory.buffer).set(modality, plain.plane!.modality);
      const itemOffsets = Uint32Array.from({ length: 301 }, (_, item) => item * 2);
      const shard = { ...withPrefixes(plain), modality, items: 300, itemOffsets };
      const kernel = createKernel({ memory, dimensions, kernel: 'typescript' });
      const query = distinct[0]!;
      kernel.setQueries([query]);
      const steps = (score: number) => Math.round(score * 8) / 8;
      const matchOf = turn % 2 === 0 ? undefined : [steps, steps];
      const best = [...ofItem.keys()].filter((item) => ofItem[item] === 0);
      const exclude = best.slice(0, turn % 3);
      const k = 1 + pick(20);
      const topK = matchOf ? createMergedTopK({ k, matchOf, exclude }) : createTopK({ k, exclude });
      const bars = findBars(kernel, shard, shard.prefix!, { first: 0, rows: 600 }, { query, topK });
      if (!bars) continue;
      told++;
      kernel.score(shard.vectorsOffset, 600);
      const scores = [...kernel.scores.slice(0, 600)];
      const rank = scores.map((score, row) => (matchOf ? matchOf[modality[row]!]!(score) : score));
      const isBetter = (a: number, b: number) =>
        rank[a]! > rank[b]! || (rank[a] === rank[b] && scores[a]! > scores[b]!);
      for (let row = 0; row < 600; row++) {
        if (!(scores[row]! <= bars[matchOf ? modality[row]! : 0]!)) continue;
        const ahead = new Set<number>();
        for (let other = 0; other < 600; other++)
          if (isBetter(other, row) && !exclude.includes(other >> 1)) ahead.add(other >> 1);
        expect(ahead.size).toBeGreaterThanOrEqual(k);
      }
    }
    expect(told).toBeGreaterThan(30);
  });

  it('are not sought where results go on after a place, nor of more than blocks of rows can tell', () => {
    const world = clustered(8);
    const found = searched('typescript', world, createTopK({ k: 200 })).found;
    const after = found[9]!;
    expect(searched('typescript', world, createTopK({ k: 20, after })).found).toEqual(found.slice(10, 30));
  });
});

describe('rows of some items', () => {
  it.each([
    ['few, do without prefixes', 200, []],
    ['many, are asked about by prefixes once a call takes enough of them', 1000, [256, 504]],
  ])('%s', (_, items, expected) => {
    const { shard, query, plain } = oneShard(5);
    const asked: number[] = [];
    const kernel: Kernel = {
      ...plain,
      siftPrefixListed(_prefix, count) {
        asked.push(count);
        return count;
      },
    };
    const bits = new Int32Array(32);
    for (let item = 0; item < items; item++) bits[item >> 5]! |= 1 << (item & 31);
    const found = [shard, { ...shard, prefix: {} as ResidentShard['prefix'] }].map((each) => {
      const topK = createTopK({ k: 10 });
      scanShards([kernel], [each], [{ query, topK, itemsIn: () => bits }]);
      return topK.results();
    });
    expect(found[1]).toEqual(found[0]);
    expect(asked).toEqual(expected);
  });
});

function oneShard(seed: number) {
  const random = createRandom(seed);
  const shard = shardOf(Array.from({ length: 1000 }, () => unitVector(dimensions, random)));
  const query = unitVector(dimensions, random);
  return { shard, query, plain: createKernel({ memory, dimensions, kernel: 'typescript' }) };
}

/** The plain kernel with the plain twin of coarse queries, and how many rows each was asked about. */
function coarseKernel(): { kernel: Kernel; told: { fine: number; coarse: number } } {
  const told = { fine: 0, coarse: 0 };
  const plain = createKernel({ memory, dimensions, kernel: 'typescript' });
  const twin = createTypescriptInt8(memory, dimensions, scratch);
  const kernel: Kernel = {
    ...plain,
    setQueries(queries) {
      plain.setQueries(queries);
      twin.setInt8Queries(() => queries.map(quantizeCoarsely));
    },
    dot(plane, first, count) {
      told.fine += count;
      plain.dot(plane, first, count);
    },
    coarse: {
      ...twin,
      dot(plane, first, count) {
        told.coarse += count;
        twin.dot(plane, first, count);
      },
    },
  };
  return { kernel, told };
}

function search(kernel: Kernel, shards: readonly ResidentShard[], queries: readonly Float32Array[]) {
  const scans = queries.map((query) => ({ query, topK: createTopK({ k: 10 }) }));
  scanShards([kernel], shards, scans);
  return scans.map(({ topK }) => topK.results());
}

/** An item a row, in memory behind the scratch. */
function shardOf(vectors: readonly Float32Array[]): ResidentShard {
  const bits = Uint16Array.from(vectors.flatMap((vector) => [...toFloat16(vector)]));
  const { codes, scales, residuals, norms, sums } = quantizeRows(bits, dimensions);
  let end = scratch.end;
  const place = (view: ArrayBufferView) => {
    const start = Math.ceil(end / 4) * 4;
    end = start + view.byteLength + OVERREAD_BYTES;
    new Uint8Array(memory.buffer).set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), start);
    return start;
  };
  const modality = new Uint8Array(vectors.length);
  const parts = {
    vectorsOffset: place(bits),
    plane: {
      codes: place(codes),
      scales: place(scales),
      residuals: place(residuals),
      norms: place(norms),
      sums: place(sums),
      modality: place(modality),
    },
  };
  // What scanning looks at of a shard.
  return {
    ...parts,
    rows: vectors.length,
    items: vectors.length,
    rowBytes: dimensions * 2,
    modality,
    prefix: undefined,
    itemOffsets: Uint32Array.from({ length: vectors.length + 1 }, (_, i) => i),
    firstPosition: 0,
    memory: 0,
  } as Partial<ResidentShard> as ResidentShard;
}

/** The same with a prefix plane, at the end of the memory. */
function withPrefixes(shard: ResidentShard): ResidentShard {
  const halves = new Uint16Array(memory.buffer, shard.vectorsOffset, shard.rows * dimensions);
  const bits = halves.slice();
  const axes = principalAxes(
    Float64Array.from(fromFloat16(bits.subarray(0, 200 * dimensions))),
    dimensions,
    7,
  );
  const plane = quantizePrefix(bits, dimensions, axes, projector(bits, dimensions, axes));
  const codes = memory.buffer.byteLength - plane.codes.byteLength - OVERREAD_BYTES;
  new Int8Array(memory.buffer, codes, plane.codes.length).set(plane.codes);
  return { ...shard, prefix: { ...plane, codes, width: 8, modality: shard.plane!.modality } };
}
