import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, Ending } from './context.ts';
import { CallFailure, Failure, Stopped } from './failure.ts';
import { noProgress, type Progress } from './progress.ts';

export interface Rebuilt {
  readonly runId: string;
  readonly version: string;
}

const lookEveryMs = 500;
/** Others may ask first, again and again: a schedule does. */
const asksAtMost = 50;
const betweenAsksMs = 500;
/** Search looks for a new version every ten seconds, and then reads it. */
const untilSearchedMs = 20_000;

export async function rebuild(context: Context): Promise<Ending> {
  const rebuilt = await rebuildIndex(context);
  context.output.result(rebuilt, () => [`live: version ${rebuilt.version}`]);
  return 'ok';
}

/**
 * Has a version built from the catalog as it is now, and waits until search answers from it. A run that is under
 * way already may have read the catalog earlier: that one is let finish, then another is asked for.
 *
 * @throws Failure when the run fails
 */
export async function rebuildIndex(context: Context): Promise<Rebuilt> {
  const { api, stop } = context;
  for (let asked = 1; ; asked++) {
    if (stop.aborted) throw new Stopped('stopped; nothing was rebuilt');
    try {
      const { runId } = (await api.rebuild()).value;
      const rebuilt = await follow(context, runId, { isOurs: true });
      await untilSearched(context, rebuilt.version);
      return rebuilt;
    } catch (error) {
      const runId = error instanceof CallFailure && error.code === 'conflict' ? error.extra.runId : undefined;
      if (typeof runId !== 'string' || asked >= asksAtMost) throw error;
      await follow(context, runId, { isOurs: false });
      await sleep(Math.random() * betweenAsksMs);
    }
  }
}

async function follow(
  { api, output, stop }: Context,
  runId: string,
  { isOurs }: { isOurs: boolean },
): Promise<Rebuilt> {
  let bar: Progress = noProgress;
  let total = 0;
  try {
    for (;;) {
      const run = await readRun();
      if (isOurs && run && run.total !== total) {
        bar.stop();
        total = run.total;
        bar = output.progress({ name: 'rebuild', total, unit: 'items' });
      }
      bar.update(run?.done ?? 0);
      if (run?.status === 'succeeded' || (!isOurs && run?.status !== 'running'))
        return { runId, version: run?.version ?? (await api.index()).value.version };
      if (run && run.status !== 'running') throw failureOf(runId, run);
      // The build goes on by itself.
      await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => {
        throw new Stopped(`stopped waiting; run ${runId} goes on`);
      });
    }
  } finally {
    bar.stop();
  }

  async function readRun() {
    try {
      return (await api.run(runId)).value;
    } catch (error) {
      // A scheduled run that had nothing to do leaves no record.
      if (!isOurs && error instanceof CallFailure && error.status === 404) return undefined;
      throw error;
    }
  }
}

/**
 * Whoever searches next wants to find what was built. Names of versions ascend with time, so a later one will
 * do; where search has not come to it in time it will all the same, and the build is no failure.
 */
async function untilSearched({ api, stop }: Context, version: string): Promise<void> {
  for (const startedMs = Date.now(); Date.now() - startedMs < untilSearchedMs; ) {
    const health = await api.health().catch((error) => {
      if (error instanceof CallFailure) return undefined;
      throw error;
    });
    if (health && health.value.index.version >= version) return;
    await sleep(lookEveryMs, undefined, { signal: stop }).catch(() => {
      throw new Stopped(`stopped waiting; version ${version} is live`);
    });
  }
}

function failureOf(
  runId: string,
  { status, error }: { status: string; error?: { code: string; detail: string } | undefined },
): Failure {
  const reason = error ? `: ${error.code}: ${error.detail}` : '';
  return new Failure(`run ${runId} is ${status}${reason}`);
}
