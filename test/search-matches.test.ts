import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCalibration } from '../shared/embedding/calibration.ts';
import { TuwenError } from '../shared/error.ts';
import { createSearchItems } from '../shared/search-items.ts';
import { calibrationOf } from './embedding/calibration.ts';
import { createWorld, queryOf } from './world.ts';

/** Knots from 0 to 1 at so much. */
const to = (most: number) => ({ cosines: [0, 1], matches: [0, most] });
const rising = calibrationOf(to(1));
/** Tells by the match of an exact hit which kind of query and row it was. */
const telling = calibrationOf(to(1), {
  text: { text: to(0.1), image: to(0.2) },
  image: { text: to(0.3), image: to(0.4) },
  mixed: { text: to(0.5), image: to(0.6) },
});

/** Titles, and what pictures show of items. */
async function shop(
  calibration: unknown,
  titles: Record<string, string>,
  shown: Record<string, string> = {},
) {
  const world = createWorld({ calibration });
  for (const [id, title] of Object.entries(titles)) await world.items.put(id, { title });
  for (const [itemId, words] of Object.entries(shown))
    await world.ingestPicture({ ...(await world.upload(`catalog/${itemId}/a.jpg`, words)), itemId }, world);
  await world.publish();
  const search = (query: Record<string, unknown>) => world.searchItems.search(queryOf(query), world);
  return { world, search };
}

const image = { base64: Buffer.from('picture of red shoe').toString('base64') };

describe('the match of a result', () => {
  it('stands beside its score where the model has a calibration, and only there', async () => {
    const titles = { shoe: 'red shoe', hat: 'blue hat' };
    const { search } = await shop(rising, titles);
    for (const { score, match } of (await search({ text: 'red shoe' })).results)
      expect(match).toBe(Math.min(1, Math.max(0, score)));
    const plain = await shop(undefined, titles);
    expect((await plain.search({ text: 'red shoe' })).results[0]).not.toHaveProperty('match');
  });

  it.each<[string, Record<string, unknown>, [text: number, image: number]]>([
    ['words', { text: 'red shoe' }, [0.1, 0.2]],
    ['a picture', { image }, [0.3, 0.4]],
    ['words and a picture', { text: 'red shoe', image }, [0.5, 0.6]],
    ['words away from a picture', { text: 'red shoe', without: { image: { key: 'uploads/q' } } }, [0.1, 0.2]],
    ['words beside a picture without weight', { text: 'red shoe', image, weights: { image: 0 } }, [0.1, 0.2]],
    ['a picture beside words without weight', { text: 'red shoe', image, weights: { text: 0 } }, [0.3, 0.4]],
    ['an item with pictures', { itemId: 'pictured' }, [0.3, 0.4]],
    ['an item without pictures', { itemId: 'plain' }, [0.1, 0.2]],
    ['words and an item without pictures', { text: 'red shoe', itemId: 'plain' }, [0.1, 0.2]],
    ['a picture and an item without pictures', { image, itemId: 'plain' }, [0.5, 0.6]],
    [
      'words and an item without weight',
      { text: 'red shoe', itemId: 'pictured', weights: { itemId: 0 } },
      [0.1, 0.2],
    ],
    [
      'nothing but what to be away from',
      { text: 'blue hat', weights: { text: 0 }, without: { text: 'green' } },
      [0.5, 0.6],
    ],
  ])('is that of a query of %s', async (_, { weights, ...query }, [text, image]) => {
    const titles = { pictured: 'red shoe', plain: 'red shoe', other: 'red shoe' };
    const { world, search } = await shop(telling, titles, { pictured: 'red shoe', other: 'red shoe' });
    await world.upload('uploads/q', 'blue hat');
    for (const [against, most] of [
      ['text', text],
      ['image', image],
    ] as const) {
      const asked = {
        ...query,
        weights: { text: 1, image: 1, itemId: 1, without: 0.5, ...(weights as object) },
      };
      const { results } = await search({ ...asked, against });
      expect(results.length).toBeGreaterThan(0);
      for (const { match, score } of results)
        expect(match).toBeCloseTo(most * Math.max(0, Math.min(1, score)), 6);
    }
  });

  it('decides which of the rows of an item counts, and the order against any of them', async () => {
    const steep = { text: to(0.5), image: { cosines: [0, 0.5], matches: [0, 1] } };
    const { search } = await shop(
      calibrationOf(to(1), { text: steep }),
      { said: 'red running shoe', shown: 'thing' },
      { shown: 'red running boat' },
    );
    const { results } = await search({ text: 'red running shoe' });
    expect(results.map(({ id, via }) => [id, via])).toEqual([
      ['shown', 'image'],
      ['said', 'text'],
    ]);
    expect(results[0]!.score).toBeLessThan(results[1]!.score);
    expect(results[0]!.match).toBeGreaterThan(results[1]!.match!);
  });

  it('is paged by: every item once, by descending match, however little the maps tell apart', async () => {
    const words = fc.constantFrom('red', 'blue', 'green', 'shoe', 'hat').map((word) => `${word} thing`);
    const level = fc
      .array(fc.constantFrom(0, 0.5, 1), { minLength: 3, maxLength: 3 })
      .map((matches) => ({ cosines: [0.2, 0.5, 0.8], matches: matches.sort() }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(words, fc.option(words, { nil: undefined })), { minLength: 1, maxLength: 12 }),
        fc.record({ text: level, image: level }),
        fc.integer({ min: 1, max: 4 }),
        async (given, text, topK) => {
          const ids = given.map((_, i) => `i${String(i).padStart(2, '0')}`);
          const titles = Object.fromEntries(given.map(([title], i) => [ids[i]!, title]));
          const shown = given.flatMap(([, words], i) => (words ? [[ids[i]!, words]] : []));
          const calibration = calibrationOf(to(1), { text });
          const { world, search } = await shop(calibration, titles, Object.fromEntries(shown));
          await world.items.delete(ids[0]!);
          const query = { text: 'red shoe thing' };
          const whole = (await search({ ...query, topK: 100 })).results;
          const order = (a: (typeof whole)[number], b: (typeof whole)[number]) =>
            b.match! - a.match! || b.score - a.score || (a.id < b.id ? -1 : 1);
          expect(whole.map(({ id }) => id).sort()).toEqual(ids.slice(1));
          expect(whole).toEqual([...whole].sort(order));
          const paged = [];
          for (let cursor: string | undefined; paged.length <= whole.length; ) {
            const { results, nextCursor } = await search({ ...query, topK, cursor });
            paged.push(...results);
            if (!nextCursor) break;
            expect(results).toHaveLength(topK);
            cursor = nextCursor;
          }
          expect(paged).toEqual(whole);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('makes a cursor stale when the model was calibrated again', async () => {
    const { world, search } = await shop(rising, { a: 'red shoe', b: 'red hat', c: 'red boat' });
    const { nextCursor: cursor } = await search({ text: 'red', topK: 1 });
    expect((await search({ text: 'red', topK: 1, cursor })).results).toHaveLength(1);
    world.changeModel({ calibration: parseCalibration(JSON.stringify(telling), 'calibration.json') });
    await expect(search({ text: 'red', topK: 1, cursor })).rejects.toMatchObject({ code: 'stale_cursor' });
  });
});

describe('minMatch', () => {
  const titles = { exact: 'red shoe', near: 'red hat', far: 'green boat' };

  it('cuts what is below it, to nothing where nothing is close', async () => {
    const { search } = await shop(rising, titles);
    const all = (await search({ text: 'red shoe' })).results;
    expect(all).toHaveLength(3);
    for (const { match: minMatch } of all) {
      const { results, nextCursor } = await search({ text: 'red shoe', minMatch });
      expect(results).toEqual(all.filter(({ match }) => match! >= minMatch!));
      expect(nextCursor).toBeUndefined();
    }
    const nothing = await search({ text: 'black tea', minMatch: 0.99 });
    expect(nothing.results).toEqual([]);
    expect(nothing.nextCursor).toBeUndefined();
  });

  it('ends the pages where only what is below it would follow', async () => {
    const { search } = await shop(rising, titles);
    const minMatch = 0.1;
    const close = (await search({ text: 'red shoe', minMatch })).results.length;
    expect(close).toBe(2);
    const first = await search({ text: 'red shoe', minMatch, topK: 1 });
    expect(first.nextCursor).toBeDefined();
    const second = await search({ text: 'red shoe', minMatch, topK: 1, cursor: first.nextCursor });
    expect(second.results.map(({ id }) => id)).toEqual(['near']);
    expect(second.nextCursor).toBeUndefined();
    expect((await search({ text: 'red shoe', topK: 2 })).nextCursor).toBeDefined();
    expect((await search({ text: 'red shoe', topK: 2, minMatch })).nextCursor).toBeUndefined();
  });

  it('is part of the query that a cursor belongs to', async () => {
    const { search } = await shop(rising, titles);
    const { nextCursor: cursor } = await search({ text: 'red', topK: 1, minMatch: 0.1 });
    for (const other of [{}, { minMatch: 0.2 }])
      await expect(search({ text: 'red', topK: 1, cursor, ...other })).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
  });

  it('is refused where the live model has no calibration, before anything is embedded', async () => {
    const { world, search } = await shop(undefined, titles);
    const calls = world.adapter.calls.length;
    await expect(search({ text: 'red shoe', minMatch: 0 })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/minMatch: expected .* calibration.*, found hash\/32, which has none/),
    });
    expect(world.adapter.calls.length).toBe(calls);
  });
});

describe('a live model that this deployment cannot reach', () => {
  it('keeps no item from being compared with others, but a minMatch cannot be answered', async () => {
    const { world } = await shop(rising, { a: 'red shoe', b: 'red hat' });
    const fault = { current: new TuwenError('wrong_model', 'no such model') };
    const searchItems = createSearchItems({
      live: world.live,
      items: world.items,
      show: async (items) => items.map(({ title }) => ({ title, attributes: {}, images: [] })),
      readPicture: async () => new Uint8Array(),
      embedderFor: async () => {
        throw fault.current;
      },
    });
    const { results } = await searchItems.search(queryOf({ itemId: 'a' }), world);
    expect(results.map(({ id, match }) => [id, match])).toEqual([['b', undefined]]);
    const vector = (await world.live.acquire(world)).version.meanVector(0).then((mean) => mean.vector);
    const request = { model: 'hash/32', vector: await vector, topK: 1 };
    expect((await searchItems.match(request, world)).results[0]).toMatchObject({ id: 'a' });
    for (const query of [{ text: 'red' }, { itemId: 'a', minMatch: 0.5 }])
      await expect(searchItems.search(queryOf(query), world)).rejects.toMatchObject({ code: 'wrong_model' });
    // What may be over in a moment does not change the order of results meanwhile.
    fault.current = new TuwenError('wrong_model', 'the bucket did not answer', { retryable: true });
    await expect(searchItems.search(queryOf({ itemId: 'a' }), world)).rejects.toMatchObject({
      retryable: true,
    });
  });
});
