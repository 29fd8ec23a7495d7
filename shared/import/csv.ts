import { CsvError } from 'csv-parse';
import { parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import { TuwenError } from '../error.ts';
import { attributeName, describeIssue } from '../item-schema.ts';
import { type Parsed, type Position, type ReadRecord, readRecords } from './records.ts';

/** Reads the cells of CSV as RFC 4180 has it, with a comma between cells; blank lines are passed over. */
export function readCells(
  chunks: AsyncIterable<Uint8Array>,
  from: Position,
): AsyncGenerator<ReadRecord<readonly string[]>> {
  return readRecords(chunks, { from, quoted: true, parse });
}

/** One column by its header, and what its values have been so far. */
export const csvColumn = z.strictObject({
  name: z.string(),
  /** Any value at all. */
  isFilled: z.boolean(),
  /** Every value `v` is `String(Number(v))`, so that no `007` loses its zeros. */
  isNumeric: z.boolean(),
  /** Every value is `true` or `false`. */
  isBoolean: z.boolean(),
});
export type CsvColumn = z.infer<typeof csvColumn>;

/** @throws TuwenError `invalid_row` when the header can't be that of an import. */
export function columnsOf(header: readonly string[]): CsvColumn[] {
  const [only = ''] = header;
  // Spreadsheets write semicolons where commas are decimal marks.
  if (header.length === 1 && /[;\t]/.test(only))
    throw fault(`expected commas between the columns, found ${list(header)}`);
  for (const name of ['id', 'title'])
    if (!header.includes(name)) throw fault(`expected a column "${name}", found ${list(header)}`);
  for (const [i, name] of header.entries()) {
    if (header.indexOf(name) !== i) throw fault(`expected each column once, found "${name}" twice`);
    const checked = attributeName.safeParse(name, { reportInput: true });
    if (!checked.success) throw fault(`column ${i + 1}: ${describeIssue(checked.error)}`);
  }
  return header.map((name) => ({ name, isFilled: false, isNumeric: true, isBoolean: true }));
}

/** Takes the values of one row into account. Rows of another width say nothing about columns. */
export function observe(columns: CsvColumn[], cells: readonly string[]): void {
  if (cells.length !== columns.length) return;
  for (const [i, column] of columns.entries()) {
    const value = cells[i];
    if (!value) continue;
    column.isFilled = true;
    if (column.isNumeric && !isNumber(value)) column.isNumeric = false;
    if (column.isBoolean && value !== 'true' && value !== 'false') column.isBoolean = false;
  }
}

/** The row as JSONL would have it. */
export function rowOf(columns: readonly CsvColumn[], cells: readonly string[]): Parsed<unknown> {
  if (cells.length !== columns.length)
    return { fault: `expected ${columns.length} cells, found ${cells.length}` };
  const row: Record<string, unknown> = {};
  const attributes: [string, string | number | boolean][] = [];
  for (const [i, column] of columns.entries()) {
    const value = cells[i];
    if (!value) continue;
    if (column.name === 'images') row.images = imagesOf(value);
    else if (plain.has(column.name)) row[column.name] = value;
    else attributes.push([column.name, typed(column, value)]);
  }
  if (attributes.length > 0) row.attributes = Object.fromEntries(attributes);
  return { value: row };
}

const plain = new Set(['id', 'title', 'description']);

function imagesOf(value: string): string[] {
  return value
    .split('|')
    .map((key) => key.trim())
    .filter((key) => key !== '');
}

function typed({ isNumeric, isBoolean }: CsvColumn, value: string): string | number | boolean {
  if (isNumeric) return Number(value);
  return isBoolean ? value === 'true' : value;
}

/** Infinity and NaN read back as themselves, too, but JSON knows neither. */
const isNumber = (value: string): boolean =>
  Number.isFinite(Number(value)) && String(Number(value)) === value;

function parse(text: string): Parsed<readonly string[]> {
  try {
    // Lines were parted before; a quote may still hold several in one cell.
    const [cells, more]: string[][] = parseCsv(text, { relax_column_count: true, record_delimiter: '\n' });
    if (!cells || more) return { fault: 'expected one row' };
    return { value: cells };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { fault: faults[error.code] ?? `expected CSV: ${error.message}` };
  }
}

const faults: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'expected the quote that opens a cell to be closed',
  CSV_INVALID_CLOSING_QUOTE:
    'expected a comma or the end of the row after a closing quote (a quote in a cell is doubled)',
  INVALID_OPENING_QUOTE: 'expected a cell with a quote to be in quotes, the quote doubled',
};

const fault = (detail: string) => new TuwenError('invalid_row', detail);
const list = (names: readonly string[]): string =>
  names.length === 0
    ? 'none'
    : names
        .slice(0, 8)
        .map((name) => JSON.stringify(name.slice(0, 40)))
        .join(', ');
