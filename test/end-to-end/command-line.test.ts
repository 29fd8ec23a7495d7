import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DemoProduct, demoCatalog } from '../../infra/local/demo/catalog.ts';
import { renderProduct } from '../../infra/local/demo/render-product.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { freeStack } from '../free-stack.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';

/** Each command as its user runs it: a process of its own, against the running product. */

// A command may wait for a build of the index, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

const keys = { TUWEN_SEARCH_KEY: 'search-key-of-the-test', TUWEN_ADMIN_KEY: 'admin-key-of-the-test' };
const shim = fileURLToPath(new URL('../../infra/cli/tuwen.mjs', import.meta.url));

let directory: string;
let stack: Stack;
let proxy: CountingProxy;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-command-line-'));
  stack = await start('data');
  proxy = await startCountingProxy(stack.url);
});

afterAll(async () => {
  await proxy?.close();
  await stack?.close();
  await rm(directory, { recursive: true, force: true });
});

const start = (name: string) =>
  startStack({
    ...freeStack,
    dataDirectory: join(directory, name),
    environment: keys,
  });

interface RunOptions {
  readonly url?: string;
  readonly key?: string;
  readonly onStart?: (child: ChildProcess) => void;
}

async function tuwen(args: readonly string[], options: RunOptions = {}) {
  const { url = stack.url, key = keys.TUWEN_ADMIN_KEY, onStart } = options;
  const { TUWEN_KEY: _, ...environment } = process.env;
  const child = spawn(process.execPath, [shim, ...args], {
    env: { ...environment, TUWEN_URL: url, ...(key && { TUWEN_KEY: key }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  const [status] = await once(child, 'close');
  return { status, ...said };
}

async function json(args: readonly string[], options: RunOptions = {}) {
  const { status, out, err } = await tuwen([...args, '--json'], options);
  expect(err).toBe('');
  return { status, body: JSON.parse(out) };
}

const path = (...names: string[]) => join(directory, ...names);

const products = demoCatalog().filter(({ attributes }) =>
  ['dress', 'watch', 'sneakers', 'handbag'].includes(String(attributes.category)),
);
const draw = ({ svg }: DemoProduct) => renderProduct(svg, { width: 200 });

function productOf(category: string, colour: string): DemoProduct {
  const found = products.find(
    ({ attributes }) => attributes.category === category && attributes.colour === colour,
  );
  if (!found) throw new Error(`the demo has no ${colour} ${category}`);
  return found;
}

/** Pictures and rows of products, as somebody has them before they import them. */
async function writeCatalog(name: string, wanted: readonly DemoProduct[]) {
  await mkdir(path(name, 'pictures'), { recursive: true });
  const rows = await Promise.all(
    wanted.map(async (product) => {
      const { id, title, attributes } = product;
      const picture = `pictures/${id}.jpg`;
      await writeFile(path(name, picture), await draw(product));
      return { id, title, attributes, images: [picture] };
    }),
  );
  return rows;
}

const linesOf = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('tuwen import', () => {
  const wanted = [
    productOf('dress', 'red'),
    productOf('dress', 'blue'),
    productOf('watch', 'black'),
    productOf('handbag', 'brown'),
  ];

  it('brings rows and pictures in, tells each bad one by its line, and has them found', async () => {
    const rows = await writeCatalog('shop', wanted);
    const whole = await readFile(path('shop', rows[0]!.images[0]!));
    await writeFile(path('shop', 'pictures', 'cut.jpg'), whole.subarray(0, whole.length >> 1));
    await writeFile(path('shop', 'pictures', 'words.jpg'), 'no picture');
    const bad = [
      { id: 'bad/id', title: 'Not stored', images: [rows[0]!.images[0]] },
      { id: 'cut', title: 'Cut picture', images: ['pictures/cut.jpg', rows[0]!.images[0]] },
      { id: 'words', title: 'Words', images: ['pictures/words.jpg'] },
      { id: 'none', title: 'No file', images: ['pictures/none.jpg'] },
      { id: 'untitled' },
    ];
    const [first, ...others] = rows;
    await writeFile(path('shop', 'rows.jsonl'), `${linesOf([first, ...bad])}{"id":\n${linesOf(others)}`);
    const { status, body } = await json(['import', path('shop', 'rows.jsonl'), '--rebuild']);
    expect(status).toBe(1);
    expect(body.rows).toMatchObject({ doneBefore: 0, failed: 3 });
    expect(body.rows.created + body.rows.updated).toBe(7);
    expect(body.pictures).toEqual({ uploaded: 5, doneBefore: 0, failed: 3 });
    const errors = body.errors.map(({ line, id, picture, code }: Record<string, unknown>) => [
      line,
      id,
      picture,
      code,
    ]);
    expect(errors).toHaveLength(6);
    expect(errors).toEqual(
      expect.arrayContaining([
        [2, 'bad/id', undefined, 'invalid_id'],
        [3, 'cut', 'pictures/cut.jpg', 'unreadable_picture'],
        [4, 'words', 'pictures/words.jpg', 'unsupported_media_type'],
        [5, 'none', 'pictures/none.jpg', 'not_found'],
        [6, 'untitled', undefined, 'invalid_row'],
        [7, undefined, undefined, 'invalid_row'],
      ]),
    );
    expect(body.rebuild.version).toMatch(/^\d{8}T\d{9}Z-/);
    const found = await json(['search', '红色连衣裙', '--against', 'image', '--top-k', '1']);
    expect([wanted[0]!.id, 'cut']).toContain(found.body.results[0].id);
  });

  it('says for people what it says for programs', async () => {
    const { status, out, err } = await tuwen(['import', path('shop', 'rows.jsonl')]);
    expect(status).toBe(1);
    expect(out).toMatch(/^rows: 7 done before, 3 failed\npictures: 5 done before, 3 failed\n$/);
    expect(err).toMatch(/^rows\.jsonl:3: cut: pictures\/cut\.jpg: the JPEG is cut off/m);
    expect(err).toMatch(/^rows\.jsonl:6: untitled: title: expected a string, found nothing$/m);
  });

  it('reads CSV by the rules of imports, and keys of pictures that are in the bucket already', async () => {
    const known = (await json(['search', '--image', path('shop', 'pictures', `${wanted[2]!.id}.jpg`)])).body;
    expect(known.results[0].id).toBe(wanted[2]!.id);
    const csv = `\ufeffid,title,price,code,images\r\ncsv-1,"Watch, ""black""",9.5,007,pictures/${wanted[2]!.id}.jpg|catalog/csv-1/later.jpg\r\ncsv-2,,3,1,\r\n`;
    await writeFile(path('shop', 'rows.csv'), csv);
    const { status, body } = await json(['import', path('shop', 'rows.csv')]);
    expect([status, body.rows.failed, body.pictures.uploaded]).toEqual([1, 1, 1]);
    expect(body.errors).toMatchObject([{ line: 3, id: 'csv-2', code: 'invalid_row' }]);
    const item = await (
      await fetch(`${stack.url}/v1/items/csv-1`, {
        headers: { authorization: `Bearer ${keys.TUWEN_SEARCH_KEY}` },
      })
    ).json();
    expect(item).toMatchObject({ title: 'Watch, "black"', attributes: { price: 9.5, code: '007' } });
    expect(item.images).toEqual([
      expect.stringMatching(/^catalog\/csv-1\/[0-9a-f]{32}\.jpg$/),
      'catalog/csv-1/later.jpg',
    ]);
  });

  it('leaves URLs to the service, tells what it could not fetch, and puts such a row again', async () => {
    const row = { id: 'by-url', title: 'By URL', images: ['https://127.0.0.1/a.jpg?token=secret'] };
    await writeFile(path('shop', 'urls.jsonl'), linesOf([row]));
    const run = async () => {
      const { status, body } = await json(['import', path('shop', 'urls.jsonl')]);
      const { created, unchanged, doneBefore, failed } = body.rows;
      expect(body.errors).toMatchObject([{ line: 1, id: 'by-url', code: 'unreachable_picture' }]);
      expect(body.errors[0].detail).toMatch(/^https:\/\/127\.0\.0\.1\/a\.jpg: /);
      return [status, body.pictures.failed, created, unchanged, doneBefore, failed];
    };
    expect(await run()).toEqual([1, 1, 1, 0, 0, 0]);
    expect(await run()).toEqual([1, 1, 0, 1, 0, 0]);
    const headers = { authorization: `Bearer ${keys.TUWEN_ADMIN_KEY}` };
    const gone = await fetch(`${stack.url}/v1/items/by-url`, { method: 'DELETE', headers });
    expect(gone.status).toBe(204);
  });

  it('goes on after Ctrl-C, and uploads nothing twice', async () => {
    const many = products.filter((product) => !wanted.includes(product)).slice(0, 24);
    const rows = await writeCatalog('large', many);
    const file = path('large', 'rows.jsonl');
    await writeFile(file, linesOf(rows));
    const url = proxy.url;
    const uploads = () => proxy.count('POST /v1/uploads');
    const stopped = await tuwen(['import', file], {
      url,
      onStart: (child) => {
        proxy.onCall = () => {
          if (uploads() === 9) child.kill('SIGINT');
        };
      },
    });
    proxy.onCall = () => {};
    expect(stopped).toMatchObject({ status: 130, out: '' });
    expect(stopped.err).toBe('stopped; the same command goes on from here\n');
    const begun = uploads();
    expect(begun).toBeLessThan(rows.length);

    const resumed = await json(['import', file], { url });
    expect(resumed).toMatchObject({
      status: 0,
      body: { pictures: { uploaded: rows.length - begun, doneBefore: begun } },
    });
    expect(uploads()).toBe(rows.length);

    proxy.reset();
    const again = await json(['import', file], { url });
    expect(again.body).toMatchObject({
      rows: { doneBefore: rows.length, created: 0, updated: 0, unchanged: 0 },
      pictures: { doneBefore: rows.length, uploaded: 0 },
    });
    expect([uploads(), proxy.count('POST /v1/items/batch')]).toEqual([0, 0]);

    // Without the journal the pictures' keys still tell that they are there.
    const fresh = await json(['import', file, '--fresh'], { url });
    expect(fresh).toMatchObject({ status: 0, body: { rows: { unchanged: rows.length } } });

    await writeFile(path('large', rows[3]!.images[0]!), await draw(wanted[0]!));
    const changed = await json(['import', file], { url });
    expect(changed.body).toMatchObject({
      rows: { doneBefore: rows.length - 1, updated: 1 },
      pictures: { doneBefore: rows.length - 1, uploaded: 1 },
    });
  });

  it('refuses what is no import, and stops where it may not write', async () => {
    expect(await tuwen(['import', path('none.jsonl')])).toMatchObject({ status: 1, out: '' });
    await writeFile(path('rows.txt'), 'a');
    expect(await tuwen(['import', path('rows.txt')])).toMatchObject({ status: 2 });
    await writeFile(path('headless.csv'), 'name,price\na,1\n');
    const headless = await tuwen(['import', path('headless.csv')]);
    expect([headless.status, headless.err]).toEqual([1, expect.stringMatching(/expected a column "id"/)]);
    await writeFile(path('one.jsonl'), linesOf([{ id: 'x', title: 'x' }]));
    const denied = await tuwen(['import', path('one.jsonl')], { key: keys.TUWEN_SEARCH_KEY });
    expect(denied).toMatchObject({ status: 1, err: expect.stringMatching(/expected an admin key/) });
    const keyless = await tuwen(['versions'], { key: '' });
    expect(keyless).toMatchObject({ status: 1, err: expect.stringMatching(/found no key/) });
  });
});

describe('tuwen search', () => {
  it('prints a table, best first, or the answer as it came', async () => {
    const dress = productOf('dress', 'blue');
    const picture = path('shop', 'pictures', `${dress.id}.jpg`);
    const { status, out } = await tuwen(['search', 'blue', '--image', picture, '--top-k', '2']);
    const [header, first, ...rest] = out.trimEnd().split('\n');
    expect([status, header!.split(/ +/), rest.length]).toEqual([
      0,
      ['score', 'match', 'via', 'id', 'title'],
      1,
    ]);
    expect(first).toMatch(new RegExp(`^0\\.\\d{4}  \\d+ % +image  ${dress.id} +${dress.title}$`));
    const { body } = await json(['search', '--image', picture, '--top-k', '2', '--against', 'image']);
    expect(body).toMatchObject({ results: [{ id: dress.id, via: 'image' }, {}], timing: {} });
  });

  it('filters and pushes away', async () => {
    const filter = '{"colour": {"$in": ["black"]}}';
    const { body } = await json(['search', 'dress', '--filter', filter, '--without', 'watch']);
    expect(body.results.length).toBeGreaterThan(0);
    for (const { item } of body.results) expect(item.attributes.colour).toBe('black');
  });

  it.each<[string[], RegExp]>([
    [['search'], /expected words, --image or both/],
    [['search', 'a', '--filter', '{price'], /--filter: expected a JSON object/],
    [['find'], /unknown command/],
    [[], /Usage: tuwen/],
  ])('refuses %j with status 2', async (args, told) => {
    expect(await tuwen(args)).toMatchObject({ status: 2, out: '', err: expect.stringMatching(told) });
  });

  it('shows help with examples', async () => {
    const { status, out } = await tuwen(['search', '--help']);
    expect([status, out]).toEqual([0, expect.stringContaining('$ npx tuwen search --image shoe.jpg')]);
  });
});

describe('tuwen upload and match', () => {
  it('print the matches of good pictures, and why a bad one has none', async () => {
    const watch = productOf('watch', 'black');
    const good = path('shop', 'pictures', `${watch.id}.jpg`);
    const { status, body } = await json(['upload', good, path('shop', 'pictures', 'words.jpg')]);
    expect(status).toBe(1);
    expect(body).toMatchObject([
      { file: good, status: 'done', key: expect.stringMatching(/^uploads\/.+\.jpg$/) },
      { status: 'failed', error: { code: 'unsupported_media_type' } },
    ]);
    expect(body[0].match.results[0].score).toBeGreaterThan(0.99);
    const matched = await tuwen(['match', body[0].key]);
    expect([matched.status, matched.out]).toEqual([0, expect.stringContaining(watch.title)]);
  });

  it('leave the wait to later where that is asked for', async () => {
    const good = path('shop', 'pictures', `${productOf('dress', 'red').id}.jpg`);
    const { status, body } = await json(['upload', good, '--no-wait'], { key: keys.TUWEN_SEARCH_KEY });
    expect([status, body[0].status]).toEqual([0, 'uploaded']);
    const look = async () => (await json(['match', body[0].key])).body.status;
    await expect.poll(look, { timeout: 60_000, interval: 500 }).toBe('done');
    expect(await tuwen(['match', 'uploads/none.jpg'])).toMatchObject({ status: 1 });
  });
});

describe('tuwen rebuild, versions and rollback', () => {
  it('build, list, go back after a question, and return', async () => {
    const { status, body } = await json(['rebuild']);
    expect(status).toBe(0);
    const { versions } = (await json(['versions'])).body;
    expect(versions[0]).toMatchObject({ version: body.version, live: true });
    const older = versions[1].version;
    const unasked = await tuwen(['rollback', older]);
    expect(unasked).toMatchObject({ status: 2, out: '', err: expect.stringMatching(/say --yes/) });
    expect((await json(['versions'])).body.versions[0].live).toBe(true);
    const back = await tuwen(['rollback', older, '--yes']);
    expect(back).toMatchObject({ status: 0, out: `live: version ${older}, pinned\n` });
    expect((await tuwen(['versions'])).out).toMatch(new RegExp(`^live  ${older} `, 'm'));
    const latest = await json(['rollback', 'latest', '--yes']);
    expect(latest.body).toMatchObject({ pinned: false });
    expect(await tuwen(['rollback', 'none', '--yes'])).toMatchObject({ status: 1 });
  });
});

describe('tuwen export', () => {
  let second: Stack | undefined;
  afterAll(() => second?.close());

  const headers = { authorization: `Bearer ${keys.TUWEN_ADMIN_KEY}`, 'content-type': 'application/json' };

  const searches = async (url: string) => {
    const file = path('shop', 'pictures', `${productOf('handbag', 'brown').id}.jpg`);
    const image = { base64: await readFile(file, 'base64') };
    const queries = [
      { text: 'red dress' },
      { text: '黑色手表', against: 'image' },
      { image, topK: 50 },
      { text: 'blue', image, without: { text: 'bag' } },
      { text: 'many', against: 'text' },
    ];
    const body = JSON.stringify({ queries });
    const response = await fetch(`${url}/v1/search/batch`, { method: 'POST', headers, body });
    const { answers } = (await response.json()) as { answers: Record<string, unknown>[] };
    return answers.map(({ results, index }) => [
      (results as Record<string, unknown>[]).map(({ id, score, via }) => [id, score, via]),
      (index as { vectors: number }).vectors,
    ]);
  };

  it('is brought back by import on an empty service, to identical results', async () => {
    const { s3Url, credentials } = stack;
    const s3 = new S3Client({ endpoint: s3Url, region: 'us-east-1', credentials, forcePathStyle: true });
    const put = (Key: string, Body: Uint8Array) =>
      s3.send(new PutObjectCommand({ Bucket: 'tuwen', Key, Body, ContentType: 'image/png' }));
    // More pictures than a row can name, under names of their own, one of them no name for a file.
    const names = Array.from({ length: 18 }, (_, i) => `正面 ${i}+1 %41.png`);
    names[4] = `${'long'.repeat(60)}.png`;
    for (const [i, name] of names.entries()) {
      const background = { r: 10 * i, g: 255 - 10 * i, b: (70 * i) % 255 };
      const create = { width: 40, height: 30, channels: 3 as const, background };
      await put(`catalog/many 多/${name}`, await sharp({ create }).png().toBuffer());
    }
    s3.destroy();
    const item = async (url: string) =>
      (await fetch(`${url}/v1/items/${encodeURIComponent('many 多')}`, { headers })).json();
    const soon = { timeout: 60_000, interval: 500 };
    await expect.poll(async () => (await item(stack.url)).pictures?.length, soon).toBe(names.length);
    await json(['rebuild']);

    const backup = path('backup');
    const exported = await json(['export', backup]);
    expect(exported).toMatchObject({ status: 0, body: { index: { vectors: expect.any(Number) } } });
    expect(exported.body.downloaded).toBe(exported.body.pictures);
    const again = await json(['export', backup]);
    expect(again.body).toMatchObject({ items: exported.body.items, downloaded: 0 });

    second = await start('second');
    const imported = await json(['import', backup, '--rebuild'], { url: second.url });
    expect(imported).toMatchObject({
      status: 0,
      body: { rows: { failed: 0 }, pictures: { uploaded: exported.body.pictures, failed: 0 } },
    });
    const keysOf = async (url: string) =>
      (await item(url)).pictures.map(({ key }: { key: string }) => key).sort();
    await expect.poll(() => keysOf(second!.url), soon).toEqual(await keysOf(stack.url));
    await json(['rebuild'], { url: second.url });
    expect(await searches(second.url)).toEqual(await searches(stack.url));
  });

  it('mends what is damaged, and holds vectors that add up', async () => {
    const [version] = await readdir(path('backup', 'index'));
    const folder = path('backup', 'index', version!);
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    const shard = join(folder, 'shard-00000.safetensors');
    const sound = await readFile(shard);
    expect(sound.length).toBe(manifest.shards[0].bytes);
    const damaged = Buffer.from(sound);
    damaged[damaged.length - 1]! ^= 1;
    await writeFile(shard, damaged);
    const { body } = await json(['export', path('backup')]);
    const mended = path('backup', 'index', body.index.version, 'shard-00000.safetensors');
    expect(body.index.version === version ? (await readFile(mended)).equals(sound) : true).toBe(true);
  });
});
