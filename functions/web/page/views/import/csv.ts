import { limits } from '../../../../../shared/item.ts';
import { type Reason, told } from '../../reason.ts';
import type { Strings } from '../../strings/en.ts';
import { recordsOf } from './csv-records.ts';
import type { Line } from './lines.ts';
import type { Fault, ImportRow, ReadRows } from './read-rows.ts';

/**
 * Rows of a CSV as the import of the server makes them (see the README): `images` parted by `|`, every further
 * column an attribute, which is a number or a boolean only where all its values are.
 */
export function readCsv(lines: readonly Line[]): ReadRows {
  const [header, ...records] = recordsOf(lines);
  if (!header) return { rows: [], faults: [] };
  const faultAt = (line: number, reason: Fault['reason']): Fault => ({ line, reason });
  if ('fault' in header.read) {
    const { fault } = header.read;
    return { rows: [], faults: [faultAt(header.line, ({ import: words }) => told(words[fault]))] };
  }
  const names = header.read.cells;
  const headerFault = faultOfHeader(names);
  if (headerFault) return { rows: [], faults: [faultAt(header.line, headerFault)] };

  const faults: Fault[] = [];
  const whole: { line: number; cells: readonly string[] }[] = [];
  for (const { line, read } of records) {
    if ('fault' in read) faults.push(faultAt(line, ({ import: words }) => told(words[read.fault])));
    else if (read.cells.length === names.length) whole.push({ line, cells: read.cells });
    else
      faults.push(faultAt(line, ({ import: words }) => told(words.cells(names.length, read.cells.length))));
  }
  const kinds = names.map((_, i) => kindOf(whole.map(({ cells }) => cells[i]!)));
  const rows = whole.map(({ line, cells }): ImportRow => ({ line, row: rowOf(names, kinds, cells) }));
  return { rows, faults };
}

function faultOfHeader(names: readonly string[]): ((words: Strings) => Reason) | undefined {
  const [only = ''] = names;
  // Spreadsheets write semicolons where commas are decimal marks.
  if (names.length === 1 && /[;\t]/.test(only))
    return ({ import: words }) => told(words.noCommas(shortened(only)));
  const missing = ['id', 'title'].find((name) => !names.includes(name));
  if (missing) return ({ import: words }) => told(words.noColumn(missing, shortened(names.join(', '))));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return ({ import: words }) => told(words.twice(twice));
  const bad = names.findIndex(
    (name) => name === '' || name.startsWith('$') || [...name].length > limits.attributeNameCharacters,
  );
  if (bad < 0) return undefined;
  return ({ import: words }) => told(words.badColumn(bad + 1, limits.attributeNameCharacters));
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

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
  const attributes: [string, unknown][] = [];
  for (const [i, name] of names.entries()) {
    const value = cells[i]!;
    if (value === '') continue;
    if (name === 'images') row.images = partsOf(value);
    else if (plain.has(name)) row[name] = value;
    else attributes.push([name, typed(kinds[i]!, value)]);
  }
  // Own properties, even of a column that is called __proto__.
  if (attributes.length > 0) row.attributes = Object.fromEntries(attributes);
  return row;
}

function typed(kind: Kind, value: string): string | number | boolean {
  if (kind === 'number') return Number(value);
  return kind === 'boolean' ? value === 'true' : value;
}

const partsOf = (value: string): string[] =>
  value
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '');
