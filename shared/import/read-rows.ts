import { type CsvColumn, readCells, rowOf } from './csv.ts';
import { readJsonLines } from './json-lines.ts';
import type { Parsed, Position, ReadRecord } from './records.ts';

export type ImportFormat = 'jsonl' | 'csv';

/**
 * The rows of a file of either format, from a position on; whether they are items is not checked here.
 *
 * @param from.columns of a CSV, from all of its rows
 */
export async function* readRows(
  format: ImportFormat,
  chunks: AsyncIterable<Uint8Array>,
  { position, columns }: { readonly position: Position; readonly columns: readonly CsvColumn[] },
): AsyncGenerator<ReadRecord<unknown>> {
  if (format === 'jsonl') {
    yield* readJsonLines(chunks, position);
    return;
  }
  let isHeader = position.offset === 0;
  for await (const record of readCells(chunks, position)) {
    const { line, next } = record;
    const row: Parsed<unknown> = 'fault' in record ? record : rowOf(columns, record.value);
    if (!isHeader && row) yield { line, next, ...row };
    isHeader = false;
  }
}
