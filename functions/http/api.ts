import { randomUUID } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { LambdaContext, LambdaEvent } from 'hono/aws-lambda';
import { HTTPException } from 'hono/http-exception';
import { requestFault } from '../../shared/api/parse.ts';
import { TuwenError } from '../../shared/error.ts';
import type { Log } from '../log.ts';
import { problemOf, retryAfterSeconds } from './problem.ts';

export interface ApiEnvironment {
  Bindings: { event?: LambdaEvent; lambdaContext?: LambdaContext };
  Variables: { requestId: string; deadlineMs: number };
}

export interface ApiOptions {
  readonly log: Log;
  readonly now?: () => number;
  /** Makes request ids where the gateway gave none. */
  readonly newRequestId?: () => string;
  /** What a request may take at most, so that the gateway (30 s) still gets an answer. */
  readonly timeoutMs?: number;
}

/** A Hono app as all our functions have it: request ids, deadlines, a log line, errors as problem documents. */
export function createApi(options: ApiOptions): OpenAPIHono<ApiEnvironment> {
  const { log, now = Date.now, newRequestId = randomUUID, timeoutMs = 27_000 } = options;
  const api = new OpenAPIHono<ApiEnvironment>({
    defaultHook: (result) => {
      if (!result.success) throw requestFault(result.error, (result as { data?: unknown }).data);
    },
  });
  api.use(async (c, next) => {
    const startedAt = now();
    const requestId = gatewayRequestId(c) ?? newRequestId();
    c.set('requestId', requestId);
    c.set('deadlineMs', startedAt + Math.min(timeoutMs, remainingMs(c)));
    await next();
    c.header('x-request-id', requestId);
    c.header('x-content-type-options', 'nosniff');
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
    log.info({
      requestId,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: now() - startedAt,
    });
  });
  api.onError((error, c) => {
    const { known, problem } = tellProblem(error, { requestId: c.get('requestId'), log });
    const wait = retryAfterSeconds(known);
    if (wait !== undefined) c.header('Retry-After', String(wait));
    c.header('content-type', 'application/problem+json');
    return c.body(JSON.stringify(problem), problem.status as 400);
  });
  api.notFound((c) => {
    throw new TuwenError('not_found', `there is no route ${c.req.method} ${c.req.path}`);
  });
  return api;
}

/** The problem document of whatever was thrown; what is ours to mend goes to the log. */
export function tellProblem(
  error: unknown,
  { requestId, log }: { requestId: string; log: Log },
): { known: TuwenError; problem: ReturnType<typeof problemOf> } {
  const known = asTuwenError(error);
  const problem = problemOf(known, requestId);
  if (problem.status >= 500) {
    const { code, message, stack, cause = '' } = known;
    log.error({ requestId, code, message, stack, cause: String(cause) });
  }
  return { known, problem };
}

function asTuwenError(error: unknown): TuwenError {
  if (error instanceof TuwenError) return error;
  if (error instanceof HTTPException) {
    if (error.status === 400)
      return new TuwenError('invalid_request', `expected valid JSON: ${error.message}`);
    if (error.status === 413) return new TuwenError('too_large', error.message);
    if (error.status === 415) return new TuwenError('unsupported_media_type', error.message);
  }
  return new TuwenError(
    'internal',
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    {
      cause: error,
    },
  );
}

/** Requests such as those of `app.request()` in tests have neither event nor context. */
function gatewayRequestId(c: Context<ApiEnvironment>): string | undefined {
  const context = c.env?.event?.requestContext;
  return context && 'requestId' in context ? context.requestId : undefined;
}

function remainingMs(c: Context<ApiEnvironment>): number {
  const remaining = c.env?.lambdaContext?.getRemainingTimeInMillis?.();
  return remaining === undefined ? Number.POSITIVE_INFINITY : Math.max(0, remaining - 1000);
}
