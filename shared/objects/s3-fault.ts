import { TuwenError } from '../error.ts';

/** The error code of S3's reply, or the name of what went wrong before there was one. */
export function codeOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

/** The status of S3's reply, or undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** Of an object: S3 answers a HEAD without saying what was not found. A missing bucket is no missing object. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'NoSuchKey' || codeOf(error) === 'NotFound';
}

/** @returns TuwenError `conflict` or `internal`, with whether the same call can succeed later */
export function faultOf(error: unknown, key: string): TuwenError {
  if (error instanceof TuwenError) return error;
  const status = statusOf(error);
  if (status === 412)
    return new TuwenError('conflict', `expected another state of ${key} than it has`, { cause: error });
  // Without a status nobody has answered: the connection failed or broke, or our deadline ended it.
  const isOurs = error instanceof TypeError || error instanceof RangeError;
  const retryable = status === undefined ? !isOurs : status >= 500 || status === 429;
  return new TuwenError('internal', `S3 failed on ${key}: ${codeOf(error)}`, { retryable, cause: error });
}
