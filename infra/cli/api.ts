import { z } from 'zod';
import { batchAnswer, itemPage, matchAnswer, uploadAnswer } from '../../shared/api/catalog.ts';
import { downloads } from '../../shared/api/common.ts';
import { indexAnswer, runAnswer, versionAnswer } from '../../shared/api/index-admin.ts';
import { searchAnswer } from '../../shared/api/search.ts';
import { CallFailure, Failure } from './failure.ts';
import { type Call, createHttp } from './http.ts';
import type { RetryOptions } from './retry.ts';

export interface ApiOptions extends RetryOptions {
  /** Where the service is, without a path. */
  readonly url: string;
  readonly key?: string | undefined;
}

export type Api = ReturnType<typeof createApi>;

/** An answer as it came, and as it is understood. */
export interface Answer<T> {
  readonly raw: unknown;
  readonly value: T;
}

/** The routes of the service that the commands use, and the URLs that it gives out. */
export function createApi({ url, key, ...options }: ApiOptions) {
  const http = createHttp(options);

  async function ask<Schema extends z.ZodType>(
    schema: Schema,
    method: Call['method'],
    path: string,
    body?: unknown,
  ): Promise<Answer<z.output<Schema>>> {
    const call: Call = {
      method,
      url: `${url}${path}`,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const text = await http.call(call, (answer) => answer.body.text());
    return understand(schema, text, `${method} ${path}`);
  }

  return {
    url,
    http,
    search: (query: Readonly<Record<string, unknown>>) => ask(searchAnswer, 'POST', '/v1/search', query),
    putItems: (items: readonly unknown[]) => ask(batchAnswer, 'POST', '/v1/items/batch', { items }),
    itemPage: (cursor: string | undefined, limit: number) =>
      ask(
        itemPage,
        'GET',
        `/v1/items?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      ),
    hasItem: (id: string) =>
      ask(z.unknown(), 'GET', `/v1/items/${encodeURIComponent(id)}`).then(
        () => true,
        (error: unknown) => {
          if (error instanceof CallFailure && error.status === 404) return false;
          throw error;
        },
      ),
    createUpload: (wanted: { contentType: string; size: number; itemId?: string; name?: string }) =>
      ask(uploadAnswer, 'POST', '/v1/uploads', wanted),
    match: (uploadKey: string) => ask(matchAnswer, 'GET', `/v1/matches?key=${encodeURIComponent(uploadKey)}`),
    originals: (keys: readonly string[]) => ask(downloads, 'POST', '/v1/pictures/originals', { keys }),
    index: () => ask(indexAnswer, 'GET', '/v1/index'),
    /** What search answers from, which follows what is live within ten seconds. */
    health: () => ask(z.object({ index: z.object({ version: z.string() }) }), 'GET', '/health'),
    versions: () => ask(z.object({ versions: z.array(versionAnswer) }), 'GET', '/v1/index/versions'),
    versionFiles: (version: string) =>
      ask(downloads, 'GET', `/v1/index/versions/${encodeURIComponent(version)}/files`),
    rebuild: () => ask(z.object({ runId: z.string() }), 'POST', '/v1/index/rebuild'),
    run: (runId: string) => ask(runAnswer, 'GET', `/v1/index/runs/${encodeURIComponent(runId)}`),
    rollback: (version: string) => ask(indexAnswer, 'POST', '/v1/index/rollback', { version }),
    close: () => http.close(),
  };
}

function understand<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  what: string,
): Answer<z.output<Schema>> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new Failure(`${what}: expected JSON, found ${JSON.stringify(text.slice(0, 60))}; is --url right?`);
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success)
    throw new Failure(`${what}: the answer is not as expected: ${z.prettifyError(parsed.error)}`);
  return { raw, value: parsed.data };
}
