import { S3Error } from '../errors.ts';
import type { SignedRequest } from '../signing/authenticate.ts';
import { type ChunkSignatures, createChunkSignatures } from '../signing/chunk-signatures.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { type ChecksumAlgorithm, checksumHeader, parseDigest, statedChecksum } from './checksum.ts';
import { createMeasure } from './measure.ts';

/** The bytes of an upload, which are good only once `chunks` has ended without throwing. */
export interface ReceivedBody {
  readonly chunks: AsyncIterable<Uint8Array>;
  bytes(): number;
  /** MD5 and what was stated or asked for; when `chunks` has ended. */
  digest(algorithm: ChecksumAlgorithm | 'MD5'): Buffer;
}

const STREAMING = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { signed: true, hasTrailers: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { signed: true, hasTrailers: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { signed: false, hasTrailers: true },
} as const;

/**
 * Decodes the body of a signed request and holds it against everything the client said of it.
 * @param also algorithms to compute besides
 * @throws S3Error at once for what the headers show, and from `chunks` for what the bytes show: IncompleteBody,
 * XAmzContentSHA256Mismatch, BadDigest, SignatureDoesNotMatch and those of a broken framing
 */
export function receiveBody(
  request: SignedRequest,
  limit: { maxBytes: number; also?: Iterable<ChecksumAlgorithm> },
): ReceivedBody {
  const { headers, payloadHash } = request;
  const framing = Object.hasOwn(STREAMING, payloadHash)
    ? STREAMING[payloadHash as keyof typeof STREAMING]
    : undefined;
  const isDigest = /^[0-9a-f]{64}$/.test(payloadHash);
  if (framing === undefined && !isDigest && payloadHash !== 'UNSIGNED-PAYLOAD') {
    throw new S3Error(
      'InvalidRequest',
      `x-amz-content-sha256 must be UNSIGNED-PAYLOAD, ${Object.keys(STREAMING).join(', ')} or a valid sha256 value.`,
    );
  }
  const length = statedLength(
    headers,
    framing === undefined ? 'content-length' : 'x-amz-decoded-content-length',
  );
  if (length > limit.maxBytes) {
    throw new S3Error('EntityTooLarge', undefined, {
      ProposedSize: String(length),
      MaxSizeAllowed: String(limit.maxBytes),
    });
  }
  const md5 = statedMd5(headers);
  const checksum = statedChecksum(headers);
  if (checksum !== undefined && checksum.value === undefined && framing?.hasTrailers !== true) {
    throw new S3Error('InvalidRequest', 'x-amz-trailer needs an x-amz-content-sha256 that ends in -TRAILER.');
  }

  const algorithms: (ChecksumAlgorithm | 'MD5')[] = ['MD5', ...(limit.also ?? [])];
  if (checksum !== undefined) algorithms.push(checksum.algorithm);
  if (isDigest) algorithms.push('SHA256');
  const measure = createMeasure(algorithms, { maxBytes: length, tooMany: 'IncompleteBody' });
  const trailers = new Map<string, string>();
  const signatures = framing?.signed === true ? chunkSignatures(request) : undefined;

  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    const plain =
      framing === undefined
        ? request.body
        : decodeAwsChunked(request.body, { signatures, hasTrailers: framing.hasTrailers }, trailers);
    yield* measure.through(plain);
    check();
  }

  function check(): void {
    if (measure.bytes() !== length) throw new S3Error('IncompleteBody');
    if (isDigest && measure.digest('SHA256').toString('hex') !== payloadHash) {
      throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
        ClientComputedContentSHA256: payloadHash,
        S3ComputedContentSHA256: measure.digest('SHA256').toString('hex'),
      });
    }
    if (md5 !== undefined && !measure.digest('MD5').equals(md5)) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
    if (checksum === undefined) return;
    const name = checksumHeader(checksum.algorithm);
    const stated = checksum.value ?? trailers.get(name);
    if (stated === undefined) throw new S3Error('MalformedTrailerError', `Expected the trailer ${name}.`);
    const digest = parseDigest(checksum.algorithm, stated);
    if (digest === undefined)
      throw new S3Error('InvalidRequest', `Value for ${name} trailing header is invalid.`);
    if (!measure.digest(checksum.algorithm).equals(digest)) {
      throw new S3Error(
        'BadDigest',
        `The ${checksum.algorithm} you specified did not match the calculated checksum.`,
      );
    }
  }

  return { chunks: chunks(), bytes: measure.bytes, digest: measure.digest };
}

function chunkSignatures({ seed }: SignedRequest): ChunkSignatures {
  if (seed === undefined)
    throw new S3Error('AccessDenied', 'Expected a signature that chunks can continue from.');
  return createChunkSignatures(seed);
}

function statedLength(headers: ReadonlyMap<string, string>, name: string): number {
  const text = headers.get(name);
  if (text === undefined)
    throw new S3Error('MissingContentLength', `You must provide the ${name} HTTP header.`);
  if (!/^\d{1,15}$/.test(text))
    throw new S3Error('InvalidArgument', `Expected a number of bytes in ${name}, found "${text}".`);
  return Number(text);
}

function statedMd5(headers: ReadonlyMap<string, string>): Buffer | undefined {
  const text = headers.get('content-md5');
  if (text === undefined) return undefined;
  const digest = parseDigest('MD5', text);
  if (digest === undefined) throw new S3Error('InvalidDigest');
  return digest;
}
