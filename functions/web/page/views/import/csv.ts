import type { Strings } from '../../strings/en.ts';
import type { Fault, ImportRow, ReadRows } from './read-rows.ts';

/**
 * CSV as the import of the server reads it (RFC 4180, see its README): `images` parted by `|`, every further column
 * an attribute, which is a number or a boolean only where all its values are. Here because that one reads streams of
 * bytes with packages that would make the page's script many times as large.
 */
export function readCsv(text: string): ReadRows {
  const [header, ...records] = recordsOf(text);
  if (!header) return { rows: [], faults: [] };
  const names = header.cells ?? [];
  const headerFault = header.fault ?? faultOfHeader(names);
  if (headerFault) return { rows: [], faults: [{ line: header.line, reason: headerFault }] };

  const faults: Fault[] = [];
  const whole: { line: number; cells: readonly string[] }[] = [];
  for (const { line, cells = [], fault } of records) {
    if (fault) faults.push({ line, reason: fault });
    else if (cells.length === names.length) whole.push({ line, cells });
    else faults.push({ line, reason: (words) => words.import.cells(names.length, cells.length) });
  }
  const kinds = names.map((_, i) => kindOf(whole.map(({ cells }) => cells[i]!)));
  const rows = whole.map(({ line, cells }): ImportRow => ({ line, row: rowOf(names, kinds, cells) }));
  return { rows, faults };
}

type Reason = (words: Strings) => string;

interface CsvRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells?: readonly string[];
  readonly fault?: Reason;
}

/** More than any item that can be put. */
const recordCharacters = 512 * 1024;

/**
 * A line, or several where a quote holds them together. What can't be read costs one line: what follows may be
 * sound, even if an open quote seems to swallow it.
 */
function recordsOf(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    if (lines[i]!.trim() === '') continue;
    let last = i;
    let record = lines[i]!;
    while (isOpen(record) && last + 1 < lines.length && record.length < recordCharacters)
      record += `\n${lines[++last]}`;
    const read = cellsOf(record.replace(/\r$/, ''));
    records.push({ line: i + 1, ...read });
    if (read.cells) i = last;
  }
  return records;
}

/** An odd number of quotes: one that opens a cell has not been closed. */
const isOpen = (record: string): boolean => (record.split('"').length - 1) % 2 === 1;

function cellsOf(record: string): Pick<CsvRecord, 'cells' | 'fault'> {
  if (isOpen(record)) return { fault: (words) => words.import.openQuote };
  const cells: string[] = [];
  const cell = /("(?:[^"]|"")*"|[^",]*)(,|$)/y;
  for (;;) {
    const match = cell.exec(record);
    if (!match) return { fault: (words) => words.import.strayQuote };
    const [, raw = '', end] = match;
    cells.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '') return { cells };
  }
}

function faultOfHeader(names: readonly string[]): Reason | undefined {
  const missing = ['id', 'title'].find((name) => !names.includes(name));
  if (missing) return (words) => words.import.noColumn(missing);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? undefined : (words) => words.import.twice(twice);
}

type Kind = 'number' | 'boolean' | 'string';

function kindOf(values: readonly string[]): Kind {
  const filled = values.filter((value) => value !== '');
  if (filled.length === 0) return 'string';
  // So that no 007 loses its zeros.
  if (filled.every((value) => Number.isFinite(Number(value)) && String(Number(value)) === value))
    return 'number';
  return filled.every((value) => value === 'true' || value === 'false') ? 'boolean' : 'string';
}

const plain = new Set(['id', 'title', 'description']);

function rowOf(
  names: readonly string[],
  kinds: readonly Kind[],
  cells: readonly string[],
): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  const attributes: Record<string, unknown> = {};
  for (const [i, name] of names.entries()) {
    const value = cells[i]!;
    if (value === '') continue;
    if (name === 'images') row.images = partsOf(value);
    else if (plain.has(name)) row[name] = value;
    else
      attributes[name] =
        kinds[i] === 'number' ? Number(value) : kinds[i] === 'boolean' ? value === 'true' : value;
  }
  if (Object.keys(attributes).length > 0) row.attributes = attributes;
  return row;
}

const partsOf = (value: string): string[] =>
  value
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '');
