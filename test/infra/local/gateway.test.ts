import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway, routeOf } from '../../../infra/local/gateway.ts';
import type { LambdaHost } from '../../../infra/local/lambda/functions.ts';

type Event = Record<string, never> & { rawPath: string; headers: Record<string, string> };

let server: Server;
let events: { name: string; event: Event }[] = [];
let reply: unknown = { statusCode: 200, body: 'ok' };

beforeAll(async () => {
  const host = {
    invoke: async (name: string, event: Event) => {
      events.push({ name, event });
      if (reply instanceof Error) return { error: { errorType: reply.message, errorMessage: 'x' } };
      return { payload: JSON.stringify(reply) };
    },
  } as unknown as LambdaHost;
  server = createServer(createGateway(host, () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** A request with its path exactly as given; fetch would tidy it up. */
function send(method: string, path: string, body?: Buffer, headers: Record<string, string> = {}) {
  events = [];
  const { port } = server.address() as AddressInfo;
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const request = httpRequest(
        { host: '127.0.0.1', port, method, path, headers, agent: false },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('end', () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              body: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    },
  );
}

describe('the gateway', () => {
  it.each([
    ['POST', '/v1/search', 'search'],
    ['GET', '/v1/search', 'search'],
    ['POST', '/v1/search/batch', 'search'],
    ['GET', '/v1/items/a/similar', 'search'],
    ['GET', '/v1/items/a', 'catalog'],
    ['DELETE', '/v1/items/a', 'catalog'],
    ['GET', '/v1/matches/uploads/a/b.jpg', 'catalog'],
    ['GET', '/health', 'search'],
    ['GET', '/', 'web'],
    ['GET', '/healthy', 'web'],
    ['POST', '/anything', 'web'],
  ])('sends %s %s to %s', (method, path, name) => {
    expect(routeOf(method, path).function).toBe(name);
  });

  it.each([
    ['/v1/items/a%20b', '/v1/items/a b'],
    ['/v1/items/%E8%BF%9E%E8%A1%A3%E8%A3%99', '/v1/items/连衣裙'],
    ['/v1/items/a%2Fb', '/v1/items/a/b'],
    ['/v1/items/a+b', '/v1/items/a+b'],
    ['/v1/items/a%23b%25', '/v1/items/a#b%'],
    ['/v1/items/a%3Fb?x=%20', '/v1/items/a'],
    ['/v1/items/%zz', '/v1/items/%zz'],
  ])('decodes the path %s as API Gateway does', async (path, rawPath) => {
    await send('GET', path);
    expect(events[0]!.event.rawPath).toBe(rawPath);
  });

  it('leaves the query string encoded and joins what comes twice', async () => {
    await send('GET', '/v1/search?text=%E7%BA%A2+dress&a=1&a=2');
    expect(events[0]!.event).toMatchObject({
      version: '2.0',
      rawQueryString: 'text=%E7%BA%A2+dress&a=1&a=2',
      queryStringParameters: { text: '红 dress', a: '1,2' },
      requestContext: { http: { method: 'GET' }, requestId: expect.any(String) },
    });
  });

  it('sends text as it is and anything else in base64', async () => {
    await send('POST', '/v1/search', Buffer.from('{"text":"红"}'), { 'Content-Type': 'application/json' });
    expect(events[0]!.event).toMatchObject({ body: '{"text":"红"}', isBase64Encoded: false });
    const bytes = Buffer.from([0, 255, 254, 10]);
    await send('POST', '/v1/search', bytes, {
      'content-type': 'multipart/form-data; boundary=x',
      cookie: 'a=1; b=2',
    });
    expect(events[0]!.event).toMatchObject({
      body: bytes.toString('base64'),
      isBase64Encoded: true,
      cookies: ['a=1', 'b=2'],
    });
  });

  it('gives back status, headers, cookies and binary bodies', async () => {
    reply = {
      statusCode: 201,
      headers: { 'x-a': 'b' },
      cookies: ['c=1', 'd=2'],
      body: Buffer.from([1, 2]).toString('base64'),
      isBase64Encoded: true,
    };
    const answer = await send('GET', '/');
    expect(answer).toMatchObject({ status: 201, body: '\u0001\u0002' });
    expect(answer.headers).toMatchObject({ 'x-a': 'b', 'set-cookie': ['c=1', 'd=2'] });
    reply = { plain: true };
    expect((await send('GET', '/')).body).toBe('{"plain":true}');
  });

  it('answers 413 to what is too large, 503 to what takes too long, 500 to what fails', async () => {
    expect((await send('POST', '/v1/search', Buffer.alloc(11 * 1024 * 1024))).status).toBe(413);
    reply = new Error('RequestTooLargeException');
    expect((await send('POST', '/v1/search', Buffer.from('x'))).status).toBe(413);
    reply = new Error('Sandbox.Timedout');
    expect((await send('GET', '/')).status).toBe(503);
    reply = new Error('TypeError');
    expect((await send('GET', '/')).status).toBe(500);
    reply = { statusCode: 200, body: 'ok' };
  });
});
