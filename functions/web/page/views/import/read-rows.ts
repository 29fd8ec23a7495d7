import type { Strings } from '../../strings/en.ts';
import { readCsv } from './csv.ts';

/** A row as the API takes it, and where in the file it stands. */
export interface ImportRow {
  readonly line: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/** What did not go in, and why; told in whatever language the page is in. */
export interface Fault {
  readonly line: number;
  readonly id?: string | undefined;
  reason(words: Strings): string;
}

export interface ReadRows {
  readonly rows: readonly ImportRow[];
  readonly faults: readonly Fault[];
}

export const isRowFile = ({ name }: File): boolean => /\.(jsonl|ndjson|csv)$/i.test(name);

/** Rows out of a file; what is no row at all is a fault, what is a bad one the API finds out. */
export async function readRows(file: File): Promise<ReadRows> {
  const text = (await file.text()).replace(/^\ufeff/, '');
  return /\.csv$/i.test(file.name) ? readCsv(text) : readJsonLines(text);
}

export function readJsonLines(text: string): ReadRows {
  const rows: ImportRow[] = [];
  const faults: Fault[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const row = parseObject(line);
    if (row) rows.push({ line: i + 1, row });
    else faults.push({ line: i + 1, reason: (words) => words.import.notJson });
  }
  return { rows, faults };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
