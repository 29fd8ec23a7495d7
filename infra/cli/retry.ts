import { setTimeout as sleep } from 'node:timers/promises';

/** A failure that trying again may mend. */
export class Passing extends Error {
  /** How long the other side asked us to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(cause: unknown, retryAfterMs?: number) {
    super('', { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly attempts?: number;
  /** Gives [0, 1). */
  readonly random?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const firstMs = 300;
const longestMs = 10_000;
/** Who asks us to wait longer than this is not waited for. */
const longestAskedMs = 60_000;

/**
 * Tries until it succeeds, fails for good (anything but `Passing`), or has failed too often. Waits between
 * attempts at random up to a bound that doubles (full jitter), and never less than the other side asked for.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @throws the cause of the last failure
 */
export async function withRetries<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, attempts = 6, random = Math.random, wait = pause } = options;
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      const askedMs = error.retryAfterMs ?? 0;
      if (tried >= attempts || askedMs > longestAskedMs || signal.aborted) throw error.cause;
      const boundMs = Math.min(longestMs, firstMs * 2 ** (tried - 1));
      await wait(askedMs + random() * boundMs, signal);
    }
  }
}

const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal });

/** Seconds or a date (RFC 9110, section 10.2.3), in milliseconds from now; undefined for anything else. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
