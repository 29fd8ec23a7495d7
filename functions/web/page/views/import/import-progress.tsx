import type { Child } from 'hono/jsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { formatNumber } from '../../format.ts';
import { useStrings } from '../../language.ts';
import { forgetImport, goOnWithImport, skipChecks, stopImport } from './import-job.ts';
import { ImportReport } from './import-report.tsx';
import { type ImportJob, isOver } from './import-state.ts';

export interface ImportProgressProps {
  readonly job: ImportJob;
  readonly onAnother: () => void;
}

export function ImportProgress({ job, onAnother }: ImportProgressProps): Child {
  const { import: words } = useStrings();
  const labels = { pictures: words.phasePictures, rows: words.phaseRows, checks: words.phaseChecks };
  return (
    <>
      {job.phase !== 'done' && job.phase !== 'stopped' && (
        <section class="panel stack">
          <div class="list-head">
            <p role="status">
              <strong>{labels[job.phase]}</strong>
            </p>
            <span class="muted small">{words.progress(formatNumber(job.done), formatNumber(job.total))}</span>
          </div>
          <progress aria-label={labels[job.phase]} max={Math.max(1, job.total)} value={job.done} />
          <div class="row">
            {job.phase === 'checks' ? (
              <button type="button" class="button button-small" onClick={skipChecks}>
                {words.skipChecks}
              </button>
            ) : (
              <button type="button" class="button button-small" onClick={stopImport}>
                {words.stop}
              </button>
            )}
          </div>
        </section>
      )}
      {job.phase === 'stopped' &&
        (job.error === undefined ? (
          <p class="note note-warning">{words.stopped}</p>
        ) : (
          <ErrorNote error={job.error} />
        ))}
      <ImportReport job={job} />
      {isOver(job) && (
        <div class="row">
          {job.phase === 'stopped' && (
            <button type="button" class="button button-primary" onClick={() => void goOnWithImport()}>
              {words.goOn}
            </button>
          )}
          <button
            type="button"
            class="button"
            onClick={() => {
              forgetImport();
              onAnother();
            }}
          >
            {words.another}
          </button>
        </div>
      )}
    </>
  );
}
