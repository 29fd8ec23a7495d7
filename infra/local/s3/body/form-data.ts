import { S3Error } from '../errors.ts';
import { type ByteReader, createByteReader } from './byte-reader.ts';

/** A browser's upload form: all fields that came before the file, and the file's bytes, still to be read. */
export interface UploadForm {
  /** Names in lower case: S3 takes them in any. */
  readonly fields: ReadonlyMap<string, string>;
  readonly fileName: string;
  readonly file: AsyncIterable<Uint8Array>;
}

/** S3's limit for everything but the file. */
const MAX_FIELD_BYTES = 20_000;

/**
 * Reads multipart/form-data up to the file. What follows the file is not read: S3 ignores it too.
 * @throws S3Error MalformedPOSTRequest, InvalidArgument where there is no file
 */
export async function readUploadForm(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
): Promise<UploadForm> {
  const boundary = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  if (boundary === null) throw new S3Error('MalformedPOSTRequest');
  const delimiter = `--${boundary[1] ?? boundary[2]}`;
  const reader = createByteReader(body);
  if ((await reader.line(MAX_FIELD_BYTES)) !== delimiter) throw new S3Error('MalformedPOSTRequest');
  const partEnd = Buffer.from(`\r\n${delimiter}`);

  const fields = new Map<string, string>();
  let fieldBytes = 0;
  for (;;) {
    const { name, fileName } = await readPartHeaders(reader);
    if (name === 'file') return { fields, fileName: fileName ?? '', file: reader.until(partEnd) };
    const pieces: Uint8Array[] = [];
    for await (const piece of reader.until(partEnd)) {
      fieldBytes += piece.byteLength;
      if (fieldBytes > MAX_FIELD_BYTES) {
        throw new S3Error(
          'MalformedPOSTRequest',
          `Expected at most ${MAX_FIELD_BYTES} bytes of fields before the file.`,
        );
      }
      pieces.push(piece);
    }
    fields.set(name, Buffer.concat(pieces).toString());
    if ((await reader.line(MAX_FIELD_BYTES)) !== '') {
      throw new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.');
    }
  }
}

async function readPartHeaders(reader: ByteReader): Promise<{ name: string; fileName: string | undefined }> {
  let disposition = '';
  let line = await reader.line(MAX_FIELD_BYTES);
  for (; line; line = await reader.line(MAX_FIELD_BYTES)) {
    if (/^content-disposition:/i.test(line)) disposition = line;
  }
  const name = /;\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (line === undefined || name === undefined) throw new S3Error('MalformedPOSTRequest');
  return { name: name.toLowerCase(), fileName: /;\s*filename="([^"]*)"/i.exec(disposition)?.[1] };
}
