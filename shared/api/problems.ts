import { z } from '@hono/zod-openapi';
import type { ErrorCode } from '../error.ts';

/** What each code means in HTTP. The compiler keeps it complete. */
export const problemKinds = {
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
} as const satisfies Record<ErrorCode, { readonly status: number; readonly title: string }>;

export const errorCodes = Object.keys(problemKinds) as [ErrorCode, ...ErrorCode[]];

/** A problem document (RFC 9457). */
export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(errorCodes),
    /** What was expected and what came; of a 5xx, what the caller can do. */
    detail: z.string(),
    requestId: z.string(),
  })
  .openapi('Problem');

type StatusOf<Code extends ErrorCode> = (typeof problemKinds)[Code]['status'];

/** The responses of a route that fails with these codes, by their status. */
export function problems<Code extends ErrorCode>(...codes: readonly Code[]) {
  const statuses = [...new Set(codes.map((code) => problemKinds[code].status))];
  const responses = statuses.map((status) => [
    status,
    responseOf(codes.filter((code) => problemKinds[code].status === status)),
  ]);
  return Object.fromEntries(responses) as Record<StatusOf<Code>, ReturnType<typeof responseOf>>;
}

function responseOf(codes: readonly ErrorCode[]) {
  const told = codes.map((code) => `\`${code}\`: ${problemKinds[code].title}`);
  return {
    description: told.join('. '),
    content: { 'application/problem+json': { schema: problem.extend({ code: z.enum(codes) }) } },
  };
}
