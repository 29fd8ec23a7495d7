import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '../../shared/objects/object-store.ts';

export interface Line {
  readonly firstByteMs: number;
  /** Of all reads together, as a function's network is. */
  readonly bytesPerSecond: number;
}

/**
 * A store whose ranged reads take the time of a line: each waits for its first byte, then those under way
 * share the line evenly. In real time, on timers; how much may come in follows the clock, so that a timer that
 * fires late costs nothing.
 */
export function createSlowObjects(
  inner: Pick<ObjectStore, 'readInto'>,
  { firstByteMs, bytesPerSecond }: Line,
): Pick<ObjectStore, 'readInto'> {
  const transfers = new Set<{ left: number; end: () => void }>();
  let isRunning = false;

  async function run(): Promise<void> {
    isRunning = true;
    for (let last = performance.now(); transfers.size > 0; ) {
      await sleep(1);
      const now = performance.now();
      deliver(((now - last) * bytesPerSecond) / 1000);
      last = now;
    }
    isRunning = false;
  }

  /** Those with least left first, so that what they don't use goes to the others. */
  function deliver(bytes: number): void {
    let budget = bytes;
    let sharing = transfers.size;
    for (const transfer of [...transfers].sort((a, b) => a.left - b.left)) {
      const share = Math.min(transfer.left, budget / sharing--);
      budget -= share;
      transfer.left -= share;
      if (transfer.left > 0) continue;
      transfers.delete(transfer);
      transfer.end();
    }
  }

  return {
    async readInto(key, range, target, options) {
      await sleep(firstByteMs);
      await new Promise<void>((resolve) => {
        transfers.add({ left: range.end - range.start, end: resolve });
        if (!isRunning) void run();
      });
      await inner.readInto(key, range, target, options);
    },
  };
}
