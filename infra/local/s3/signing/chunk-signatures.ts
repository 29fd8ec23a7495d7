import { S3Error } from '../errors.ts';
import type { SignedRequest } from './authenticate.ts';
import { EMPTY_SHA256, sameSignature, scopeText, sha256Hex, signatureOf } from './signature.ts';

/** Each chunk's signature covers the one before it, the first the request's: none can be changed, moved or left out. */
export interface ChunkSignatures {
  /** @throws S3Error SignatureDoesNotMatch */
  checkChunk(sha256: string, given: string | undefined): void;
  /** @throws S3Error SignatureDoesNotMatch */
  checkTrailers(trailers: ReadonlyMap<string, string>, given: string | undefined): void;
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html */
export function createChunkSignatures(seed: NonNullable<SignedRequest['seed']>): ChunkSignatures {
  let previous = seed.signature;

  function check(kind: 'PAYLOAD' | 'TRAILER', hashes: readonly string[], given: string | undefined): void {
    const text = [`AWS4-HMAC-SHA256-${kind}`, seed.time, scopeText(seed.scope), previous, ...hashes].join(
      '\n',
    );
    const expected = signatureOf(seed.key, text);
    if (given === undefined || !sameSignature(expected, given)) {
      throw new S3Error('SignatureDoesNotMatch', undefined, {
        SignatureProvided: given ?? '',
        StringToSign: text,
      });
    }
    previous = expected;
  }

  return {
    checkChunk: (sha256, given) => check('PAYLOAD', [EMPTY_SHA256, sha256], given),
    checkTrailers(trailers, given) {
      const canonical = [...trailers]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `${name}:${value}\n`);
      check('TRAILER', [sha256Hex(canonical.join(''))], given);
    },
  };
}
