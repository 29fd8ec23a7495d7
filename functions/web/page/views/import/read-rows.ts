import { type Reason, told } from '../../reason.ts';
import type { Strings } from '../../strings/en.ts';
import { readCsv } from './csv.ts';
import { isUtf16, type Line, linesOf } from './lines.ts';

/** A row as the API takes it, and where in the file it stands. */
export interface ImportRow {
  readonly line: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/** What did not go in, and why; told in whatever language the page is in. */
export interface Fault {
  readonly line: number;
  readonly id?: string | undefined;
  reason(words: Strings): Reason;
}

export interface ReadRows {
  readonly rows: readonly ImportRow[];
  readonly faults: readonly Fault[];
}

export const isRowFile = ({ name }: File): boolean => /\.(jsonl|ndjson|csv)$/i.test(name);

/**
 * Rows out of a file; what is no row at all is a fault, what is a bad one the API finds out.
 *
 * @throws DOMException where the file can't be read, such as one that is gone meanwhile
 */
export async function readRows(file: File): Promise<ReadRows> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isUtf16(bytes)) return { rows: [], faults: [{ line: 1, reason: (words) => told(words.import.utf16) }] };
  const lines = linesOf(bytes);
  return /\.csv$/i.test(file.name) ? readCsv(lines) : readJsonLines(lines);
}

export function readJsonLines(lines: readonly Line[]): ReadRows {
  const rows: ImportRow[] = [];
  const faults: Fault[] = [];
  for (const [i, { text, isUtf8 }] of lines.entries()) {
    if (text.trim() === '') continue;
    const row = isUtf8 ? parseObject(text) : undefined;
    if (row) rows.push({ line: i + 1, row });
    else
      faults.push({
        line: i + 1,
        reason: ({ import: words }) => told(isUtf8 ? words.notJson : words.notUtf8),
      });
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
