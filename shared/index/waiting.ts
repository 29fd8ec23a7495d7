import { setTimeout as sleep } from 'node:timers/promises';
import { TuwenError } from '../error.ts';

/** Whether the promise settles within that time. @throws what it rejects with */
export async function settles(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  const timer = new AbortController();
  const ms = Math.min(Math.max(0, withinMs), longestMs);
  const timeout = sleep(ms, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    timer.abort();
  }
}

/** Timers take no more. */
const longestMs = 2 ** 31 - 1;

export function notReady(cause: unknown): TuwenError {
  return new TuwenError('not_ready', 'the index is still being loaded', {
    retryable: true,
    retryAfterMs: 2000,
    cause,
  });
}

export function isCorrupt(error: unknown): boolean {
  return error instanceof TuwenError && error.code === 'corrupt_index';
}
