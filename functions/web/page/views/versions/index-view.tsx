import type { Child } from 'hono/jsx';
import { useEffect, useRef, useState } from 'hono/jsx/dom';
import { api, type Version } from '../../api.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { type Requested, useRequest } from '../../components/use-request.ts';
import { useStrings } from '../../language.ts';
import { ApiProblem, Unreachable } from '../../request.ts';
import { LiveVersion } from './live-version.tsx';
import { Rebuild } from './rebuild.tsx';
import { VersionTable } from './version-table.tsx';

const lookEveryMs = 5000;

/** What is live, what waits, and what there is to go back to. */
export function IndexView(): Child {
  const { index: words } = useStrings();
  const live = useRequest('index', (signal) => api.index(signal));
  const versions = useRequest('versions', (signal) => api.versions(signal));
  const [asked, setAsked] = useState<Version | undefined>(undefined);
  const [told, setTold] = useState<string | undefined>(undefined);

  function reload(): void {
    live.reload();
    versions.reload();
  }

  // Scheduled builds come by themselves. Nothing is asked again while it is under way, or while the answer was a
  // refusal: who has no key would be asked for one every few seconds.
  const latest = useRef([live, versions]);
  latest.current = [live, versions];
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible') return;
      for (const asked of latest.current!) if (mayAskAgain(asked)) asked.reload();
    }, lookEveryMs);
    return () => clearInterval(timer);
  }, []);

  async function roll(version: string): Promise<void> {
    const now = await api.rollback(version);
    setAsked(undefined);
    setTold(words.rolledBack(now.version));
    reload();
  }

  const isEmpty = live.error instanceof ApiProblem && live.error.status === 404;
  return (
    <div class="view">
      <header class="view-head">
        <h1>{words.heading}</h1>
      </header>
      <div role="status">{told !== undefined && <p class="note note-good">{told}</p>}</div>
      {isEmpty && <p class="empty">{words.empty}</p>}
      {live.error !== undefined && !isEmpty && <ErrorNote error={live.error} onRetry={live.reload} />}
      <LiveVersion index={live.value} isLoading={live.isLoading} onUnpin={() => roll('latest')} />
      <Rebuild onPublished={reload} />
      <section class="stack" aria-labelledby="versions-heading">
        <h2 id="versions-heading">{words.versions}</h2>
        {versions.error !== undefined && <ErrorNote error={versions.error} onRetry={versions.reload} />}
        {(versions.error === undefined || versions.value !== undefined) && (
          <VersionTable versions={versions.value?.versions} onRollback={setAsked} />
        )}
      </section>
      {asked && (
        <ConfirmDialog
          title={words.rollbackTitle}
          text={words.rollbackText(asked.version)}
          action={words.goLive}
          onConfirm={() => roll(asked.version)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}

const mayAskAgain = ({ isLoading, error }: Requested<unknown>): boolean =>
  !isLoading && (error === undefined || error instanceof Unreachable);
