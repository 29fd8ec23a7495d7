import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEmbedder } from '../../shared/embedding/caller.ts';
import { createDashscopeAdapter } from '../../shared/embedding/dashscope.ts';
import { dashscopeSettings, hosts, parseDashscopeModel } from '../../shared/embedding/dashscope-settings.ts';
import type { EmbedInput } from '../../shared/embedding/embedder.ts';
import { TuwenError } from '../../shared/error.ts';
import { embeddingAdapterContract, image, text } from './contract.ts';
import { type DashscopeServer, sendJson, startDashscopeServer } from './dashscope-server.ts';

const apiKey = 'sk-1234567890abcdef';
let server: DashscopeServer;
beforeAll(async () => {
  server = await startDashscopeServer({ apiKey });
});
afterAll(() => server.close());
afterEach(() => {
  server.requests.length = 0;
});

function openAdapter(choice: { model?: string; apiKey?: string; workspace?: string } = {}, timeoutMs = 5000) {
  return createDashscopeAdapter(dashscopeSettings({ apiKey, baseUrl: server.baseUrl, ...choice }), {
    timeoutMs,
  });
}
const call = (inputs: readonly EmbedInput[], adapter = openAdapter()) =>
  adapter.call(inputs, { role: 'query', signal: AbortSignal.timeout(5000) });

async function failureOf(promise: Promise<unknown>): Promise<TuwenError> {
  const error = await promise.then(
    () => expect.fail('it succeeded'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TuwenError);
  return error as TuwenError;
}

for (const model of [
  'multimodal-embedding-v1',
  'tongyi-embedding-vision-plus',
  'tongyi-embedding-vision-flash',
])
  embeddingAdapterContract(`DashScope, ${model}`, async () => ({
    ...openAdapter({ model }),
    // The stand-in has no account that could be used up.
    limits: { inputsPerCall: 20, imagesPerCall: 1, concurrency: 4 },
  }));

describe('a call to DashScope', () => {
  it('speaks its protocol: texts and one JPEG as a data URI, no parameters', async () => {
    await call(
      [text('红色连衣裙'), await image('#ff0000'), text('red dress')],
      openAdapter({ workspace: 'ws-1' }),
    );
    const [{ headers, body } = expect.fail()] = server.requests;
    expect(body).toEqual({
      model: 'multimodal-embedding-v1',
      input: {
        contents: [
          { text: '红色连衣裙' },
          { image: expect.stringMatching(/^data:image\/jpeg;base64,\/9j\//) },
          { text: 'red dress' },
        ],
      },
    });
    expect(headers.authorization).toBe(`Bearer ${apiKey}`);
    expect(headers['x-dashscope-workspace']).toBe('ws-1');
  });

  it('puts the vectors in order by their index', async () => {
    const [dress, shoes] = await call([text('dress'), text('shoes')]);
    expect([dress]).toEqual(await call([text('dress')]));
    expect([shoes]).toEqual(await call([text('shoes')]));
  });

  it('pads a picture that would be too narrow', async () => {
    const sharp = (await import('sharp')).default;
    const picture = await sharp({ create: { width: 640, height: 2, channels: 3, background: 'red' } })
      .webp()
      .toBuffer();
    expect(await call([{ type: 'image', picture }])).toHaveLength(1);
  });

  it('cuts a text where the service would not', async () => {
    const long = '裙'.repeat(3000);
    await call([text(long), text('a'.repeat(3000))], openAdapter({ model: 'tongyi-embedding-vision-plus' }));
    expect(server.requests[0]!.body.input.contents.map(({ text }) => text?.length)).toEqual([1024, 2048]);
    await call([text(long)]);
    expect(server.requests[1]!.body.input.contents[0]!.text).toBe(long);
  });

  it('names its model by service, model and dimensions', () => {
    const { model, dimensions } = openAdapter();
    expect([model, dimensions]).toEqual(['dashscope/multimodal-embedding-v1/1024', 1024]);
    expect(parseDashscopeModel(model)).toEqual({ model: 'multimodal-embedding-v1', dimensions: 1024 });
    expect(parseDashscopeModel('clip@0123456789ab')).toBeUndefined();
  });
});

describe('an error of DashScope', () => {
  it.each([
    [400, 'InvalidParameter', 'bad body', false],
    [400, 'InternalError.Algo.InvalidParameter', 'bad body', false],
    [400, 'InvalidParameter', 'url error, check url', false],
    [400, 'InvalidParameter', 'batch size is invalid, it should not be larger than 20.', false],
    [400, 'DataInspectionFailed', 'Input data may contain inappropriate content', false],
    [400, 'data_inspection_failed', 'Input data may contain inappropriate content', false],
    [400, 'Arrearage', 'Access denied, please make sure your account is in good standing.', false],
    [401, 'InvalidApiKey', 'Invalid API-key provided.', false],
    [401, 'invalid_api_key', 'Incorrect API key provided.', false],
    [403, 'AccessDenied', 'Access denied.', false],
    [403, 'AccessDenied.Unpurchased', 'Access to model denied.', false],
    [404, 'ModelNotFound', 'Model can not be found.', false],
    [408, 'RequestTimeOut', 'Request timed out.', true],
    [429, 'Throttling', 'Requests throttling triggered.', true],
    [429, 'Throttling.RateQuota', 'Requests rate limit exceeded.', true],
    [429, 'Throttling.AllocationQuota', 'Allocated quota exceeded.', true],
    [429, 'insufficient_quota', 'You exceeded your current quota.', false],
    [500, 'InternalError', 'An internal error has occured.', true],
    [503, 'ModelServingError', 'Too many requests in a short time.', true],
  ])('%i %s "%s" can be mended by a retry: %s', async (status, code, message, retryable) => {
    server.failNext(status, code, message);
    const failure = await failureOf(call([text('a'), text('b')]));
    expect(failure).toMatchObject({ code: 'embedder_failed', retryable });
    expect(failure.message).toContain(`status ${status}`);
    expect(failure.message).toContain(code);
    expect(failure.message).toContain('request-1');
  });

  it.each([
    ['InvalidParameter', 'Failed to decode the image during the data inspection.'],
    ['InvalidParameter', 'Exceeded limit on max bytes per data-uri item : 10485760'],
    ['InvalidParameter', 'Wrong Content-Type of multimodal url'],
    ['InvalidFile.Format', 'unsupported'],
  ])('%s "%s" is the fault of the picture', async (code, message) => {
    server.failNext(400, code, message);
    const failure = await failureOf(call([text('a'), await image('#ff0000'), text('b')]));
    expect(failure).toMatchObject({ code: 'unreadable_picture', retryable: false, extra: { input: 1 } });
  });

  it('tells which input a refusal is about where it can be known', async () => {
    server.failNext(400, 'DataInspectionFailed');
    expect((await failureOf(call([text('a')]))).extra).toEqual({ input: 0 });
    server.failNext(400, 'DataInspectionFailed');
    expect((await failureOf(call([text('a'), text('b')]))).extra).toEqual({});
  });

  it('says how long to wait when it was told, in seconds or as a date', async () => {
    server.failNext(429, 'Throttling', 'slow down', { 'retry-after': '7' });
    expect((await failureOf(call([text('a')]))).retryAfterMs).toBe(7000);
    server.failNext(503, 'InternalError', 'later', {
      'retry-after': new Date(Date.now() + 60_000).toUTCString(),
    });
    const { retryAfterMs } = await failureOf(call([text('a')]));
    expect(retryAfterMs).toBeGreaterThan(50_000);
    expect(retryAfterMs).toBeLessThanOrEqual(60_000);
    server.failNext(429, 'Throttling', 'slow down', { 'retry-after': 'soon' });
    expect((await failureOf(call([text('a')]))).retryAfterMs).toBeUndefined();
  });

  it('never tells the key', async () => {
    const wrongKey = 'sk-abcdefabcdefabcdef';
    const failures = [await failureOf(call([text('a')], openAdapter({ apiKey: wrongKey })))];
    server.failNext(400, 'InvalidParameter', `Bearer ${apiKey} is bad, so is sk-0987654321`);
    failures.push(await failureOf(call([text('a')])));
    for (const failure of failures) {
      const everything = JSON.stringify([
        failure.message,
        failure.extra,
        String(failure.cause),
        failure.stack,
      ]);
      expect(everything).not.toMatch(/sk-/);
    }
    expect(failures[0]).toMatchObject({ code: 'embedder_failed', retryable: false });
  });
});

describe('a broken reply of DashScope', () => {
  const embeddings = (...indexes: number[]) => ({
    output: {
      embeddings: indexes.map((index) => ({ index, embedding: new Array(1024).fill(1), type: 'text' })),
    },
  });

  it.each([
    ['a page of HTML with status 502', 502, '<html>Bad Gateway</html>'],
    ['nothing with status 504', 504, ''],
    ['a page of HTML with status 200', 200, '<html>Welcome</html>'],
    ['JSON that is cut off', 200, '{"output": {"embeddings": [{"index": 0, "embe'],
    ['JSON of another shape', 200, '{"data": []}'],
    ['too few vectors', 200, JSON.stringify(embeddings(0))],
    ['too many vectors', 200, JSON.stringify(embeddings(0, 1, 2))],
    ['one vector twice', 200, JSON.stringify(embeddings(0, 0))],
    ['a vector of nothing that was asked', 200, JSON.stringify(embeddings(0, 2))],
  ])('is noticed, and can be tried again: %s', async (_, status, body) => {
    server.answerNext((response) => void response.writeHead(status).end(body));
    expect(await failureOf(call([text('a'), text('b')]))).toMatchObject({
      code: 'embedder_failed',
      retryable: true,
    });
  });

  it('is an error even with status 200 where it holds a code', async () => {
    server.answerNext((response) =>
      sendJson(response, 200, { code: 'Throttling', message: 'slow', request_id: '1' }),
    );
    expect(await failureOf(call([text('a')]))).toMatchObject({ retryable: true });
  });

  it('is refused by the caller where vectors have another length', async () => {
    server.answerNext((response) =>
      sendJson(response, 200, { output: { embeddings: [{ index: 0, embedding: [1, 2, 3], type: 'text' }] } }),
    );
    const embedding = createEmbedder(openAdapter()).embed([text('a')], {
      role: 'query',
      deadlineMs: Date.now() + 5000,
    });
    expect((await failureOf(embedding)).message).toContain(
      'expected an embedding of 1024 dimensions, found 3',
    );
  });

  it('can be tried again where the connection is reset', async () => {
    server.answerNext((response) => void response.socket?.resetAndDestroy());
    expect(await failureOf(call([text('a')]))).toMatchObject({ code: 'embedder_failed', retryable: true });
    server.answerNext((response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"output":', () => response.socket?.resetAndDestroy());
    });
    expect(await failureOf(call([text('a')]))).toMatchObject({ code: 'embedder_failed', retryable: true });
  });

  it('can be tried again where it does not come', async () => {
    server.answerNext(() => {});
    expect(await failureOf(call([text('a')], openAdapter({}, 50)))).toMatchObject({
      code: 'embedder_failed',
      retryable: true,
    });
  });
});

describe('DashScope behind the caller', () => {
  const embedder = (attempts = 5) =>
    createEmbedder(openAdapter(), { random: () => 0, firstDelayMs: 1, attempts, leastCallMs: 1 });

  it('is called again after throttling and a gateway’s failure, and gives the right vectors', async () => {
    const [expected] = await embedder().embed([text('dress')], {
      role: 'query',
      deadlineMs: Date.now() + 5000,
    });
    server.failNext(429, 'Throttling.RateQuota');
    server.answerNext((response) => void response.writeHead(502).end('<html>'));
    server.answerNext((response) => void response.socket?.resetAndDestroy());
    const [vector] = await embedder().embed([text('dress')], {
      role: 'query',
      deadlineMs: Date.now() + 5000,
    });
    expect(vector).toEqual(expected);
    expect(server.requests).toHaveLength(5);
  });

  it('is called once where a retry cannot help', async () => {
    server.failNext(400, 'Arrearage');
    await failureOf(embedder().embed([text('dress')], { role: 'query', deadlineMs: Date.now() + 5000 }));
    expect(server.requests).toHaveLength(1);
  });

  it('is hung up on at the deadline', async () => {
    const closed = new Promise<void>((resolve) =>
      server.answerNext((response) => response.on('close', resolve)),
    );
    const failure = await failureOf(
      embedder().embed([text('dress')], { role: 'query', deadlineMs: Date.now() + 150 }),
    );
    expect(failure).toMatchObject({ code: 'embedder_failed', retryable: true });
    await closed;
  });
});

describe('the settings of DashScope', () => {
  it.each([
    [{}, hosts.beijing, 'multimodal-embedding-v1', 1024],
    [{ baseUrl: `${hosts.beijing}/`, dimensions: 1024 }, hosts.beijing, 'multimodal-embedding-v1', 1024],
    [{ model: 'tongyi-embedding-vision-plus' }, hosts.international, 'tongyi-embedding-vision-plus', 1152],
    [
      { model: 'tongyi-embedding-vision-flash', baseUrl: hosts.international, dimensions: 768 },
      hosts.international,
      'tongyi-embedding-vision-flash',
      768,
    ],
    [{ baseUrl: 'http://127.0.0.1:1234/x' }, 'http://127.0.0.1:1234/x', 'multimodal-embedding-v1', 1024],
    [{ baseUrl: 'http://[::1]:1234' }, 'http://[::1]:1234', 'multimodal-embedding-v1', 1024],
  ])('fit together: %o', (choice, baseUrl, model, dimensions) => {
    expect(dashscopeSettings({ apiKey, ...choice })).toMatchObject({ baseUrl, model, dimensions });
  });

  it.each([
    [{ dimensions: 1152 }, 'DASHSCOPE_DIMENSIONS: expected 1024 for multimodal-embedding-v1; found 1152'],
    [{ baseUrl: hosts.international }, `DASHSCOPE_BASE_URL: expected ${hosts.beijing}`],
    [{ model: 'tongyi-embedding-vision-plus', baseUrl: hosts.beijing }, `expected ${hosts.international}`],
    [{ model: 'tongyi-embedding-vision-plus', dimensions: 768 }, 'DASHSCOPE_DIMENSIONS: expected 1152'],
    [{ model: 'text-embedding-v4' }, 'DASHSCOPE_MODEL: expected one of multimodal-embedding-v1'],
    [{ model: 'constructor' }, 'DASHSCOPE_MODEL'],
    [{ baseUrl: 'https://dashscope.aliyuncs.com/compatible-mode/v1' }, 'DASHSCOPE_BASE_URL'],
    [{ baseUrl: 'http://dashscope.aliyuncs.com/api/v1' }, 'DASHSCOPE_BASE_URL'],
    [{ baseUrl: 'https://dashscope.aliyun.com/api/v1' }, 'DASHSCOPE_BASE_URL'],
    [{ baseUrl: 'http://127.0.0.1.example.com/api/v1' }, 'DASHSCOPE_BASE_URL'],
    [{ baseUrl: 'nonsense' }, 'DASHSCOPE_BASE_URL'],
  ])('are refused where they do not: %o', (choice, message) => {
    expect(() => dashscopeSettings({ apiKey, ...choice })).toThrow(message);
  });

  it('refuse a key that no header can carry, without telling it', () => {
    expect(() => dashscopeSettings({ apiKey: 'sk-1\nx: y' })).toThrow(/^DASHSCOPE_API_KEY: (?!.*sk-1)/);
  });
});
