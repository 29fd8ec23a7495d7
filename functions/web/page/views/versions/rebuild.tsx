import type { Child } from 'hono/jsx';
import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { api, type Run } from '../../api.ts';
import { ErrorNote } from '../../components/error-note.tsx';
import { ReasonText } from '../../components/reason-text.tsx';
import { formatNumber } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { reasonOfCode } from '../../reason.ts';
import { ApiProblem } from '../../request.ts';
import { sleep } from '../../wait.ts';

const lookEveryMs = 500;
const attempts = 10;
/** The run that was followed last, so that who looks at another view meanwhile finds it going on. */
let followed: string | undefined;

/** Builds a version now, and shows how far it is; also one that somebody else has begun. */
export function Rebuild({ onPublished }: { onPublished: () => void }): Child {
  const allWords = useStrings();
  const { index: words } = allWords;
  const [run, setRun] = useState<Run | undefined>(undefined);
  const [isStarting, setStarting] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const watching = useRef<AbortController | null>(null);
  useEffect(() => {
    const runId = followed;
    if (runId !== undefined) void watch((signal) => follow(runId, signal).catch(unlessGone));
    return () => watching.current?.abort();
  }, []);

  const rebuild = (): Promise<void> => watch(followOne);

  async function watch(what: (signal: AbortSignal) => Promise<void>): Promise<void> {
    watching.current?.abort();
    const controller = new AbortController();
    watching.current = controller;
    setStarting(true);
    setError(undefined);
    setRun(undefined);
    try {
      await what(controller.signal);
    } catch (fault) {
      if (!controller.signal.aborted) setError(fault);
    } finally {
      if (!controller.signal.aborted) setStarting(false);
    }
  }

  /** A scheduled look that finds nothing to do holds the others off for a moment, and leaves no record. */
  async function followOne(signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await follow(await begin(), signal);
      } catch (error) {
        unlessGone(error);
        if (attempt === attempts) throw error;
        await sleep(lookEveryMs, signal);
      }
    }
  }

  async function follow(runId: string, signal: AbortSignal): Promise<void> {
    followed = runId;
    for (;;) {
      const now = await api.run(runId, signal);
      setRun(now);
      if (now.status !== 'running') {
        followed = undefined;
        return onPublished();
      }
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
          // Not disabled, which would take the focus from who has just pressed it.
          aria-disabled={isRunning ? 'true' : undefined}
          onClick={() => !isRunning && void rebuild()}
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
          <div class="note note-error">
            <p>{words.failed}</p>
            {run.error && (
              <p>
                <ReasonText reason={reasonOfCode(run.error, allWords)} />
              </p>
            )}
          </div>
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

/** Of a run there may be no record. @throws any other error */
function unlessGone(error: unknown): void {
  followed = undefined;
  if (!(error instanceof ApiProblem) || error.status !== 404) throw error;
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
