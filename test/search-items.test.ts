import { describe, expect, it } from 'vitest';
import { createWorld, queryOf } from './world.ts';

async function shop(words: Record<string, string>) {
  const world = createWorld();
  for (const [id, title] of Object.entries(words)) await world.items.put(id, { title });
  await world.publish();
  return world;
}

const garments = {
  'dress-red': 'red dress',
  'dress-blue': 'blue dress',
  'shoe-red': 'red shoe',
  'shoe-blue': 'blue shoe',
};

describe('search', () => {
  it('returns the closest item first, with its current content', async () => {
    const world = await shop(garments);
    await world.items.put('dress-red', { title: 'red dress', attributes: { price: 20 } });
    const answer = await world.searchItems.search(queryOf({ text: 'red dress' }), world);
    expect(answer.results[0]).toMatchObject({
      id: 'dress-red',
      via: 'text',
      item: { title: 'red dress', attributes: { price: 20 }, images: [] },
    });
    expect(answer.results[0]!.score).toBeCloseTo(1, 3);
    expect(answer.index).toEqual({
      version: (await world.versions.current())!.version,
      model: 'hash/32',
      vectors: 4,
    });
  });

  it('answers 200 with no results over an empty catalog', async () => {
    const world = await shop({});
    const answer = await world.searchItems.search(queryOf({ text: 'red' }), world);
    expect(answer.results).toEqual([]);
    expect(answer.nextCursor).toBeUndefined();
  });

  it('pages through everything, neither repeating nor skipping, and ends without a cursor', async () => {
    const many = Object.fromEntries(Array.from({ length: 23 }, (_, i) => [`id-${i}`, `red thing ${i % 5}`]));
    const world = await shop(many);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await world.searchItems.search(queryOf({ text: 'red thing', topK: 5, cursor }), world);
      seen.push(...answer.results.map(({ id }) => id));
      cursor = answer.nextCursor;
    } while (cursor);
    expect(seen.length).toBe(23);
    expect(new Set(seen).size).toBe(23);
    expect(seen).toEqual(await world.find('red thing', { topK: 100 }));
  });

  it('refuses the cursor of another query, and one whose version is gone', async () => {
    const world = await shop(garments);
    const { nextCursor } = await world.searchItems.search(queryOf({ text: 'red', topK: 1 }), world);
    const foreign = world.searchItems.search(queryOf({ text: 'blue', topK: 1, cursor: nextCursor }), world);
    await expect(foreign).rejects.toMatchObject({ code: 'invalid_cursor' });
    await world.items.put('new', { title: 'red hat' });
    await world.publish();
    // The first request after the change may still be answered by the version held; the next is not.
    await world.find('red').catch(() => {});
    await expect
      .poll(() =>
        world.searchItems.search(queryOf({ text: 'red', topK: 1, cursor: nextCursor }), world).then(
          () => 'answered',
          (error) => error.code,
        ),
      )
      .toBe('stale_cursor');
  });

  it('leaves out a deleted item at once, and still gives topK results', async () => {
    const world = await shop(garments);
    await world.items.delete('dress-red');
    const ids = await world.find('red dress', { topK: 3 });
    expect(ids).toHaveLength(3);
    expect(ids).not.toContain('dress-red');
  });

  it('finds more like an item without the item itself', async () => {
    const world = await shop(garments);
    const answer = await world.searchItems.search(queryOf({ itemId: 'dress-red' }), world);
    expect(answer.results.map(({ id }) => id)).not.toContain('dress-red');
    expect(answer.results).toHaveLength(3);
    const unknown = world.searchItems.search(queryOf({ itemId: 'nowhere' }), world);
    await expect(unknown).rejects.toMatchObject({ code: 'not_found' });
  });

  it('pushes away from what is not wanted', async () => {
    const world = await shop(garments);
    const [first] = await world.find('red dress', {
      without: { text: 'dress' },
      weights: { text: 1, image: 1, itemId: 1, without: 0.9 },
    });
    expect(first).toBe('shoe-red');
  });

  it('refuses a query whose parts cancel each other out', async () => {
    const world = await shop(garments);
    const nothing = world.searchItems.search(
      queryOf({
        text: 'red',
        without: { text: 'red' },
        weights: { text: 1, image: 1, itemId: 1, without: 1 },
      }),
      world,
    );
    await expect(nothing).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('matches only the vectors asked for with `against`, and shows pictures as URLs', async () => {
    const world = await shop(garments);
    await world.ingestPicture(
      { ...(await world.upload('catalog/shoe-red/a.jpg', 'red shoe')), itemId: 'shoe-red' },
      world,
    );
    await world.publish();
    await expect.poll(() => world.find('red shoe', { against: 'image' })).toEqual(['shoe-red']);
    const answer = await world.searchItems.search(queryOf({ text: 'red shoe', against: 'image' }), world);
    expect(answer.results[0]).toMatchObject({
      via: 'image',
      item: { images: [expect.stringContaining('derived/')] },
    });
  });

  it('filters before it ranks', async () => {
    const world = await shop({});
    for (let i = 0; i < 30; i++)
      await world.items.put(`i${i}`, { title: i < 25 ? 'red dress' : 'green boat', attributes: { n: i } });
    await world.publish();
    await expect.poll(() => world.find('red dress', { filter: { n: { $gte: 25 } } })).toHaveLength(5);
  });

  it('searches by a picture in the bucket, one sent along, and both with words', async () => {
    const world = await shop(garments);
    await world.upload('uploads/q.jpg', 'blue shoe');
    expect((await world.find('', { text: undefined, image: { key: 'uploads/q.jpg' } }))[0]).toBe('shoe-blue');
    const base64 = Buffer.from('picture of blue').toString('base64');
    expect((await world.find('dress', { image: { base64 } }))[0]).toBe('dress-blue');
    const missing = world.find('x', { image: { key: 'uploads/none.jpg' } });
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
    const broken = world.find('x', { image: { base64: Buffer.from('junk').toString('base64') } });
    await expect(broken).rejects.toMatchObject({ code: 'unreadable_picture' });
  });

  it('refuses a match by another model, naming the live one', async () => {
    const world = await shop(garments);
    const vector = new Float32Array(32).fill(1);
    const match = world.searchItems.match({ model: 'other/1', vector, topK: 3 }, world);
    await expect(match).rejects.toMatchObject({
      code: 'wrong_model',
      message: expect.stringContaining('hash/32'),
    });
  });
});
