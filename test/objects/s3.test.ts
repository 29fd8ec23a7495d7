import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3ObjectStore } from '../../shared/objects/s3-object-store.ts';
import { objectStoreContract } from './contract.ts';
import { startS3, type TestS3 } from './local-s3.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());

const create = async () => {
  const { client, presignClient } = s3;
  return createS3ObjectStore({ client, presignClient, bucket: await s3.bucket(), keysPerPage: 10 });
};

objectStoreContract(create);

describe('a presigned URL', { timeout: 30_000 }, () => {
  const wanted = { contentType: 'image/jpeg', bytes: 12, expiresInSeconds: 60 };
  const body = 'twelve bytes';

  it('stores exactly what it was made for', async () => {
    const objects = await create();
    const { url, method, headers } = await objects.presignPut('uploads/鞋 +1.jpg', wanted);
    const reply = await fetch(url, { method, headers, body });
    expect(reply.status).toBe(200);
    expect(await objects.head('uploads/鞋 +1.jpg')).toMatchObject({ bytes: 12, contentType: 'image/jpeg' });
  });

  it('stores once', async () => {
    const objects = await create();
    const { url, method, headers } = await objects.presignPut('uploads/a', wanted);
    await fetch(url, { method, headers, body });
    const again = await fetch(url, { method, headers, body: 'other bytes!' });
    expect(again.status).toBe(412);
    expect(Buffer.from((await objects.get('uploads/a'))!.body).toString()).toBe(body);
  });

  it.each([
    ['another type', { 'content-type': 'text/html' }, body],
    ['another size', { 'content-length': '13' }, 'thirteen byte'],
    ['without the condition', { 'if-none-match': undefined }, body],
  ])('stores nothing else: %s', async (_, changed, sent) => {
    const objects = await create();
    const { url, method, headers } = await objects.presignPut('uploads/a', wanted);
    const given = Object.entries({ ...headers, ...changed }).filter((entry): entry is [string, string] =>
      Boolean(entry[1]),
    );
    const reply = await fetch(url, { method, headers: given, body: sent });
    expect(reply.status).toBe(403);
    expect(await objects.head('uploads/a')).toBeUndefined();
  });

  it('stores nothing under another key', async () => {
    const objects = await create();
    const { url, method, headers } = await objects.presignPut('uploads/a', wanted);
    const reply = await fetch(url.replace('uploads/a', 'uploads/b'), { method, headers, body });
    expect(reply.status).toBe(403);
  });

  it('is refused to a client that would sign the checksum of an empty body', async () => {
    const objects = createS3ObjectStore({ client: s3.client, bucket: await s3.bucket() });
    await expect(objects.presignPut('uploads/a', wanted)).rejects.toMatchObject({ code: 'internal' });
  });

  it('reads an object', async () => {
    const objects = await create();
    await objects.put('derived/a b.webp', 'bytes', { contentType: 'image/webp', cacheControl: 'max-age=9' });
    const reply = await fetch(await objects.presignGet('derived/a b.webp', { expiresInSeconds: 60 }));
    expect(await reply.text()).toBe('bytes');
    expect(reply.headers.get('cache-control')).toBe('max-age=9');
  });

  it('is of no use when its time is over', async () => {
    const { client, presignClient } = s3;
    const bucket = await s3.bucket();
    const clock = () => Date.now() - 120_000;
    const objects = createS3ObjectStore({ client, presignClient, bucket, clock });
    const { url, method, headers } = await objects.presignPut('uploads/a', wanted);
    expect((await fetch(url, { method, headers, body })).status).toBe(403);
  });
});
