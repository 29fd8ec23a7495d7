import type { RunStore } from '../catalog/run-store.ts';
import { TuwenError } from '../error.ts';

/** One build of the index as `GET /v1/index/runs/{runId}` shows it. */
export interface Run {
  readonly runId: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'lost';
  /** Contents embedded in this run, of those that had no embedding yet. */
  readonly done: number;
  readonly total: number;
  readonly version?: string;
  readonly error?: { readonly code: string; readonly detail: string };
}

/** Only its holder builds. Renewed with each sign of life, so that a dead run is seen within a minute. */
export const runLease = { name: 'reindex', ttlMs: 60_000 };

type StoredRun = Run & { readonly asked: boolean };

const keepMs = 30 * 24 * 3_600_000;
/** Progress is stored, and the lease renewed, no more often than this. */
const reportEveryMs = 1000;

export interface RunLog {
  /** The run, `lost` when it says running but nobody holds its lease any more. */
  read(runId: string): Promise<StoredRun | undefined>;
  /** Notes that it was asked for, before anybody has begun it. */
  announce(runId: string): Promise<void>;
  begin(runId: string, options: { asked: boolean }): RunReporter;
}

export interface RunReporter {
  /** @throws TuwenError `conflict` when another run has taken over the lease. */
  progress(done: number, total: number): Promise<void>;
  /** Renews the lease where there is nothing to tell. */
  keepAlive(): Promise<void>;
  succeed(version: string): Promise<Run>;
  fail(error: unknown): Promise<Run>;
}

export function createRunLog({ runs, clock }: { runs: RunStore; clock: () => number }): RunLog {
  const write = (run: StoredRun) => runs.write(`run:${run.runId}`, run, { ttlMs: keepMs });

  return {
    async read(runId) {
      const read = () => runs.read<StoredRun>(`run:${runId}`);
      const run = await read();
      if (run?.status !== 'running' || (await runs.holder(runLease.name)) === runId) return run;
      // It may have come to its end since it was read, which it tells before it lets go.
      const later = await read();
      return later?.status === 'running' ? { ...later, status: 'lost' } : later;
    },

    announce: (runId) => write({ runId, status: 'running', done: 0, total: 0, asked: true }),

    begin(runId, { asked }) {
      let run: StoredRun = { runId, status: 'running', done: 0, total: 0, asked };
      let reportedMs = Number.NEGATIVE_INFINITY;
      async function report(): Promise<void> {
        if (clock() - reportedMs < reportEveryMs) return;
        const { acquired, holder } = await runs.acquire(runLease.name, runId, runLease.ttlMs);
        if (!acquired) throw new TuwenError('conflict', `another run has taken over: ${holder}`);
        await write(run);
        reportedMs = clock();
      }
      return {
        progress(done, total) {
          run = { ...run, done, total };
          return report();
        },
        keepAlive: report,
        async succeed(version) {
          run = { ...run, status: 'succeeded', done: run.total, version };
          await write(run);
          return run;
        },
        async fail(error) {
          const known = error instanceof TuwenError ? error : new TuwenError('internal', 'the build failed');
          run = { ...run, status: 'failed', error: { code: known.code, detail: known.message } };
          await write(run);
          return run;
        },
      };
    },
  };
}
