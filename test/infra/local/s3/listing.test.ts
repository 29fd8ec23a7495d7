import {
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listEntries } from '../../../../infra/local/s3/operations/list-entries.ts';
import { compareUtf8, createKeyList } from '../../../../infra/local/s3/store/key-list.ts';
import { refusal, startS3 } from './start-s3.ts';

const Bucket = 'tuwen';

async function fill(s3: S3Client, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
}

describe('ListObjectsV2', () => {
  it('gives keys in the order of their UTF-8 bytes, with size, etag and time', async () => {
    const s3 = (await startS3()).client();
    // In JavaScript's own order the last two are the other way round.
    await fill(s3, ['b', 'a', 'B', '\ufb01', '👗', 'a/']);
    const { Contents, ...page } = await s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['B', 'a', 'a/', 'b', '\ufb01', '👗']);
    expect(Contents?.[1]).toMatchObject({
      Size: 1,
      ETag: '"0cc175b9c0f1b6a831c399e269772661"',
      StorageClass: 'STANDARD',
    });
    expect(page).toMatchObject({ KeyCount: 6, IsTruncated: false, MaxKeys: 1000, Name: Bucket });
  });

  it('rolls keys up to the delimiter', async () => {
    const s3 = (await startS3()).client();
    await fill(s3, ['a', 'p/1', 'p/2', 'p/q/3', 'z/1', 'z']);
    const root = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }));
    expect(root.Contents?.map(({ Key }) => Key)).toEqual(['a', 'z']);
    expect(root.CommonPrefixes).toEqual([{ Prefix: 'p/' }, { Prefix: 'z/' }]);
    expect(root.KeyCount).toBe(4);
    const below = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', Prefix: 'p/' }));
    expect(below.Contents?.map(({ Key }) => Key)).toEqual(['p/1', 'p/2']);
    expect(below.CommonPrefixes).toEqual([{ Prefix: 'p/q/' }]);
  });

  it('goes on where a page ended, also when that key is gone and others came', async () => {
    const s3 = (await startS3()).client();
    await fill(s3, ['a', 'b', 'c', 'd', 'e']);
    const first = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, KeyCount: 2 });
    await fill(s3, ['aa', 'bb']);
    const ContinuationToken = first.NextContinuationToken;
    const second = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken }));
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(['bb', 'c']);
  });

  it('gives every key once to a paginator, prefixes between pages too', async () => {
    const s3 = (await startS3()).client();
    const keys = Array.from({ length: 23 }, (_, n) => (n % 3 === 0 ? `dir${n}/x` : `key${n}`));
    await fill(s3, [...keys, 'dir0/y']);
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client: s3, pageSize: 4 }, { Bucket, Delimiter: '/' })) {
      seen.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
    }
    expect(seen.sort()).toEqual(keys.map((key) => key.replace('/x', '/')).sort());
  });

  it('starts after a key, and counts no further than it is told', async () => {
    const s3 = (await startS3()).client();
    await fill(s3, ['a', 'b', 'c']);
    const after = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'a' }));
    expect(after.Contents?.map(({ Key }) => Key)).toEqual(['b', 'c']);
    const none = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  it.each([
    ['a foreign token', { ContinuationToken: 'nonsense' }, 'InvalidArgument'],
    ['a negative count', { MaxKeys: -1 }, 'InvalidArgument'],
    ['a bucket that is not there', { Bucket: 'nowhere' }, 'NoSuchBucket'],
  ])('refuses %s', async (_, input, name) => {
    const s3 = (await startS3()).client();
    expect(await refusal(s3.send(new ListObjectsV2Command({ Bucket, ...input })))).toMatchObject({ name });
  });
});

it('ListObjects, the old one, goes on from its marker', async () => {
  const s3 = (await startS3()).client();
  await fill(s3, ['a', 'p/1', 'p/2', 'z']);
  const first = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }));
  expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'p/', CommonPrefixes: [{ Prefix: 'p/' }] });
  const second = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: first.NextMarker }));
  expect(second.Contents?.map(({ Key }) => Key)).toEqual(['z']);
  expect(second.CommonPrefixes).toBeUndefined();
});

describe('a listing, against its definition', () => {
  const piece = fc.constantFrom('a', 'b', '/', '//', 'é', '👗', '\uffee');
  const key = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));

  it('compares as UTF-8 bytes do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('paged by any step, over keys added and removed in any order, gives what filtering and sorting give', () => {
    fc.assert(
      fc.property(
        fc.array(key, { maxLength: 30 }),
        fc.array(key, { maxLength: 10 }),
        fc.constantFrom('', 'a', 'a/', 'b/'),
        fc.constantFrom('', '/', '//'),
        fc.integer({ min: 1, max: 5 }),
        (added, removed, prefix, delimiter, limit) => {
          const list = createKeyList<string>();
          added.forEach((name, at) => {
            list.set(name, name);
            // Looking puts it in order, so that what follows goes into a sorted list.
            if (at === 5) list.keyAt(0);
          });
          for (const name of removed) list.delete(name);

          const entries: string[] = [];
          let after: string | undefined = '';
          while (after !== undefined) {
            const page: ReturnType<typeof listEntries<string>> = listEntries(list, {
              prefix,
              delimiter,
              after,
              limit,
            });
            entries.push(...page.entries.map((entry) => ('prefix' in entry ? entry.prefix : entry.object)));
            after = page.next;
          }
          const expected = new Set(
            added
              .filter((name) => !removed.includes(name) && name.startsWith(prefix))
              .map((name) => {
                const cut = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
                return cut === -1 ? name : name.slice(0, cut + delimiter.length);
              }),
          );
          expect(entries).toEqual(
            [...expected].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
          );
        },
      ),
    );
  });
});
