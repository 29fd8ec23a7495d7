import { S3Error } from '../errors.ts';

/** Takes lines and runs of bytes off a stream, holding no more than the line or delimiter it looks for. */
export interface ByteReader {
  /** The text up to CRLF, without it; what is left where the stream ends first; undefined where nothing is left. */
  line(maxBytes: number): Promise<string | undefined>;
  /** From 1 to `maxBytes` bytes, or undefined at the end. */
  take(maxBytes: number): Promise<Uint8Array | undefined>;
  /** All bytes before the delimiter, which is taken off too. @throws S3Error MalformedPOSTRequest where it never comes */
  until(delimiter: Uint8Array): AsyncGenerator<Uint8Array, void>;
}

export function createByteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let buffer: Buffer = Buffer.alloc(0);

  async function fill(): Promise<boolean> {
    const next = await chunks.next();
    if (next.done === true) return false;
    buffer =
      buffer.length === 0
        ? Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
        : Buffer.concat([buffer, next.value]);
    return true;
  }

  function cut(bytes: number): Buffer {
    const taken = buffer.subarray(0, bytes);
    buffer = buffer.subarray(bytes);
    return taken;
  }

  return {
    async line(maxBytes) {
      for (;;) {
        const end = buffer.indexOf('\r\n');
        if (end > maxBytes || (end === -1 && buffer.length > maxBytes)) {
          throw new S3Error('InvalidRequest', `Expected a line of at most ${maxBytes} bytes in the body.`);
        }
        if (end !== -1) {
          const line = cut(end).toString();
          cut(2);
          return line;
        }
        if (!(await fill())) return buffer.length === 0 ? undefined : cut(buffer.length).toString();
      }
    },

    async take(maxBytes) {
      if (buffer.length === 0 && !(await fill())) return undefined;
      return cut(maxBytes);
    },

    async *until(delimiter) {
      for (;;) {
        const at = buffer.indexOf(delimiter);
        if (at !== -1) {
          if (at > 0) yield cut(at);
          cut(delimiter.length);
          return;
        }
        // The delimiter may have begun in the last bytes: those wait for the next chunk.
        const safe = buffer.length - delimiter.length + 1;
        if (safe > 0) yield cut(safe);
        if (!(await fill())) throw new S3Error('MalformedPOSTRequest');
      }
    },
  };
}
