import { PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { expect, it } from 'vitest';
import { startS3 } from './start-s3.ts';

const ORIGIN = 'http://127.0.0.1:8787';
const ask = (endpoint: string, origin: string) =>
  fetch(`${endpoint}/tuwen/a`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type,if-none-match',
    },
  });

it('lets the pages of an allowed origin upload by a presigned address and read the etag', async () => {
  const { client, endpoint } = await startS3({ corsOrigins: [ORIGIN] });
  const preflight = await ask(endpoint, ORIGIN);
  expect(preflight.status).toBe(200);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    'access-control-allow-origin': ORIGIN,
    'access-control-allow-methods': expect.stringContaining('PUT'),
    'access-control-allow-headers': 'content-type,if-none-match',
  });
  const url = await getSignedUrl(client(), new PutObjectCommand({ Bucket: 'tuwen', Key: 'a' }));
  const put = await fetch(url, { method: 'PUT', body: 'x', headers: { origin: ORIGIN } });
  expect(put.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(put.headers.get('access-control-expose-headers')).toContain('ETag');
});

it('lets the page of an allowed origin read why it was refused', async () => {
  const { endpoint } = await startS3({ corsOrigins: [ORIGIN] });
  const refused = await fetch(`${endpoint}/tuwen/a`, { headers: { origin: ORIGIN } });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, ORIGIN]);
});

it('tells the pages of other origins nothing', async () => {
  const { endpoint } = await startS3({ corsOrigins: [ORIGIN] });
  const preflight = await ask(endpoint, 'http://evil.example');
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  const actual = await fetch(`${endpoint}/tuwen/a`, { headers: { origin: 'http://evil.example' } });
  expect(actual.headers.get('access-control-allow-origin')).toBeNull();
});

it('knows no origin unless it is told of one', async () => {
  const { endpoint } = await startS3();
  expect((await ask(endpoint, ORIGIN)).status).toBe(403);
});
