import type { Line } from './lines.ts';

/** Why a record can't be read. */
export type RecordFault = 'openQuote' | 'strayQuote' | 'bareQuote' | 'longRow' | 'notUtf8';

export interface CsvRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly read: { readonly cells: readonly string[] } | { readonly fault: RecordFault };
}

/** More than any item that can be put. */
const recordBytes = 512 * 1024;

/**
 * The records of CSV (RFC 4180), read as strictly as the import of the server reads them, which a property test
 * holds it to. What can't be read costs one line: what follows may be sound, even if an open quote seems to swallow
 * it. Not by csv-parse, as there: its build for browsers, 51 kB, would make the page's script half as large again.
 */
export function recordsOf(lines: readonly Line[]): CsvRecord[] {
  const records: CsvRecord[] = [];
  for (let first = 0; first < lines.length; ) {
    const { end, bytes } = endOfRecord(lines, first);
    const read = bytes > recordBytes ? { fault: 'longRow' as const } : readRecord(lines.slice(first, end));
    if (read) records.push({ line: first + 1, read });
    first = read && 'fault' in read ? first + 1 : end;
  }
  return records;
}

/**
 * How far the record goes that begins with line `first`: a newline ends it, unless it is inside quotes. A quote
 * opens nothing in the middle of a cell.
 *
 * @returns the line after its last one, and its bytes; those of a record that is too long as far as it was read
 */
function endOfRecord(lines: readonly Line[], first: number): { end: number; bytes: number } {
  let isInside = false;
  let bytes = -1;
  for (let at = first; at < lines.length; at++) {
    const line = lines[at]!;
    bytes += line.bytes + 1;
    isInside = isOpenAfter(line.text, isInside);
    if (!isInside || bytes > recordBytes) return { end: at + 1, bytes };
  }
  return { end: lines.length, bytes };
}

function isOpenAfter(text: string, wasInside: boolean): boolean {
  let isInside = wasInside;
  for (let at = 0; ; ) {
    if (isInside) {
      const close = text.indexOf('"', at);
      if (close < 0) return true;
      // A doubled quote closes and opens again at once.
      isInside = text[close + 1] === '"';
      at = close + (isInside ? 2 : 1);
    } else if (text[at] === '"') {
      // Never in the middle of a cell: there nothing is looked at but the next comma.
      isInside = true;
      at++;
    } else {
      const comma = text.indexOf(',', at);
      if (comma < 0) return false;
      at = comma + 1;
    }
  }
}

/** @returns undefined for a blank line */
function readRecord(lines: readonly Line[]): CsvRecord['read'] | undefined {
  if (!lines.every(({ isUtf8 }) => isUtf8)) return { fault: 'notUtf8' };
  const text = lines
    .map(({ text }) => text)
    .join('\n')
    .replace(/\r$/, '');
  return text.trim() === '' ? undefined : cellsOf(text);
}

function cellsOf(text: string): CsvRecord['read'] {
  const cells: string[] = [];
  for (let at = 0; ; at++) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? endOfQuoted(text, at) : endOfBare(text, at);
    if (end === undefined) return { fault: 'openQuote' };
    const cell = text.slice(at, end);
    if (!isQuoted && cell.includes('"')) return { fault: 'bareQuote' };
    if (end < text.length && text[end] !== ',') return { fault: 'strayQuote' };
    cells.push(isQuoted ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === text.length) return { cells };
    at = end;
  }
}

/** @returns the place after the closing quote, if there is one */
function endOfQuoted(text: string, opening: number): number | undefined {
  let close = text.indexOf('"', opening + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  return close < 0 ? undefined : close + 1;
}

function endOfBare(text: string, at: number): number {
  const comma = text.indexOf(',', at);
  return comma < 0 ? text.length : comma;
}
