export interface RateLimiterOptions {
  /** Of the provider's account; undefined where nobody counts. */
  readonly callsPerMinute: number | undefined;
  /** The part of it that is ours, more than 0 to 1. */
  readonly share: number;
  readonly clock: () => number;
}

export interface RateLimiter {
  /** Reserves the next free moment and tells how long to wait for it; undefined, nothing reserved, when it is later than `latestMs`. */
  reserve(latestMs: number): number | undefined;
  /** Nobody calls before then (milliseconds since 1970), as the provider asked. */
  holdUntil(ms: number): void;
}

/**
 * A token bucket, kept as the time at which it is full again. Providers count by the second what they
 * state by the minute, so the bucket holds what one second allows, at least one call.
 */
export function createRateLimiter({ callsPerMinute, share, clock }: RateLimiterOptions): RateLimiter {
  const intervalMs = callsPerMinute === undefined ? 0 : 60_000 / (callsPerMinute * share);
  const burstMs = intervalMs === 0 ? 0 : intervalMs * (Math.max(1, Math.floor(1000 / intervalMs)) - 1);
  let fullAtMs = 0;
  let heldUntilMs = 0;
  return {
    reserve(latestMs) {
      const nowMs = clock();
      const atMs = Math.max(nowMs, fullAtMs - burstMs, heldUntilMs);
      if (atMs > latestMs) return undefined;
      fullAtMs = Math.max(atMs, fullAtMs) + intervalMs;
      return atMs - nowMs;
    },
    holdUntil(ms) {
      heldUntilMs = Math.max(heldUntilMs, ms);
    },
  };
}
