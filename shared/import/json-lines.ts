import { type Parsed, type Position, type ReadRecord, readRecords } from './records.ts';

/** Reads JSONL: one JSON value a line, blank lines passed over. Whether the values are items is not checked here. */
export function readJsonLines(
  chunks: AsyncIterable<Uint8Array>,
  from: Position,
): AsyncGenerator<ReadRecord<unknown>> {
  return readRecords(chunks, { from, quoted: false, parse });
}

function parse(text: string): Parsed<unknown> {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { fault: `expected one JSON object on the line: ${reason}` };
  }
}
