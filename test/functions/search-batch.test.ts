import { describe, expect, it } from 'vitest';
import { searchBatchAnswer } from '../../shared/api/search.ts';
import { TuwenError } from '../../shared/error.ts';
import { queryOf, type WorldOptions } from '../world.ts';
import { createApps } from './apps.ts';

async function shop(options: WorldOptions = {}) {
  const apps = createApps(options);
  await apps.world.items.put('dress', { title: 'red dress', attributes: { kind: 'dress' } });
  await apps.world.items.put('shoe', { title: 'blue shoe', attributes: { kind: 'shoe' } });
  await apps.world.items.put('hat', { title: 'green hat', attributes: { kind: 'hat' } });
  await apps.world.publish();
  return apps;
}

const picture = (words: string) => ({ base64: Buffer.from(`picture of ${words}`).toString('base64') });
const withoutTimes = (answer: { timing?: unknown }) => ({ ...answer, timing: undefined });

describe('a batch of searches', () => {
  it('answers each as it would be answered alone, in order, by one version', async () => {
    const { search } = await shop();
    const queries = [
      { text: 'red dress', topK: 1 },
      { image: picture('blue shoe'), facets: ['kind'] },
      { itemId: 'hat' },
      { text: 'red dress', without: { image: picture('dress') }, filter: { kind: { $ne: 'hat' } } },
    ];
    const { status, body } = await search('POST', '/v1/search/batch', { queries });
    expect(status).toBe(200);
    expect(searchBatchAnswer.parse(body)).toEqual(body);
    const alone = await Promise.all(queries.map((query) => search('POST', '/v1/search', query)));
    expect(body.answers.map(withoutTimes)).toEqual(alone.map((answer) => withoutTimes(answer.body)));
  });

  it('embeds what all of them have in common calls', async () => {
    const { search, world } = await shop();
    const before = world.adapter.calls.length;
    const queries = Array.from({ length: 16 }, (_, i) => ({ text: `words ${i % 12}` }));
    await search('POST', '/v1/search/batch', { queries });
    expect(world.adapter.calls.length - before).toBe(1);
    expect(world.adapter.calls.at(-1)).toHaveLength(12);
  });

  it('gives a query that is wrong its own problem, and the others their answers', async () => {
    const { search } = await shop();
    const queries = [
      { text: 'red dress', topK: 1 },
      { topK: 1 },
      'words',
      { text: 'a', filter: { $like: 1 } },
      { itemId: 'nowhere' },
      { image: { base64: 'anVuaw==' } },
      { text: 'a', cursor: '!!' },
      { text: 'red', without: { text: 'red' }, weights: { without: 1 } },
      { text: 'blue shoe', topK: 1 },
    ];
    const { status, body, headers } = await search('POST', '/v1/search/batch', { queries });
    expect(status).toBe(200);
    expect(searchBatchAnswer.parse(body)).toEqual(body);
    const told = body.answers.map((answer: { problem?: { code: string }; results?: { id: string }[] }) =>
      answer.problem ? answer.problem.code : answer.results?.[0]?.id,
    );
    expect(told).toEqual([
      'dress',
      'invalid_request',
      'invalid_request',
      'invalid_filter',
      'not_found',
      'unreadable_picture',
      'invalid_cursor',
      'invalid_request',
      'shoe',
    ]);
    expect(body.answers[1].problem).toEqual({
      type: 'urn:tuwen:problem:invalid_request',
      title: expect.any(String),
      status: 400,
      code: 'invalid_request',
      detail: 'expected at least one of text, image, itemId',
      requestId: headers.get('x-request-id'),
    });
  });

  it('leaves out the one whose input the model refuses, and embeds the others without it', async () => {
    const refuses = (words: string) => ({
      before: (inputs: readonly { type: string; text?: string }[]) => {
        const input = inputs.findIndex(({ text }) => text === words);
        if (input >= 0) throw new TuwenError('unreadable_picture', 'refused', { extra: { input } });
      },
    });
    const { search } = await shop({ adapter: refuses('forbidden') as never });
    const queries = [{ text: 'red dress' }, { text: 'forbidden' }, { itemId: 'hat' }, { text: 'blue shoe' }];
    const { body } = await search('POST', '/v1/search/batch', { queries });
    expect(body.answers[1].problem).toMatchObject({ code: 'unreadable_picture', detail: 'refused' });
    expect(body.answers[0].results[0].id).toBe('dress');
    expect(body.answers[2].results).toHaveLength(2);
    expect(body.answers[3].results[0].id).toBe('shoe');
  });

  it('answers what needs no embedding while the model fails, and tells nothing of its inside', async () => {
    const { search, world } = await shop();
    world.changeModel({
      before: () => {
        throw new TuwenError('embedder_failed', 'secret');
      },
    });
    const { body } = await search('POST', '/v1/search/batch', {
      queries: [{ text: 'a' }, { itemId: 'hat' }],
    });
    expect(body.answers[0].problem).toMatchObject({ status: 502, code: 'embedder_failed' });
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body.answers[1].results).toHaveLength(2);
  });

  it('says which answers no longer fit into one reply', async () => {
    const { search, world } = createApps();
    const description = '"'.repeat(5000);
    for (let i = 0; i < 100; i++) await world.items.put(`i${i}`, { title: `thing ${i}`, description });
    await world.publish();
    const queries = Array.from({ length: 8 }, () => ({ text: 'thing', topK: 100 }));
    const { body } = await search('POST', '/v1/search/batch', { queries });
    const fits = body.answers.map((answer: object) => !('problem' in answer));
    expect(fits.slice(0, 2)).toEqual([true, true]);
    expect(fits.at(-1)).toBe(false);
    expect(body.answers.at(-1).problem).toMatchObject({
      status: 413,
      code: 'too_large',
      detail: expect.stringContaining('smaller topK'),
    });
    expect(JSON.stringify(JSON.stringify(body)).length).toBeLessThan(6 * 1024 * 1024);
  });

  it('stops scanning when its time is over: the first is answered, the others are told', async () => {
    const { world } = await shop();
    await world.find('red dress');
    const query = queryOf({ itemId: 'hat' });
    const [first, second] = await world.searchItems.searchMany([query, query], { deadlineMs: world.clock() });
    expect(first).toMatchObject({ value: { results: [{}, {}] } });
    expect(second).toMatchObject({
      error: { code: 'too_large', message: expect.stringContaining('send fewer at once') },
    });
  });

  it.each<[string, unknown, number, RegExp]>([
    ['no queries', {}, 400, /queries: expected an array, found nothing/],
    ['an empty list', { queries: [] }, 400, /queries: expected at least 1 elements, found 0/],
    [
      '65',
      { queries: Array(65).fill({ text: 'a' }) },
      400,
      /queries: expected at most 64 elements, found 65/,
    ],
    ['a field more', { queries: [{ text: 'a' }], topK: 3 }, 400, /"topK"/],
    ['a body over 6 MB', { queries: [{ text: 'x'.repeat(7 * 1024 * 1024) }] }, 413, /6291456/],
  ])('is refused with %s', async (_, body, status, detail) => {
    const { search } = await shop();
    const answer = await search('POST', '/v1/search/batch', body);
    expect(answer.body).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });

  it('wants a search key', async () => {
    const { search } = createApps({ keys: { searchKey: 's'.repeat(16), adminKey: 'a'.repeat(16) } });
    expect((await search('POST', '/v1/search/batch', { queries: [{ text: 'a' }] })).status).toBe(401);
  });
});
