import { beforeEach, describe, expect, it } from 'vitest';
import type { ObjectInfo, ObjectStore } from '../../shared/objects/object-store.ts';

/** What every object store guarantees; each test begins with an empty bucket, whose pages hold at most 10 keys. */
export function objectStoreContract(create: () => Promise<ObjectStore>): void {
  describe('an object store', { timeout: 30_000 }, () => {
    let objects: ObjectStore;
    beforeEach(async () => {
      objects = await create();
    });

    const text = { contentType: 'text/plain' };
    const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
    const put = async (key: string, body: Uint8Array | string) => (await objects.put(key, body, text)).etag;
    /** Comparing long arrays value by value takes vitest seconds. */
    const expectSame = (found: Uint8Array | undefined, expected: Uint8Array) =>
      expect([found?.length, found && Buffer.compare(found, expected)]).toEqual([expected.length, 0]);
    async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks) parts.push(chunk);
      return new Uint8Array(Buffer.concat(parts));
    }
    async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
      const found: T[] = [];
      for await (const value of values) found.push(value);
      return found;
    }

    it('gives back the bytes that were put, under awkward keys too', async () => {
      const body = bytesOf(1000);
      for (const key of ['a', 'uploads/鞋 👟+&?#%25.jpg', 'catalog/a b/c=d;e,f.webp', 'x/../y']) {
        const { etag } = await objects.put(key, body, { contentType: 'image/jpeg' });
        const found = await objects.get(key);
        expect(found).toMatchObject({ key, etag, bytes: 1000, contentType: 'image/jpeg' });
        expect(found?.body).toEqual(body);
        expect(found?.modifiedAt).toBeInstanceOf(Date);
        expect(await objects.head(key)).toMatchObject({ key, etag, bytes: 1000, contentType: 'image/jpeg' });
      }
    });

    it('takes text as UTF-8, and empty objects', async () => {
      await put('text', '红裙 👗');
      expect(Buffer.from((await objects.get('text'))!.body).toString()).toBe('红裙 👗');
      await put('empty', '');
      const empty = await objects.get('empty', { maxBytes: 0 });
      expect(empty?.bytes).toBe(0);
      expect(empty?.body).toEqual(new Uint8Array(0));
      expect(await collect((await objects.stream('empty'))!.body)).toEqual(new Uint8Array(0));
    });

    it('finds nothing where nothing is', async () => {
      expect(await objects.head('none')).toBeUndefined();
      expect(await objects.get('none')).toBeUndefined();
      expect(await objects.get('none', { start: 5 })).toBeUndefined();
      expect(await objects.stream('none')).toBeUndefined();
    });

    it('keeps what was put apart from what the caller does with its bytes', async () => {
      const body = bytesOf(3);
      await put('a', body);
      body.fill(9);
      const found = await objects.get('a');
      found!.body.fill(8);
      expect((await objects.get('a'))?.body).toEqual(bytesOf(3));
    });

    it('refuses to read more than it may', async () => {
      await put('a', bytesOf(100));
      await expect(objects.get('a', { maxBytes: 99 })).rejects.toMatchObject({ code: 'too_large' });
      await expect(objects.stream('a', { maxBytes: 99 })).rejects.toMatchObject({ code: 'too_large' });
      expect((await objects.get('a', { maxBytes: 100 }))?.body).toHaveLength(100);
    });

    it('reads the object that was meant, or none', async () => {
      const etag = await put('a', 'one');
      expect((await objects.get('a', { ifMatch: etag }))?.etag).toBe(etag);
      await put('a', 'two');
      for (const read of [
        () => objects.get('a', { ifMatch: etag }),
        () => objects.stream('a', { ifMatch: etag }),
        () => objects.readInto('a', { start: 0, end: 1 }, new Uint8Array(1), { ifMatch: etag }),
      ])
        await expect(read()).rejects.toMatchObject({ code: 'conflict' });
    });

    it('reads on from any byte, to the end and at the end', async () => {
      const body = bytesOf(200_000);
      const etag = await put('a', body);
      for (const start of [0, 1, 65_536, 199_999, 200_000, 300_000]) {
        const found = await objects.stream('a', { start, ifMatch: etag });
        expect(found?.bytes).toBe(200_000);
        expectSame(await collect(found!.body), body.slice(start));
        expectSame((await objects.get('a', { start }))?.body, body.slice(start));
      }
    });

    it('streams an object larger than any buffer, and lets go of it half-way', async () => {
      const body = bytesOf(3_000_000);
      await put('a', body);
      expectSame(await collect((await objects.stream('a'))!.body), body);
      let seen = 0;
      for await (const chunk of (await objects.stream('a'))!.body) {
        seen += chunk.length;
        if (seen > 100_000) break;
      }
      expect(seen).toBeLessThan(3_000_000);
    });

    it('stops reading when it is told to', async () => {
      await put('a', bytesOf(3_000_000));
      const abort = new AbortController();
      const found = await objects.stream('a', { signal: abort.signal });
      await expect(
        (async () => {
          for await (const _ of found!.body) abort.abort(new Error('enough'));
        })(),
      ).rejects.toThrow('enough');
      await expect(objects.get('a', { signal: abort.signal })).rejects.toThrow('enough');
    });

    it('copies a range to where it belongs, and touches nothing else', async () => {
      const body = bytesOf(1_000_000);
      const etag = await put('a', body);
      const block = new Uint8Array(600_010).fill(255);
      const range = { start: 300_001, end: 900_001 };
      await objects.readInto('a', range, block.subarray(5, 600_005), { ifMatch: etag });
      expectSame(block.subarray(5, 600_005), body.subarray(300_001, 900_001));
      expect([...block.subarray(0, 5), ...block.subarray(600_005)]).toEqual(Array(10).fill(255));
      await objects.readInto('a', { start: 7, end: 7 }, new Uint8Array(0));
    });

    it('never takes a part for the whole range', async () => {
      await put('a', bytesOf(10));
      const into = (start: number, end: number, room = end - start) =>
        objects.readInto('a', { start, end }, new Uint8Array(room));
      await expect(into(5, 11)).rejects.toMatchObject({ code: 'internal' });
      await expect(into(20, 30)).rejects.toMatchObject({ code: 'internal' });
      await expect(into(0, 10, 9)).rejects.toMatchObject({ code: 'internal' });
      await expect(objects.readInto('none', { start: 0, end: 1 }, new Uint8Array(1))).rejects.toMatchObject({
        code: 'not_found',
      });
    });

    it('creates an object once, however many try', async () => {
      const tries = Array.from({ length: 8 }, (_, i) =>
        objects.put('a', `body ${i}`, { ...text, ifAbsent: true }).then(
          ({ etag }) => ({ etag, code: undefined }),
          (error: { code: string }) => ({ etag: undefined, code: error.code }),
        ),
      );
      const outcomes = await Promise.all(tries);
      const won = outcomes.filter(({ code }) => code === undefined);
      expect(won).toHaveLength(1);
      expect(outcomes.filter(({ code }) => code === 'conflict')).toHaveLength(7);
      expect((await objects.head('a'))?.etag).toBe(won[0]!.etag);
    });

    it('replaces an object only where it is still the one that was seen', async () => {
      const first = await put('a', 'one');
      const { etag: second } = await objects.put('a', 'two', { ...text, ifMatch: first });
      await expect(objects.put('a', 'three', { ...text, ifMatch: first })).rejects.toMatchObject({
        code: 'conflict',
      });
      expect((await objects.head('a'))?.etag).toBe(second);
      await objects.delete(['a']);
      await expect(objects.put('a', 'four', { ...text, ifMatch: second })).rejects.toMatchObject({
        code: 'conflict',
      });
      expect(await objects.head('a')).toBeUndefined();
    });

    it('gives equal content equal etags, and other content another', async () => {
      expect(await put('a', 'same')).toBe(await put('b', 'same'));
      expect(await put('a', 'other')).not.toBe(await put('b', 'same'));
    });

    it('deletes what is there and does not mind what is not, in any number', async () => {
      const keys = Array.from({ length: 30 }, (_, i) => `d/${i}&<>"'é.txt`);
      await Promise.all(keys.map((key) => put(key, key)));
      await objects.delete([
        ...keys.slice(1),
        ...Array.from({ length: 1100 }, (_, i) => `none/${i}`),
        keys[1]!,
      ]);
      expect((await all(objects.list('d/'))).map(({ key }) => key)).toEqual([keys[0]]);
      await objects.delete([]);
    });

    it('lists what begins so, in the order of UTF-8 bytes', async () => {
      const keys = ['l/b', 'l/a', 'l/a/b', 'l/\uffee', 'l/👗', 'l/é', 'l/Z', 'l/ sp+ace%2F'];
      for (const key of [...keys, 'k/a', 'm']) await put(key, key);
      const found = await all(objects.list('l/'));
      expect(found.map(({ key }) => key)).toEqual([
        'l/ sp+ace%2F',
        'l/Z',
        'l/a',
        'l/a/b',
        'l/b',
        'l/é',
        'l/\uffee',
        'l/👗',
      ]);
      const first: ObjectInfo | undefined = found[0];
      expect(first).toEqual({
        key: 'l/ sp+ace%2F',
        etag: (await objects.head('l/ sp+ace%2F'))?.etag,
        bytes: 12,
        modifiedAt: expect.any(Date),
      });
      expect(await all(objects.list('none'))).toEqual([]);
    });

    it('lists more than a page holds', async () => {
      const keys = Array.from({ length: 23 }, (_, i) => `p/${String(i).padStart(4, '0')}/x`);
      await Promise.all(keys.map((key) => put(key, '')));
      expect((await all(objects.list('p/'))).map(({ key }) => key)).toEqual(keys);
      expect(await all(objects.listFolders('p/'))).toEqual(keys.map((key) => key.slice(2, 6)));
    });

    it('lists the folders one level below', async () => {
      for (const key of ['f/b/1', 'f/b/2', 'f/a/x/y', 'f/file', 'f/é/1', 'g/c/1', 'f/👗/1', 'f/\uffee/1'])
        await put(key, '');
      expect(await all(objects.listFolders('f/'))).toEqual(['a', 'b', 'é', '\uffee', '👗']);
      expect(await all(objects.listFolders('f/a/'))).toEqual(['x']);
      expect(await all(objects.listFolders('none/'))).toEqual([]);
    });

    it('names in a presigned upload what has to be sent, and until when', async () => {
      const signed = await objects.presignPut('uploads/鞋 1.jpg', {
        contentType: 'image/jpeg',
        bytes: 12,
        expiresInSeconds: 60,
      });
      expect(signed.method).toBe('PUT');
      expect(signed.headers).toEqual({
        'content-type': 'image/jpeg',
        'content-length': '12',
        'if-none-match': '*',
      });
      expect(new URL(signed.url).pathname).toContain('uploads/%E9%9E%8B%201.jpg');
      const expiresInMs = Date.parse(signed.expiresAt) - Date.now();
      expect(Math.abs(expiresInMs - 60_000)).toBeLessThan(30_000);
    });
  });
}
