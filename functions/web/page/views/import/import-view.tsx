import type { Child } from 'hono/jsx';
import { useCallback, useRef, useState } from 'hono/jsx/dom';
import { DropZone } from '../../components/drop-zone.tsx';
import { BackIcon } from '../../components/icons.tsx';
import { useStrings } from '../../language.ts';
import { acceptedTypes } from '../../pictures/picture-type.ts';
import { hrefOf, useRoute } from '../../router.ts';
import { useStore } from '../../store.ts';
import { afterOf, targetOfCatalog } from '../catalog/address.ts';
import { startImport } from './import-job.ts';
import { ImportProgress } from './import-progress.tsx';
import { importJob } from './import-state.ts';
import { isRowFile, type ReadRows, readRows } from './read-rows.ts';

type Chosen =
  | { readonly name: string; readonly read: ReadRows; readonly pictures: readonly File[] }
  | { readonly fault: 'noRows' | 'manyRows' | 'unreadable' };

/** Rows and the pictures that they name, from files that were dropped together. */
export function ImportView(): Child {
  const words = useStrings();
  const { parameters } = useRoute();
  const job = useStore(importJob);
  const [chosen, setChosen] = useState<Chosen | undefined>(undefined);

  // Of two choices the later counts, however long the reading of the one before takes.
  const latest = useRef(0);
  const choose = useCallback(async (files: File[]) => {
    const choice = ++latest.current;
    const rowFiles = files.filter(isRowFile);
    const [rowFile] = rowFiles;
    if (!rowFile) return setChosen({ fault: 'noRows' });
    if (rowFiles.length > 1) return setChosen({ fault: 'manyRows' });
    const pictures = files.filter((file) => file !== rowFile && !file.name.startsWith('.'));
    const read = await readRows(rowFile).catch(() => undefined);
    if (choice !== latest.current) return;
    setChosen(read ? { name: rowFile.name, read, pictures } : { fault: 'unreadable' });
  }, []);

  return (
    <div class="view">
      <header class="view-head">
        <a class="back" href={hrefOf(targetOfCatalog({ after: afterOf(parameters) }))}>
          <BackIcon />
          {words.import.back}
        </a>
        <h1>{words.import.heading}</h1>
        <p class="muted">{words.import.intro}</p>
      </header>
      {job ? (
        <ImportProgress job={job} onAnother={() => setChosen(undefined)} />
      ) : (
        <>
          <DropZone
            title={words.import.drop}
            choose={words.import.choose}
            chooseFolder={words.import.chooseFolder}
            accept={`.jsonl,.ndjson,.csv,${acceptedTypes}`}
            onFiles={choose}
          />
          {chosen && 'fault' in chosen && (
            <p class="note note-error" role="alert">
              {words.import[chosen.fault]}
            </p>
          )}
          {chosen && 'read' in chosen && (
            <section class="panel row import-ready">
              <p>
                <strong>{chosen.name}</strong>{' '}
                <span class="muted">
                  {words.import.ready(
                    chosen.read.rows.length + chosen.read.faults.length,
                    chosen.pictures.length,
                  )}
                </span>
              </p>
              <button
                type="button"
                class="button button-primary"
                onClick={() => void startImport(chosen.name, chosen.read, chosen.pictures)}
              >
                {words.import.start}
              </button>
            </section>
          )}
          <FormatHelp />
        </>
      )}
    </div>
  );
}

const jsonExample =
  '{"id": "dress-1", "title": "Red dress 红色连衣裙", "attributes": {"colour": "red", "price": 59}, "images": ["dress-1.jpg"]}';
const csvExample =
  'id,title,images,colour,price\ndress-1,Red dress 红色连衣裙,dress-1.jpg|dress-1-back.jpg,red,59';

function FormatHelp(): Child {
  const words = useStrings();
  return (
    <details class="format">
      <summary>{words.import.format}</summary>
      <p class="small muted">{words.import.formatJson}</p>
      <pre tabindex={0}>{jsonExample}</pre>
      <p class="small muted">{words.import.formatCsv}</p>
      <pre tabindex={0}>{csvExample}</pre>
    </details>
  );
}
