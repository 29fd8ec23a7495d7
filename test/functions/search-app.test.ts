import { describe, expect, it } from 'vitest';
import { searchAnswer } from '../../shared/api/search.ts';
import { calibrationOf } from '../embedding/calibration.ts';
import type { WorldOptions } from '../world.ts';
import { createApps } from './apps.ts';

async function shop(options: WorldOptions = {}) {
  const apps = createApps(options);
  await apps.world.items.put('dress', { title: 'red dress', attributes: { price: 20 } });
  await apps.world.items.put('shoe', { title: 'blue shoe', attributes: { price: 90 } });
  await apps.world.publish();
  return apps;
}

const base64 = Buffer.from('picture of blue shoe').toString('base64');

describe('search over HTTP', () => {
  it('answers a JSON query', async () => {
    const { search } = await shop();
    const { status, body } = await search('POST', '/v1/search', { text: 'red dress', topK: 1 });
    expect(status).toBe(200);
    expect(body.results[0]).toMatchObject({ id: 'dress', via: 'text', item: { title: 'red dress' } });
    expect(body).toMatchObject({ nextCursor: expect.any(String), index: { model: 'hash/32', vectors: 2 } });
    expect(body.timing).toMatchObject({ embedMs: expect.any(Number), searchMs: expect.any(Number) });
  });

  it('answers the text form, with the other fields as strings or JSON', async () => {
    const { search } = await shop();
    const filter = encodeURIComponent('{"price": {"$gt": 50}}');
    const { status, body } = await search('GET', `/v1/search?text=red+dress&topK=5&filter=${filter}`);
    expect(status).toBe(200);
    expect(body.results.map(({ id }: { id: string }) => id)).toEqual(['shoe']);
  });

  it('answers a form with a picture as a file, and one with fields only', async () => {
    const { search } = await shop();
    const form = new FormData();
    form.set('image', new File(['picture of blue shoe'], 'shoe.jpg'));
    form.set('topK', '1');
    const { status, body } = await search('POST', '/v1/search', form);
    expect(status).toBe(200);
    expect(body.results[0].id).toBe('shoe');
    const words = new FormData();
    words.set('text', 'red dress');
    words.set('weights', '{"text": 2}');
    expect((await search('POST', '/v1/search', words)).body.results[0].id).toBe('dress');
  });

  it('takes a picture as base64 and as a data: URI', async () => {
    const { search } = await shop();
    for (const image of [{ base64 }, `data:image/jpeg;base64,${base64}`])
      expect((await search('POST', '/v1/search', { image })).body.results[0].id).toBe('shoe');
  });

  it('answers with what is like an item, which is itself left out', async () => {
    const { search } = await shop();
    const { status, body } = await search('GET', '/v1/items/dress/similar?topK=5');
    expect(status).toBe(200);
    expect(body.results.map(({ id }: { id: string }) => id)).toEqual(['shoe']);
    expect((await search('GET', '/v1/items/none/similar')).body).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    expect((await search('GET', '/v1/items/dress/similar?text=x')).body).toMatchObject({ status: 400 });
  });

  it('tells whether it can answer', async () => {
    const { search, world } = await shop();
    const { version } = (await world.versions.current())!;
    expect(await search('GET', '/health')).toMatchObject({ status: 200, body: { index: { version } } });
    const { search: unpublished } = createApps();
    expect(await unpublished('GET', '/health')).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  });
});

describe('matches over HTTP', () => {
  const calibration = calibrationOf({ cosines: [0, 1], matches: [0, 1] });

  it('stand beside scores, from 0 to 1, as the contract says', async () => {
    const { search } = await shop({ calibration });
    const { body } = await search('POST', '/v1/search', { text: 'red dress' });
    expect(searchAnswer.parse(body)).toEqual(body);
    expect(body.results.map(({ match }: { match: number }) => match >= 0 && match <= 1)).toEqual([
      true,
      true,
    ]);
    expect(Object.keys(body.results[0])).toEqual(['id', 'score', 'match', 'via', 'item']);
    const plain = await (await shop()).search('POST', '/v1/search', { text: 'red dress' });
    expect(Object.keys(plain.body.results[0])).toEqual(['id', 'score', 'via', 'item']);
  });

  const form = new FormData();
  form.set('image', new File(['picture of red dress'], 'dress.jpg'));
  form.set('minMatch', '.5');
  it.each<[string, string, string, unknown, string[]]>([
    ['JSON', 'POST', '/v1/search', { text: 'red dress', minMatch: 0.5 }, ['dress']],
    ['a form', 'POST', '/v1/search', form, ['dress']],
    ['a query string', 'GET', '/v1/search?text=red+dress&minMatch=0.5', undefined, ['dress']],
    ['a query of what is like an item', 'GET', '/v1/items/dress/similar?minMatch=0.5', undefined, []],
    ['a query that is like nothing', 'GET', '/v1/search?text=green+tea&minMatch=0.9', undefined, []],
  ])('are cut by the minMatch of %s', async (_, method, path, query, ids) => {
    const { search } = await shop({ calibration });
    const { status, body } = await search(method, path, query);
    expect(status).toBe(200);
    expect(body.results.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(body).not.toHaveProperty('nextCursor');
  });

  it.each([
    ['POST', '/v1/search', { text: 'red dress', minMatch: 0.5 }],
    ['GET', '/v1/search?text=red+dress&minMatch=0.5', undefined],
    ['GET', '/v1/items/dress/similar?minMatch=0', undefined],
  ])('are not to be had of a model without a calibration: %s %s is told so', async (method, path, query) => {
    const { search } = await shop();
    const { status, body } = await search(method, path, query);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringMatching(/minMatch: expected .*calibration.*found hash\/32, which has none/),
    });
  });
});

describe('bad queries get a problem document that says what was expected and what came', () => {
  const form = (fields: Record<string, string | File>) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    return data;
  };
  const deep = Array.from({ length: 9 }).reduce<object>((inner) => ({ $and: [inner] }), { a: 1 });
  it.each<[string, unknown, number, string, RegExp]>([
    ['malformed JSON', '{"text": ', 400, 'invalid_request', /JSON/],
    ['no body', '', 400, 'invalid_request', /JSON body, found none/],
    ['an array', [], 400, 'invalid_request', /expected an object, found an array/],
    ['nothing to look for', {}, 400, 'invalid_request', /at least one of text, image, itemId/],
    ['an unknown field', { text: 'a', colour: 1 }, 400, 'invalid_request', /"colour"/],
    ['a wrong type', { text: 5 }, 400, 'invalid_request', /text: expected a string, found 5/],
    ['only space', { text: '  ' }, 400, 'invalid_request', /text: expected words/],
    ['over-long text', { text: 'x'.repeat(2001) }, 400, 'invalid_request', /2000 characters/],
    ['half a surrogate pair', { text: '\ud800' }, 400, 'invalid_request', /surrogate/],
    ['topK of 0', { text: 'a', topK: 0 }, 400, 'invalid_request', /topK/],
    ['topK of 101', { text: 'a', topK: 101 }, 400, 'invalid_request', /topK.*100/],
    ['topK of 1.5', { text: 'a', topK: 1.5 }, 400, 'invalid_request', /topK/],
    [
      'minMatch over 1',
      { text: 'a', minMatch: 1.5 },
      400,
      'invalid_request',
      /minMatch.*at most 1, found 1.5/,
    ],
    ['minMatch under 0', { text: 'a', minMatch: -0.1 }, 400, 'invalid_request', /minMatch.*at least 0/],
    ['minMatch as a string', { text: 'a', minMatch: '0.5' }, 400, 'invalid_request', /minMatch.*"0.5"/],
    ['against something else', { text: 'a', against: 'video' }, 400, 'invalid_request', /against.*"video"/],
    ['an unknown operator', { text: 'a', filter: { a: { $like: 'x' } } }, 400, 'invalid_filter', /\$like/],
    ['a filter too deep', { text: 'a', filter: deep }, 400, 'invalid_filter', /8/],
    ['a filter that is no object', { text: 'a', filter: 'x' }, 400, 'invalid_request', /filter/],
    ['a malformed cursor', { text: 'a', cursor: '!!' }, 400, 'invalid_cursor', /nextCursor/],
    [
      'two forms of a picture',
      { image: { base64: 'aa', url: 'https://a.b' } },
      400,
      'invalid_request',
      /image/,
    ],
    ['broken base64', { image: { base64: '***' } }, 400, 'invalid_request', /base64/],
    ['a key elsewhere', { image: { key: 'index/current.json' } }, 400, 'invalid_request', /image/],
    ['an item that is not there', { itemId: 'nope' }, 404, 'not_found', /"nope"/],
    ['a bad item id', { itemId: 'a/b' }, 400, 'invalid_id', /"\/"/],
    ['a missing key', { image: { key: 'uploads/none.jpg' } }, 404, 'not_found', /uploads\/none.jpg/],
    ['no picture', { image: { base64: 'anVuaw==' } }, 422, 'unreadable_picture', /expected a picture/],
    [
      'a foreign file',
      form({ text: 'a', picture: new File(['x'], 'x.jpg') }),
      400,
      'invalid_request',
      /"picture"/,
    ],
    ['an unknown form field', form({ text: 'a', size: '3' }), 400, 'invalid_request', /"size"/],
    [
      'JSON in a form that is none',
      form({ text: 'a', filter: '{' }),
      400,
      'invalid_request',
      /filter: expected JSON/,
    ],
    ['minMatch in words', form({ text: 'a', minMatch: 'half' }), 400, 'invalid_request', /minMatch.*"half"/],
    ['topK in words', form({ text: 'a', topK: 'ten' }), 400, 'invalid_request', /topK.*"ten"/],
  ])('%s', async (_, body, status, code, detail) => {
    const { search } = await shop();
    const headers: Record<string, string> =
      body instanceof FormData ? {} : { 'content-type': 'application/json' };
    const answer = await search('POST', '/v1/search', body, headers);
    expect(answer.body).toMatchObject({ status, code, detail: expect.stringMatching(detail) });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
  });

  it('an unsupported content type', async () => {
    const { search } = await shop();
    const answer = await search('POST', '/v1/search', '<a/>', { 'content-type': 'text/xml' });
    expect(answer.body).toMatchObject({ status: 415, detail: expect.stringContaining('text/xml') });
  });

  it('an inline picture over 4 MB, which names the way for larger ones', async () => {
    const { search } = await shop();
    const image = { base64: Buffer.alloc(4 * 1024 * 1024 + 1).toString('base64') };
    const answer = await search('POST', '/v1/search', { image });
    expect(answer.body).toMatchObject({ status: 413, detail: expect.stringContaining('POST /v1/uploads') });
  });

  it('a body over 6 MB', async () => {
    const { search } = await shop();
    const answer = await search('POST', '/v1/search', { text: 'x'.repeat(7 * 1024 * 1024) });
    expect(answer.body).toMatchObject({ status: 413, code: 'too_large' });
  });
});

describe('keys', () => {
  const keys = { searchKey: 'search-key-0123456789', adminKey: 'admin-key-0123456789' };
  it('are wanted by every route but /health', async () => {
    const { search, world } = createApps({ keys });
    await world.publish();
    expect((await search('POST', '/v1/search', { text: 'a' })).body).toMatchObject({
      status: 401,
      code: 'unauthorized',
    });
    const wrong = { authorization: 'Bearer search-key-0123456780' };
    expect((await search('POST', '/v1/search', { text: 'a' }, wrong)).status).toBe(401);
    expect((await search('GET', '/health')).status).toBe(200);
  });
  it('open the search in either header', async () => {
    const { search, world } = createApps({ keys });
    await world.publish();
    for (const headers of [{ authorization: `Bearer ${keys.searchKey}` }, { 'x-api-key': keys.adminKey }])
      expect((await search('POST', '/v1/search', { text: 'a' }, headers as never)).status).toBe(200);
  });
  it('are checked before a body is read or an index loaded', async () => {
    const { search } = createApps({ keys });
    expect((await search('POST', '/v1/search', '{{{', { 'content-type': 'text/xml' })).status).toBe(401);
  });
});
