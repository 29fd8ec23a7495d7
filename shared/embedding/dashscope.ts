import { z } from 'zod';
import { TuwenError } from '../error.ts';
import { once } from '../once.ts';
import { toJpeg } from '../picture/to-jpeg.ts';
import { dashscopeFailure } from './dashscope-failure.ts';
import { type DashscopeSettings, dashscopeModelName, models } from './dashscope-settings.ts';
import type { EmbeddingAdapter, EmbedInput } from './embedder.ts';
import { faultOfInput } from './input-error.ts';

/** The service counts 3 MB for a picture, perhaps of its base64, which is a third longer. */
const imageBytes = 2_200_000;
/** Pictures with a shorter side are refused. */
const leastSide = 10;
/** 20 vectors of 1,152 numbers written out take less than 1 MB. */
const replyBytes = 16 * 1024 * 1024;

/**
 * Alibaba's multimodal embeddings: texts and pictures in one call, one vector for each. The settings come
 * from dashscopeSettings, which has checked that they belong together. Roles make no difference to these
 * models.
 *
 * Source: `POST {base}/services/embeddings/multimodal-embedding/multimodal-embedding` as in the Python SDK
 * 1.26.2 and the API reference of Model Studio.
 */
export function createDashscopeAdapter(
  settings: DashscopeSettings,
  { clock = Date.now, timeoutMs = 30_000 }: { clock?: () => number; timeoutMs?: number } = {},
): EmbeddingAdapter {
  const { apiKey, baseUrl, model, dimensions, workspace } = settings;
  const { inputsPerCall, imagesPerCall, callsPerMinute, maxTokens } = models[model]!;
  const concurrency = 4;
  const url = `${baseUrl}/services/embeddings/multimodal-embedding/multimodal-embedding`;
  const client = once(async () => {
    const { Agent, request } = await import('../http-client.ts');
    const dispatcher = new Agent({
      connections: concurrency,
      connect: { timeout: 10_000 },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: replyBytes,
    });
    return { request, dispatcher };
  });

  return {
    model: dashscopeModelName(settings),
    dimensions,
    limits: { inputsPerCall, imagesPerCall, concurrency, callsPerMinute },
    async call(inputs, { signal }) {
      const contents = await Promise.all(inputs.map((input, i) => contentOf(input, i, maxTokens)));
      const { status, retryAfter, body } = await post({ model, input: { contents } }, signal);
      const failure = dashscopeFailure({ status, retryAfter, body, apiKey, nowMs: clock(), inputs });
      if (failure) throw failure;
      return vectorsOf(body, inputs.length);
    },
  };

  async function post(content: object, signal: AbortSignal) {
    try {
      const { request, dispatcher } = await client();
      const response = await request(url, {
        method: 'POST',
        dispatcher,
        signal,
        headers: {
          authorization: `Bearer ${apiKey}`,
          'content-type': 'application/json',
          ...(workspace && { 'x-dashscope-workspace': workspace }),
        },
        body: JSON.stringify(content),
      });
      const retryAfter = response.headers['retry-after'];
      return {
        status: response.statusCode,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
        body: await response.body.text(),
      };
    } catch (cause) {
      signal.throwIfAborted();
      throw new TuwenError('embedder_failed', `DashScope could not be reached (${codeOf(cause)})`, {
        retryable: true,
        cause,
      });
    }
  }
}

async function contentOf(input: EmbedInput, index: number, maxTokens: number | undefined) {
  if (input.type === 'text')
    return { text: maxTokens === undefined ? input.text : cut(input.text, maxTokens) };
  const jpeg = await toJpeg(input.picture, { maxBytes: imageBytes, leastSide }).catch((error) => {
    throw faultOfInput(error, index);
  });
  return { image: `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}` };
}

/** A text of surely no more tokens: at most one for a Chinese character, at most one for two letters. */
function cut(text: string, maxTokens: number): string {
  let tokens = 0;
  let end = 0;
  for (const character of text) {
    tokens += character <= '\u007f' ? 0.5 : 1;
    if (tokens > maxTokens) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** The `type` of an embedding is not looked at: some models give all of theirs the same. */
const replySchema = z.looseObject({
  output: z.looseObject({
    embeddings: z.array(
      z.looseObject({ index: z.number().int().nonnegative(), embedding: z.array(z.number()) }),
    ),
  }),
});

/** A reply that is not whole may be so the next time: all of these can be tried again. */
function vectorsOf(body: string, expected: number): number[][] {
  const broken = (problem: string) =>
    new TuwenError('embedder_failed', `DashScope answered ${problem}`, { retryable: true });
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw broken('with something that is not JSON');
  }
  const reply = replySchema.safeParse(json);
  if (!reply.success) throw broken('with JSON that holds no embeddings');
  const vectors = new Map(reply.data.output.embeddings.map(({ index, embedding }) => [index, embedding]));
  if (vectors.size !== expected || reply.data.output.embeddings.length !== expected)
    throw broken(`with ${reply.data.output.embeddings.length} embeddings where ${expected} were expected`);
  return Array.from({ length: expected }, (_, i) => {
    const vector = vectors.get(i);
    if (!vector) throw broken(`without an embedding of index ${i}`);
    return vector;
  });
}

function codeOf(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return 'no connection';
}
