import type { Child } from 'hono/jsx';
import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { api, type Run } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { formatNumber } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { ApiProblem } from '../../request.ts';
import { sleep } from '../../wait.ts';

const lookEveryMs = 500;
const attempts = 10;

/** Builds a version now, and shows how far it is; also one that somebody else has begun. */
export function Rebuild({ onPublished }: { onPublished: () => void }): Child {
  const { index: words } = useStrings();
  const [run, setRun] = useState<Run | undefined>(undefined);
  const [isStarting, setStarting] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const watching = useRef<AbortController | null>(null);
  useEffect(() => () => watching.current?.abort(), []);

  async function rebuild(): Promise<void> {
    const controller = new AbortController();
    watching.current = controller;
    setStarting(true);
    setError(undefined);
    setRun(undefined);
    try {
      await followOne(controller.signal);
    } catch (fault) {
      if (!controller.signal.aborted) setError(fault);
    } finally {
      setStarting(false);
    }
  }

  /** A scheduled look that finds nothing to do holds the others off for a moment, and leaves no record. */
  async function followOne(signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await follow(await begin(), signal);
      } catch (error) {
        const isGone = error instanceof ApiProblem && error.status === 404;
        if (!isGone || attempt === attempts) throw error;
        await sleep(lookEveryMs, signal);
      }
    }
  }

  async function follow(runId: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const now = await api.run(runId, signal);
      setRun(now);
      if (now.status !== 'running') return onPublished();
      await sleep(lookEveryMs, signal);
    }
  }

  const isRunning = isStarting || run?.status === 'running';
  return (
    <section class="stack rebuild">
      <div class="row">
        <button
          type="button"
          class="button button-primary"
          disabled={isRunning}
          onClick={() => void rebuild()}
        >
          {isRunning ? words.rebuilding : words.rebuild}
        </button>
      </div>
      {isRunning && (
        <div>
          <progress
            aria-label={words.rebuilding}
            max={Math.max(1, run?.total ?? 1)}
            value={run && run.total > 0 ? run.done : undefined}
          />
          <p class="small muted">{progressOf(run)}</p>
        </div>
      )}
      <div role="status">
        {run?.status === 'succeeded' && <p class="note note-good">{words.succeeded(run.version ?? '')}</p>}
        {run?.status === 'failed' && (
          <p class="note note-error">{words.failed(run.error?.detail ?? run.error?.code ?? '')}</p>
        )}
        {run?.status === 'lost' && <p class="note note-warning">{words.lost}</p>}
      </div>
      {error !== undefined && <ErrorNote error={error} onRetry={() => void rebuild()} />}
    </section>
  );

  function progressOf(now: Run | undefined): string {
    if (!now) return words.progress('0', '0', false);
    return words.progress(formatNumber(now.done), formatNumber(now.total), now.total > 0);
  }
}

/** @returns the run that was begun, or the one that is under way already */
async function begin(): Promise<string> {
  try {
    return (await api.rebuild()).runId;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 409 && error.runId !== undefined) return error.runId;
    throw error;
  }
}
