import { beforeAll, describe, expect, it } from 'vitest';
import { createApps } from './functions/apps.ts';

/** Forty kinds of products, each near to its own. */
const kinds = Array.from({ length: 40 }, (_, i) => `kind${i} family${i} group${i}`);
const items = 1600;
const lists = { leastRows: 1000, queries: 64 };

async function shop(options: Parameters<typeof createApps>[0] = { lists }) {
  const apps = createApps(options);
  for (let i = 0; i < items; i++)
    await apps.world.items.put(`i${String(i).padStart(4, '0')}`, {
      title: `${kinds[i % 40]} number${i}`,
      attributes: { number: i },
    });
  await apps.world.publish();
  return apps;
}

describe('fast mode over HTTP', () => {
  let apps: Awaited<ReturnType<typeof shop>>;
  beforeAll(async () => {
    apps = await shop();
  }, 120_000);
  const ask = (body: unknown) => apps.search('POST', '/v1/search', body);
  const idsOf = (results: { id: string }[]) => results.map(({ id }) => id);

  it('tells its mode and the measured recall, and finds what exact search finds', async () => {
    const exact = (await ask({ text: kinds[3], topK: 5 })).body;
    expect(exact.mode).toBe('exact');
    expect(exact).not.toHaveProperty('recall');
    const { status, body } = await ask({ text: kinds[3], topK: 5, mode: 'fast' });
    expect(status).toBe(200);
    const { version } = (await apps.world.versions.current())!;
    const { pairs } = (await apps.world.versions.manifest(version)).lists!;
    expect(body).toMatchObject({ mode: 'fast', recall: pairs[0]!.recall });
    expect(body.recall).toBeGreaterThanOrEqual(0.98);
    expect(body.results).toEqual(exact.results);
    expect((await ask({ text: kinds[3], topK: 5, mode: 'exact' })).body.results).toEqual(exact.results);
  });

  it('has its lists among the files of a version that can be taken home', async () => {
    const { version } = (await apps.world.versions.current())!;
    const { body } = await apps.catalog('GET', `/v1/index/versions/${version}/files`);
    expect(body.files.at(-1).key).toBe(`index/versions/${version}/lists.safetensors`);
  });

  it('is to be had of a query string, a form, an item and a batch', async () => {
    const get = await apps.search('GET', `/v1/search?text=kind3+family3&mode=fast`);
    const similar = await apps.search('GET', '/v1/items/i0003/similar?mode=fast&against=text');
    const form = new FormData();
    form.set('text', 'kind3 family3');
    form.set('mode', 'fast');
    const posted = await apps.search('POST', '/v1/search', form);
    for (const { status, body } of [get, similar, posted])
      expect({ status, mode: body.mode }).toEqual({ status: 200, mode: 'fast' });
    const { body } = await apps.search('POST', '/v1/search/batch', {
      queries: [{ text: kinds[3], mode: 'fast' }, { text: kinds[3] }, { text: kinds[3], mode: 'quick' }],
    });
    expect(body.answers[0].mode).toBe('fast');
    expect(body.answers[1].mode).toBe('exact');
    expect(body.answers[0].results).toEqual(body.answers[1].results);
    expect(body.answers[2].problem).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('pages without repeating or skipping, with or without saying the mode again', async () => {
    const query = { text: kinds[7], topK: 100 };
    const seen: string[] = [];
    let page = (await ask({ ...query, mode: 'fast' })).body;
    for (let i = 0; page.nextCursor; i++) {
      seen.push(...idsOf(page.results));
      const { body } = await ask({ ...query, ...(i % 2 === 0 && { mode: 'fast' }), cursor: page.nextCursor });
      expect(body.mode).toBe('fast');
      page = body;
    }
    seen.push(...idsOf(page.results));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(200);
    expect(seen.length).toBeLessThan(items);
    const first = await ask({ ...query, topK: 50, mode: 'fast' });
    expect(seen.slice(0, 50)).toEqual(idsOf(first.body.results));
  });

  it('keeps the mode that a cursor began in', async () => {
    const exact = (await ask({ text: kinds[7] })).body;
    const on = await ask({ text: kinds[7], mode: 'fast', cursor: exact.nextCursor });
    expect(on.body.mode).toBe('exact');
    const fast = (await ask({ text: kinds[7], mode: 'fast' })).body;
    const refused = await ask({ text: kinds[7], mode: 'exact', cursor: fast.nextCursor });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
    expect(refused.body.detail).toMatch(/expected a cursor of an exact search, found one of fast mode/);
  });

  it('works with a mixture, without, and against', async () => {
    for (const more of [{ without: { text: 'group7' } }, { itemId: 'i0007' }, { against: 'text' }]) {
      const query = { text: 'kind7 family7', topK: 10, ...more };
      const exact = (await ask(query)).body;
      const fast = (await ask({ ...query, mode: 'fast' })).body;
      expect(fast.mode).toBe('fast');
      const found = fast.results.filter(({ id }: { id: string }) => idsOf(exact.results).includes(id));
      expect(found.length).toBeGreaterThanOrEqual(8);
    }
  });

  it('answers exactly, and says so, where the filter leaves few', async () => {
    const query = { text: kinds[7], filter: { number: { $lt: 100 } }, mode: 'fast' };
    const { body } = await ask(query);
    expect(body.mode).toBe('exact');
    expect(body.results).toHaveLength(10);
    expect((await ask({ ...query, filter: { number: { $lt: 1500 } } })).body.mode).toBe('fast');
  });

  it('does not lose a full page to items that were deleted since', async () => {
    const { body } = await ask({ text: kinds[9], mode: 'fast', topK: 20 });
    for (const id of idsOf(body.results)) await apps.world.items.delete(id);
    const after = (await ask({ text: kinds[9], mode: 'fast', topK: 20 })).body;
    expect(after.results).toHaveLength(20);
    expect(idsOf(after.results).filter((id) => idsOf(body.results).includes(id))).toEqual([]);
  });
});

describe('fast mode of a function that holds nothing yet', () => {
  /** Another function with the same version, which holds all of it. */
  let warm: Awaited<ReturnType<typeof shop>>;
  let apps: Awaited<ReturnType<typeof shop>>;
  let release = () => {};
  const ask = (body: unknown) => apps.search('POST', '/v1/search', body);
  const text = kinds[3];

  beforeAll(async () => {
    warm = await shop({ lists: { ...lists, listed: { leastBytes: 0 } } });
    apps = await shop({ lists: { ...lists, listed: { leastBytes: 0 } }, load: { worthBytes: 0 } });
    const { objects, versions } = apps.world;
    const { shards } = await versions.manifest((await versions.current())!.version);
    const { offset } = shards[0]!.tensors.find(({ name }) => name === 'idOffsets')!;
    const open = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { readInto } = objects;
    // What comes first lies behind the planes.
    objects.readInto = async (key, range, ...rest) => {
      if (key.includes('/shard-') && range.start < offset) await open;
      await readInto(key, range, ...rest);
    };
  }, 120_000);

  it('answers whoever names no mode, and tells it; whoever names exact waits, and so do other pages', async () => {
    const first = (await ask({ text })).body;
    expect(first.mode).toBe('fast');
    expect(first.recall).toBeGreaterThanOrEqual(0.95);
    expect((await ask({ text, mode: 'fast' })).body.results).toEqual(first.results);
    const batch = await apps.search('POST', '/v1/search/batch', { queries: [{ text }] });
    expect(batch.body.answers).toMatchObject([{ mode: 'fast', results: first.results }]);
    // A cursor of fast mode goes on in it, as ever.
    const next = (await ask({ text, cursor: first.nextCursor })).body;
    expect(next.mode).toBe('fast');
    const narrow = ask({ text, filter: { number: { $lt: 100 } } });
    const exact = ask({ text, mode: 'exact' });
    const elsewhere = (await warm.search('POST', '/v1/search', { text })).body;
    expect(elsewhere).toMatchObject({ mode: 'exact', index: first.index });
    const behind = ask({ text, cursor: elsewhere.nextCursor });
    const ended: string[] = [];
    void behind.then(() => ended.push('behind'));
    void narrow.then(() => ended.push('narrow'));
    void exact.then(() => ended.push('exact'));
    await ask({ text: kinds[5] });
    expect(ended).toEqual([]);
    release();
    expect((await exact).body).toMatchObject({ mode: 'exact', results: first.results });
    expect((await narrow).body.mode).toBe('exact');
    expect((await behind).body.mode).toBe('exact');
    // Pages of fast mode go on in another function, too.
    const abroad = await warm.search('POST', '/v1/search', { text, cursor: first.nextCursor });
    expect(abroad.body).toMatchObject({ mode: 'fast', results: next.results });
    // From now on results are exact where nothing is said, and pages of before go on.
    expect((await ask({ text })).body.mode).toBe('exact');
    const later = (await ask({ text, cursor: first.nextCursor })).body;
    expect(later).toMatchObject({ mode: 'fast', results: next.results });
  });
});

describe('fast mode of a small index', () => {
  it('answers exactly and says so', async () => {
    const { search } = await shop({});
    const { body } = await search('POST', '/v1/search', { text: kinds[3], mode: 'fast' });
    expect(body.mode).toBe('exact');
    expect(body).not.toHaveProperty('recall');
  }, 120_000);

  it('knows no other mode', async () => {
    const { search } = createApps();
    const { status, body } = await search('POST', '/v1/search', { text: 'x', mode: 'quick' });
    expect(status).toBe(400);
    expect(body.detail).toMatch(/mode/);
  });
});
