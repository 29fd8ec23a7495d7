import { createHash } from 'node:crypto';
import { TuwenError } from '../../shared/error.ts';
import type { ReadRecord } from '../../shared/import/records.ts';
import type { ItemContent } from '../../shared/item.ts';
import { parseItemRow } from '../../shared/item-schema.ts';
import { type ImportPictures, isOfThePicture, type NamedPicture } from './import-pictures.ts';
import { addFault, type ImportFault, type ImportReport } from './import-report.ts';

/** A row as it is to be put, its pictures uploaded. */
export interface PreparedRow {
  readonly line: number;
  readonly id: string;
  readonly row: ItemContent & { readonly id: string };
  /** Of the row, hexadecimal. Its pictures' keys are made of what they hold, or of their names. */
  readonly sha256: string;
}

/** Checks a row, uploads its pictures and names them by their keys; a bad picture is left out and reported. */
export function createPrepareRow(
  pictures: ImportPictures,
  { report, onFault }: { report: ImportReport; onFault: (fault: ImportFault) => void },
) {
  const fail = (fault: ImportFault) => {
    addFault(report, fault);
    onFault(fault);
  };

  /** One picture of a row, or undefined where it is at fault. */
  async function attempt<T>(row: Named, picture: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (!isOfThePicture(error)) throw error;
      fail({ ...row, picture, code: error.code, detail: error.message });
      return undefined;
    }
  }

  async function findOf(row: Named, name: string) {
    const found = await attempt(row, name, () => pictures.find(row.id, name));
    return found && { name, ...found };
  }

  async function uploadOf(row: Named, picture: NamedPicture & { name: string }): Promise<string | undefined> {
    const outcome = await attempt(row, picture.name, () => pictures.upload(picture));
    if (outcome === 'uploaded') report.pictures.uploaded++;
    if (outcome === 'done before') report.pictures.doneBefore++;
    return outcome && picture.key;
  }

  return async (record: ReadRecord<unknown>): Promise<PreparedRow | undefined> => {
    const { line } = record;
    if ('fault' in record) {
      fail({ line, code: 'invalid_row', detail: record.fault });
      return undefined;
    }
    try {
      const names = namesOf(record.value);
      const anyKeys = names?.map(() => anyKey);
      // Before anything is uploaded for it.
      const { id } = parseItemRow(withImages(record.value, anyKeys));
      const row = { line, id };
      const found = await all((names ?? []).map((name) => findOf(row, name)));
      const named = found.filter((each) => each !== undefined);
      // What is no file is left as it is; if it is no key either, the row is at fault.
      parseItemRow(withImages(record.value, names && named.map(({ key }) => key)));
      const keys = await all(named.map((picture) => uploadOf(row, picture)));
      const images = names && keys.filter((key) => key !== undefined);
      const { content } = parseItemRow(withImages(record.value, images));
      const put = { id, ...content };
      return { line, id, row: put, sha256: createHash('sha256').update(JSON.stringify(put)).digest('hex') };
    } catch (error) {
      if (!(error instanceof TuwenError) || error.code === 'internal') throw error;
      const id = idOf(record.value);
      fail({ line, ...(id !== undefined && { id }), code: error.code, detail: error.message });
      return undefined;
    }
  };
}

/** A row, as its faults name it. */
interface Named {
  readonly line: number;
  readonly id: string;
}

/** As Promise.all, but what was begun has ended when it rejects. */
export async function all<T>(promises: readonly (Promise<T> | T)[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

const anyKey = 'catalog/any/picture';

/** The pictures that a row names; undefined where it names none, or in a way that is told as the row's fault. */
function namesOf(row: unknown): string[] | undefined {
  const images = typeof row === 'object' && row !== null && 'images' in row ? row.images : undefined;
  if (!Array.isArray(images)) return undefined;
  return images.every((name) => typeof name === 'string' && name !== '') ? images : undefined;
}

const withImages = (row: unknown, images: readonly string[] | undefined): unknown =>
  images && typeof row === 'object' ? { ...row, images } : row;

function idOf(row: unknown): string | undefined {
  return typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string'
    ? row.id
    : undefined;
}
