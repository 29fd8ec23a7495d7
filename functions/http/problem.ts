import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, TuwenError } from '../../shared/error.ts';

/** What each code means in HTTP. The compiler keeps it complete. */
export const statusOf: Record<ErrorCode, { readonly status: ContentfulStatusCode; readonly title: string }> =
  {
    invalid_request: { status: 400, title: 'The request is malformed' },
    invalid_id: { status: 400, title: 'The item id is malformed' },
    invalid_filter: { status: 400, title: 'The filter is malformed' },
    invalid_cursor: { status: 400, title: 'The cursor is malformed or belongs to another query' },
    invalid_row: { status: 400, title: 'The row is malformed' },
    unauthorized: { status: 401, title: 'A valid key is needed' },
    forbidden: { status: 403, title: 'This key may not do that' },
    not_found: { status: 404, title: 'There is nothing here' },
    method_not_allowed: { status: 405, title: 'This route has other methods' },
    conflict: { status: 409, title: 'Something else got in between' },
    stale_cursor: { status: 410, title: 'The version that the cursor pages through is gone' },
    too_large: { status: 413, title: 'Too large' },
    unsupported_media_type: { status: 415, title: 'This type is not supported' },
    unreadable_picture: { status: 422, title: 'The picture cannot be read' },
    unreachable_picture: { status: 422, title: 'The picture cannot be fetched' },
    rate_limited: { status: 429, title: 'Too many requests' },
    embedder_failed: { status: 502, title: 'The embedding model failed' },
    not_ready: { status: 503, title: 'The index is being loaded' },
    not_processed: { status: 500, title: 'The upload was not processed' },
    wrong_model: { status: 503, title: 'The live index was built by another model' },
    corrupt_index: { status: 503, title: 'The index cannot be read' },
    index_too_large: { status: 503, title: 'The index does not fit into memory' },
    internal: { status: 500, title: 'Something went wrong on our side' },
  };

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
  const { status, title } = statusOf[known.code];
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
    'The live index does not fit into the memory of the search function; raise searchMemoryMb.',
};

/** Seconds for `Retry-After`, where waiting helps. */
export function retryAfterSeconds(error: unknown): number | undefined {
  if (!(error instanceof TuwenError)) return undefined;
  if (error.retryAfterMs !== undefined) return Math.ceil(error.retryAfterMs / 1000);
  return error.code === 'not_ready' || error.code === 'rate_limited' ? 2 : undefined;
}
