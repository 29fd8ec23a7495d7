import { TuwenError } from '../error.ts';

/** The same error, told to be the fault of the input at `index`. */
export function faultOfInput(error: unknown, index: number): unknown {
  if (!(error instanceof TuwenError)) return error;
  const { code, message, retryable, retryAfterMs, cause } = error;
  return new TuwenError(code, message, {
    retryable,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    cause,
    extra: { ...error.extra, input: index },
  });
}

/** An input is named by its place in a part of the request; `indexOf` tells its place in the whole. */
export function faultInWhole(error: unknown, indexOf: (at: number) => number): unknown {
  if (!(error instanceof TuwenError) || typeof error.extra.input !== 'number') return error;
  return faultOfInput(error, indexOf(error.extra.input));
}
