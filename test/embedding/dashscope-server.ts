import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { models } from '../../shared/embedding/dashscope-settings.ts';
import { seededVector } from './fake-adapter.ts';

export interface DashscopeRequest {
  readonly headers: IncomingMessage['headers'];
  readonly body: {
    model: string;
    input: { contents: { text?: string; image?: string }[] };
    parameters?: object;
  };
}

export interface DashscopeServer {
  /** For DASHSCOPE_BASE_URL. */
  readonly baseUrl: string;
  readonly requests: DashscopeRequest[];
  /** Takes the place of the answer to the next request, once; several stand in a queue. */
  answerNext(answer: (response: ServerResponse, usual: () => void) => void): void;
  /** As answerNext, with an error as the service words it. */
  failNext(status: number, code: string, message?: string, headers?: Record<string, string>): void;
  close(): Promise<void>;
}

const path = '/api/v1/services/embeddings/multimodal-embedding/multimodal-embedding';

/**
 * Stands in for DashScope: speaks its protocol as documented, checks what it checks and words errors as it
 * does. Equal contents get equal vectors, in an order that is not that of the request.
 */
export async function startDashscopeServer({ apiKey = 'sk-test' } = {}): Promise<DashscopeServer> {
  const requests: DashscopeRequest[] = [];
  const queue: ((response: ServerResponse, usual: () => void) => void)[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const usual = async () => {
      const refusal = await check(request, text, apiKey);
      if (refusal) return fail(response, ...refusal);
      return reply(response, JSON.parse(text));
    };
    if (text) requests.push({ headers: request.headers, body: JSON.parse(text) });
    const next = queue.shift();
    if (next) next(response, () => void usual());
    else await usual();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    requests,
    answerNext: (answer) => void queue.push(answer),
    failNext: (status, code, message, headers) =>
      void queue.push((response) => fail(response, status, code, message, headers)),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Refusal = [status: number, code: string, message: string];

async function check(request: IncomingMessage, text: string, apiKey: string): Promise<Refusal | undefined> {
  if (request.method !== 'POST' || request.url !== path)
    return [404, 'InvalidParameter', 'url error, check url!'];
  if (request.headers.authorization !== `Bearer ${apiKey}`)
    return [401, 'InvalidApiKey', `Incorrect API key provided: ${request.headers.authorization?.slice(7)}`];
  if (request.headers['content-type'] !== 'application/json')
    return [400, 'InvalidParameter', 'Content-Type must be application/json'];
  const { model, input } = JSON.parse(text) as DashscopeRequest['body'];
  const known = models[model];
  if (!known) return [404, 'ModelNotFound', `Model not exist: ${model}`];
  const { contents } = input;
  if (contents.length > 20)
    return [400, 'InvalidParameter', 'batch size is invalid, it should not be larger than 20.'];
  if (contents.filter(({ image }) => image !== undefined).length > 1)
    return [400, 'InvalidParameter', 'the number of images should not be larger than 1'];
  for (const { image } of contents) {
    const refusal = image === undefined ? undefined : await checkImage(image);
    if (refusal) return refusal;
  }
  return undefined;
}

async function checkImage(uri: string): Promise<Refusal | undefined> {
  const [, type, data = ''] = /^data:image\/(\w+);base64,([A-Za-z0-9+/]+=*)$/.exec(uri) ?? [];
  if (uri.length > 3 * 1024 * 1024)
    return [400, 'InvalidParameter', 'Exceeded limit on max bytes per data-uri item : 3145728'];
  const metadata = await sharp(Buffer.from(data, 'base64'))
    .metadata()
    .catch(() => undefined);
  if (!metadata || metadata.format !== type)
    return [400, 'InvalidParameter', 'Failed to decode the image during the data inspection.'];
  if (metadata.width < 10 || metadata.height < 10)
    return [400, 'InvalidParameter', 'The image length and width do not meet the model restrictions.'];
  return undefined;
}

function reply(response: ServerResponse, { model, input }: DashscopeRequest['body']): void {
  const embeddings = input.contents.map((content, index) => ({
    index,
    embedding: [
      ...seededVector(
        createHash('sha256').update(JSON.stringify(content)).digest(),
        models[model]!.dimensions,
      ),
    ],
    // Not to be relied on; some models say `vl` for all.
    type: 'vl',
  }));
  sendJson(response, 200, {
    output: { embeddings: embeddings.reverse() },
    usage: { input_tokens: 10, image_tokens: 0, image_count: 0, duration: 0 },
    request_id: 'request-1',
  });
}

function fail(
  response: ServerResponse,
  status: number,
  code: string,
  message = `${code}.`,
  headers: Record<string, string> = {},
): void {
  sendJson(response, status, { code, message, request_id: 'request-1' }, headers);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
