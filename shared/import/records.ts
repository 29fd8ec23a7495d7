import { TuwenError } from '../error.ts';

/** A place between two records of a file, from which reading can go on. */
export interface Position {
  /** Bytes before it. */
  readonly offset: number;
  /** The number of the line that begins there, from 1. */
  readonly line: number;
}

export const beginning: Position = { offset: 0, line: 1 };

/** What a record's text turned out to be; undefined where there is nothing in it. */
export type Parsed<Value> = { readonly value: Value } | { readonly fault: string } | undefined;

export type ReadRecord<Value> = {
  /** Where it begins. */
  readonly line: number;
  /** Where the next one begins. */
  readonly next: Position;
} & ({ readonly value: Value } | { readonly fault: string });

/** More than any item that can be put, however it is escaped. */
export const recordBytes = 512 * 1024;

/**
 * Splits a file into records of one line each or, where `quoted`, of as many as their quotes hold together
 * (RFC 4180). A record that can't be read costs one line: what follows may be sound, even if an open quote
 * seems to swallow it.
 *
 * @param chunks the file's bytes from `from` on
 * @throws TuwenError `unsupported_media_type` for a file in UTF-16
 */
export async function* readRecords<Value>(
  chunks: AsyncIterable<Uint8Array>,
  options: {
    readonly from: Position;
    readonly quoted: boolean;
    readonly parse: (text: string) => Parsed<Value>;
  },
): AsyncGenerator<ReadRecord<Value>> {
  const { quoted, parse } = options;
  let { offset, line } = options.from;
  let buffer: Buffer = Buffer.alloc(0);
  let isEnded = false;
  const reader = chunks[Symbol.asyncIterator]();

  async function fill(): Promise<void> {
    const { value, done } = await reader.next();
    if (done) isEnded = true;
    else buffer = buffer.length === 0 ? Buffer.from(value) : Buffer.concat([buffer, value]);
  }

  /** Moves on by so many bytes, which begin with a whole number of lines. */
  function consume(bytes: number): Position {
    line += countLines(buffer, bytes);
    offset += bytes;
    buffer = buffer.subarray(bytes);
    return { offset, line };
  }

  try {
    if (offset === 0) {
      while (buffer.length < 3 && !isEnded) await fill();
      const mark = byteOrderMark(buffer);
      offset += mark;
      buffer = buffer.subarray(mark);
    }
    for (;;) {
      const end = endOfRecord(buffer, quoted);
      if (end === undefined && !isEnded && buffer.length <= recordBytes) {
        await fill();
        continue;
      }
      if (buffer.length === 0) return;
      const began = line;
      const firstLine = buffer.indexOf(newline) + 1;
      const length = end ?? buffer.length;
      if (length > recordBytes) {
        const found = firstLine > 0 ? 'a longer one, or a quote that is never closed' : 'a longer one';
        const fault = `expected a row of at most ${recordBytes} bytes, found ${found}`;
        yield { line: began, next: await skipLine(), fault };
        continue;
      }
      const parsed = decode(buffer.subarray(0, length), parse);
      const spansLines = firstLine > 0 && firstLine < length;
      const isWhole = !parsed || 'value' in parsed || !spansLines;
      const next = consume(isWhole ? Math.min(length + 1, buffer.length) : firstLine);
      if (parsed) yield { line: began, next, ...parsed };
    }
  } finally {
    await reader.return?.();
  }

  /** Gives up the line at hand, of whatever length. */
  async function skipLine(): Promise<Position> {
    for (;;) {
      const end = buffer.indexOf(newline);
      if (end >= 0) return consume(end + 1);
      consume(buffer.length);
      if (isEnded) return { offset, line };
      await fill();
    }
  }
}

const newline = 0x0a;
const quote = 0x22;
const comma = 0x2c;

/** Where the newline that ends the first record is, if it is there. */
function endOfRecord(bytes: Uint8Array, quoted: boolean): number | undefined {
  if (!quoted) {
    const end = bytes.indexOf(newline);
    return end < 0 ? undefined : end;
  }
  let isInside = false;
  // Where a quote opens a cell, or goes on with one: doubled, it only seemed to close.
  let mayOpen = true;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === newline && !isInside) return i;
    if (isInside) {
      isInside = byte !== quote;
      mayOpen = true;
    } else {
      isInside = mayOpen && byte === quote;
      mayOpen = byte === comma;
    }
  }
  return undefined;
}

function countLines(bytes: Uint8Array, end: number): number {
  let lines = 0;
  for (let i = bytes.indexOf(newline); i >= 0 && i < end; i = bytes.indexOf(newline, i + 1)) lines++;
  return lines;
}

/** Bytes to be passed over. */
function byteOrderMark(bytes: Uint8Array): number {
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new TuwenError('unsupported_media_type', 'expected a file in UTF-8, found one in UTF-16');
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode<Value>(bytes: Uint8Array, parse: (text: string) => Parsed<Value>): Parsed<Value> {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { fault: 'expected UTF-8, found other bytes' };
  }
  if (text.endsWith('\r')) text = text.slice(0, -1);
  return text.trim() === '' ? undefined : parse(text);
}
