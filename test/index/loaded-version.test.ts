import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../shared/index/filter.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import type { SearchQuery } from '../../shared/index/search-query.ts';
import type { IndexItem } from '../../shared/index/shard.ts';
import type { Modality } from '../../shared/item.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { fromFloat16, toFloat16 } from '../../shared/scan/float16.ts';
import type { KernelChoice } from '../../shared/scan/kernel.ts';
import { dot } from '../../shared/scan/typescript-kernel.ts';
import { createRandom, row, sampleItems, unitVector, writeVersion } from './sample.ts';

const dimensions = 6;

async function loaded(items: readonly IndexItem[], shardBytes = 2000, kernel: KernelChoice = 'auto') {
  const objects = createMemoryObjectStore();
  const size = items[0]?.rows[0]?.vector.length ?? dimensions;
  const manifest = await writeVersion(objects, items, { dimensions: size, shardBytes });
  return loadVersion(objects, manifest, { kernel });
}

/** What search must return: everything scored, sorted and cut. */
function expected(items: readonly IndexItem[], query: SearchQuery, keeps = (_: IndexItem) => true) {
  const { against = 'any', after, exclude = [], topK } = query;
  return items
    .flatMap((item, position) => {
      const rows = item.rows
        .filter(({ modality }) => against === 'any' || modality === against)
        .map(({ modality, vector }) => ({ via: modality, score: dot(query.query, vector, 0) }))
        .sort((a, b) => b.score - a.score);
      const best = rows[0];
      return best && keeps(item) && !exclude.includes(position) ? [{ position, id: item.id, ...best }] : [];
    })
    .sort((a, b) => b.score - a.score || a.position - b.position)
    .filter(({ score, position }) => {
      if (!after) return true;
      return score < after.score || (score === after.score && position > after.position);
    })
    .slice(0, topK);
}

describe('a loaded version', () => {
  it.each<KernelChoice>(['wasm-simd', 'typescript'])('returns the exact top-k by %s', async (kernel) => {
    const items = sampleItems(150, dimensions);
    const version = await loaded(items, 2000, kernel);
    expect(version.kernelName).toBe(kernel);
    const random = createRandom(7);
    for (let i = 0; i < 100; i++) {
      const query: SearchQuery = {
        query: unitVector(dimensions, random),
        topK: 1 + Math.floor(random() * 20),
        against: (['any', 'text', 'image'] as const)[i % 3]!,
        ...(i % 4 === 0 && { exclude: [i, i + 3] }),
        ...(i % 5 === 0 && { after: { score: Math.fround(random() - 0.5), position: 40 } }),
      };
      expect(await version.search(query)).toEqual(expected(items, query));
    }
  });

  it('returns the exact top-k of what passes the filter, however few pass', async () => {
    const items = sampleItems(150, dimensions);
    const version = await loaded(items);
    const query = { query: unitVector(dimensions, createRandom(3)), topK: 10 };
    const cases: [unknown, (item: IndexItem) => boolean][] = [
      [{ category: 'dress' }, ({ attributes }) => attributes.category === 'dress'],
      [{ price: { $lt: 6 } }, ({ attributes }) => (attributes.price as number) < 6],
      [{ colours: '绿色' }, ({ attributes }) => ((attributes.colours as string[]) ?? []).includes('绿色')],
      [{ inStock: { $exists: false } }, ({ attributes }) => attributes.inStock === undefined],
      [{ price: -1 }, () => false],
      [{}, () => true],
    ];
    for (const [filter, keeps] of cases)
      for (const against of ['any', 'image'] as const) {
        const asked = { ...query, against, filter: compileFilter(filter) };
        expect(await version.search(asked)).toEqual(expected(items, asked, keeps));
      }
  });

  it('pages through everything once, ties and all', async () => {
    const vectors = [
      [1, 0],
      [0, 1],
      [0.5, 0.5],
    ] as const;
    const items = Array.from({ length: 50 }, (_, i): IndexItem => {
      const rows = [row('text', vectors[i % 3]!), row('image', vectors[(i + 1) % 3]!)];
      return { id: `i${String(i).padStart(2, '0')}`, attributes: {}, rows };
    });
    const version = await loaded(items, 300);
    const query = Float32Array.of(1, 0);
    const seen: string[] = [];
    for (let after: SearchQuery['after'] | undefined; ; ) {
      const page = await version.search({ query, topK: 7, ...(after && { after }) });
      seen.push(...page.map(({ id }) => id));
      after = page.at(-1);
      if (page.length < 7) break;
    }
    const all = await version.search({ query, topK: 100 });
    expect(seen).toEqual(all.map(({ id }) => id));
    expect(new Set(seen).size).toBe(50);
    expect(all.slice(0, 2)).toMatchObject([
      { id: 'i00', score: 1, via: 'text' },
      { id: 'i02', score: 1, via: 'image' },
    ]);
  });

  it('names the first of equally good rows', async () => {
    const same = (modality: Modality) => row(modality, [1, 0]);
    const version = await loaded([
      { id: 'a', attributes: {}, rows: [same('text'), same('image')] },
      { id: 'b', attributes: {}, rows: [same('image'), same('text')] },
    ]);
    const hits = await version.search({ query: Float32Array.of(1, 0), topK: 5 });
    expect(hits.map(({ via }) => via)).toEqual(['text', 'image']);
  });

  it('finds rows beyond the first chunk of a shard', async () => {
    const items = Array.from({ length: 9000 }, (_, i): IndexItem => {
      return { id: `i${String(i).padStart(4, '0')}`, attributes: { i }, rows: [row('text', [i / 9000, 0])] };
    });
    const version = await loaded(items, 1e9);
    const query = Float32Array.of(1, 0);
    const order = (hits: { id: string }[]) => hits.map(({ id }) => id);
    const best = expected(items, { query, topK: 5 });
    expect(order(await version.search({ query, topK: 5 }))).toEqual(order(best));
    expect(order(await version.search({ query, topK: 5, against: 'text' }))).toEqual(order(best));
    const filter = compileFilter({ i: { $lt: 4100 } });
    const [hit] = await version.search({ query, topK: 1, filter });
    expect(hit?.position).toBe(expected(items.slice(0, 4100), { query, topK: 1 })[0]!.position);
  });

  it('knows the position of each id, and of no other', async () => {
    const items = sampleItems(150, dimensions);
    const version = await loaded(items);
    items.forEach(({ id }, position) => {
      expect(version.positionOf(id)).toBe(position);
      expect(version.idAt(position)).toBe(id);
    });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        const position = items.findIndex((item) => item.id === id);
        expect(version.positionOf(id)).toBe(position < 0 ? undefined : position);
      }),
    );
    for (const id of items.map((item) => item.id)) {
      expect(version.positionOf(`${id} `)).toBeUndefined();
      expect(version.positionOf(id.slice(0, -1))).toBe(
        items.findIndex((item) => item.id === id.slice(0, -1)) === -1
          ? undefined
          : items.findIndex((item) => item.id === id.slice(0, -1)),
      );
    }
    for (const position of [-1, 150, 0.5, Number.NaN])
      expect(() => version.idAt(position)).toThrow('expected a position below 150');
  });

  it('gives an item its vectors, and the mean of its pictures or else its text', async () => {
    const version = await loaded([
      { id: 'a', attributes: {}, rows: [row('text', [1, 0]), row('image', [0, 1]), row('image', [0.5, 0])] },
      { id: 'b', attributes: {}, rows: [row('text', [0.25, 0.5])] },
    ]);
    expect((await version.vectorsOf(0)).map(({ modality, vector }) => [modality, [...vector]])).toEqual([
      ['text', [1, 0]],
      ['image', [0, 1]],
      ['image', [0.5, 0]],
    ]);
    for (const [position, modality] of ['image', 'text'].entries()) {
      const mean = await version.meanVector(position);
      expect({ ...mean, vector: [...mean.vector] }).toEqual({ modality, vector: [0.25, 0.5] });
    }
  });

  it('tells the content of each row, so that the next build need not embed it again', async () => {
    const items = sampleItems(30, dimensions);
    const version = await loaded(items);
    const found = [...version.contentHashes()].map(({ row, ...content }) => ({
      ...content,
      contentHash: Buffer.from(content.contentHash).toString('hex'),
      vector: [...fromFloat16(version.vectorOfRow(row))],
    }));
    const wanted = items.flatMap(({ rows }, position) =>
      rows.map(({ modality, contentHash, vector }) => ({
        position,
        modality,
        contentHash: Buffer.from(contentHash).toString('hex'),
        vector: [...fromFloat16(vector)],
      })),
    );
    expect(found).toEqual(wanted);
  });

  it('refuses queries that are not of its model', async () => {
    const version = await loaded(sampleItems(3, dimensions));
    const search = (query: Float32Array) => version.search({ query, topK: 1 });
    await expect(search(new Float32Array(5))).rejects.toMatchObject({
      code: 'wrong_model',
      message: 'expected a query of 6 dimensions as test-model gives, found 5',
    });
    await expect(search(new Float32Array(6).fill(Number.NaN))).rejects.toMatchObject({ code: 'internal' });
  });

  it('answers nothing once its memory is given up', async () => {
    const version = await loaded(sampleItems(3, dimensions));
    await version.retire();
    await expect(version.search({ query: new Float32Array(6), topK: 1 })).rejects.toThrow('was given up');
    expect(() => version.idAt(0)).toThrow('was given up');
    await expect(version.retire()).rejects.toThrow('was given up');
  });

  it('keeps the bits of vectors as they were given', async () => {
    const bits = toFloat16([0.1, -0.2, 0.3]);
    const item = { id: 'a', attributes: {}, rows: [{ ...row('text', [0, 0, 0]), vector: bits }] };
    expect((await loaded([item])).vectorOfRow(0)).toEqual(bits);
  });
});
