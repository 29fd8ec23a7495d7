import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TuwenError } from '../../shared/error.ts';
import { type CsvColumn, columnsOf, observe, readCells } from '../../shared/import/csv.ts';
import { type ImportFormat, readRows } from '../../shared/import/read-rows.ts';
import { beginning, type ReadRecord } from '../../shared/import/records.ts';
import { Failure, UsageFailure } from './failure.ts';
import { readPictureMap } from './picture-map.ts';

export interface ImportSource {
  readonly file: string;
  readonly bytes: number;
  /** Pictures are named relative to it. */
  readonly directory: string;
  /** Keys that pictures of an export have kept, by their paths in the directory. */
  readonly keysByPath: ReadonlyMap<string, string>;
  /** The whole file from the beginning. @throws TuwenError where the file can't be an import at all */
  rows(): AsyncGenerator<ReadRecord<unknown>>;
}

/** @throws Failure where there is no such file, UsageFailure for another kind of file */
export async function openImportSource(path: string): Promise<ImportSource> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Failure(`there is no ${path}`);
  const file = found.isDirectory() ? await rowsFileOf(path) : path;
  const format = formatOf(file);
  if (!format)
    throw new UsageFailure(`expected a .jsonl or .csv file, or a directory with one, found ${path}`);
  const directory = dirname(file);
  const map = found.isDirectory() ? await readPictureMap(directory) : new Map();
  return {
    file,
    bytes: (await stat(file)).size,
    directory,
    keysByPath: new Map([...map.values()].map(({ path, key }) => [path, key])),
    async *rows() {
      const columns = format === 'csv' ? await readColumns(file) : [];
      yield* readRows(format, createReadStream(file), { position: beginning, columns });
    },
  };
}

async function rowsFileOf(directory: string): Promise<string> {
  for (const name of ['items.jsonl', 'items.csv']) {
    const file = join(directory, name);
    if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  }
  throw new Failure(`expected items.jsonl or items.csv in ${directory}, found neither`);
}

const formatOf = (file: string): ImportFormat | undefined =>
  /\.jsonl$/i.test(file) ? 'jsonl' : /\.csv$/i.test(file) ? 'csv' : undefined;

/** What the columns of a CSV hold can be told from all of its rows alone. */
async function readColumns(file: string): Promise<CsvColumn[]> {
  let columns: CsvColumn[] | undefined;
  for await (const record of readCells(createReadStream(file), beginning)) {
    if (columns) {
      if ('value' in record) observe(columns, record.value);
    } else {
      if ('fault' in record) throw new TuwenError('invalid_row', record.fault);
      columns = columnsOf(record.value);
    }
  }
  if (!columns) throw new TuwenError('invalid_row', 'expected a header, found nothing');
  return columns;
}
