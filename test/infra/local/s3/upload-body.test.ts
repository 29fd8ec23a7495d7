import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import { ChecksumAlgorithm, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { CREDENTIALS } from './credentials.ts';
import { type RawReply, send, signHeaders } from './raw-request.ts';
import { refusal, someBytes, startS3 } from './start-s3.ts';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');

/** Sends a PUT whose headers are signed and whose body is what the test says. */
async function put(port: number, headers: Record<string, string>, body: string | Buffer): Promise<RawReply> {
  const request = { method: 'PUT', path: '/tuwen/a', headers };
  const signed = await signHeaders(port, request);
  return send(port, {
    ...request,
    headers: { ...signed, 'content-length': String(Buffer.byteLength(body)) },
    body,
  });
}

/** Frames and signs chunks as AWS describes it, with an HMAC chain of the test's own. */
async function putSignedChunks(
  port: number,
  chunks: readonly string[],
  {
    trailer,
    tamper = (body: string) => body,
  }: { trailer?: [string, string]; tamper?: (body: string) => string } = {},
): Promise<RawReply> {
  const request = {
    method: 'PUT',
    path: '/tuwen/a',
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer ? '-TRAILER' : ''}`,
      'x-amz-decoded-content-length': String(chunks.join('').length),
      ...(trailer && { 'x-amz-trailer': trailer[0] }),
    },
  };
  const headers = await signHeaders(port, request);
  const time = headers['x-amz-date'] ?? '';
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (k, part) => createHmac('sha256', k).update(part).digest(),
      `AWS4${CREDENTIALS.secretAccessKey}`,
    );
  let signature = headers.authorization?.split('Signature=')[1] ?? '';
  const next = (kind: string, ...hashes: string[]) => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, time, scope, signature, ...hashes].join('\n');
    signature = createHmac('sha256', key).update(text).digest('hex');
    return signature;
  };
  const framed = [...chunks, ''].map(
    (chunk) =>
      `${chunk.length.toString(16)};chunk-signature=${next('PAYLOAD', sha256(''), sha256(chunk))}\r\n${chunk}${chunk === '' ? '' : '\r\n'}`,
  );
  const end = trailer
    ? `${trailer.join(':')}\r\nx-amz-trailer-signature:${next('TRAILER', sha256(`${trailer.join(':')}\n`))}\r\n\r\n`
    : '\r\n';
  const body = tamper(framed.join('') + end);
  return send(port, { ...request, headers: { ...headers, 'content-length': String(body.length) }, body });
}

describe('checksums', () => {
  it.each(Object.values(ChecksumAlgorithm).filter((name) => /^(CRC|SHA1|SHA256$)/.test(name)))(
    '%s sent by the SDK is checked and given back',
    async (algorithm) => {
      const s3 = (await startS3()).client();
      const put = await s3.send(
        new PutObjectCommand({
          Bucket: 'tuwen',
          Key: 'a',
          Body: someBytes(5000),
          ChecksumAlgorithm: algorithm,
        }),
      );
      const sent = put[`Checksum${algorithm}` as 'ChecksumCRC32'];
      expect(sent).toMatch(/=$/);
      const head = await s3.send(
        new HeadObjectCommand({ Bucket: 'tuwen', Key: 'a', ChecksumMode: 'ENABLED' }),
      );
      expect(head).toMatchObject({ [`Checksum${algorithm}`]: sent, ChecksumType: 'FULL_OBJECT' });
      // The SDK checks what it reads against the header, and throws where they differ.
      const got = await s3.send(new GetObjectCommand({ Bucket: 'tuwen', Key: 'a', ChecksumMode: 'ENABLED' }));
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(someBytes(5000))).toBe(true);
    },
  );

  it.each([
    ['x-amz-checksum-crc32', 'AAAAAA=='],
    ['x-amz-checksum-crc32c', 'AAAAAA=='],
    ['x-amz-checksum-crc64nvme', 'AAAAAAAAAAA='],
    ['x-amz-checksum-sha1', `${'A'.repeat(27)}=`],
    ['x-amz-checksum-sha256', `${'A'.repeat(43)}=`],
    ['content-md5', `${'A'.repeat(22)}==`],
  ])('%s that does not match refuses the upload and leaves nothing behind', async (name, value) => {
    const { port, dataFiles } = await startS3();
    const reply = await put(port, { [name]: value }, 'hello');
    expect([reply.status, reply.code]).toEqual([400, 'BadDigest']);
    expect(await dataFiles()).toEqual([]);
  });

  it.each([
    [{ 'content-md5': 'short' }, 'InvalidDigest'],
    [{ 'x-amz-checksum-crc32': 'short' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' }, 'InvalidRequest'],
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
    [{ 'x-amz-trailer': 'x-amz-checksum-crc32' }, 'InvalidRequest'],
    [{ 'x-amz-content-sha256': sha256('other') }, 'XAmzContentSHA256Mismatch'],
    [{ 'x-amz-content-sha256': 'NONSENSE' }, 'InvalidRequest'],
  ])('headers %j are refused with %s', async (headers, code) => {
    const { port, dataFiles } = await startS3();
    const reply = await put(port, headers as Record<string, string>, 'hello');
    expect([reply.status, reply.code]).toEqual([400, code]);
    expect(await dataFiles()).toEqual([]);
  });

  it('accepts the payload hash that is right', async () => {
    const { port } = await startS3();
    expect((await put(port, { 'x-amz-content-sha256': sha256('hello') }, 'hello')).status).toBe(200);
  });
});

describe('aws-chunked', () => {
  it('streams of the SDK are stored without their framing, checksum in the trailer checked', async () => {
    const { client } = await startS3();
    const s3 = client();
    const bytes = someBytes(300_000);
    const Body = Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]);
    const put = await s3.send(
      new PutObjectCommand({
        Bucket: 'tuwen',
        Key: 'a',
        Body,
        ContentLength: bytes.length,
        ContentEncoding: 'gzip',
      }),
    );
    expect(put.ChecksumCRC32).toBeDefined();
    const got = await s3.send(new GetObjectCommand({ Bucket: 'tuwen', Key: 'a' }));
    expect(got).toMatchObject({ ContentLength: bytes.length, ContentEncoding: 'gzip' });
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  it('a stream shorter than it said is refused', async () => {
    const { client, dataFiles } = await startS3();
    const call = client().send(
      new PutObjectCommand({
        Bucket: 'tuwen',
        Key: 'a',
        Body: Readable.from([Buffer.from('abc')]),
        ContentLength: 5,
      }),
    );
    expect(await refusal(call)).not.toEqual({ name: 'nothing', status: undefined });
    expect(await dataFiles()).toEqual([]);
  });

  it('signed chunks are stored, with and without a signed trailer', async () => {
    const { port, client } = await startS3();
    expect((await putSignedChunks(port, ['hello ', 'world'])).status).toBe(200);
    const trailer: [string, string] = ['x-amz-checksum-crc32', 'DUoRhQ=='];
    expect((await putSignedChunks(port, ['hello ', 'world'], { trailer })).status).toBe(200);
    const got = await client().send(new GetObjectCommand({ Bucket: 'tuwen', Key: 'a' }));
    expect(await got.Body?.transformToString()).toBe('hello world');
    expect(got.ContentEncoding).toBeUndefined();
  });

  it.each([
    ['a changed byte', (body: string) => body.replace('hello', 'jello'), 'SignatureDoesNotMatch'],
    [
      'a changed signature',
      (body: string) => body.replace(/(chunk-signature=)../, '$1zz'),
      'InvalidChunkSizeError',
    ],
    [
      'a missing signature',
      (body: string) => body.replace(/;chunk-signature=\w+/, ''),
      'SignatureDoesNotMatch',
    ],
    [
      'a chunk left out',
      (body: string) => body.replace(/^6;.*?world/s, (all) => all.slice(all.indexOf('5;'))),
      'SignatureDoesNotMatch',
    ],
    ['a missing end', (body: string) => body.slice(0, body.lastIndexOf('0;')), 'IncompleteBody'],
    ['a changed trailer', (body: string) => body.replace('DUoRhQ==', 'AAAAAA=='), 'SignatureDoesNotMatch'],
    [
      'a missing trailer',
      (body: string) => body.slice(0, body.indexOf('x-amz-checksum')),
      'SignatureDoesNotMatch',
    ],
    ['a broken size', (body: string) => body.replace(/^6/, 'g'), 'InvalidChunkSizeError'],
  ])('signed chunks with %s are refused and leave nothing behind', async (_, tamper, code) => {
    const { port, dataFiles } = await startS3();
    const trailer: [string, string] = ['x-amz-checksum-crc32', 'DUoRhQ=='];
    const reply = await putSignedChunks(port, ['hello ', 'world'], { trailer, tamper });
    expect(reply.code).toBe(code);
    expect(await dataFiles()).toEqual([]);
  });

  it.each([
    ['a wrong checksum', '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'BadDigest'],
    ['no checksum', '5\r\nhello\r\n0\r\n\r\n', 'MalformedTrailerError'],
    ['fewer bytes than stated', '4\r\nhell\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 'IncompleteBody'],
    ['more bytes than stated', '6\r\nhello!\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 'IncompleteBody'],
    ['an endless line', `${'5'.repeat(5000)}\r\nhello`, 'InvalidRequest'],
  ])('an unsigned stream with %s is refused', async (_, body, code) => {
    const { port, dataFiles } = await startS3();
    const headers = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '5',
      'x-amz-trailer': 'x-amz-checksum-crc32',
    };
    expect((await put(port, headers, body)).code).toBe(code);
    expect(await dataFiles()).toEqual([]);
  });
});

it('refuses an upload of unknown length, and one of more than 5 GiB, before it is sent', async () => {
  const { port } = await startS3();
  const request = { method: 'PUT', path: '/tuwen/a' };
  const signed = await signHeaders(port, request);
  const unknown = await send(port, {
    ...request,
    headers: { ...signed, 'transfer-encoding': 'chunked' },
    body: 'x',
  });
  expect([unknown.status, unknown.code]).toEqual([411, 'MissingContentLength']);
  const headers = { ...signed, 'content-length': String(5 * 1024 ** 3 + 1), expect: '100-continue' };
  const large = await send(port, { ...request, headers });
  expect([large.status, large.code]).toEqual([400, 'EntityTooLarge']);
});
