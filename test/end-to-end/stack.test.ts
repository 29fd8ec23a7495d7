import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { demoCatalog } from '../../infra/local/demo/catalog.ts';
import { renderProduct } from '../../infra/local/demo/render-product.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { freeStack } from '../free-stack.ts';

/** The product as a user has it: the bundles that would be deployed, real sockets, the real encoder. */

// Events are waited for, for up to a minute each.
vi.setConfig({ testTimeout: 120_000 });

let directory: string;
let stack: Stack;
let s3: S3Client;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-end-to-end-'));
  stack = await start();
  s3 = clientOf(stack);
});

afterAll(async () => {
  s3?.destroy();
  await stack?.close();
  await rm(directory, { recursive: true, force: true });
});

const keys = { TUWEN_SEARCH_KEY: 'search-key-of-the-test', TUWEN_ADMIN_KEY: 'admin-key-of-the-test' };
/** Frozen between invocations, as on Lambda: timers stand still, sockets die. */
const start = () =>
  startStack({
    ...freeStack,
    dataDirectory: directory,
    freeze: true,
    environment: keys,
  });
const clientOf = ({ s3Url, credentials }: Stack) =>
  new S3Client({ endpoint: s3Url, region: 'us-east-1', credentials, forcePathStyle: true });

async function call(
  method: string,
  path: string,
  body?: unknown,
  key: string | undefined = keys.TUWEN_ADMIN_KEY,
) {
  const isForm = body instanceof FormData;
  const response = await fetch(`${stack.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    headers: {
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      ...(key && { authorization: `Bearer ${key}` }),
    },
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const idsOf = ({ body }: { body: { results: { id: string }[] } }) => body.results.map(({ id }) => id);
const search = async (query: unknown) => idsOf(await call('POST', '/v1/search', query));
const put = (key: string, body: Uint8Array | string, type = 'image/jpeg') =>
  s3.send(new PutObjectCommand({ Bucket: 'tuwen', Key: key, Body: body, ContentType: type }));

const soon = { timeout: 60_000, interval: 300 };
const published = () => expect.poll(async () => (await call('GET', '/v1/index')).body.pending, soon).toBe(0);

const products = demoCatalog();
/** A drawn product; another `place` gives another of its kind, as far as there are. */
function draw(category: string, colour: string, place = 0) {
  const kind = products.filter(
    ({ attributes }) => attributes.category === category && attributes.colour === colour,
  );
  const product = kind[place % kind.length];
  if (!product) throw new Error(`the demo has no ${colour} ${category}`);
  return renderProduct(product.svg);
}

describe('the product on this machine', () => {
  it('answers at once over an empty catalog', async () => {
    expect(await call('POST', '/v1/search', { text: 'anything' })).toMatchObject({
      status: 200,
      body: { results: [] },
    });
    expect((await call('GET', '/health')).status).toBe(200);
    expect((await call('GET', '/v1/index')).body).toMatchObject({ items: 0, vectors: 0, pending: 0 });
    expect((await call('GET', '/nowhere')).body).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('finds items by their pictures in both languages, once pictures and rows have arrived in any order', async () => {
    const things = [
      ['dress-red', 'dress', 'red'],
      ['dress-blue', 'dress', 'blue'],
      ['watch-black', 'watch', 'black'],
      ['sneakers-white', 'sneakers', 'white'],
      ['handbag-brown', 'handbag', 'brown'],
    ] as const;
    await put('catalog/dress-red/a.jpg', await draw('dress', 'red'));
    for (const [id, type, colour] of things)
      expect([200, 201]).toContain(
        (await call('PUT', `/v1/items/${id}`, { title: id, attributes: { type, colour } })).status,
      );
    for (const [id, type, colour] of things.slice(1))
      await put(`catalog/${id}/a.jpg`, await draw(type, colour));
    await expect
      .poll(async () => (await call('GET', '/v1/index')).body, soon)
      .toMatchObject({ items: 5, vectors: 10, pending: 0 });
    const visible = async (text: string) => (await search({ text, against: 'image', topK: 1 }))[0];
    await expect.poll(() => visible('red dress'), soon).toBe('dress-red');
    expect(await visible('红色连衣裙')).toBe('dress-red');
    expect(await visible('蓝色连衣裙')).toBe('dress-blue');
  });

  it('finds by a picture sent as a form, in JSON and by key, and shows pictures that can be opened', async () => {
    const picture = await draw('watch', 'black');
    const form = new FormData();
    form.set('image', new File([new Uint8Array(picture)], 'watch.jpg', { type: 'image/jpeg' }));
    form.set('against', 'image');
    const answer = await call('POST', '/v1/search', form);
    expect(idsOf(answer)[0]).toBe('watch-black');
    expect(answer.body.results[0].score).toBeGreaterThan(0.99);
    const shown = await fetch(answer.body.results[0].item.images[0]);
    expect(shown.headers.get('content-type')).toBe('image/webp');
    const json = { image: { base64: Buffer.from(picture).toString('base64') }, against: 'image', topK: 1 };
    expect(await search(json)).toEqual(['watch-black']);
    expect((await search({ image: { key: 'catalog/watch-black/a.jpg' }, against: 'image' }))[0]).toBe(
      'watch-black',
    );
  });

  it("wants a key, and an administrator's to change anything", async () => {
    expect((await call('POST', '/v1/search', { text: 'a' }, '')).body).toMatchObject({ status: 401 });
    expect((await call('GET', '/v1/index', undefined, 'wrong')).body).toMatchObject({ status: 401 });
    expect((await call('GET', '/v1/index', undefined, keys.TUWEN_SEARCH_KEY)).status).toBe(200);
    const denied = await call('PUT', '/v1/items/x', { title: 'x' }, keys.TUWEN_SEARCH_KEY);
    expect(denied.body).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await call('GET', '/health', undefined, '')).status).toBe(200);
  });

  it('filters, and leaves out the item itself in "more like this"', async () => {
    expect((await search({ text: 'dress', filter: { colour: { $ne: 'red' } } })).includes('dress-red')).toBe(
      false,
    );
    expect(await search({ itemId: 'dress-red' })).not.toContain('dress-red');
  });

  it('matches what is uploaded through a presigned URL, which stores nothing else', async () => {
    const picture = await draw('handbag', 'brown', 2);
    const { status, body: upload } = await call('POST', '/v1/uploads', {
      contentType: 'image/jpeg',
      size: picture.length,
    });
    expect(status).toBe(201);
    // The length is whatever the body has; only the right one fits the signature.
    const { 'content-length': _, ...signed } = upload.headers;
    const send = (bytes: Uint8Array, headers = signed) =>
      fetch(upload.url, { method: 'PUT', headers, body: bytes as BodyInit });
    expect((await send(Buffer.concat([picture, Buffer.from('x')]))).status).toBeGreaterThanOrEqual(400);
    expect((await send(picture, { ...signed, 'content-type': 'text/html' })).status).toBe(403);
    expect((await send(picture)).status).toBe(200);
    expect((await send(picture)).status).toBe(412);
    const match = () => call('GET', `/v1/matches/${upload.key}`);
    await expect.poll(async () => (await match()).body.status, soon).toBe('done');
    expect((await match()).body.results[0]).toMatchObject({
      id: 'handbag-brown',
      item: { title: 'handbag-brown' },
    });
  });

  it('ends a picture that cannot be read as failed, with the reason, while its neighbours succeed', async () => {
    const good = await draw('sneakers', 'white', 3);
    const truncated = good.subarray(0, good.length >> 1);
    await Promise.all([
      put('uploads/good 1+1 %41 鞋.jpg', good),
      put('uploads/junk.jpg', 'this is no picture'),
      put('uploads/truncated.jpg', truncated),
      put('uploads/empty.jpg', ''),
    ]);
    const match = async (key: string) =>
      (await call('GET', `/v1/matches?key=${encodeURIComponent(key)}`)).body;
    await expect.poll(async () => (await match('uploads/good 1+1 %41 鞋.jpg')).status, soon).toBe('done');
    await expect.poll(async () => (await match('uploads/junk.jpg')).status, soon).toBe('failed');
    expect((await match('uploads/junk.jpg')).error.code).toBe('unsupported_media_type');
    await expect.poll(async () => (await match('uploads/truncated.jpg')).status, soon).toBe('failed');
    expect((await match('uploads/truncated.jpg')).error.code).toBe('unreadable_picture');
    await expect
      .poll(async () => (await match('uploads/empty.jpg')).error?.code, soon)
      .toBe('unreadable_picture');
    expect((await call('GET', '/v1/matches/uploads/none.jpg')).status).toBe(404);
  });

  it('imports JSONL and CSV, row by row, and reports each bad one', async () => {
    const rows = [
      { id: 'import-1', title: 'Green hat 绿色帽子', attributes: { price: 12 } },
      { id: 'import/2', title: 'bad id' },
      { id: 'import-3', title: 'Yellow umbrella 黄色雨伞' },
    ];
    await put(
      'imports/a.jsonl',
      `${rows.map((row) => JSON.stringify(row)).join('\n')}\n{"id":\n`,
      'application/x-ndjson',
    );
    await put(
      'imports/b.csv',
      '\ufeffid,title,price\r\ncsv-1,"Hat, ""wide""",9.5\r\ncsv-2,,3\r\n',
      'text/csv',
    );
    const report = async (key: string) => {
      const { GetObjectCommand } = await import('@aws-sdk/client-s3');
      const found = await s3.send(new GetObjectCommand({ Bucket: 'tuwen', Key: key })).catch(() => undefined);
      return found && JSON.parse(await found.Body!.transformToString());
    };
    await expect
      .poll(() => report('imports/a.report.json'), soon)
      .toMatchObject({ imported: 2, unchanged: 0, failed: 2 });
    expect((await report('imports/a.report.json')).errors.map(({ line }: { line: number }) => line)).toEqual([
      2, 4,
    ]);
    await expect.poll(() => report('imports/b.report.json'), soon).toMatchObject({ imported: 1, failed: 1 });
    expect((await call('GET', '/v1/items/csv-1')).body).toMatchObject({
      title: 'Hat, "wide"',
      attributes: { price: 9.5 },
    });
    await expect
      .poll(() => search({ text: 'Yellow umbrella', against: 'text', topK: 1 }), soon)
      .toEqual(['import-3']);
  });

  it('fetches nothing from inside for an item, over HTTP or in an import, and tells so', async () => {
    const url = `${stack.s3Url.replace('http://', 'https://')}/tuwen/catalog/dress-red/a.jpg?X-Amz-Signature=secret`;
    const item = { title: 'Lamp', images: [url] };
    const failed = [{ status: 'failed', error: { code: 'unreachable_picture', detail: expect.any(String) } }];
    const { status, body } = await call('PUT', '/v1/items/lamp', item);
    expect([status, body.pictures]).toMatchObject([201, failed]);
    expect(JSON.stringify(body)).not.toContain('secret');
    await put('imports/lamps.jsonl', JSON.stringify({ id: 'lamp-2', ...item }), 'application/x-ndjson');
    const pictures = async () => (await call('GET', '/v1/items/lamp-2')).body.pictures;
    await expect.poll(pictures, soon).toMatchObject(failed);
    const path = `/v1/items/lamp-2/pictures?key=${encodeURIComponent((await pictures())[0].key)}`;
    expect((await call('DELETE', path)).status).toBe(204);
    expect(await pictures()).toEqual([]);
    for (const id of ['lamp', 'lamp-2']) expect((await call('DELETE', `/v1/items/${id}`)).status).toBe(204);
  });

  it('takes a deleted item out of results at once, and a deleted picture off its item', async () => {
    expect((await call('DELETE', '/v1/items/import-3')).status).toBe(204);
    expect(await search({ text: 'Yellow umbrella' })).not.toContain('import-3');
    await s3.send(new DeleteObjectCommand({ Bucket: 'tuwen', Key: 'catalog/dress-blue/a.jpg' }));
    await expect
      .poll(async () => (await call('GET', '/v1/items/dress-blue')).body.pictures, soon)
      .toEqual([]);
    await published();
    await expect
      .poll(() => search({ text: 'blue dress', against: 'image' }), soon)
      .not.toContain('dress-blue');
  });

  it('removes one picture of an item, whatever its name, and leaves the others', async () => {
    const pictures = async () => (await call('GET', '/v1/items/watch-black')).body.pictures;
    const key = 'catalog/watch-black/侧面 + 100%/side?.jpg';
    await put(key, await draw('watch', 'black', 1));
    await expect.poll(pictures, soon).toContainEqual(expect.objectContaining({ key, status: 'ready' }));
    const path = `/v1/items/watch-black/pictures?key=${encodeURIComponent(key)}`;
    expect((await call('DELETE', path, undefined, keys.TUWEN_SEARCH_KEY)).status).toBe(403);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await pictures()).map((picture: { key: string }) => picture.key)).toEqual([
      'catalog/watch-black/a.jpg',
    ]);
    expect((await call('DELETE', path)).status).toBe(404);
  });

  it('rebuilds when asked, rolls back, and returns to the latest', async () => {
    const before = (await call('GET', '/v1/index')).body.version;
    let asked = await call('POST', '/v1/index/rebuild');
    // The schedule's own build may be under way.
    const again = async () => {
      if (asked.status === 409) asked = await call('POST', '/v1/index/rebuild');
      return asked.status;
    };
    await expect.poll(again, soon).toBe(202);
    const { runId } = asked.body;
    await expect
      .poll(async () => (await call('GET', `/v1/index/runs/${runId}`)).body.status, soon)
      .toBe('succeeded');
    const after = (await call('GET', '/v1/index')).body.version;
    expect(after).not.toBe(before);
    expect((await call('POST', '/v1/index/rollback', { version: before })).body).toMatchObject({
      version: before,
      pinned: true,
    });
    await expect
      .poll(async () => (await call('POST', '/v1/search', { text: 'a' })).body.index.version, soon)
      .toBe(before);
    expect((await call('POST', '/v1/index/rollback', { version: 'latest' })).body).toMatchObject({
      version: after,
      pinned: false,
    });
  });

  it('keeps ids of any script apart through the gateway', async () => {
    for (const id of ['连衣裙 1', 'a+b&c=d', '👗', "it's;@:"]) {
      expect((await call('PUT', `/v1/items/${encodeURIComponent(id)}`, { title: id })).body).toMatchObject({
        id,
      });
      expect((await call('GET', `/v1/items/${encodeURIComponent(id)}`)).body.title).toBe(id);
      expect((await call('DELETE', `/v1/items/${encodeURIComponent(id)}`)).status).toBe(204);
    }
    // A `?` is cut off by API Gateway before anybody sees it.
    for (const id of ['a%23b', 'a%25b', 'a%5Cb'])
      expect((await call('PUT', `/v1/items/${id}`, { title: 'x' })).status).toBe(400);
  });

  it('answers as before after a restart', async () => {
    const before = await search({ text: 'red dress', topK: 5 });
    s3.destroy();
    await stack.close();
    stack = await start();
    s3 = clientOf(stack);
    expect(await search({ text: 'red dress', topK: 5 })).toEqual(before);
  });

  it('takes an upload of the aws command line', async (context) => {
    const run = promisify(execFile);
    const found = await run('aws', ['--version']).then(
      () => true,
      () => false,
    );
    if (!found) context.skip('the aws command line is not installed');
    const file = join(directory, 'watch.jpg');
    await writeFile(
      file,
      await sharp(await draw('watch', 'black', 5))
        .jpeg()
        .toBuffer(),
    );
    const { accessKeyId, secretAccessKey } = stack.credentials;
    const env = {
      ...process.env,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
    };
    await run('aws', ['--endpoint-url', stack.s3Url, 's3', 'cp', file, 's3://tuwen/uploads/cli.jpg'], {
      env,
    });
    await expect
      .poll(async () => (await call('GET', '/v1/matches/uploads/cli.jpg')).body.status, soon)
      .toBe('done');
  });
});
