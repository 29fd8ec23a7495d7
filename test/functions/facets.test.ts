import { describe, expect, it } from 'vitest';
import { facetAnswer, searchAnswer } from '../../shared/api/search.ts';
import { createApps } from './apps.ts';

async function shop(count = 30) {
  const apps = createApps();
  for (let i = 0; i < count; i++)
    await apps.world.items.put(`i${i}`, {
      title: `thing ${i}`,
      attributes: {
        category: i % 3 === 0 ? 'dress' : 'shoe',
        price: i,
        sale: i % 2 === 0,
        tags: i % 5 === 0 ? ['new', 'warm'] : ['warm'],
        ...(i === 0 && { size: 38 }),
      },
    });
  await apps.world.publish();
  return apps;
}

describe('facets of a search', () => {
  it('count over everything that passes the filter, not only the page', async () => {
    const { search } = await shop();
    const query = { text: 'thing', topK: 2, facets: ['category', 'sale', 'tags', 'nowhere'] };
    const { body } = await search('POST', '/v1/search', query);
    expect(searchAnswer.parse(body)).toEqual(body);
    expect(body.results).toHaveLength(2);
    expect(body.facets).toEqual({
      category: [
        { value: 'shoe', count: 20 },
        { value: 'dress', count: 10 },
      ],
      sale: [
        { value: false, count: 15 },
        { value: true, count: 15 },
      ],
      tags: [
        { value: 'warm', count: 30 },
        { value: 'new', count: 6 },
      ],
      nowhere: [],
    });
    const filtered = await search('POST', '/v1/search', { ...query, filter: { price: { $lt: 3 } } });
    expect(filtered.body.facets.category).toEqual([
      { value: 'shoe', count: 2 },
      { value: 'dress', count: 1 },
    ]);
    expect((await search('POST', '/v1/search', { text: 'thing' })).body).not.toHaveProperty('facets');
  });

  it('tell at most 100 values of an attribute', async () => {
    const { search } = await shop(120);
    const { body } = await search('POST', '/v1/search', { text: 'thing', facets: ['price'] });
    expect(body.facets.price).toHaveLength(100);
    expect(body.facets.price.slice(0, 2)).toEqual([
      { value: 0, count: 1 },
      { value: 1, count: 1 },
    ]);
  });

  it('come with a form and a query string too, and may be asked for on any page', async () => {
    const { search } = await shop();
    const form = new FormData();
    form.set('text', 'thing');
    form.set('facets', '["sale"]');
    form.set('topK', '2');
    const { body } = await search('POST', '/v1/search', form);
    expect(body.facets.sale).toHaveLength(2);
    const next = await search('GET', `/v1/search?text=thing&topK=2&cursor=${body.nextCursor}`);
    expect(next).toMatchObject({ status: 200 });
    const similar = await search('GET', '/v1/items/i1/similar?facets=%5B%22sale%22%5D');
    expect(similar.body.facets.sale).toHaveLength(2);
  });

  it.each<[string, unknown, RegExp]>([
    ['none', [], /facets: expected at least 1 elements, found 0/],
    ['17', Array.from({ length: 17 }, (_, i) => `a${i}`), /facets: expected at most 16 elements, found 17/],
    ['no array', 'category', /facets: expected an array, found "category"/],
    ['an operator', ['$or'], /facets\[0\]: expected a name that doesn't begin with \$, found "\$or"/],
    ['a number', [1], /facets\[0\]: expected a string, found 1/],
  ])('refuse %s', async (_, facets, detail) => {
    const { search } = await shop(1);
    const { body } = await search('POST', '/v1/search', { text: 'a', facets });
    expect(body).toMatchObject({
      status: 400,
      code: 'invalid_request',
      detail: expect.stringMatching(detail),
    });
  });
});

describe('facets of the index', () => {
  it('tell what there is to filter by: values with counts, and the range of many numbers', async () => {
    const { search, world } = await shop();
    const { status, body } = await search('GET', '/v1/search/facets');
    expect(status).toBe(200);
    expect(facetAnswer.parse(body)).toEqual(body);
    expect(body).toEqual({
      attributes: {
        category: {
          values: [
            { value: 'shoe', count: 20 },
            { value: 'dress', count: 10 },
          ],
          distinct: 2,
          count: 30,
        },
        price: { min: 0, max: 29, count: 30 },
        sale: {
          values: [
            { value: false, count: 15 },
            { value: true, count: 15 },
          ],
          distinct: 2,
          count: 30,
        },
        size: { values: [{ value: 38, count: 1 }], distinct: 1, count: 1 },
        tags: {
          values: [
            { value: 'warm', count: 30 },
            { value: 'new', count: 6 },
          ],
          distinct: 2,
          count: 30,
        },
      },
      index: { version: (await world.versions.current())!.version, model: 'hash/32', vectors: 30 },
    });
  });

  it('narrow with a filter: a range stays one, and what nothing has is left out', async () => {
    const { search } = await shop();
    const filter = encodeURIComponent('{"price": {"$gte": 10, "$lte": 12}}');
    const { body } = await search('GET', `/v1/search/facets?filter=${filter}`);
    expect(body.attributes.price).toEqual({ min: 10, max: 12, count: 3 });
    expect(body.attributes.category).toEqual({
      values: [
        { value: 'shoe', count: 2 },
        { value: 'dress', count: 1 },
      ],
      distinct: 2,
      count: 3,
    });
    expect(body.attributes).not.toHaveProperty('size');
  });

  it('leave out the rarest of more than 64 attributes, and say how many', async () => {
    const { search, world } = createApps();
    const many = (from: number) =>
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a${from + i}`, 'x']));
    await world.items.put('a', { title: 'a', attributes: many(0) });
    await world.items.put('b', { title: 'b', attributes: many(30) });
    await world.publish();
    const { body } = await search('GET', '/v1/search/facets');
    expect(Object.keys(body.attributes)).toHaveLength(64);
    expect(body.attributesOmitted).toBe(6);
    expect(body.attributes.a35).toMatchObject({ count: 2 });
  });

  it('of an empty index are none', async () => {
    const { search, world } = createApps();
    await world.publish();
    expect(await search('GET', '/v1/search/facets')).toMatchObject({ status: 200, body: { attributes: {} } });
  });

  it.each([
    ['filter=%7B', 'invalid_request', /filter: expected JSON, found "\{"/],
    ['filter=%7B%22a%22%3A%7B%22%24like%22%3A1%7D%7D', 'invalid_filter', /\$like/],
    ['filter=3', 'invalid_filter', /filter: expected an object, found 3/],
    ['topK=3', 'invalid_request', /"topK"/],
  ])('refuse %s', async (query, code, detail) => {
    const { search } = await shop(1);
    const { body } = await search('GET', `/v1/search/facets?${query}`);
    expect(body).toMatchObject({ status: 400, code, detail: expect.stringMatching(detail) });
  });

  it('want a search key', async () => {
    const { search } = createApps({ keys: { searchKey: 's'.repeat(16), adminKey: 'a'.repeat(16) } });
    expect((await search('GET', '/v1/search/facets')).status).toBe(401);
  });
});
