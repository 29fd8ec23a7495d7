import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPictureFetcher } from '../../shared/picture/fetch-picture.ts';
import { createStorePictures, fetchesAtOnce } from '../../shared/store-pictures.ts';
import { type PictureServer, showing, startPictureServer } from '../picture/picture-server.ts';
import { createApps } from './apps.ts';

let server: PictureServer;
beforeAll(async () => {
  server = await startPictureServer();
});
afterAll(() => server.close());
afterEach(() => {
  server.routes.clear();
  server.requests.length = 0;
});

interface ShownPicture {
  readonly key: string;
  readonly status: string;
  readonly error?: { readonly code: string; readonly detail: string };
}

function shop() {
  const { catalog, world } = createApps({ fetchPicture: server.fetchPicture });
  /** What the events of the bucket bring about. */
  async function takeIn(): Promise<void> {
    let sequencer = 0;
    for await (const { key } of world.objects.list('catalog/'))
      await world.ingestPicture({ key, itemId: key.split('/')[1]!, sequencer: `${++sequencer}` }, world);
  }
  const picturesOf = async (id: string): Promise<ShownPicture[]> =>
    (await catalog('GET', `/v1/items/${id}`)).body.pictures;
  const put = (id: string, ...paths: string[]) =>
    catalog('PUT', `/v1/items/${id}`, { title: id, images: paths.map((path) => `${server.origin}${path}`) });
  return { catalog, world, takeIn, picturesOf, put };
}

describe('pictures that items name by URL', () => {
  it('are stored beside the others, shown by their keys, and found', async () => {
    const { catalog, world, takeIn, picturesOf } = shop();
    server.routes.set('/hat.gif?size=2', showing('green hat'));
    const images = ['catalog/b/side.jpg', `${server.origin}/hat.gif?size=2#front`];
    const { status, body } = await catalog('PUT', '/v1/items/鞋', { title: 'Thing', images });
    const key = body.images[1];
    expect([status, body.images]).toEqual([201, ['catalog/b/side.jpg', key]]);
    expect(key).toMatch(/^catalog\/鞋\/url-[0-9a-f]{32}\.gif$/);
    expect(body.pictures[1]).toEqual({ key, status: 'pending' });
    expect(await world.objects.head(key)).toMatchObject({ contentType: 'image/gif' });
    await takeIn();
    expect((await picturesOf('鞋'))[1]).toMatchObject({ key, status: 'ready', url: expect.any(String) });
    expect((await catalog('GET', '/v1/items/鞋')).body.images).toEqual(body.images);
    await world.publish();
    expect(await world.find('green hat', { against: 'image' })).toEqual(['鞋']);
  });

  it('are fetched once, however often the item is put, and change nothing then', async () => {
    const { catalog, world, takeIn, put } = shop();
    server.routes.set('/a', showing('hat'));
    const first = await put('a', '/a', '/a#again');
    expect((await put('a', '/a', '/a#again')).body).toEqual(first.body);
    await takeIn();
    await world.publish();
    const images = [`${server.origin}/a`, `${server.origin}/a`];
    const items = [{ id: 'a', title: 'a', images }];
    const again = await catalog('POST', '/v1/items/batch', { items });
    expect(again.body.outcomes).toEqual([{ id: 'a', status: 'unchanged' }]);
    expect(await world.items.countPending()).toBe(0);
    expect(server.requests).toEqual(['/a']);
  });

  it('leave their item stored where they cannot be fetched, and tell why, without what may be secret', async () => {
    const { catalog, picturesOf, put } = shop();
    server.routes.set('/page', (_, response) => response.end('<!doctype html><p>Log in'));
    server.routes.set('/large', (_, response) => response.writeHead(200, { 'content-length': 11e6 }).end());
    const { status, body } = await put('a', '/none.jpg?token=secret', '/page', '/large');
    expect(status).toBe(201);
    const told = (picture: ShownPicture) => [picture.status, picture.error?.code, picture.error?.detail];
    const { origin } = server;
    expect(body.pictures.map(told)).toEqual([
      ['failed', 'unreachable_picture', `${origin}/none.jpg: the picture was answered with status 404`],
      ['failed', 'unsupported_media_type', expect.stringMatching(/\/page: expected .* found an HTML page$/)],
      ['failed', 'too_large', expect.stringMatching(/\/large: expected .* at most 10485760 bytes/)],
    ]);
    expect(await picturesOf('a')).toEqual(body.pictures);
    await catalog('DELETE', '/v1/items/a');
    expect((await catalog('PUT', '/v1/items/a', { title: 'a', images: body.images })).body.pictures).toEqual(
      body.images.map((key: string) => ({ key, status: 'pending' })),
    );
  });

  it('are tried again when the item is put again', async () => {
    const { takeIn, picturesOf, put } = shop();
    await put('a', '/late');
    server.routes.set('/late', (_, response) => response.writeHead(503).end());
    const failed = (await put('a', '/late')).body.pictures[0];
    expect(failed.error.detail).toMatch(/status 503/);
    server.routes.set('/late', showing('hat'));
    const { status, body } = await put('a', '/late');
    expect([status, body.pictures[0].status]).toEqual([200, 'pending']);
    await takeIn();
    expect(await picturesOf('a')).toMatchObject([{ status: 'ready' }]);
  });

  it('go when the item names their URL no more, and uploaded ones stay', async () => {
    const { world, takeIn, picturesOf, put } = shop();
    for (const path of ['/old', '/kept', '/new']) server.routes.set(path, showing(path));
    const [old, kept] = (await put('a', '/old', '/kept')).body.images;
    await world.upload('catalog/a/own.jpg', 'own');
    await takeIn();
    const { body } = await put('a', '/kept', '/new');
    await takeIn();
    const keys = [kept, body.images[1], 'catalog/a/own.jpg'];
    expect(body.pictures.map(({ key }: ShownPicture) => key)).toEqual([keys[0], keys[1], keys[2]]);
    expect((await picturesOf('a')).map(({ key }) => key)).toEqual(keys);
    expect(await world.objects.head(old)).toBeUndefined();
    expect(server.requests).toEqual(['/old', '/kept', '/new']);
  });

  it('are not brought back when the item is deleted while they are fetched', async () => {
    const { catalog, world, takeIn, put } = shop();
    server.routes.set('/slow', async (request, response) => {
      await catalog('DELETE', '/v1/items/a');
      showing('hat')(request, response);
    });
    await put('a', '/slow');
    await takeIn();
    expect((await catalog('GET', '/v1/items/a')).status).toBe(404);
    for await (const { key } of world.objects.list('catalog/'))
      throw new Error(`expected none, found ${key}`);
  });

  it('fail alone in a batch, each told with its key, and their rows go in', async () => {
    const { catalog, picturesOf } = shop();
    server.routes.set('/a', showing('hat'));
    const row = (id: string, ...urls: string[]) => ({ id, title: id, images: urls });
    const items = [
      row('a', `${server.origin}/a`),
      row('b', `${server.origin}/b`),
      row('c', 'https://x:y@z/'),
    ];
    const { outcomes } = (await catalog('POST', '/v1/items/batch', { items })).body;
    const key = (await picturesOf('b'))[0]!.key;
    const detail = `${server.origin}/b: the picture was answered with status 404`;
    expect(outcomes).toEqual([
      { id: 'a', status: 'created' },
      { id: 'b', status: 'created', pictures: [{ key, code: 'unreachable_picture', detail }] },
      { id: 'c', status: 'failed', code: 'invalid_row', detail: expect.stringMatching(/without user name/) },
    ]);
  });

  it.each([
    'https://127.0.0.1/a.jpg',
    'https://[::1]/a.jpg',
    'https://169.254.169.254/a',
    'https://1.1.1.1:8443/',
  ])('are fetched from public addresses alone, not from %s', async (url) => {
    const { catalog } = createApps({ fetchPicture: createPictureFetcher() });
    const { body } = await catalog('PUT', '/v1/items/a', { title: 'a', images: [url] });
    const detail = expect.stringMatching(/: the picture has no public https address$/);
    expect(body.pictures).toMatchObject([
      { status: 'failed', error: { code: 'unreachable_picture', detail } },
    ]);
  });

  it('are fetched eight at once and no more', async () => {
    const { put } = shop();
    let open = 0;
    let most = 0;
    let release: (() => void)[] = [];
    const paths = Array.from({ length: 16 }, (_, i) => `/${i}`);
    for (const path of paths)
      server.routes.set(path, async (request, response) => {
        most = Math.max(most, ++open);
        await new Promise<void>((resolve) => {
          release.push(resolve);
          if (release.length < fetchesAtOnce) return;
          // Those that should not be there get the time to come.
          setTimeout(() => {
            for (const each of release) each();
            release = [];
          }, 100);
        });
        open--;
        showing(path)(request, response);
      });
    const { body } = await put('a', ...paths);
    expect(body.pictures).toHaveLength(16);
    expect(most).toBe(fetchesAtOnce);
  });

  it('are left for another time, and told, when time is up', async () => {
    const { world } = shop();
    const storePictures = createStorePictures({ ...world, fetchPicture: server.fetchPicture });
    const url = { itemId: 'a', url: `${server.origin}/a`, key: 'catalog/a/url' };
    expect(await storePictures([url], { deadlineMs: world.clock() })).toEqual([
      {
        key: url.key,
        code: 'unreachable_picture',
        detail: expect.stringMatching(/no time left.*sent again/),
      },
    ]);
    expect(server.requests).toEqual([]);
  });
});
