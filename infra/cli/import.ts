import { basename } from 'node:path';
import { TuwenError } from '../../shared/error.ts';
import type { ReadRecord } from '../../shared/import/records.ts';
import { roleOf } from '../../shared/keys.ts';
import { isPictureUrl } from '../../shared/picture-urls.ts';
import type { Context, Ending } from './context.ts';
import { Stopped } from './failure.ts';
import { createImportPictures, isOfThePicture } from './import-pictures.ts';
import {
  addFault,
  createReport,
  faultText,
  type ImportFault,
  type ImportReport,
  summaryOf,
} from './import-report.ts';
import { all, createPrepareRow, type PreparedRow } from './import-rows.ts';
import { type ImportSource, openImportSource } from './import-source.ts';
import { type Journal, openJournal } from './journal.ts';
import { rebuildIndex } from './rebuild.ts';

export interface ImportOptions {
  readonly journal?: string;
  readonly fresh: boolean;
  readonly rebuild: boolean;
}

const rowsPerBatch = 100;
/** A request holds 6 MB; rows are measured in characters, of up to three bytes each. */
const charactersPerRequest = 1_500_000;
/** What a URL names is fetched while the request waits: 64 are enough for one. */
const charactersPerUrl = charactersPerRequest / 64;

/** Brings rows and the pictures they name into the catalog; what can't go in is told, the rest goes on. */
export async function importCatalog(context: Context, path: string, options: ImportOptions): Promise<Ending> {
  const { api, output } = context;
  const source = await openImportSource(path);
  const journalFile = options.journal ?? `${source.file}.journal`;
  const journal = openJournal(journalFile, { url: api.url, fresh: options.fresh });
  const report = createReport(source.file);
  try {
    await forgetWhatIsGone(context, journal);
    await importRows(context, source, journal, report);
  } catch (error) {
    if (error instanceof Stopped) throw new Stopped('stopped; the same command goes on from here');
    output.note('the same command goes on from here');
    throw error;
  } finally {
    journal.close();
  }
  const { rows, pictures } = report;
  if (rows.doneBefore + pictures.doneBefore > 0)
    output.note(`what was done before is told by ${journalFile}; --fresh does it again`);
  const published = options.rebuild ? await rebuildIndex(context) : undefined;
  output.result({ ...report, ...(published && { rebuild: published }) }, () => [
    ...summaryOf(report),
    ...(published ? [`live: version ${published.version}`] : []),
  ]);
  return rows.failed + pictures.failed > 0 ? 'failed' : 'ok';
}

/** A journal outlives the service that it speaks of, when that is set up anew at the same address. */
async function forgetWhatIsGone({ api, output }: Context, journal: Journal): Promise<void> {
  const ids = journal.sampleIds();
  if (ids.length === 0) return;
  for (const id of ids) if (await api.hasItem(id)) return;
  output.note(`${journal.file} tells of items that are not there; all is done again`);
  journal.clear();
}

async function importRows(
  { api, output, stop }: Context,
  source: ImportSource,
  journal: Journal,
  report: ImportReport,
): Promise<void> {
  const name = basename(source.file);
  const pictures = createImportPictures(api, source, { journal, stop });
  const onFault = (fault: ImportFault) => output.note(faultText(name, fault));
  const prepare = createPrepareRow(pictures, { report, onFault });
  const bar = output.progress({ name, total: source.bytes, unit: 'rows' });
  /** Rows of these ids that come later have to be put again, or the earlier would have the last word. */
  const put = new Set<string>();
  const named = new Set<string>();
  let read = 0;
  /** Bytes before the batch at hand. */
  let began = 0;

  async function importBatch(batch: readonly ReadRecord<unknown>[]): Promise<void> {
    if (stop.aborted) throw new Stopped('stopped');
    const ended = batch.at(-1)?.next.offset ?? began;
    let ready = 0;
    const prepareAndTell = async (record: ReadRecord<unknown>) => {
      const row = await prepare(record);
      ready++;
      bar.update(began + ((ended - began) * ready) / batch.length, read + ready);
      return row;
    };
    const prepared = (await all(batch.map(prepareAndTell))).filter((row) => row !== undefined);
    for (const { row } of prepared) for (const key of row.images ?? []) named.add(key);
    const wanted = prepared.filter(({ line, id, sha256 }) => {
      if (journal.hasRow(line, sha256) && !put.has(id)) return false;
      put.add(id);
      return true;
    });
    report.rows.doneBefore += prepared.length - wanted.length;
    for (const rows of requestsOf(wanted)) {
      const { value } = await api.putItems(rows.map(({ row }) => row));
      // A row whose pictures could not be fetched is put again by the same command.
      const done = rows.filter((_, i) => {
        const outcome = value.outcomes[i];
        return outcome && outcome.status !== 'failed' && !outcome.pictures;
      });
      journal.addRows(done.map(({ line, id, sha256 }) => ({ line, id, sha256 })));
      for (const [i, { line, id }] of rows.entries()) {
        const {
          status = 'failed',
          code = 'internal',
          detail = 'no outcome was told',
          pictures: unfetched = [],
        } = value.outcomes[i] ?? {};
        if (status !== 'failed') report.rows[status]++;
        else {
          addFault(report, { line, id, code, detail });
          onFault({ line, id, code, detail });
        }
        for (const { key: picture, ...told } of unfetched) {
          addFault(report, { line, id, picture, ...told });
          onFault({ line, id, picture, ...told });
        }
      }
    }
    read += batch.length;
    began = ended;
  }

  /** An item has up to 64 pictures under its folder and names 16; an export has them all. */
  async function importUnnamed(): Promise<void> {
    const unnamed = [...source.keysByPath].filter(([, key]) => !named.has(key));
    await all(
      unnamed.map(async ([path, key]) => {
        const role = roleOf(key);
        const id = role.kind === 'picture' ? role.itemId : '';
        try {
          const outcome = await pictures.upload(await pictures.find(id, path));
          if (outcome === 'uploaded') report.pictures.uploaded++;
          if (outcome === 'done before') report.pictures.doneBefore++;
        } catch (error) {
          if (!isOfThePicture(error)) throw error;
          const fault = { picture: path, code: error.code, detail: error.message };
          addFault(report, fault);
          onFault(fault);
        }
      }),
    );
  }

  try {
    let batch: ReadRecord<unknown>[] = [];
    for await (const record of source.rows()) {
      batch.push(record);
      if (batch.length < rowsPerBatch) continue;
      await importBatch(batch);
      batch = [];
    }
    await importBatch(batch);
    await importUnnamed();
    if (read === 0) throw new TuwenError('invalid_row', 'expected at least one row, found none');
  } catch (error) {
    if (!(error instanceof TuwenError)) throw error;
    addFault(report, { line: 1, code: error.code, detail: error.message });
    onFault({ line: 1, code: error.code, detail: error.message });
  } finally {
    bar.stop();
  }
}

/** Parts of a batch that fit into a request each. */
function requestsOf(rows: readonly PreparedRow[]): PreparedRow[][] {
  const requests: PreparedRow[][] = [];
  let room = 0;
  for (const row of rows) {
    const urls = row.row.images?.filter(isPictureUrl).length ?? 0;
    const characters = JSON.stringify(row.row).length + urls * charactersPerUrl;
    if (characters > room) {
      requests.push([]);
      room = charactersPerRequest;
    }
    requests.at(-1)!.push(row);
    room -= characters;
  }
  return requests;
}
