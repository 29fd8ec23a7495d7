import { createHmac } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { CREDENTIALS } from './credentials.ts';
import { type LocalS3, someBytes, startS3 } from './start-s3.ts';

type Condition = Record<string, string> | readonly (string | number)[];

/** The fields of a form whose policy allows exactly these conditions, signed by the test's own HMAC. */
function signedFields(
  conditions: readonly Condition[],
  { expiresAt = Date.now() + 60_000, secret = CREDENTIALS.secretAccessKey } = {},
) {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const signing = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `tuwen/${scope}`,
    'x-amz-date': time,
  };
  const all = [
    { bucket: 'tuwen' },
    ...Object.entries(signing).map(([name, value]) => ({ [name]: value })),
    ...conditions,
  ];
  const policy = Buffer.from(
    JSON.stringify({ expiration: new Date(expiresAt).toISOString(), conditions: all }),
  ).toString('base64');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((k, part) => createHmac('sha256', k).update(part).digest(), `AWS4${secret}`);
  return { ...signing, policy, 'x-amz-signature': createHmac('sha256', key).update(policy).digest('hex') };
}

async function post(
  { endpoint }: LocalS3,
  fields: Record<string, string>,
  file: string | Buffer,
  name = 'shoe.jpg',
) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.set(field, value);
  form.set('file', new Blob([new Uint8Array(Buffer.from(file))]), name);
  const response = await fetch(`${endpoint}/tuwen`, { method: 'POST', body: form, redirect: 'manual' });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, code: /<Code>(\w+)/.exec(text)?.[1] };
}

describe('a form', () => {
  it('stores what its policy allows, byte for byte', async () => {
    const s3 = await startS3();
    const fields = {
      key: `uploads/${'$'}{filename}`,
      'Content-Type': 'image/jpeg',
      'x-amz-meta-by': 'me',
      ...signedFields([
        ['starts-with', '$key', 'uploads/'],
        ['starts-with', '$Content-Type', 'image/'],
        { 'x-amz-meta-by': 'me' },
      ]),
    };
    // Line breaks and dashes, to look like a boundary.
    const bytes = Buffer.concat([
      Buffer.from('\r\n--x\r\n------'),
      someBytes(200_000),
      Buffer.from('\r\n--'),
    ]);
    expect((await post(s3, fields, bytes)).status).toBe(204);
    const got = await s3.client().send(new GetObjectCommand({ Bucket: 'tuwen', Key: 'uploads/shoe.jpg' }));
    expect(got).toMatchObject({ ContentType: 'image/jpeg', Metadata: { by: 'me' } });
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });

  it.each([
    ['another key', { key: 'index/current.json' }, {}],
    ['a field that no condition names', { 'x-amz-meta-extra': '1' }, {}],
    ['an expired policy', {}, { expiresAt: Date.now() - 1000 }],
    ['another secret', {}, { secret: 'guess' }],
    ['no signature', { 'x-amz-signature': '' }, {}],
    [
      'an unknown access key',
      {
        'x-amz-credential': `stranger/${new Date().toISOString().slice(0, 10).replaceAll('-', '')}/us-east-1/s3/aws4_request`,
      },
      {},
    ],
    ['another policy', { policy: Buffer.from('{}').toString('base64') }, {}],
  ])('with %s is refused with 403 and leaves nothing behind', async (_, changed, options) => {
    const s3 = await startS3();
    const fields = {
      key: 'uploads/a',
      ...signedFields([['starts-with', '$key', 'uploads/']], options),
      ...changed,
    };
    expect((await post(s3, fields, 'hello')).status).toBe(403);
    expect(await s3.dataFiles()).toEqual([]);
  });

  it.each([
    ['12345678901', 'EntityTooLarge'],
    ['1', 'EntityTooSmall'],
    ['12345', undefined],
  ])('holds the file %s to its content-length-range', async (file, code) => {
    const s3 = await startS3();
    const fields = { key: 'a', ...signedFields([{ key: 'a' }, ['content-length-range', 2, 10]]) };
    expect((await post(s3, fields, file)).code).toBe(code);
    expect(await s3.dataFiles()).toHaveLength(code === undefined ? 1 : 0);
  });

  it('is answered as it asks', async () => {
    const s3 = await startS3();
    const answer = (field: string, value: string) =>
      post(
        s3,
        { key: 'a b', [field]: value, ...signedFields([{ key: 'a b' }, ['eq', `$${field}`, value]]) },
        'x',
      );
    const created = await answer('success_action_status', '201');
    expect(created.status).toBe(201);
    expect(created.text).toContain(
      `<Location>${s3.endpoint}/tuwen/a%20b</Location><Bucket>tuwen</Bucket><Key>a b</Key>`,
    );
    const moved = await answer('success_action_redirect', 'http://127.0.0.1:1/done?x=1');
    expect(moved.status).toBe(303);
    expect(moved.headers.get('location')).toMatch(
      /^http:\/\/127\.0\.0\.1:1\/done\?x=1&bucket=tuwen&key=a\+b&etag=%22/,
    );
  });

  it.each([
    ['no file', '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\n--b--\r\n', 'InvalidArgument'],
    ['no end', '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\na', 'MalformedPOSTRequest'],
    ['no parts', 'hello', 'MalformedPOSTRequest'],
    [
      'endless fields',
      `--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n${'a'.repeat(30_000)}\r\n--b--\r\n`,
      'MalformedPOSTRequest',
    ],
  ])('with %s is refused', async (_, body, code) => {
    const { endpoint } = await startS3();
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    const response = await fetch(`${endpoint}/tuwen`, { method: 'POST', body, headers });
    expect([response.status, /<Code>(\w+)/.exec(await response.text())?.[1]]).toEqual([400, code]);
  });
});
