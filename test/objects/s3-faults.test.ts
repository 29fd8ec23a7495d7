import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectStore } from '../../shared/objects/object-store.ts';
import { createS3ObjectStore } from '../../shared/objects/s3-object-store.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { startS3, type TestS3 } from './local-s3.ts';

describe('a bucket behind a bad connection', { timeout: 30_000 }, () => {
  let s3: TestS3;
  let proxy: FaultyProxy;
  let client: S3Client;
  let bucket: string;
  let objects: ObjectStore;
  beforeAll(async () => {
    s3 = await startS3();
  });
  afterAll(() => s3.close());
  beforeEach(async () => {
    proxy = await startFaultyProxy(s3.endpoint);
    client = new S3Client({
      endpoint: proxy.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test-secret' },
      forcePathStyle: true,
      maxAttempts: 2,
    });
    bucket = await s3.bucket();
    objects = createS3ObjectStore({ client, bucket, random: () => 0, idleMs: 700 });
  });
  afterEach(async () => {
    client.destroy();
    await proxy.close();
  });

  const type = { contentType: 'application/octet-stream' };
  const body = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

  it('knows its own conditional write again when the reply was lost', async () => {
    proxy.faults.push({ kind: 'lose reply' });
    const { etag } = await objects.put('index/current.json', 'one', { ...type, ifAbsent: true });
    expect(proxy.requests).toEqual(['PUT', 'PUT', 'HEAD']);
    proxy.faults.push({ kind: 'lose reply' });
    const second = await objects.put('index/current.json', 'two', { ...type, ifMatch: etag });
    expect((await objects.head('index/current.json'))?.etag).toBe(second.etag);
  });

  it('is not fooled by the equal write of somebody else', async () => {
    await objects.put('index/current.json', 'same', { ...type, ifAbsent: true });
    await expect(
      objects.put('index/current.json', 'same', { ...type, ifAbsent: true }),
    ).rejects.toMatchObject({ code: 'conflict', retryable: false });
  });

  it('tries again when S3 says that another write is under way, but not for ever', async () => {
    const busy = { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' } as const;
    proxy.faults.push(busy, busy);
    await objects.put('a', 'one', { ...type, ifAbsent: true });
    expect(proxy.requests).toEqual(['PUT', 'PUT', 'PUT']);
    proxy.faults.push(...Array(20).fill(busy));
    await expect(objects.put('b', 'one', { ...type, ifAbsent: true })).rejects.toMatchObject({
      code: 'internal',
    });
    expect(proxy.requests).toHaveLength(3 + 5);
  });

  it.each(['break', 'stall'] as const)('reads on where the connection did %s', async (kind) => {
    await objects.put('a', body, type);
    proxy.requests.length = 0;
    proxy.faults.push({ kind, afterBytes: 40_000 }, { kind, afterBytes: 10_000 }, { kind, afterBytes: 0 });
    const target = new Uint8Array(90_000);
    await objects.readInto('a', { start: 5_000, end: 95_000 }, target);
    expect(Buffer.compare(target, body.subarray(5_000, 95_000))).toBe(0);
    expect(proxy.requests).toEqual([
      'GET bytes=5000-94999',
      'GET bytes=45000-94999',
      'GET bytes=55000-94999',
      'GET bytes=55000-94999',
    ]);
  });

  it('never mixes two objects, though the connection breaks between them', async () => {
    await objects.put('a', body, type);
    proxy.faults.push({ kind: 'break', afterBytes: 40_000 });
    const found = await objects.stream('a');
    const read = async () => {
      let seen = 0;
      for await (const chunk of found!.body) {
        if (seen === 0) await objects.put('a', body.slice().fill(1), type);
        seen += chunk.length;
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('gives up, and says that trying again can help, when nothing comes any more', async () => {
    await objects.put('a', body, type);
    proxy.requests.length = 0;
    proxy.faults.push(...Array(20).fill({ kind: 'break', afterBytes: 0 }));
    await expect(objects.get('a')).rejects.toMatchObject({ code: 'internal', retryable: true });
    expect(proxy.requests.length).toBeLessThanOrEqual(8);
  });

  it.each([
    [503, 'SlowDown', true],
    [500, 'InternalError', true],
    [403, 'AccessDenied', false],
    [404, 'NoSuchBucket', false],
  ])('tells whether trying again can help: %d %s', async (status, code, retryable) => {
    const fault = { kind: 'answer', status, code } as const;
    proxy.faults.push(...Array(8).fill(fault));
    await expect(objects.get('a')).rejects.toMatchObject({ code: 'internal', retryable });
  });

  it('ends a call that nobody answers', async () => {
    proxy.faults.push({ kind: 'stall', afterBytes: 0 }, { kind: 'stall', afterBytes: 0 });
    const hasty = createS3ObjectStore({ client, bucket, timeoutMs: 300 });
    const list = async () => {
      for await (const _ of hasty.list('')) break;
    };
    await expect(list()).rejects.toMatchObject({ code: 'internal', retryable: true });
  });
});
