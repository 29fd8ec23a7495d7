import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ItemStore } from '../../shared/catalog/item-store.ts';
import { createMemoryItemStore } from '../../shared/catalog/memory-item-store.ts';
import { createMemoryPictureStore } from '../../shared/catalog/memory-picture-store.ts';
import { createMemoryRunStore } from '../../shared/catalog/memory-run-store.ts';
import type { RunStore } from '../../shared/catalog/run-store.ts';
import { TuwenError } from '../../shared/error.ts';
import { createImportItems, type ImportItems } from '../../shared/import-items.ts';
import type { Item } from '../../shared/item.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import type { ObjectStore } from '../../shared/objects/object-store.ts';
import type { FetchPicture } from '../../shared/picture/fetch-picture.ts';
import { createPutItem } from '../../shared/put-item.ts';
import { createClock, type ManualClock } from '../catalog/clock.ts';
import { type PictureServer, showing, startPictureServer } from '../picture/picture-server.ts';

const minutes = 60_000;

interface Place {
  readonly clock: ManualClock;
  readonly objects: ObjectStore;
  readonly items: ItemStore;
  readonly runs: RunStore;
  readonly importItems: ImportItems;
  /** Writes of items that were tried. */
  puts: number;
  /** Called before each of them. */
  beforePut: (id: string) => void;
}

const noNetwork: FetchPicture = async () => {
  throw new TuwenError('unreachable_picture', 'no network here');
};

/** A place of its own in which every write of an item takes 10 ms by the clock. */
function createPlace(fetchPicture: FetchPicture = noNetwork): Place {
  const clock = createClock();
  const objects = createMemoryObjectStore({ clock });
  const items = createMemoryItemStore({ clock });
  const runs = createMemoryRunStore({ clock });
  const pictures = createMemoryPictureStore();
  let runIds = 0;
  const written: Pick<ItemStore, 'get' | 'put' | 'drop'> = {
    ...items,
    async put(id, content, options) {
      place.puts++;
      clock.advance(10);
      place.beforePut(id);
      return items.put(id, content, options);
    },
  };
  const place: Place = {
    clock,
    objects,
    items,
    runs,
    puts: 0,
    beforePut: () => {},
    importItems: createImportItems({
      objects,
      runs,
      clock,
      newRunId: () => `run-${runIds++}`,
      wait: async (ms) => clock.advance(ms),
      items,
      putItem: createPutItem({ objects, items: written, pictures, fetchPicture, clock }),
    }),
  };
  return place;
}

describe('an import', { timeout: 30_000 }, () => {
  let place: Place;
  beforeEach(() => {
    place = createPlace();
  });

  async function upload(name: string, body: string | Uint8Array) {
    const key = `imports/${name}`;
    const { etag } = await place.objects.put(key, body, { contentType: 'text/plain' });
    return { key, etag, format: name.endsWith('.csv') ? ('csv' as const) : ('jsonl' as const) };
  }
  const run = async (source: Awaited<ReturnType<typeof upload>>, budgetMs = 15 * minutes) =>
    (await place.importItems(source, { deadlineMs: place.clock() + budgetMs })).status;
  async function report(name: string) {
    const found = await place.objects.get(`imports/${name}.report.json`);
    return found && JSON.parse(Buffer.from(found.body).toString());
  }
  async function everything(): Promise<Item[]> {
    const found: Item[] = [];
    for await (const page of place.items.all()) found.push(...page);
    return found;
  }
  const jsonl = (...rows: unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n');
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: `i${i}`, title: `Item ${i}`, attributes: { price: i } }));

  it('brings good rows in and reports bad ones with line and reason', async () => {
    const source = await upload(
      'demo.jsonl',
      [
        '\ufeff{"id":"a","title":"红裙","description":"d","attributes":{"price":5,"tags":["x"]},"images":["catalog/a/1.jpg"]}',
        '{"id":"b","title":"B"',
        '',
        '{"id":"c/d","title":"C"}',
        '{"id":"e","title":"E","colour":"red"}',
        '{"title":"F"}',
        '{"id":"g","title":"G"}',
      ].join('\r\n'),
    );
    expect(await run(source)).toBe('done');
    expect(await report('demo')).toEqual({
      source: { key: 'imports/demo.jsonl', etag: source.etag },
      finishedAt: new Date(place.clock()).toISOString(),
      imported: 2,
      unchanged: 0,
      failed: 4,
      errors: [
        { line: 2, code: 'invalid_row', detail: expect.stringContaining('expected one JSON object') },
        { line: 4, id: 'c/d', code: 'invalid_id', detail: expect.stringContaining('without /') },
        { line: 5, id: 'e', code: 'invalid_row', detail: 'expected no other fields, found "colour"' },
        { line: 6, code: 'invalid_id', detail: 'id: expected a string, found nothing' },
      ],
    });
    expect((await everything()).map(({ id }) => id)).toEqual(['a', 'g']);
    expect(await place.items.get('a')).toMatchObject({
      title: '红裙',
      description: 'd',
      attributes: { price: 5, tags: ['x'] },
      images: ['catalog/a/1.jpg'],
    });
  });

  it('reads CSV with BOM, quotes and CRLF, its columns typed by all of their values', async () => {
    const source = await upload(
      'shop.csv',
      '\ufeffid,title,description,images,price,sku,sale\r\n' +
        'a,"Dress, ""red""","two\r\nlines",catalog/a/1.jpg|catalog/b/2.jpg,49.5,007,true\r\n' +
        'b,裙,,,50,8,false\r\n' +
        'c,too,few\r\n' +
        'd,D,,,,,\r\n',
    );
    expect(await run(source)).toBe('done');
    expect(await report('shop')).toMatchObject({
      imported: 3,
      failed: 1,
      errors: [{ line: 5, code: 'invalid_row', detail: 'expected 7 cells, found 3' }],
    });
    expect(await place.items.get('a')).toMatchObject({
      title: 'Dress, "red"',
      description: 'two\r\nlines',
      images: ['catalog/a/1.jpg', 'catalog/b/2.jpg'],
      attributes: { price: 49.5, sku: '007', sale: true },
    });
    expect(await place.items.get('b')).toMatchObject({
      title: '裙',
      attributes: { price: 50, sku: '8', sale: false },
    });
    expect((await place.items.get('d'))?.attributes).toEqual({});
  });

  it.each([
    ['empty.jsonl', '', 'invalid_row', 'expected at least one row, found none'],
    ['blank.jsonl', ' \n\n', 'invalid_row', 'expected at least one row, found none'],
    [
      'wide.jsonl',
      Buffer.from('\ufeff{"id":"a"}', 'utf16le'),
      'unsupported_media_type',
      'expected a file in UTF-8, found one in UTF-16',
    ],
    ['empty.csv', '', 'invalid_row', 'expected a header, found nothing'],
    [
      'bytes.csv',
      Buffer.of(0x50, 0x4b, 3, 4, 0xff, 0xfe, 10, 1),
      'invalid_row',
      'expected UTF-8, found other bytes',
    ],
    ['noid.csv', 'sku,title\n1,A\n', 'invalid_row', 'expected a column "id", found "sku", "title"'],
  ])('of a file that can not be read says so on line 1: %s', async (name, body, code, detail) => {
    expect(await run(await upload(name, body))).toBe('done');
    const found = await report(name.replace(/\..*/, ''));
    expect(found).toMatchObject({
      imported: 0,
      unchanged: 0,
      failed: 1,
      errors: [{ line: 1, code, detail }],
    });
    expect(found.errors).toHaveLength(1);
  });

  it('of a header alone imports nothing and finds no fault', async () => {
    await run(await upload('header.csv', 'id,title\n'));
    expect(await report('header')).toMatchObject({ imported: 0, failed: 0, errors: [] });
  });

  it('changes nothing the second time', async () => {
    const body = jsonl(...rows(250));
    await run(await upload('a.jsonl', body));
    expect(place.puts).toBe(250);
    const before = await everything();
    place.clock.advance(minutes);
    await run(await upload('a.jsonl', body));
    expect(place.puts).toBe(250);
    expect(await everything()).toEqual(before);
    expect(await report('a')).toMatchObject({ imported: 0, unchanged: 250, failed: 0, errors: [] });
  });

  it('writes only the rows that say something new', async () => {
    await run(await upload('a.jsonl', jsonl(...rows(150))));
    place.puts = 0;
    const changed = rows(151).map((row, i) => (i === 7 ? { ...row, title: 'New' } : row));
    await run(await upload('b.jsonl', jsonl(...changed)));
    expect(place.puts).toBe(2);
    expect(await report('b')).toMatchObject({ imported: 2, unchanged: 149 });
  });

  it('does nothing for an event that comes twice', async () => {
    const source = await upload('a.jsonl', jsonl(...rows(3)));
    await run(source);
    const first = await place.objects.head('imports/a.report.json');
    await place.items.delete('i1');
    place.clock.advance(minutes);
    await run(source);
    expect(place.puts).toBe(3);
    expect(await place.objects.head('imports/a.report.json')).toEqual(first);
  });

  it('brings back what was deleted when the same file is uploaded again', async () => {
    const body = jsonl(...rows(3));
    await run(await upload('a.jsonl', body));
    await place.items.delete('i1');
    place.clock.advance(minutes);
    await run(await upload('a.jsonl', body));
    expect(await place.items.get('i1')).toBeDefined();
    expect(await report('a')).toMatchObject({ imported: 1, unchanged: 2 });
  });

  it('lets the later of two rows of one id win, near or far', async () => {
    const near = [
      { id: 'a', title: 'first' },
      { id: 'a', title: 'second' },
    ];
    await run(await upload('a.jsonl', jsonl(...near, ...rows(300), { id: 'i0', title: 'last' })));
    expect((await place.items.get('a'))?.title).toBe('second');
    // Of two that are near only one is written: the same file would change it back and forth.
    expect(place.puts).toBe(302);
    expect((await place.items.get('i0'))?.title).toBe('last');
    const found = await report('a');
    expect(found.imported + found.unchanged + found.failed).toBe(303);
  });

  it('describes items that exist only because a picture of theirs arrived', async () => {
    await place.items.attach('i0', 'catalog/i0/1.jpg');
    await run(await upload('a.jsonl', jsonl({ id: 'i0', title: 'i0' })));
    expect(await place.items.get('i0')).toMatchObject({ implicit: false, attached: ['catalog/i0/1.jpg'] });
  });

  it('reports what the store refuses and imports the rest', async () => {
    place.beforePut = (id) => {
      if (id === 'i1') throw new TuwenError('too_large', 'expected a record of at most 400 KB');
    };
    await run(await upload('a.jsonl', jsonl(...rows(3))));
    expect(await report('a')).toMatchObject({
      imported: 2,
      failed: 1,
      errors: [{ line: 2, id: 'i1', code: 'too_large', detail: 'expected a record of at most 400 KB' }],
    });
  });

  it('lists a thousand errors in order and counts the rest', async () => {
    const bad = Array.from({ length: 1234 }, (_, i) => ({
      id: `bad ${i}`,
      title: '',
      note: '字'.repeat(900),
    }));
    await run(await upload('a.jsonl', jsonl(...bad, ...rows(5))));
    const found = await report('a');
    expect(found).toMatchObject({ imported: 5, failed: 1234, errorsOmitted: 234 });
    expect(found.errors.map(({ line }: { line: number }) => line)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i + 1),
    );
    expect(found.errors[999].id).toBe('bad 999');
  });

  it.each(['jsonl', 'csv'])(
    'over several invocations ends as one that has time enough: %s',
    async (format) => {
      const good = rows(5000).map((row, i) => ({
        ...row,
        title: i % 3 === 0 ? `Two\nlines "${i}", 👗` : `T ${i}`,
      }));
      const all = good.map((row, i) => (i % 50 === 7 ? { ...row, id: 'bad/id' } : row));
      const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
      const body =
        format === 'jsonl'
          ? jsonl(...all)
          : [
              'id,title,price',
              ...all.map(({ id, title, attributes }) => `${id},${quoted(title)},${attributes.price}`),
            ].join('\r\n');

      const whole = await upload(`a.${format}`, body);
      expect(await run(whole)).toBe('done');
      const atOnce = { items: await everything(), report: await report('a') };
      expect(atOnce.report).toMatchObject({ imported: 4900, failed: 100 });
      expect(atOnce.items[0]?.attributes).toEqual({ price: 0 });

      place = createPlace();
      const source = await upload(`a.${format}`, body);
      const statuses: string[] = [];
      // Each write takes 10 ms of the clock; 55 s are kept in reserve.
      do statuses.push(await run(source, 55_000 + 20_000));
      while (statuses.at(-1) === 'continue' && statuses.length < 10);
      expect(statuses).toEqual(['continue', 'continue', 'done']);
      const ignoringTimes = (found: Item[]) =>
        found.map((item) => ({ ...item, createdAt: '', updatedAt: '' }));
      expect(ignoringTimes(await everything())).toEqual(ignoringTimes(atOnce.items));
      expect(await report('a')).toEqual({ ...atOnce.report, finishedAt: expect.any(String) });
      expect(place.puts).toBe(4900);
    },
  );

  it('makes headway in an invocation however short', async () => {
    const source = await upload(
      'a.csv',
      `id,title\n${rows(250)
        .map(({ id, title }) => `${id},${title}`)
        .join('\n')}`,
    );
    let invocations = 0;
    while ((await run(source, 0)) === 'continue') expect(++invocations).toBeLessThan(20);
    expect(await report('a')).toMatchObject({ imported: 250, failed: 0 });
  });

  it('that was killed goes on from where it was, and loses nothing', async () => {
    const source = await upload('a.jsonl', jsonl(...rows(1000)));
    place.beforePut = () => {
      if (place.puts > 450) throw new TuwenError('internal', 'DynamoDB failed', { retryable: true });
    };
    await expect(run(source)).rejects.toMatchObject({ retryable: true });
    expect(await report('a')).toBeUndefined();
    place.beforePut = () => {};
    const before = place.puts;
    expect(await run(source)).toBe('done');
    expect(await everything()).toHaveLength(1000);
    // 450 were in; what had been tried in vain is written now, the rest of its batch is known to be there.
    expect(place.puts - before).toBe(550);
    const found = await report('a');
    expect(found.imported + found.unchanged).toBe(1000);
    expect(found.failed).toBe(0);
  });

  it('that is under way elsewhere is left to whoever is at it', async () => {
    const source = await upload('a.jsonl', jsonl(...rows(10)));
    await place.runs.acquire(`import:${source.key}`, `${source.etag}/other`, 24 * 60 * minutes);
    expect(await run(source)).toBe('done');
    expect(place.puts).toBe(0);
  });

  it('takes over from an invocation that died', async () => {
    const source = await upload('a.jsonl', jsonl(...rows(10)));
    await place.runs.acquire(`import:${source.key}`, `${source.etag}/dead`, minutes);
    expect(await run(source)).toBe('done');
    expect(place.puts).toBe(10);
  });

  it('of another object than the one under way is tried again later', async () => {
    const source = await upload('a.jsonl', jsonl(...rows(10)));
    await place.runs.acquire(`import:${source.key}`, 'older/other', 24 * 60 * minutes);
    await expect(run(source)).rejects.toMatchObject({ code: 'conflict', retryable: true });
  });

  it('stops quietly when its object is replaced, whose own event imports it', async () => {
    const old = await upload('a.jsonl', jsonl(...rows(2000)));
    let isReplaced = false;
    place.beforePut = () => {
      if (isReplaced) return;
      isReplaced = true;
      void upload('a.jsonl', jsonl({ id: 'new', title: 'New' }));
    };
    expect(await run(old)).toBe('done');
    expect(place.puts).toBeLessThan(2000);
    expect(await report('a')).toBeUndefined();
    place.beforePut = () => {};
    const { etag } = (await place.objects.head('imports/a.jsonl'))!;
    expect(await run({ ...old, etag })).toBe('done');
    expect(await report('a')).toMatchObject({ source: { etag }, imported: 1 });
    expect(await run(old)).toBe('done');
    expect(await report('a')).toMatchObject({ source: { etag } });
  });

  it('of an object that is gone does nothing', async () => {
    const source = await upload('a.jsonl', jsonl(...rows(1)));
    await place.objects.delete([source.key]);
    expect(await run(source)).toBe('done');
    expect(await report('a')).toBeUndefined();
  });
});

describe('an import of rows that name pictures by URL', { timeout: 30_000 }, () => {
  let server: PictureServer;
  let place: Place;
  beforeAll(async () => {
    server = await startPictureServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.routes.clear();
    server.requests.length = 0;
    place = createPlace(server.fetchPicture);
  });

  async function upload(name: string, body: string) {
    const key = `imports/${name}`;
    const { etag } = await place.objects.put(key, body, { contentType: 'text/plain' });
    return { key, etag, format: name.endsWith('.csv') ? ('csv' as const) : ('jsonl' as const) };
  }
  async function run(source: Awaited<ReturnType<typeof upload>>, budgetMs = 15 * minutes) {
    let invocations = 1;
    const deadline = () => ({ deadlineMs: place.clock() + budgetMs });
    while ((await place.importItems(source, deadline())).status === 'continue')
      expect(++invocations).toBeLessThan(50);
    const found = await place.objects.get(source.key.replace(/\.\w+$/, '.report.json'));
    return { invocations, report: JSON.parse(Buffer.from(found!.body).toString()) };
  }
  async function stored(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of place.objects.list('catalog/')) keys.push(key);
    return keys;
  }

  it.each(['jsonl', 'csv'])(
    'stores them from %s, and reports each that could not be fetched',
    async (format) => {
      const [front, gone] = [`${server.origin}/front.gif?v=1`, `${server.origin}/gone.gif?token=secret`];
      server.routes.set('/front.gif?v=1', showing('hat'));
      const source = await upload(
        `a.${format}`,
        format === 'csv'
          ? `id,title,images\na,A,catalog/b/own.jpg|${front}\nb,B,${gone} | ${front}\nc,C,http://x.example/y\n`
          : [
              { id: 'a', title: 'A', images: ['catalog/b/own.jpg', front] },
              { id: 'b', title: 'B', images: [gone, front] },
              { id: 'c', title: 'C', images: ['http://x.example/y'] },
            ]
              .map((row) => JSON.stringify(row))
              .join('\n'),
      );
      const { report } = await run(source);
      const line = format === 'csv' ? 2 : 1;
      expect(report).toMatchObject({ imported: 2, unchanged: 0, failed: 1, picturesFailed: 1 });
      expect(report.errors).toEqual([
        {
          line: line + 1,
          id: 'b',
          code: 'unreachable_picture',
          detail: `${server.origin}/gone.gif: the picture was answered with status 404`,
        },
        { line: line + 2, id: 'c', code: 'invalid_row', detail: expect.stringMatching(/https/) },
      ]);
      const [a, b] = [(await place.items.get('a'))!.images, (await place.items.get('b'))!.images];
      expect(a).toEqual(['catalog/b/own.jpg', expect.stringMatching(/^catalog\/a\/url-\w{32}\.gif$/)]);
      expect(await stored()).toEqual([a[1], b[1]]);
    },
  );

  it('fetches nothing again and changes nothing, but for what was missing', async () => {
    server.routes.set('/a', showing('a'));
    const body = ['a', 'b'].map((id) =>
      JSON.stringify({ id, title: id, images: [`${server.origin}/${id}`] }),
    );
    await run(await upload('first.jsonl', body.join('\n')));
    server.routes.set('/b', showing('b'));
    const { report } = await run(await upload('second.jsonl', body.join('\n')));
    expect(report).toMatchObject({ imported: 0, unchanged: 2, failed: 0, errors: [] });
    expect(report).not.toHaveProperty('picturesFailed');
    await run(await upload('third.jsonl', body.join('\n')));
    expect(server.requests.sort()).toEqual(['/a', '/b', '/b']);
    expect(await stored()).toHaveLength(2);
  });

  it('goes on over several invocations, fetches each picture once and loses no error', async () => {
    const ids = Array.from({ length: 120 }, (_, i) => `i${i}`);
    for (const id of ids.filter((_, i) => i % 3 > 0)) server.routes.set(`/${id}`, showing(id));
    const rows = ids.map((id) => JSON.stringify({ id, title: id, images: [`${server.origin}/${id}`] }));
    const { invocations, report } = await run(await upload('a.jsonl', rows.join('\n')), 1000);
    // 16 pictures a batch, however many rows it might hold.
    expect(invocations).toBe(8);
    expect(report).toMatchObject({ imported: 120, failed: 0, picturesFailed: 40 });
    expect(report.errors.map(({ line }: { line: number }) => line)).toEqual(
      Array.from({ length: 40 }, (_, i) => 3 * i + 1),
    );
    expect(server.requests.sort()).toEqual(ids.map((id) => `/${id}`).sort());
    expect(await stored()).toHaveLength(80);
  });
});
