import { createHmac } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CREDENTIALS } from './credentials.ts';
import { createSigner, send, signHeaders } from './raw-request.ts';
import { refusal, startS3 } from './start-s3.ts';

describe('a signature in the Authorization header', () => {
  it('lets in who holds the secret', async () => {
    const { client } = await startS3();
    const { Buckets } = await client().send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['tuwen']);
  });

  it.each([
    ['a wrong secret', { ...CREDENTIALS, secretAccessKey: 'guess' }, 'SignatureDoesNotMatch'],
    ['an unknown access key', { ...CREDENTIALS, accessKeyId: 'stranger' }, 'InvalidAccessKeyId'],
  ])('refuses %s with 403', async (_, credentials, name) => {
    const { client } = await startS3();
    const call = client({ credentials }).send(new PutObjectCommand({ Bucket: 'tuwen', Key: 'a', Body: 'x' }));
    expect(await refusal(call)).toEqual({ name, status: 403 });
  });

  it('refuses a request without one, and tells it nothing of what is there', async () => {
    const { port } = await startS3();
    for (const path of ['/', '/tuwen', '/tuwen/a', '/nowhere/a', '/tuwen?acl']) {
      const reply = await send(port, { method: 'GET', path });
      expect([reply.status, reply.code]).toEqual([403, 'AccessDenied']);
    }
  });

  it.each([-16, 16])('refuses a clock that is %i minutes off', async (minutes) => {
    const { port } = await startS3();
    const at = new Date(Date.now() + minutes * 60_000);
    const request = { method: 'GET', path: '/tuwen' };
    const reply = await send(port, { ...request, headers: await signHeaders(port, request, { at }) });
    expect([reply.status, reply.code]).toEqual([403, 'RequestTimeTooSkewed']);
  });

  it('refuses a signature for another region, and names the right one', async () => {
    const { port } = await startS3();
    const request = { method: 'GET', path: '/tuwen' };
    const signer = createSigner(CREDENTIALS, 'eu-west-1');
    const reply = await send(port, { ...request, headers: await signHeaders(port, request, { signer }) });
    expect([reply.status, reply.code]).toEqual([400, 'AuthorizationHeaderMalformed']);
    expect(reply.body.toString()).toContain('<Region>us-east-1</Region>');
  });

  it.each([
    ['the method', { method: 'HEAD' }, undefined],
    ['the path', { path: '/tuwen/b' }, undefined],
    ['a question', { path: '/tuwen/a?partNumber=1' }, undefined],
    ['a signed header', {}, { 'content-type': 'text/html' }],
    ['the stated payload', {}, { 'x-amz-content-sha256': 'a'.repeat(64) }],
    [
      'the date',
      {},
      { 'x-amz-date': new Date(Date.now() - 60_000).toISOString().replace(/[-:]|\.\d+/g, '') },
    ],
  ])('refuses a request of which %s was changed after signing', async (_, change, headers) => {
    const { port } = await startS3();
    const request = { method: 'PUT', path: '/tuwen/a', headers: { 'content-type': 'text/plain' } };
    const signed = await signHeaders(port, request);
    const good = await send(port, { ...request, headers: { ...signed, 'content-length': '0' } });
    expect(good.status).toBe(200);
    const reply = await send(port, {
      ...request,
      headers: { ...signed, 'content-length': '0', ...headers },
      ...change,
    });
    expect(reply.status).toBe(403);
  });

  it('refuses x-amz- headers that were added after signing, and signed ones that are missing', async () => {
    const { port } = await startS3();
    const request = { method: 'PUT', path: '/tuwen/a', headers: { 'x-amz-meta-a': '1' } };
    const { 'x-amz-meta-a': _, ...without } = await signHeaders(port, request);
    const signed = await signHeaders(port, request);
    for (const headers of [without, { ...signed, 'x-amz-meta-b': '2' }]) {
      const reply = await send(port, { ...request, headers: { ...headers, 'content-length': '0' } });
      expect([reply.status, reply.code]).toEqual([403, 'AccessDenied']);
    }
  });

  it('covers headers however they are spaced', async () => {
    const { port } = await startS3();
    const request = { method: 'PUT', path: '/tuwen/a', headers: { 'x-amz-meta-a': 'one two' } };
    const headers = {
      ...(await signHeaders(port, request)),
      'x-amz-meta-a': '  one   two ',
      'content-length': '0',
    };
    expect((await send(port, { ...request, headers })).status).toBe(200);
  });

  it.each([
    'AWS tuwen:abc',
    'Bearer abc',
    'AWS4-HMAC-SHA256 nonsense',
    'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c',
  ])('refuses "%s" without falling over', async (authorization) => {
    const { port } = await startS3();
    const headers = {
      authorization,
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-amz-date': '20260101T000000Z',
    };
    expect((await send(port, { method: 'GET', path: '/tuwen', headers })).status).toBe(400);
  });
});

describe('a presigned address', () => {
  it('reads the object until it expires, and not after', async () => {
    let now = Date.now();
    const { client } = await startS3({ now: () => now });
    await client().send(new PutObjectCommand({ Bucket: 'tuwen', Key: 'a b+c', Body: 'hello' }));
    const url = await getSignedUrl(client(), new GetObjectCommand({ Bucket: 'tuwen', Key: 'a b+c' }), {
      expiresIn: 60,
    });
    expect(await (await fetch(url)).text()).toBe('hello');
    now += 61_000;
    const late = await fetch(url);
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('Request has expired');
  });

  it.each([
    ['its expiry', (url: string) => url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')],
    ['its key', (url: string) => url.replace('/tuwen/a?', '/tuwen/b?')],
    ['its signature', (url: string) => url.replace(/X-Amz-Signature=../, 'X-Amz-Signature=zz')],
    ['its questions', (url: string) => `${url}&response-content-type=text%2Fhtml`],
  ])('is refused when %s was changed', async (_, change) => {
    const { client } = await startS3();
    const url = await getSignedUrl(client(), new GetObjectCommand({ Bucket: 'tuwen', Key: 'a' }), {
      expiresIn: 60,
    });
    expect((await fetch(change(url))).status).toBe(403);
  });

  it('is good for no more than a week', async () => {
    const { client } = await startS3();
    const url = await getSignedUrl(client(), new GetObjectCommand({ Bucket: 'tuwen', Key: 'a' }), {
      expiresIn: 60,
    });
    expect((await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801'))).status).toBe(400);
  });

  it('for an upload holds it to the size, type and condition that were signed', async () => {
    const { client } = await startS3();
    const url = await getSignedUrl(
      client(),
      new PutObjectCommand({
        Bucket: 'tuwen',
        Key: 'a',
        ContentType: 'image/jpeg',
        ContentLength: 5,
        IfNoneMatch: '*',
        Metadata: { by: 'me' },
      }),
      {
        expiresIn: 60,
        signableHeaders: new Set(['host', 'content-type', 'content-length', 'if-none-match']),
      },
    );
    const headers = { 'content-type': 'image/jpeg', 'if-none-match': '*' };
    const put = async (body: string, changed: Record<string, string>) =>
      (await fetch(url, { method: 'PUT', body, headers: changed })).status;

    expect(await put('123456', headers)).toBe(403);
    expect(await put('12345', { ...headers, 'content-type': 'text/html' })).toBe(403);
    expect(await put('12345', { 'content-type': 'image/jpeg' })).toBe(403);
    expect(await put('12345', headers)).toBe(200);
    expect(await put('54321', headers)).toBe(412);
    const head = await client().send(new HeadObjectCommand({ Bucket: 'tuwen', Key: 'a' }));
    expect(head).toMatchObject({ ContentLength: 5, ContentType: 'image/jpeg', Metadata: { by: 'me' } });
  });

  it('does not bind an upload to the checksum of nothing that the SDK signs into it', async () => {
    const { client } = await startS3();
    const url = await getSignedUrl(client(), new PutObjectCommand({ Bucket: 'tuwen', Key: 'a' }), {
      expiresIn: 60,
    });
    expect(url).toContain('x-amz-checksum-crc32=AAAAAA');
    expect((await fetch(url, { method: 'PUT', body: 'something' })).status).toBe(200);
  });

  it('of signature version 2 reads, but never writes', async () => {
    const now = Date.now();
    const { client, endpoint } = await startS3({ now: () => now });
    await client().send(new PutObjectCommand({ Bucket: 'tuwen', Key: 'a b', Body: 'hello' }));
    const address = (method: string, expires: number, secret = CREDENTIALS.secretAccessKey) => {
      const signature = createHmac('sha1', secret)
        .update(`${method}\n\n\n${expires}\n/tuwen/a%20b`)
        .digest('base64');
      return `${endpoint}/tuwen/a%20b?AWSAccessKeyId=tuwen&Expires=${expires}&Signature=${encodeURIComponent(signature)}`;
    };
    const later = Math.floor(now / 1000) + 60;
    expect(await (await fetch(address('GET', later))).text()).toBe('hello');
    expect((await fetch(address('GET', later, 'guess'))).status).toBe(403);
    expect((await fetch(address('GET', later - 120))).status).toBe(403);
    expect((await fetch(address('PUT', later), { method: 'PUT', body: 'x' })).status).toBe(400);
  });
});

it('refuses an upload before its body is sent, where the client waits to be invited, and ends the connection', async () => {
  const { port } = await startS3();
  const headers = { 'content-length': '5', expect: '100-continue' };
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const outcome = await new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, method: 'PUT', path: '/tuwen/a', headers, agent });
    request.on('continue', () => resolve('invited'));
    request.on('response', (response) => {
      response.resume();
      // What came next on this connection would be taken for the body.
      resolve([response.statusCode, response.headers.connection]);
    });
    request.on('error', reject);
    request.flushHeaders();
  });
  expect(outcome).toEqual([403, 'close']);
});
