import { setTimeout as sleep } from 'node:timers/promises';
import { TuwenError } from '../error.ts';
import type { ByteRange, ObjectStore } from '../objects/object-store.ts';

export interface ReadRetry {
  /** Tries of one range, the first included. Default 4. */
  readonly attempts?: number;
  /** [0, 1), for the jitter. */
  readonly random?: () => number;
  /** The longest pause before the first retry; each next may be twice as long. Default 100 ms. */
  readonly pauseMs?: number;
}

/**
 * Reads a range into memory. A read that fails is tried again a few times after a random pause: the
 * sockets of a function that was frozen are dead when it goes on. An object that is gone or another
 * by now is not tried again.
 *
 * @throws what the store threw last
 */
export async function readRange(
  objects: Pick<ObjectStore, 'readInto'>,
  key: string,
  range: ByteRange,
  target: Uint8Array,
  { attempts = 4, random = Math.random, pauseMs = 100 }: ReadRetry = {},
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await objects.readInto(key, range, target);
    } catch (error) {
      const isFinal = error instanceof TuwenError && ['not_found', 'conflict'].includes(error.code);
      if (isFinal || attempt >= attempts) throw error;
      await sleep(random() * pauseMs * 2 ** (attempt - 1));
    }
  }
}
