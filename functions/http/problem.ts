import { problemKinds } from '../../shared/api/problems.ts';
import { type ErrorCode, TuwenError } from '../../shared/error.ts';

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly requestId: string;
}

/**
 * The problem document of an error. What a 5xx says of the inside is for the log: its detail here says
 * only what the caller can do, except where the code itself is meant for the caller.
 */
export function problemOf(error: unknown, requestId: string): Problem & Record<string, string | number> {
  const known = error instanceof TuwenError ? error : new TuwenError('internal', '');
  const { status, title } = problemKinds[known.code];
  return {
    type: `urn:tuwen:problem:${known.code}`,
    title,
    status,
    code: known.code,
    detail: status < 500 ? known.message : (publicDetail[known.code] ?? `${title}. Quote the requestId.`),
    requestId,
    ...(status < 500 ? known.extra : {}),
  };
}

const publicDetail: Partial<Record<ErrorCode, string>> = {
  not_ready: 'The index is being loaded; try again in a few seconds.',
  embedder_failed: 'The embedding model did not answer as expected; try again later.',
  wrong_model:
    'The live index was built by a model that this deployment cannot reach; rebuild the index or restore the settings of that model.',
  index_too_large:
    'The live index does not fit into the search function; raise searchMemoryMb, or searchStorageMb for rows on its disk.',
};

/** Seconds for `Retry-After`, where waiting helps. */
export function retryAfterSeconds(error: unknown): number | undefined {
  if (!(error instanceof TuwenError)) return undefined;
  if (error.retryAfterMs !== undefined) return Math.ceil(error.retryAfterMs / 1000);
  return error.code === 'not_ready' || error.code === 'rate_limited' ? 2 : undefined;
}
