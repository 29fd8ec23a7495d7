import { spawn } from 'node:child_process';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createS3Server } from '../../../../infra/local/s3/server.ts';
import type { Change, ObjectEvent } from '../../../../infra/local/s3/store/records.ts';
import { CREDENTIALS, REGION } from './credentials.ts';
import { beginUpload, send, signHeaders } from './raw-request.ts';
import { createClient, refusal, startS3, temporaryDirectory } from './start-s3.ts';

const Bucket = 'tuwen';
const put = (s3: S3Client, Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const read = async (s3: S3Client, Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const keys = async (s3: S3Client) =>
  (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key = '' }) => Key) ?? [];

describe('after a restart', () => {
  it('objects, buckets and deletions are as they were', async () => {
    const first = await startS3();
    const s3 = first.client();
    await s3.send(new CreateBucketCommand({ Bucket: 'another' }));
    for (const key of ['a', 'b', 'c']) await put(s3, key, `of ${key}`);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
    await put(s3, 'c', 'newer');
    await first.server.close();

    const second = await startS3({ directory: first.directory });
    expect(await keys(second.client())).toEqual(['a', 'c']);
    expect(await read(second.client(), 'c')).toBe('newer');
    const { Buckets } = await second.client().send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['another', 'tuwen']);
  });

  it('by kill -9 everything acknowledged is there, and nothing of what was half way', async () => {
    const directory = await temporaryDirectory();
    const child = spawn(process.execPath, [
      '--import',
      'tsx',
      join(import.meta.dirname, 'serve.ts'),
      directory,
    ]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const port = await new Promise<string>((resolve) =>
      child.stdout.once('data', (line) => resolve(String(line).trim())),
    );
    const s3 = createClient(`http://127.0.0.1:${port}`);

    const acknowledged: string[] = [];
    const writing = (async () => {
      for (let n = 0; ; n++) {
        await put(s3, `key ${n}`, `of ${n}`);
        acknowledged.push(`key ${n}`);
      }
    })().catch(() => undefined);
    const { ended } = await beginUpload(Number(port));
    await vi.waitUntil(() => acknowledged.length >= 20, { timeout: 10_000 });
    child.kill('SIGKILL');
    await Promise.all([writing, ended]);

    const events: ObjectEvent[] = [];
    const { client, dataFiles } = await startS3({
      directory,
      onObjectEvent: (event) => void events.push(event),
    });
    const there = await keys(client());
    expect(there).toEqual(expect.arrayContaining(acknowledged));
    expect(there.length - acknowledged.length).toBeLessThanOrEqual(1);
    expect(await dataFiles()).toHaveLength(there.length);
    for (const key of there) expect(await read(client(), key)).toBe(key.replace('key', 'of'));
    expect(new Set(events.map(({ key }) => key))).toEqual(new Set(there));
  });

  it('a last line that was cut off is dropped, and the log goes on behind what is whole', async () => {
    const first = await startS3();
    await put(first.client(), 'a', 'one');
    await put(first.client(), 'b', 'two');
    await first.server.close();
    const log = join(first.directory, 'log.jsonl');
    await truncate(log, (await readFile(log)).length - 10);

    const second = await startS3({ directory: first.directory });
    expect(await keys(second.client())).toEqual(['a']);
    expect(await second.dataFiles()).toHaveLength(1);
    await put(second.client(), 'c', 'three');
    await second.server.close();
    const third = await startS3({ directory: first.directory });
    expect(await keys(third.client())).toEqual(['a', 'c']);
  });

  it('a damaged log stops the start, with the line that is wrong', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'log.jsonl'), '{"op":"create-bucket","bucket":"tuwen","createdAt":1}\n');
    await appendFile(join(directory, 'log.jsonl'), 'nonsense\n{"op":"delete-bucket","bucket":"tuwen"}\n');
    await expect(startS3({ directory })).rejects.toThrow('log.jsonl:2');
  });

  it('a log that is mostly of things gone is made shorter, and says the same', async () => {
    const directory = await temporaryDirectory();
    await writeLog(directory, { objects: 100, changes: 1500 });
    const first = await startS3({ directory });
    const before = await keys(first.client());
    expect(before).toHaveLength(100);
    expect((await readFile(join(directory, 'log.jsonl'), 'utf8')).trimEnd().split('\n')).toHaveLength(102);
    await first.server.close();
    expect(await keys((await startS3({ directory })).client())).toEqual(before);
  });

  it('50,000 objects are there, each where it is asked for', async () => {
    const directory = await temporaryDirectory();
    await writeLog(directory, { objects: 50_000, changes: 50_000 });
    const { client } = await startS3({ directory });
    const list = { Bucket, Prefix: 'catalog/sku-4', Delimiter: '/', MaxKeys: 5 };
    const page = await client().send(new ListObjectsV2Command(list));
    expect(page.CommonPrefixes?.at(-1)).toEqual({ Prefix: 'catalog/sku-40000/' });
  });
});

/** A log as a server would have left it that wrote so many times to so many keys. */
async function writeLog(
  directory: string,
  { objects, changes }: { objects: number; changes: number },
): Promise<void> {
  const lines: Change[] = [{ op: 'create-bucket', bucket: Bucket, createdAt: 1 }];
  for (let n = 0; n < changes; n++) {
    const object = {
      bucket: Bucket,
      key: `catalog/sku-${n % objects}/front.jpg`,
      file: n.toString(16).padStart(32, '0'),
      size: 1,
      etag: '0'.repeat(32),
      modifiedAt: 1,
      sequence: n,
      description: { headers: { 'content-type': 'image/jpeg' }, metadata: {} },
      checksum: { algorithm: 'CRC32', value: 'AAAAAA==', type: 'FULL_OBJECT' },
    } as const;
    lines.push({ op: 'put', object });
  }
  await writeFile(join(directory, 'log.jsonl'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}

describe('events', () => {
  it('tell of every change once it is kept, with a sequencer that only grows', async () => {
    const events: ObjectEvent[] = [];
    const first = await startS3({ onObjectEvent: (event) => void events.push(event) });
    const s3 = first.client();
    await put(s3, 'a', 'hello');
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: 'tuwen/a' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'never there' }));
    await first.server.close();
    // A clock that was set back does not turn the order round.
    const second = await startS3({
      directory: first.directory,
      now: () => Date.now() - 600_000,
      onObjectEvent: (event) => void events.push(event),
    });
    const skewed = second.client();
    await skewed.send(new DeleteObjectCommand({ Bucket, Key: 'b' }));
    await put(skewed, 'b', 'again');

    const etag = '5d41402abc4b2a76b9719d911017c592';
    expect(events).toMatchObject([
      { type: 'created', bucket: Bucket, key: 'a', size: 5, etag, reason: 'PutObject' },
      { type: 'created', key: 'b', size: 5, etag, reason: 'CopyObject' },
      { type: 'deleted', key: 'a', reason: 'DeleteObject' },
      { type: 'deleted', key: 'b' },
      { type: 'created', key: 'b', reason: 'PutObject' },
    ]);
    const sequencers = events.map(({ sequencer }) => sequencer);
    expect(sequencers.every((sequencer) => /^[0-9A-F]{16}$/.test(sequencer))).toBe(true);
    expect(sequencers).toEqual([...new Set(sequencers)].sort());
  });

  it('find the object already there to be read', async () => {
    const seen: (string | undefined)[] = [];
    const { client } = await startS3({
      onObjectEvent: async ({ key }) => {
        seen.push(await read(client(), key));
      },
    });
    await put(client(), 'a', 'hello');
    await vi.waitUntil(() => seen.length > 0);
    expect(seen).toEqual(['hello']);
  });

  it('are told again where telling failed, and after a restart until somebody took them', async () => {
    const told: string[] = [];
    const errors: unknown[] = [];
    const failing = await startS3({
      onError: (error) => void errors.push(error),
      eventRetryMs: 10,
      onObjectEvent: ({ key }) => {
        told.push(key);
        if (told.length < 3) throw new Error('not now');
        return key === 'a' ? undefined : new Promise(() => {});
      },
    });
    await put(failing.client(), 'a', 'x');
    await vi.waitUntil(() => told.length === 3);
    await put(failing.client(), 'b', 'x');
    expect(told).toEqual(['a', 'a', 'a', 'b']);
    expect(errors).toHaveLength(2);
    await failing.server.close();

    const again: string[] = [];
    const second = await startS3({
      directory: failing.directory,
      onObjectEvent: ({ key }) => void again.push(key),
    });
    expect(again).toEqual(['b']);
    await second.server.close();
    const third = await startS3({
      directory: failing.directory,
      onObjectEvent: ({ key }) => void again.push(key),
    });
    expect(await keys(third.client())).toEqual(['a', 'b']);
    expect(again).toEqual(['b']);
  });
});

describe('buckets', () => {
  it('are made, found, and deleted when they are empty', async () => {
    const s3 = (await startS3()).client();
    await s3.send(new CreateBucketCommand({ Bucket: 'one' }));
    await s3.send(new CreateBucketCommand({ Bucket: 'one' }));
    expect(await s3.send(new HeadBucketCommand({ Bucket: 'one' }))).toMatchObject({
      BucketRegion: 'us-east-1',
    });
    await put(s3, 'a', 'x');
    expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket })))).toEqual({
      name: 'BucketNotEmpty',
      status: 409,
    });
    await s3.send(new DeleteBucketCommand({ Bucket: 'one' }));
    expect(await refusal(s3.send(new HeadBucketCommand({ Bucket: 'one' })))).toEqual({
      name: 'NotFound',
      status: 404,
    });
  });

  it.each(['Upper', 'a', '1.2.3.4', 'dots..dots', '-a-'])('cannot be called %s', async (name) => {
    const s3 = (await startS3()).client();
    expect(await refusal(s3.send(new CreateBucketCommand({ Bucket: name })))).toEqual({
      name: 'InvalidBucketName',
      status: 400,
    });
    const options = { directory: '/nowhere', buckets: [name], region: REGION, credentials: CREDENTIALS };
    expect(() => createS3Server(options)).toThrow(name);
  });

  it('are found by host name too', async () => {
    const { client, port } = await startS3();
    const request = { method: 'PUT', path: '/a', headers: { host: `tuwen.localhost:${port}` } };
    const headers = { ...(await signHeaders(port, request)), 'content-length': '5' };
    expect((await send(port, { ...request, headers, body: 'hello' })).status).toBe(200);
    expect(await read(client(), 'a')).toBe('hello');
  });
});
