import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { TuwenError } from '../error.ts';
import type { Embedder, EmbeddingAdapter, EmbedInput, EmbedOptions } from './embedder.ts';
import { faultInWhole } from './input-error.ts';
import { planBatches } from './plan-batches.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { unitVector } from './unit-vector.ts';

export interface CallerOptions {
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to less than 1. */
  readonly random?: () => number;
  /** Tries for each call, the first included. Default 5. */
  readonly attempts?: number;
  /** The part of the account's calls per minute that is ours: sandboxes share one account. Default 1. */
  readonly rateShare?: number;
  /** Least time for a call to be worth beginning. Default 50. */
  readonly leastCallMs?: number;
  /** The first wait lies between 0 and this, and doubles from try to try (full jitter). Default 500. */
  readonly firstDelayMs?: number;
  readonly longestDelayMs?: number;
}

/**
 * What is the same for all adapters, once, in front of one: equal inputs embedded once, batches within
 * its limits, concurrency, rate, retries with full jitter, the deadline, checks, unit vectors in order.
 *
 * Concurrency and rate hold for this embedder: make one for the whole process. When an error is an
 * input's fault and the adapter knows whose, `extra.input` of the error is that input's index.
 */
export function createEmbedder(adapter: EmbeddingAdapter, options: CallerOptions = {}): Embedder {
  const clock = options.clock ?? Date.now;
  const sleep = options.sleep ?? sleepUntilAborted;
  const random = options.random ?? Math.random;
  const { attempts = 5, leastCallMs = 50, firstDelayMs = 500, longestDelayMs = 20_000 } = options;
  const { limits } = adapter;
  const slots = pLimit(limits.concurrency);
  const rate = createRateLimiter({
    callsPerMinute: limits.callsPerMinute,
    share: options.rateShare ?? 1,
    clock,
  });

  const { model, dimensions, calibration } = adapter;
  return { model, dimensions, calibration, embed };

  async function embed(inputs: readonly EmbedInput[], { role, deadlineMs }: EmbedOptions) {
    const { unique, positions } = distinct(inputs);
    const vectors = new Array<Float32Array>(unique.length);
    const stop = new AbortController();
    const timer = setTimeout(
      () => stop.abort(tooLate('the model did not answer')),
      Math.min(Math.max(0, deadlineMs - clock()), 2 ** 31 - 1),
    );
    try {
      const batches = planBatches(unique, limits).map((batch) =>
        slots(async () => {
          try {
            const found = await callWithRetries(batch.map((i) => unique[i]!));
            batch.forEach((i, at) => {
              vectors[i] = found[at]!;
            });
          } catch (error) {
            // What has not begun when one batch fails for good need not begin.
            stop.abort(faultInWhole(error, (at) => positions.indexOf(batch[at] ?? -1)));
          }
        }),
      );
      await beforeAbort(Promise.all(batches), stop.signal);
    } finally {
      clearTimeout(timer);
    }
    return positions.map((i) => vectors[i]!);

    async function callWithRetries(batch: readonly EmbedInput[]): Promise<Float32Array[]> {
      for (let attempt = 1; ; attempt++) {
        stop.signal.throwIfAborted();
        const waitMs = rate.reserve(deadlineMs - leastCallMs);
        if (waitMs === undefined) throw tooLate('too little time is left for the rate limit');
        await pause(waitMs);
        if (clock() + leastCallMs > deadlineMs) throw tooLate('too little time is left to begin a call');
        try {
          return checked(
            await beforeAbort(adapter.call(batch, { role, signal: stop.signal }), stop.signal),
            batch.length,
          );
        } catch (error) {
          stop.signal.throwIfAborted();
          const failure = asTuwenError(error);
          if (failure.retryAfterMs) rate.holdUntil(clock() + failure.retryAfterMs);
          if (!failure.retryable || attempt >= attempts) throw failure;
          const jitterMs = random() * Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
          const delayMs = (failure.retryAfterMs ?? 0) + jitterMs;
          if (clock() + delayMs + leastCallMs > deadlineMs) throw failure;
          await pause(delayMs);
        }
      }
    }

    async function pause(ms: number): Promise<void> {
      if (ms > 0) await beforeAbort(sleep(ms, stop.signal), stop.signal);
      stop.signal.throwIfAborted();
    }
  }

  function checked(vectors: readonly ArrayLike<number>[], expected: number): Float32Array[] {
    const fail = (message: string) => new TuwenError('embedder_failed', `${adapter.model}: ${message}`);
    if (vectors.length !== expected) throw fail(`expected ${expected} embeddings, found ${vectors.length}`);
    return vectors.map((vector) => {
      if (vector.length !== adapter.dimensions)
        throw fail(`expected an embedding of ${adapter.dimensions} dimensions, found ${vector.length}`);
      const unit = unitVector(vector);
      if (!unit) throw fail('expected an embedding of finite numbers that are not all zero');
      return unit;
    });
  }

  function tooLate(reason: string): TuwenError {
    return new TuwenError('embedder_failed', `${adapter.model}: no embedding in time, ${reason}`, {
      retryable: true,
    });
  }

  function asTuwenError(error: unknown): TuwenError {
    if (error instanceof TuwenError) return error;
    return new TuwenError('embedder_failed', `${adapter.model}: the call failed`, { cause: error });
  }
}

/** Equal inputs fall together: `positions[i]` tells where input i stands in `unique`. */
function distinct(inputs: readonly EmbedInput[]): { unique: EmbedInput[]; positions: number[] } {
  const seen = new Map<string, number>();
  const unique: EmbedInput[] = [];
  const positions = inputs.map((input) => {
    const key =
      input.type === 'text' ? `text:${input.text}` : createHash('sha256').update(input.picture).digest('hex');
    const at = seen.get(key) ?? unique.push(input) - 1;
    seen.set(key, at);
    return at;
  });
  return { unique, positions };
}

/** Settles as the promise does, or rejects with the signal's reason, whichever is first. */
async function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => {}); // Nobody may be listening any more when it fails.
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function sleepUntilAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
