import { randomUUID } from 'node:crypto';
import type { RunStore } from '../catalog/run-store.ts';
import { TuwenError } from '../error.ts';

/** Only its holder imports an object. */
export interface ImportLease {
  /** Whether it is time to renew it. */
  isDue(): boolean;
  /** False when another has taken it over. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

const leaseMs = 60_000;
const renewEveryMs = 5000;
const lookEveryMs = 2000;

/**
 * Takes the lease, or waits until it is free. A holder that is still there when its lease should have run
 * out is alive and sees to the object itself, if it is the same: then there is nothing left to do.
 *
 * @returns undefined where another invocation is at this very object
 * @throws TuwenError `conflict` (retryable) when the lease could not be had in time
 */
export async function takeImportLease(
  {
    runs,
    clock,
    newRunId = randomUUID,
    wait = sleep,
  }: {
    runs: RunStore;
    clock: () => number;
    newRunId?: () => string;
    wait?: (ms: number) => Promise<void>;
  },
  { key, etag }: { key: string; etag: string },
  { deadlineMs }: { deadlineMs: number },
): Promise<ImportLease | undefined> {
  const name = `import:${key}`;
  const owner = `${etag}/${newRunId()}`;
  const aliveAfterMs = clock() + leaseMs + lookEveryMs;
  for (;;) {
    const { acquired, holder } = await runs.acquire(name, owner, leaseMs);
    if (acquired) break;
    if (clock() >= aliveAfterMs && holder.startsWith(`${etag}/`)) return undefined;
    if (clock() >= Math.min(aliveAfterMs, deadlineMs))
      throw new TuwenError('conflict', `${key} is being imported by another invocation`, { retryable: true });
    await wait(lookEveryMs);
  }
  let renewedMs = clock();
  return {
    isDue: () => clock() - renewedMs >= renewEveryMs,
    async renew() {
      const { acquired } = await runs.acquire(name, owner, leaseMs);
      renewedMs = clock();
      return acquired;
    },
    release: () => runs.release(name, owner),
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
