import { createClient, DetailedError, parseResponse } from 'tuwen/client';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ErrorCode } from '../../shared/error.ts';
import { createApps } from './apps.ts';

const keys = { searchKey: 'search-key-0123456789', adminKey: 'admin-key-0123456789' };

/** The client, its requests handed to the apps as the routes do. */
async function shop(key = keys.adminKey) {
  const { apps, world } = createApps({ keys });
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const isSearch = /^\/v1\/search|\/similar$|^\/health$/.test(pathname);
    return (isSearch ? apps.search : apps.catalog).request(request);
  };
  const client = createClient('http://tuwen.example', { key, fetch });
  await world.items.put('dress', { title: 'red dress', attributes: { colour: 'red' } });
  await world.publish();
  return { client, world };
}

describe('the client', () => {
  it('searches, in JSON and as a form, with types of what comes back', async () => {
    const { client } = await shop(keys.searchKey);
    const answer = await parseResponse(
      client.v1.search.$post({ json: { text: 'red dress', facets: ['colour'] } }),
    );
    expect(answer.results[0]).toMatchObject({ id: 'dress', item: { title: 'red dress' } });
    expectTypeOf(answer.results[0]!.score).toEqualTypeOf<number>();
    expectTypeOf(answer.nextCursor).toEqualTypeOf<string | undefined>();
    const image = new File(['picture of red dress'], 'dress.jpg');
    const seen = await parseResponse(client.v1.search.$post({ form: { image, topK: '1' } }));
    expect(seen.results.map(({ id }) => id)).toEqual(['dress']);
    const words = await parseResponse(client.v1.search.$get({ query: { text: 'red dress' } }));
    expect(words.results.map(({ id }) => id)).toEqual(['dress']);
  });

  it('searches in batches, telling answers from problems', async () => {
    const { client } = await shop(keys.searchKey);
    const queries = [{ text: 'red dress' }, { itemId: 'nowhere' }];
    const { answers } = await parseResponse(client.v1.search.batch.$post({ json: { queries } }));
    const told = answers.map((answer) => ('problem' in answer ? answer.problem.code : answer.results[0]?.id));
    expect(told).toEqual(['dress', 'not_found']);
  });

  it('keeps the catalog and tells of the index', async () => {
    const { client, world } = await shop();
    const item = client.v1.items[':id'];
    const param = { id: '连衣裙 1' };
    expect((await item.$put({ param, json: { title: 'Dress' } })).status).toBe(201);
    expect(await parseResponse(item.$get({ param }))).toMatchObject({ id: '连衣裙 1', title: 'Dress' });
    const { key } = await world.upload('catalog/连衣裙 1/front.jpg', 'dress');
    expect((await item.pictures.$delete({ param, query: { key } })).status).toBe(204);
    expect((await item.pictures.$delete({ param, query: { key } })).status).toBe(404);
    expect((await item.$delete({ param })).status).toBe(204);
    expect(await parseResponse(client.v1.index.$get())).toMatchObject({ items: 1, pinned: false });
    const { attributes } = await parseResponse(client.v1.search.facets.$get({ query: {} }));
    expect(Object.keys(attributes)).toEqual(['colour']);
  });

  it('types problems by their status, and throws what is none of the expected', async () => {
    const { client } = await shop();
    const answer = await client.v1.items[':id'].$get({ param: { id: 'nowhere' } });
    if (answer.status !== 404) throw new Error(`expected 404, found ${answer.status}`);
    const problem = await answer.json();
    expectTypeOf(problem.code).toExtend<ErrorCode>();
    expect(problem.code).toBe('not_found');
    await expect(parseResponse(client.v1.search.$post({ json: {} }))).rejects.toBeInstanceOf(DetailedError);
    const { client: stranger } = await shop('no-key-of-this-shop');
    expect((await stranger.v1.index.$get()).status).toBe(401);
  });
});
