import type { Child } from 'hono/jsx';
import { ReasonText } from '../../components/reason-text.tsx';
import { formatNumber } from '../../format.ts';
import { useStrings } from '../../language.ts';
import type { Strings } from '../../strings/en.ts';
import { type ImportJob, isOver } from './import-state.ts';

/** More make the page slow; the report that can be saved has all of them. */
const shown = 200;

/** What went in, and of what did not the line and the reason; grows while the import runs. */
export function ImportReport({ job }: { job: ImportJob }): Child {
  const words = useStrings();
  const isDone = job.phase === 'done';
  const figures: readonly (readonly [string, number, boolean])[] = [
    [words.import.created, job.created, true],
    [words.import.updated, job.updated, true],
    [words.import.unchanged, job.unchanged, true],
    [words.import.failed, job.badRows, true],
    [words.import.badPictures, job.badPictures, true],
    [words.import.unread, job.unread, job.unread > 0],
  ];
  return (
    <section class="panel stack" aria-labelledby="report-heading">
      <div class="list-head">
        <h2 id="report-heading">{words.import.report}</h2>
        {isOver(job) && (
          <button type="button" class="button button-small" onClick={() => save(job, words)}>
            {words.import.download}
          </button>
        )}
      </div>
      <dl class="figures">
        {figures
          .filter(([, , isShown]) => isShown)
          .map(([name, count]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{formatNumber(count)}</dd>
            </div>
          ))}
      </dl>
      {isDone && job.unused > 0 && <p class="note note-warning">{words.import.unused(job.unused)}</p>}
      {isDone && job.faults.length === 0 && job.unread === 0 && (
        <p class="note note-good">{words.import.noProblems}</p>
      )}
      {job.faults.length > 0 && (
        <>
          <h3>{words.import.problems}</h3>
          <table class="table faults">
            <thead>
              <tr>
                <th scope="col" class="number">
                  {words.import.line}
                </th>
                <th scope="col">{words.import.id}</th>
                <th scope="col">{words.import.reason}</th>
              </tr>
            </thead>
            <tbody>
              {inOrder(job)
                .slice(0, shown)
                .map((fault) => (
                  <tr>
                    <td class="number" data-label={words.import.line}>
                      {fault.line}
                    </td>
                    <td data-label={words.import.id}>{fault.id ?? ''}</td>
                    <td data-label={words.import.reason}>
                      <div>
                        <ReasonText reason={fault.reason(words)} />
                      </div>
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
          {job.faults.length > shown && (
            <p class="small muted">{words.import.moreProblems(formatNumber(job.faults.length - shown))}</p>
          )}
        </>
      )}
    </section>
  );
}

const inOrder = ({ faults }: ImportJob) => [...faults].sort((a, b) => a.line - b.line);

function save(job: ImportJob, words: Strings): void {
  const { name, created, updated, unchanged, badRows, badPictures } = job;
  const errors = inOrder(job).map(({ line, id, reason }) => {
    const { text: detail, ...rest } = reason(words);
    return { line, id, detail, ...rest };
  });
  const report = { source: name, created, updated, unchanged, badRows, badPictures, errors };
  const url = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replace(/\.[^.]*$/, '')}.report.json`;
  link.click();
  // Some browsers begin to read it only after this.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
