import { describe, expect, it } from 'vitest';
import { matchAnswer } from '../../shared/api/catalog.ts';
import { calibrationOf } from '../embedding/calibration.ts';
import { createApps } from './apps.ts';

describe('items over HTTP', () => {
  it('creates, replaces, reads, lists and deletes', async () => {
    const { catalog } = createApps();
    const item = { title: 'Red dress 红色连衣裙', attributes: { price: 20, tags: ['new'] } };
    expect(await catalog('PUT', '/v1/items/a', item)).toMatchObject({
      status: 201,
      body: { id: 'a', ...item },
    });
    expect(await catalog('PUT', '/v1/items/a', { title: 'Dress' })).toMatchObject({
      status: 200,
      body: { title: 'Dress', attributes: {} },
    });
    expect((await catalog('GET', '/v1/items/a')).body).toMatchObject({ title: 'Dress', pictures: [] });
    expect((await catalog('GET', '/v1/items?limit=1')).body.items).toHaveLength(1);
    expect((await catalog('DELETE', '/v1/items/a')).status).toBe(204);
    expect((await catalog('GET', '/v1/items/a')).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await catalog('DELETE', '/v1/items/a')).status).toBe(404);
  });

  it('deletes the pictures of an item with it, and no late event brings it back', async () => {
    const { catalog, world } = createApps();
    const event = { ...(await world.upload('catalog/a/x.jpg', 'hat')), itemId: 'a' };
    await world.ingestPicture(event, world);
    await catalog('DELETE', '/v1/items/a');
    expect(await world.objects.head('catalog/a/x.jpg')).toBeUndefined();
    await world.ingestPicture(event, world);
    expect((await catalog('GET', '/v1/items/a')).status).toBe(404);
  });

  it('removes one picture of an item, at once, and no late event brings it back', async () => {
    const { catalog, world } = createApps();
    await catalog('PUT', '/v1/items/a', {
      title: 'Hat',
      images: ['catalog/a/正面 1.jpg', 'catalog/a/y.jpg'],
    });
    const take = async (name: string) => {
      const event = { ...(await world.upload(`catalog/a/${name}`, `hat ${name}`)), itemId: 'a' };
      await world.ingestPicture(event, world);
      return event;
    };
    const [event] = [await take('正面 1.jpg'), await take('y.jpg'), await take('z.jpg')];
    const path = `/v1/items/a/pictures?key=${encodeURIComponent(event.key)}`;
    expect((await catalog('DELETE', path)).status).toBe(204);
    const left = {
      images: ['catalog/a/y.jpg'],
      pictures: [{ key: 'catalog/a/y.jpg' }, { key: 'catalog/a/z.jpg' }],
    };
    expect((await catalog('GET', '/v1/items/a')).body).toMatchObject({ title: 'Hat', ...left });
    expect(await world.objects.head(event.key)).toBeUndefined();
    expect((await world.pictures.getMany([event.key])).size).toBe(0);
    expect((await catalog('DELETE', path)).body).toMatchObject({ status: 404, code: 'not_found' });
    await world.ingestPicture(event, world);
    expect((await catalog('GET', '/v1/items/a')).body).toMatchObject({ title: 'Hat', ...left });
    expect((await world.pictures.getMany([event.key])).size).toBe(0);
  });

  it('leaves the picture of another item where it is', async () => {
    const { catalog, world } = createApps();
    const event = { ...(await world.upload('catalog/b/x.jpg', 'hat')), itemId: 'b' };
    await world.ingestPicture(event, world);
    await catalog('PUT', '/v1/items/a', { title: 'Hat', images: ['catalog/b/x.jpg'] });
    const path = '/v1/items/a/pictures?key=catalog/b/x.jpg';
    expect((await catalog('DELETE', path)).status).toBe(204);
    expect((await catalog('GET', '/v1/items/a')).body.pictures).toEqual([]);
    expect((await catalog('GET', '/v1/items/b')).body.pictures).toMatchObject([{ status: 'ready' }]);
    expect((await catalog('DELETE', path)).status).toBe(404);
    expect(await world.objects.head('catalog/b/x.jpg')).toBeDefined();
  });

  it('lets an item that exists for its pictures alone go with the last of them', async () => {
    const { catalog, world } = createApps();
    const event = { ...(await world.upload('catalog/b/x.jpg', 'hat')), itemId: 'b' };
    await world.ingestPicture(event, world);
    expect((await catalog('DELETE', '/v1/items/b/pictures?key=catalog/b/x.jpg')).status).toBe(204);
    expect((await catalog('GET', '/v1/items/b')).status).toBe(404);
  });

  it.each(['', '?key=', '?key=uploads/x.jpg', '?key=catalog/a/', '?name=x.jpg'])(
    'refuses to remove a picture %s',
    async (query) => {
      const { catalog } = createApps();
      await catalog('PUT', '/v1/items/a', { title: 'Hat' });
      const { body } = await catalog('DELETE', `/v1/items/a/pictures${query}`);
      expect(body).toMatchObject({ status: 400, code: 'invalid_request' });
    },
  );

  it('pages through all items once', async () => {
    const { catalog } = createApps();
    for (let i = 0; i < 7; i++) await catalog('PUT', `/v1/items/i${i}`, { title: `t${i}` });
    const ids: string[] = [];
    let cursor = '';
    do {
      const { body } = await catalog(
        'GET',
        `/v1/items?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor ?? '';
    } while (cursor);
    expect(ids.sort()).toEqual(['i0', 'i1', 'i2', 'i3', 'i4', 'i5', 'i6']);
  });

  it('takes ids of any script, in the path as people escape it', async () => {
    const { catalog } = createApps();
    for (const id of ['连衣裙 1', 'é+&=', '👗', 'a:b@c', "it's"]) {
      expect(
        (await catalog('PUT', `/v1/items/${encodeURIComponent(id)}`, { title: 't' })).body,
      ).toMatchObject({ id });
      expect((await catalog('GET', `/v1/items/${encodeURIComponent(id)}`)).body.id).toBe(id);
    }
  });

  it.each(['a%23b', 'a%25b', 'a%3Fb', 'a%5Cb', '%00', '..%2F', 'x'.repeat(300)])(
    'refuses the id %s',
    async (id) => {
      const { catalog } = createApps();
      const { status, body } = await catalog('PUT', `/v1/items/${id}`, { title: 't' });
      expect([400, 404]).toContain(status);
      if (status === 400) expect(body.code).toBe('invalid_id');
      expect((await catalog('GET', '/v1/items')).body.items).toEqual([]);
    },
  );

  it.each<[string, unknown, RegExp]>([
    ['no title', {}, /title: expected a string, found nothing/],
    ['an unknown field', { title: 'a', price: 3 }, /"price"/],
    ['a title of 501 characters', { title: 'x'.repeat(501) }, /500 characters, found 501/],
    [
      'an attribute that is an object',
      { title: 'a', attributes: { b: {} } },
      /attributes\.b: expected a string/,
    ],
    ['an attribute name with $', { title: 'a', attributes: { $b: 1 } }, /\$/],
    ['a picture elsewhere', { title: 'a', images: ['uploads/x.jpg'] }, /catalog\/<item id>\/<name>/],
    [
      '65 attributes',
      { title: 'a', attributes: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [i, 1])) },
      /64/,
    ],
  ])('refuses %s', async (_, body, detail) => {
    const { catalog } = createApps();
    const answer = await catalog('PUT', '/v1/items/a', body);
    expect(answer.body).toMatchObject({ status: 400, detail: expect.stringMatching(detail) });
    expect((await catalog('GET', '/v1/items/a')).status).toBe(404);
  });

  it('gives each item of a batch its outcome, in order, and stores the good ones', async () => {
    const { catalog } = createApps();
    await catalog('PUT', '/v1/items/same', { title: 'same' });
    const items = [
      { id: 'new', title: 'New' },
      { id: 'bad/id', title: 'x' },
      { id: 'same', title: 'same' },
      { id: 'untitled' },
      { id: 'new', title: 'Newer' },
      'row',
    ];
    const { status, body } = await catalog('POST', '/v1/items/batch', { items });
    expect(status).toBe(200);
    expect(body.outcomes).toMatchObject([
      { id: 'new', status: 'created' },
      { id: 'bad/id', status: 'failed', code: 'invalid_id' },
      { id: 'same', status: 'unchanged' },
      { id: 'untitled', status: 'failed', code: 'invalid_row' },
      { id: 'new', status: 'updated' },
      { id: '', status: 'failed' },
    ]);
    expect((await catalog('GET', '/v1/items/new')).body.title).toBe('Newer');
  });

  it('refuses a batch of 101, and one that is empty', async () => {
    const { catalog } = createApps();
    const items = Array.from({ length: 101 }, (_, i) => ({ id: `i${i}`, title: 't' }));
    expect((await catalog('POST', '/v1/items/batch', { items })).status).toBe(400);
    expect((await catalog('POST', '/v1/items/batch', { items: [] })).status).toBe(400);
  });
});

describe('uploads over HTTP', () => {
  it('gives out a URL for one picture of that type and size', async () => {
    const { catalog } = createApps();
    const { status, body } = await catalog('POST', '/v1/uploads', { contentType: 'image/jpeg', size: 1000 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ key: 'uploads/name.jpg', method: 'PUT', url: expect.any(String) });
    const forItem = await catalog('POST', '/v1/uploads', { contentType: 'image/png', size: 1, itemId: 'a' });
    expect(forItem.body.key).toBe('catalog/a/name.png');
  });

  it('keeps the name of a picture of an item where one is asked for', async () => {
    const { catalog } = createApps();
    const wanted = { contentType: 'image/png', size: 1, itemId: '鞋 1' };
    const named = await catalog('POST', '/v1/uploads', { ...wanted, name: '正面/front.png' });
    expect(named.body.key).toBe('catalog/鞋 1/正面/front.png');
    for (const name of ['', '/', 'a//b', '../b/x.png', 'a/./b', 'a/', 'a\n', 'x'.repeat(513)]) {
      const { status, body } = await catalog('POST', '/v1/uploads', { ...wanted, name });
      expect([status, body.code]).toEqual([400, 'invalid_request']);
      expect(body.detail).toMatch(/^name: /);
    }
    const { itemId: _, ...unowned } = wanted;
    expect((await catalog('POST', '/v1/uploads', { ...unowned, name: 'a.png' })).status).toBe(400);
    const long = { ...wanted, name: '鞋'.repeat(400) };
    expect((await catalog('POST', '/v1/uploads', long)).body.detail).toMatch(/1024 bytes, found 12\d\d/);
  });

  it('refuses other types and sizes over 10 MB', async () => {
    const { catalog } = createApps();
    const wanted = { contentType: 'application/pdf', size: 10 };
    expect((await catalog('POST', '/v1/uploads', wanted)).body.code).toBe('unsupported_media_type');
    const large = { contentType: 'image/png', size: 11 * 1024 * 1024 };
    expect((await catalog('POST', '/v1/uploads', large)).body.code).toBe('too_large');
  });

  it('tells the matches of an upload with their probability, where the model has a calibration', async () => {
    const calibration = calibrationOf({ cosines: [0, 0.9], matches: [0, 0.75] });
    const { catalog, world } = createApps({ calibration });
    await world.items.put('shoe', { title: 'red shoe' });
    await world.publish();
    const event = await world.upload('uploads/q.jpg', 'red shoe');
    await world.matchUpload(event, { deadlineMs: world.deadlineMs, lastTry: false });
    const { body } = await catalog('GET', '/v1/matches/uploads/q.jpg');
    expect(matchAnswer.parse(body)).toEqual(body);
    expect(body.results).toMatchObject([{ id: 'shoe', match: 0.75, via: 'text' }]);
    // A record from before there were matches.
    const record = (await world.matches.get('uploads/q.jpg'))!;
    await world.matches.put({ ...record, results: [{ id: 'shoe', score: 0.5, via: 'text' }] });
    const old = (await catalog('GET', '/v1/matches/uploads/q.jpg')).body;
    expect(old).toMatchObject({ status: 'done', results: [{ id: 'shoe', score: 0.5 }] });
    expect(old.results[0]).not.toHaveProperty('match');
  });

  it('tells of an upload: pending, then its matches; 404 where there is nothing', async () => {
    const { catalog, world } = createApps();
    await world.items.put('shoe', { title: 'red shoe' });
    await world.publish();
    expect((await catalog('GET', '/v1/matches/uploads/q.jpg')).status).toBe(404);
    const event = await world.upload('uploads/q.jpg', 'red shoe');
    expect((await catalog('GET', '/v1/matches/uploads/q.jpg')).body).toEqual({ status: 'pending' });
    await world.matchUpload(event, { deadlineMs: world.deadlineMs, lastTry: false });
    const done = await catalog('GET', '/v1/matches?key=uploads%2Fq.jpg');
    expect(done.body).toMatchObject({
      status: 'done',
      results: [{ id: 'shoe', item: { title: 'red shoe' } }],
    });
    await world.upload('uploads/q.jpg', 'blue hat');
    expect((await catalog('GET', '/v1/matches/uploads/q.jpg')).body).toEqual({ status: 'pending' });
    world.pass(2 * 3_600_000);
    expect((await catalog('GET', '/v1/matches/uploads/q.jpg')).body).toMatchObject({
      status: 'failed',
      error: { code: 'not_processed' },
    });
  });
});

describe('downloads over HTTP', () => {
  it('gives URLs of pictures as they were uploaded, in the order asked for', async () => {
    const { catalog, world } = createApps();
    const keys = ['catalog/b/1.jpg', 'catalog/鞋/2 3.jpg'];
    const { status, body } = await catalog('POST', '/v1/pictures/originals', { keys });
    expect(status).toBe(200);
    expect(body.files.map(({ key }: { key: string }) => key)).toEqual(keys);
    expect(body.files[0].url).toBe(await world.objects.presignGet(keys[0]!, { expiresInSeconds: 3600 }));
    expect(Date.parse(body.expiresAt) - world.clock()).toBe(3_600_000);
  });

  it.each([[[]], [['uploads/a.jpg']], [['index/current.json']], [['catalog/../index/current.json']]])(
    'refuses the keys %j',
    async (keys) => {
      const { catalog } = createApps();
      const answer = await catalog('POST', '/v1/pictures/originals', { keys });
      expect(answer.body).toMatchObject({ status: 400, code: 'invalid_request' });
    },
  );

  it('gives URLs of the manifest and the shards of a version', async () => {
    const { catalog, world } = createApps();
    await world.items.put('a', { title: 'hat' });
    await world.publish();
    const { version } = (await catalog('GET', '/v1/index')).body;
    const { body } = await catalog('GET', `/v1/index/versions/${version}/files`);
    const folder = `index/versions/${version}/`;
    expect(body.files.map(({ key }: { key: string }) => key)).toEqual([
      `${folder}manifest.json`,
      `${folder}shard-00000.safetensors`,
    ]);
    expect((await catalog('GET', '/v1/index/versions/none/files')).status).toBe(404);
  });
});

describe('the index over HTTP', () => {
  it('tells what is live and what waits', async () => {
    const { catalog, world } = createApps();
    expect((await catalog('GET', '/v1/index')).status).toBe(404);
    await world.items.put('a', { title: 'hat' });
    await world.publish();
    await world.items.put('b', { title: 'boat' });
    const { body } = await catalog('GET', '/v1/index');
    expect(body).toMatchObject({
      model: 'hash/32',
      dimensions: 32,
      items: 1,
      vectors: 1,
      pending: 1,
      pinned: false,
    });
  });

  it('starts a rebuild, and answers 409 with the running id while it runs', async () => {
    const { catalog, started } = createApps();
    expect(await catalog('POST', '/v1/index/rebuild')).toMatchObject({
      status: 202,
      body: { runId: 'asked-1' },
    });
    const second = await catalog('POST', '/v1/index/rebuild');
    expect(second.body).toMatchObject({ status: 409, code: 'conflict', runId: 'asked-1' });
    expect(started).toEqual(['asked-1']);
    expect((await catalog('GET', '/v1/index/runs/asked-1')).body).toMatchObject({
      status: 'running',
      done: 0,
    });
    expect((await catalog('GET', '/v1/index/runs/other')).status).toBe(404);
  });

  it('starts a rebuild for whoever asks when a run has told its end and not yet let go', async () => {
    const { catalog, world } = createApps();
    await world.runs.acquire('reindex', 'ended', 60_000);
    await world.runLog.begin('ended', { asked: true }).succeed('v');
    setTimeout(() => world.runs.release('reindex', 'ended'), 20);
    expect((await catalog('POST', '/v1/index/rebuild')).status).toBe(202);
  });

  it('rolls back, pins, and unpins with "latest"', async () => {
    const { catalog, world } = createApps();
    await world.publish();
    await world.items.put('a', { title: 'hat' });
    await world.publish();
    const { versions } = (await catalog('GET', '/v1/index/versions')).body;
    expect(versions.map(({ items, live }: { items: number; live: boolean }) => [items, live])).toEqual([
      [1, true],
      [0, false],
    ]);
    const back = await catalog('POST', '/v1/index/rollback', { version: versions[1].version });
    expect(back.body).toMatchObject({ items: 0, pinned: true });
    const latest = await catalog('POST', '/v1/index/rollback', { version: 'latest' });
    expect(latest.body).toMatchObject({ items: 1, pinned: false });
    expect((await catalog('POST', '/v1/index/rollback', { version: 'none' })).status).toBe(404);
  });
});

describe('roles', () => {
  const keys = { searchKey: 'search-key-0123456789', adminKey: 'admin-key-0123456789' };
  const searcher = { 'x-api-key': keys.searchKey };
  const admin = { 'x-api-key': keys.adminKey };
  const upload = { contentType: 'image/jpeg', size: 10 };
  it.each<[string, string, unknown, number]>([
    ['GET', '/v1/items', undefined, 200],
    ['GET', '/v1/items/none', undefined, 404],
    ['GET', '/v1/index', undefined, 404],
    ['GET', '/v1/matches/uploads/a.jpg', undefined, 404],
    ['POST', '/v1/uploads', upload, 201],
    ['POST', '/v1/uploads', { ...upload, itemId: 'a' }, 403],
    ['PUT', '/v1/items/a', { title: 'a' }, 403],
    ['DELETE', '/v1/items/a', undefined, 403],
    ['DELETE', '/v1/items/a/pictures?key=catalog/a/x.jpg', undefined, 403],
    ['POST', '/v1/items/batch', { items: [] }, 403],
    ['POST', '/v1/pictures/originals', { keys: ['catalog/a/a.jpg'] }, 403],
    ['POST', '/v1/index/rebuild', undefined, 403],
    ['GET', '/v1/index/versions', undefined, 403],
    ['GET', '/v1/index/versions/a/files', undefined, 403],
    ['GET', '/v1/index/runs/a', undefined, 403],
    ['POST', '/v1/index/rollback', { version: 'latest' }, 403],
  ])('a search key gets %s %s %j: %i', async (method, path, body, status) => {
    const { catalog } = createApps({ keys });
    expect((await catalog(method, path, body, searcher)).status).toBe(status);
    expect((await catalog(method, path, body)).status).toBe(401);
    expect([401, 403]).not.toContain((await catalog(method, path, body, admin)).status);
  });
});
