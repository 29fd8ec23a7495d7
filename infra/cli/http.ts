import { Agent, type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { CallFailure, Failure, Stopped } from './failure.ts';
import { Passing, type RetryOptions, retryAfterMs, withRetries } from './retry.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole call, once; retries have it anew. Default 35 s: a gateway gives up after 30. */
  readonly timeoutMs?: number;
  /** Statuses that are answers beside 2xx. */
  readonly accept?: readonly number[];
}

export interface Http {
  /** Resolves with the answer once `read` has read it; where the body breaks off, all is done again. */
  call<T>(call: Call, read: (answer: Dispatcher.ResponseData) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How long a body may stand still. */
const idleMs = 35_000;

/** HTTP with deadlines and retries; never follows redirects, so that no key goes astray. */
export function createHttp({
  signal,
  ...retry
}: { signal: AbortSignal } & Omit<RetryOptions, 'signal'>): Http {
  const dispatcher = new Agent({ connections: 16, connect: { timeout: 10_000 } });

  async function once<T>(
    { method, url, headers = {}, body, timeoutMs = 35_000, accept = [] }: Call,
    read: (answer: Dispatcher.ResponseData) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await request(url, {
        method,
        dispatcher,
        headers,
        ...(body !== undefined && { body }),
        signal: AbortSignal.any([signal, deadline]),
        headersTimeout: timeoutMs,
        bodyTimeout: Math.min(timeoutMs, idleMs),
      });
      if ((answer.statusCode >= 200 && answer.statusCode < 300) || accept.includes(answer.statusCode))
        return await read(answer);
      throw await refusal(answer);
    } catch (error) {
      if (signal.aborted) throw new Stopped('stopped');
      if (error instanceof Passing || error instanceof Failure) throw error;
      if (!isOfTheNetwork(error, deadline)) throw error;
      throw new Passing(
        new Failure(`${new URL(url).origin} cannot be reached: ${reasonOf(error, timeoutMs)}`),
      );
    }
  }

  return {
    call: (call, read) => withRetries(() => once(call, read), { signal, ...retry }),
    close: () => dispatcher.destroy(),
  };
}

const passingStatuses = new Set([429, 500, 502, 503, 504]);

async function refusal(answer: Dispatcher.ResponseData): Promise<Failure | Passing> {
  const { statusCode: status } = answer;
  const failure = describe(status, await answer.body.text());
  if (!passingStatuses.has(status)) return failure;
  const header = answer.headers['retry-after'];
  return new Passing(failure, retryAfterMs(typeof header === 'string' ? header : undefined, Date.now()));
}

const problem = z.looseObject({ code: z.string(), detail: z.string(), requestId: z.string() });

function describe(status: number, text: string): CallFailure {
  const parsed = problem.safeParse(parseJson(text));
  if (parsed.success) {
    const { code, detail, requestId, ...extra } = parsed.data;
    const quoted = status >= 500 ? ` (request ${requestId})` : '';
    return new CallFailure(`${detail}${quoted}`, { status, code, extra });
  }
  // S3 speaks XML.
  const [, code = `status_${status}`] = /<Code>([^<]+)<\/Code>/.exec(text) ?? [];
  const [, message = 'no reason was given'] = /<Message>([^<]+)<\/Message>/.exec(text) ?? [];
  return new CallFailure(`status ${status}: ${message}`, { status, code });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Anything else is a mistake of ours, or of the disk that an answer is written to. */
function isOfTheNetwork(error: unknown, deadline: AbortSignal): boolean {
  return (
    deadline.aborted ||
    /^(UND_ERR_|ERR_STREAM_PREMATURE_CLOSE|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENET)/.test(
      codeOf(error),
    )
  );
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

function reasonOf(error: unknown, timeoutMs: number): string {
  if (codeOf(error) === '' || /TIMEOUT/.test(codeOf(error))) return `no answer within ${timeoutMs / 1000} s`;
  return (error instanceof Error && error.message) || codeOf(error);
}
