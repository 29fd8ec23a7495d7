import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it, vi } from 'vitest';
import { createS3Server } from '../../../../infra/local/s3/server.ts';
import { CREDENTIALS, REGION } from './credentials.ts';
import { beginUpload, send, signHeaders } from './raw-request.ts';
import { startS3 } from './start-s3.ts';

it('a port in use rejects with EADDRINUSE and leaves the directory of the other alone', async () => {
  const { port, directory, dataFiles } = await startS3();
  const { upload } = await beginUpload(port);
  await vi.waitUntil(async () => (await dataFiles()).length === 1);
  const second = createS3Server({ directory, buckets: ['tuwen'], region: REGION, credentials: CREDENTIALS });
  await expect(second.listen(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  expect(await dataFiles()).toHaveLength(1);
  await second.close();
  upload.destroy();
});

it('an upload that is broken off leaves nothing behind', async () => {
  const { port, dataFiles, client } = await startS3();
  const { upload, ended } = await beginUpload(port);
  await vi.waitUntil(async () => (await dataFiles()).length === 1);
  upload.destroy();
  await ended;
  await vi.waitUntil(async () => (await dataFiles()).length === 0);
  expect((await client().send(new ListObjectsV2Command({ Bucket: 'tuwen' }))).KeyCount).toBe(0);
});

it('an upload that stands still is ended, and leaves nothing behind', async () => {
  const { port, dataFiles } = await startS3({ idleTimeoutMs: 100 });
  const { ended } = await beginUpload(port);
  await ended;
  await vi.waitUntil(async () => (await dataFiles()).length === 0);
});

it('close() ends idle connections and uploads under way, and leaves nothing of them', async () => {
  const { port, dataFiles, server } = await startS3();
  const idle = connect(port, '127.0.0.1');
  const idleEnded = once(idle, 'close');
  await once(idle, 'connect');
  const { ended } = await beginUpload(port);
  await vi.waitUntil(async () => (await dataFiles()).length === 1);
  await server.close();
  await Promise.all([idleEnded, ended]);
  expect(await dataFiles()).toEqual([]);
  await server.close();
});

it('a reader who goes away does no harm', async () => {
  const { client } = await startS3();
  const s3 = client();
  await s3.send(new PutObjectCommand({ Bucket: 'tuwen', Key: 'a', Body: Buffer.alloc(8_000_000) }));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'tuwen', Key: 'a' }));
  (Body as unknown as { destroy(): void }).destroy();
  const again = await s3.send(new GetObjectCommand({ Bucket: 'tuwen', Key: 'a' }));
  expect((await again.Body?.transformToByteArray())?.length).toBe(8_000_000);
});

it('a slow reader is waited for without the object being held in memory', async () => {
  const { client, port } = await startS3();
  const size = 64 * 1024 ** 2;
  await client().send(new PutObjectCommand({ Bucket: 'tuwen', Key: 'a', Body: Buffer.alloc(size) }));
  const request = { method: 'GET', path: '/tuwen/a' };
  const headers = await signHeaders(port, request);
  const before = process.memoryUsage().arrayBuffers;
  const reading = httpRequest({ host: '127.0.0.1', port, ...request, headers, agent: false }).end();
  const [response] = await once(reading, 'response');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(size / 2);
  response.destroy();
});

it.each([
  ['before its body was read', {}, 403],
  [
    'half way through its body',
    {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '1000000',
    },
    400,
  ],
])('an upload refused %s leaves its connection fit for the next request', async (_, headers, status) => {
  const { port, client } = await startS3();
  await client().send(new PutObjectCommand({ Bucket: 'tuwen', Key: 'a', Body: 'hello' }));
  const isSigned = Object.keys(headers).length > 0;
  const upload = { method: 'PUT', path: '/tuwen/b', headers };
  const putHeaders = isSigned ? await signHeaders(port, upload) : { host: `127.0.0.1:${port}` };
  const socket = connect(port, '127.0.0.1');
  // Not the size of a chunk.
  const body = 'x'.repeat(1_000_000);
  socket.write(
    `PUT /tuwen/b HTTP/1.1\r\n${lines({ ...putHeaders, 'content-length': '1000000' })}\r\n${body}`,
  );
  const next = await signHeaders(port, { method: 'GET', path: '/tuwen/a' });
  socket.write(`GET /tuwen/a HTTP/1.1\r\n${lines({ ...next, connection: 'close' })}\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`, 'HTTP/1.1 200']);
  expect(answer.endsWith('hello')).toBe(true);
});

function lines(headers: Record<string, string>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

it('errors are documents as S3 writes them, and none for HEAD', async () => {
  const { port } = await startS3();
  const request = { method: 'GET', path: '/tuwen/%3Ca%3E' };
  const reply = await send(port, { ...request, headers: await signHeaders(port, request) });
  expect(reply.headers).toMatchObject({ 'content-type': 'application/xml' });
  expect(reply.body.toString()).toMatch(
    /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code><Message>The specified key does not exist\.<\/Message><Resource>\/tuwen\/%3Ca%3E<\/Resource><Key>&#60;a&#62;<\/Key><RequestId>[0-9A-F]{16}<\/RequestId><\/Error>$/,
  );
  const head = { ...request, method: 'HEAD' };
  expect((await send(port, { ...head, headers: await signHeaders(port, head) })).body).toHaveLength(0);
});

it('a directory that cannot be used rejects', async () => {
  const server = createS3Server({
    directory: '/dev/null/s3',
    buckets: ['tuwen'],
    region: REGION,
    credentials: CREDENTIALS,
  });
  await expect(server.listen(0)).rejects.toMatchObject({ code: 'ENOTDIR' });
});
