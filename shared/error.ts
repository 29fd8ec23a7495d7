/**
 * Every way a request or an event can fail, as users see it in `code` of a problem document,
 * in an import report and in a failed match. One table in functions/http maps each to a status.
 */
export type ErrorCode =
  | 'invalid_request'
  | 'invalid_id'
  | 'invalid_filter'
  | 'invalid_cursor'
  | 'invalid_row'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'stale_cursor'
  | 'too_large'
  | 'unsupported_media_type'
  | 'unreadable_picture'
  | 'unreachable_picture'
  | 'rate_limited'
  | 'embedder_failed'
  | 'not_ready'
  | 'not_processed'
  | 'wrong_model'
  | 'corrupt_index'
  | 'index_too_large'
  | 'internal';

export interface ErrorDetails {
  /** Whether the same call can succeed later without being changed. */
  readonly retryable?: boolean;
  /** How long the other side asked us to wait. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
  /** Extra members for the problem document, such as `runId` of a conflicting run. */
  readonly extra?: Readonly<Record<string, string | number>>;
}

/** The one error type of the product. The message says what was expected and what came, never a secret. */
export class TuwenError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly extra: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TuwenError';
    this.code = code;
    this.retryable = details.retryable ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.extra = details.extra ?? {};
  }
}
