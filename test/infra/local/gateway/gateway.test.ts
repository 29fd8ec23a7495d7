import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRoute } from '../../../../infra/local/gateway/find-route.ts';
import { createGateway, refuseUntilReady } from '../../../../infra/local/gateway/gateway.ts';
import type { LambdaHost } from '../../../../infra/local/lambda/functions.ts';

type Event = Record<string, never> & { rawPath: string; headers: Record<string, string> };

let server: Server;
let events: { name: string; event: Event }[] = [];
let reply: unknown = { statusCode: 200, body: 'ok' };

beforeAll(async () => {
  const host = {
    invoke: async (name: string, event: Event) => {
      events.push({ name, event });
      if (reply === 'never') return new Promise(() => {});
      if (reply instanceof Error) return { error: { errorType: reply.message, errorMessage: 'x' } };
      return { payload: JSON.stringify(reply) };
    },
  } as unknown as LambdaHost;
  server = createServer(
    createGateway({ host, onError: () => {}, allowedOrigins: ['https://shop.example'], timeoutMs: 300 }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** A request with its path exactly as given; fetch would tidy it up. */
function send(method: string, path: string, body?: Buffer, headers: Record<string, string | string[]> = {}) {
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
    ['GET', '/v1', 'web'],
    ['POST', '/health', 'web'],
    ['POST', '/anything', 'web'],
  ])('sends %s %s to %s', (method, path, name) => {
    expect(findRoute(method, path).route.function).toBe(name);
  });

  it.each([
    ['/v1/items/a%20b', '/v1/items/a b'],
    ['/v1/items/%E8%BF%9E%E8%A1%A3%E8%A3%99', '/v1/items/连衣裙'],
    ['/v1/items/a%2Fb', '/v1/items/a/b'],
    ['/v1/items/a+b', '/v1/items/a+b'],
    ['/v1/items/a%23b%25', '/v1/items/a#b%'],
    ['/v1/items/%F0%9F%91%97', '/v1/items/👗'],
    ['/v1/items/a%252Fb', '/v1/items/a%2Fb'],
    ['/v1/items/a&b=c;d', '/v1/items/a&b=c;d'],
    ['//v1//items', '//v1//items'],
    ['/?a?b', '/'],
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

  it('fills in everything else of payload format 2.0', async () => {
    await send('PUT', '/v1/items/a%20b', Buffer.from('{}'), {
      'Content-Type': 'application/json',
      'X-Twice': 'a',
      host: 'shop.example:8787',
      'user-agent': 'test/1',
      'x-forwarded-for': '198.51.100.1',
    });
    const { event } = events[0]!;
    expect(event).toMatchObject({
      routeKey: 'ANY /v1/{proxy+}',
      pathParameters: { proxy: 'items/a b' },
      headers: {
        'content-type': 'application/json',
        'x-twice': 'a',
        'x-forwarded-for': '198.51.100.1, 127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      },
      requestContext: {
        domainName: 'shop.example',
        http: {
          method: 'PUT',
          path: '/v1/items/a b',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test/1',
        },
        routeKey: 'ANY /v1/{proxy+}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
    });
    await send('GET', '/');
    expect(events[0]!.event).not.toHaveProperty('body');
    expect(events[0]!.event).not.toHaveProperty('pathParameters');
    expect(events[0]!.event).not.toHaveProperty('queryStringParameters');
  });

  it('joins headers that come twice by commas', async () => {
    await send('GET', '/', undefined, { 'X-A': ['1', '2'], accept: ['text/html', 'image/*'] });
    expect(events[0]!.event.headers).toMatchObject({ 'x-a': '1,2', accept: 'text/html,image/*' });
  });

  it.each([
    ['application/json; charset=utf-8', false],
    ['application/problem+json', false],
    ['text/csv', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['image/svg+xml', true],
  ])('takes %s for binary: %s', async (type, isBinary) => {
    await send('POST', '/v1/search', Buffer.from('红'), { 'content-type': type });
    const body = Buffer.from('红').toString(isBinary ? 'base64' : 'utf8');
    expect(events[0]!.event).toMatchObject({ body, isBase64Encoded: isBinary });
  });

  it('hands compressed text over in base64, byte for byte', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    await send('POST', '/v1/search', Buffer.from([0x1f, 0x8b, 0xff]), headers);
    expect(events[0]!.event).toMatchObject({ body: 'H4v/', isBase64Encoded: true });
  });

  it('answers HEAD without a body and leaves OPTIONS to the functions where no page of another origin asks', async () => {
    const head = await send('HEAD', '/');
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-length']).toBe('2');
    await send('OPTIONS', '/v1/items', undefined, { origin: 'https://shop.example' });
    expect(events[0]).toMatchObject({ name: 'catalog' });
  });

  it('answers preflights of allowed origins itself, and tells others nothing', async () => {
    const preflight = (origin: string) =>
      send('OPTIONS', '/v1/search', undefined, { origin, 'access-control-request-method': 'POST' });
    const allowed = await preflight('https://shop.example');
    expect(events).toEqual([]);
    expect(allowed).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://shop.example',
        'access-control-allow-headers': expect.stringContaining('authorization'),
      },
    });
    expect((await preflight('https://evil.example')).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
    const answer = await send('GET', '/', undefined, { origin: 'https://shop.example' });
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': 'https://shop.example' });
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

  it('answers 413 to what is too large and says where it belongs, and the connection goes on', async () => {
    const answer = await send('POST', '/v1/search', Buffer.alloc(11 * 1024 * 1024));
    expect(answer.status).toBe(413);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 413,
      code: 'too_large',
      detail: expect.stringContaining('POST /v1/uploads'),
      requestId: expect.any(String),
    });
    expect(events).toEqual([]);
    reply = new Error('RequestTooLargeException');
    expect((await send('POST', '/v1/search', Buffer.from('x'))).status).toBe(413);
  });

  it('answers 503 to what takes too long, 500 to what fails or replies nonsense', async () => {
    reply = new Error('Sandbox.Timedout');
    expect(await send('GET', '/')).toMatchObject({ status: 503 });
    reply = 'never';
    expect(JSON.parse((await send('GET', '/')).body)).toMatchObject({
      status: 503,
      message: 'Service Unavailable',
    });
    reply = new Error('TypeError');
    expect(JSON.parse((await send('GET', '/')).body)).toMatchObject({ status: 500, code: 'internal' });
    reply = { statusCode: 'many' };
    expect((await send('GET', '/')).status).toBe(500);
    reply = { statusCode: 200, body: 'ok' };
  });

  it('survives callers that go away in the middle of their request', async () => {
    const { port } = server.address() as AddressInfo;
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/',
      headers: { 'content-length': '100' },
    });
    request.on('error', () => {});
    request.write('half');
    await new Promise((resolve) => setTimeout(resolve, 50));
    request.destroy();
    expect((await send('GET', '/')).status).toBe(200);
  });

  it('asks for patience while the functions are being started', async () => {
    const starting = createServer(refuseUntilReady);
    await new Promise<void>((resolve) => starting.listen(0, '127.0.0.1', resolve));
    const { port } = starting.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/v1/search`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({ code: 'not_ready' });
    starting.close();
    starting.closeAllConnections();
  });
});
