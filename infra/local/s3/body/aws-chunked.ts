import { createHash } from 'node:crypto';
import { S3Error } from '../errors.ts';
import type { ChunkSignatures } from '../signing/chunk-signatures.ts';
import { createByteReader } from './byte-reader.ts';

/** How the SDKs frame a body that they sign or sum while they send it. */
export interface ChunkFraming {
  /** Where each chunk carries its own signature. */
  readonly signatures: ChunkSignatures | undefined;
  readonly hasTrailers: boolean;
}

const MAX_LINE_BYTES = 1024;
const MAX_TRAILERS = 16;

/**
 * Undoes aws-chunked: `<size in hex>[;chunk-signature=<hex>] CRLF <bytes> CRLF`, until a chunk of size 0, then trailers.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 *
 * Bytes come out before their chunk's signature is checked: whoever takes them must throw them away when this throws.
 * @param trailers where the trailers are put, names in lower case
 * @throws S3Error SignatureDoesNotMatch, IncompleteBody, InvalidChunkSizeError, MalformedTrailerError
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Uint8Array>,
  { signatures, hasTrailers }: ChunkFraming,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array, void> {
  const reader = createByteReader(source);
  for (;;) {
    const { size, signature } = parseChunkLine(await reader.line(MAX_LINE_BYTES));
    const hash = signatures === undefined ? undefined : createHash('sha256');
    for (let left = size; left > 0; ) {
      const piece = await reader.take(left);
      if (piece === undefined) throw new S3Error('IncompleteBody');
      left -= piece.byteLength;
      hash?.update(piece);
      yield piece;
    }
    if (hash !== undefined) signatures?.checkChunk(hash.digest('hex'), signature);
    if (size === 0) break;
    if ((await reader.line(MAX_LINE_BYTES)) !== '') throw new S3Error('InvalidChunkSizeError');
  }
  await readTrailers();

  async function readTrailers(): Promise<void> {
    // An empty line ends the body, but the JavaScript SDK leaves it out where it has no trailer to send.
    for (let line = await reader.line(MAX_LINE_BYTES); line; line = await reader.line(MAX_LINE_BYTES)) {
      const colon = line.indexOf(':');
      if (!hasTrailers || colon < 1 || trailers.size === MAX_TRAILERS)
        throw new S3Error('MalformedTrailerError');
      trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
    if (!hasTrailers || signatures === undefined) return;
    const signature = trailers.get('x-amz-trailer-signature');
    trailers.delete('x-amz-trailer-signature');
    signatures.checkTrailers(trailers, signature);
  }
}

function parseChunkLine(line: string | undefined): { size: number; signature: string | undefined } {
  if (line === undefined) throw new S3Error('IncompleteBody');
  const match = /^(?<size>[0-9a-f]{1,10})(;chunk-signature=(?<signature>[0-9a-f]{64}))?$/i.exec(line);
  if (match === null) throw new S3Error('InvalidChunkSizeError');
  return { size: Number.parseInt(match.groups?.size ?? '', 16), signature: match.groups?.signature };
}
