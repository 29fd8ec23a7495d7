import { askForKey, currentKey } from './key.ts';
import { abortable, sleep } from './wait.ts';

/** What the API answered instead: a problem document (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  /** What was expected and what came, in English. */
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  /** Of a run that is under way already. */
  readonly runId: string | undefined;

  constructor(status: number, { code, detail, title, requestId, runId }: ProblemBody) {
    super(detail ?? title ?? `HTTP ${status}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = code ?? 'unknown';
    this.detail = detail;
    this.requestId = requestId;
    this.runId = runId;
  }
}

/** No answer at all. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

interface ProblemBody {
  readonly code?: string;
  readonly detail?: string;
  readonly title?: string;
  readonly requestId?: string;
  readonly runId?: string;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** A search function that has just been started asks for some seconds. */
const notReadyAttempts = 3;

/**
 * Asks the API. Where it wants a key the person is asked for one, and then it is asked again.
 *
 * @throws ApiProblem, Unreachable, or what the signal was aborted with
 */
export async function request<T>(
  method: string,
  path: string,
  { body, signal }: RequestOptions = {},
): Promise<T> {
  for (let attempt = 1; ; ) {
    const key = currentKey();
    const response = await send(method, path, body, key, signal);
    if (response.ok) return (response.status === 204 ? undefined : await bodyOf(response, signal)) as T;
    const problem = await problemOf(response);
    if (problem.status === 401) {
      // Another request may have been given one meanwhile.
      if (key === currentKey()) await abortable(askForKey(key === undefined ? 'missing' : 'wrong'), signal);
      continue;
    }
    if (problem.code !== 'not_ready' || attempt++ >= notReadyAttempts) throw problem;
    await sleep(1000 * (Number(response.headers.get('retry-after')) || 2), signal);
  }
}

async function send(
  method: string,
  path: string,
  body: unknown,
  key: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable();
  }
}

/** The connection may be lost half way, too. */
async function bodyOf(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable();
  }
}

async function problemOf(response: Response): Promise<ApiProblem> {
  // Whatever stands between us and the API may answer with something else.
  const body = await response.json().catch(() => ({}));
  return new ApiProblem(response.status, typeof body === 'object' && body !== null ? body : {});
}
