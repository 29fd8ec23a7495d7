import type { ItemStore } from './catalog/item-store.ts';
import type { RunStore } from './catalog/run-store.ts';
import { TuwenError } from './error.ts';
import type { Manifest } from './index/manifest.ts';
import { filesOf } from './index/verify-version.ts';
import type { VersionStore } from './index/version-store.ts';
import { type RunLog, runLease } from './rebuild/run-log.ts';

const attempts = 10;
const pauseMs = 50;

/** What people ask of the index and tell it: state, versions, rebuild, roll back. */
export function createSteerIndex(dependencies: {
  readonly versions: VersionStore;
  readonly items: Pick<ItemStore, 'countPending'>;
  readonly runs: RunStore;
  readonly runLog: RunLog;
  /** Starts the reindex function, which goes on by itself. */
  readonly startRebuild: (runId: string) => Promise<void>;
  readonly newRunId: () => string;
  readonly pause?: () => Promise<unknown>;
}) {
  const { versions, items, runs, runLog, startRebuild, newRunId } = dependencies;
  const { pause = () => new Promise((resolve) => setTimeout(resolve, pauseMs)) } = dependencies;

  async function state() {
    const current = await versions.current();
    if (!current) throw new TuwenError('not_found', 'nothing has been published yet');
    const [manifest, pending] = await Promise.all([versions.manifest(current.version), items.countPending()]);
    return { ...summaryOf(manifest), pending, pinned: current.pinned };
  }

  /** A run tells its end, then lets go: who has read of it and asks at once shall not be told to wait. */
  async function acquire(runId: string) {
    for (let attempt = 1; ; attempt++) {
      const lease = await runs.acquire(runLease.name, runId, runLease.ttlMs);
      if (lease.acquired || attempt >= attempts) return lease;
      const status = (await runLog.read(lease.holder))?.status;
      if (status !== 'succeeded' && status !== 'failed') return lease;
      await pause();
    }
  }

  return {
    state,

    /** @throws TuwenError `conflict` with `runId` when a run is under way. */
    async rebuild(): Promise<string> {
      const runId = newRunId();
      // The lease is taken for the run before it starts, so that two requests cannot both be told yes.
      const { acquired, holder } = await acquire(runId);
      if (!acquired)
        throw new TuwenError('conflict', `a run is under way: ${holder}`, { extra: { runId: holder } });
      await runLog.announce(runId);
      try {
        await startRebuild(runId);
      } catch (error) {
        await runs.release(runLease.name, runId);
        throw error;
      }
      return runId;
    },

    async run(runId: string) {
      const run = await runLog.read(runId);
      if (!run) throw new TuwenError('not_found', `there is no run ${JSON.stringify(runId)}`);
      const { asked: _, ...shown } = run;
      return shown;
    },

    async versions() {
      const [current, list] = await Promise.all([versions.current(), versions.list()]);
      return list.map((manifest) => ({
        ...summaryOf(manifest),
        bytes: filesOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0),
        live: manifest.version === current?.version,
      }));
    },

    /** "latest" makes the newest version live and lets scheduled runs publish again. */
    async rollback(version: string) {
      if (version === 'latest') {
        const [current, [newest]] = await Promise.all([versions.current(), versions.list()]);
        if (!newest) throw new TuwenError('not_found', 'nothing has been published yet');
        if (current?.version !== newest.version) await versions.rollback(newest.version);
        await versions.unpin();
      } else {
        await versions.rollback(version);
      }
      return state();
    },
  };
}

function summaryOf({ version, model, dimensions, items, rows, builtAt }: Manifest) {
  return { version, model, dimensions, items, vectors: rows, builtAt };
}

export type SteerIndex = ReturnType<typeof createSteerIndex>;
