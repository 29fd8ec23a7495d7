import { S3Error, type S3ErrorCode } from '../errors.ts';
import { type ChecksumAlgorithm, createHasher } from './checksum.ts';

/** Counts and digests bytes on their way through. */
export interface Measure {
  /** @throws S3Error `tooMany` as soon as more than `maxBytes` have come */
  through(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void>;
  bytes(): number;
  /** Once, when all has gone through. @throws Error for an algorithm that was not asked for */
  digest(algorithm: ChecksumAlgorithm | 'MD5'): Buffer;
}

export function createMeasure(
  algorithms: Iterable<ChecksumAlgorithm | 'MD5'>,
  { maxBytes, tooMany = 'EntityTooLarge' }: { maxBytes: number; tooMany?: S3ErrorCode },
): Measure {
  const hashers = new Map([...new Set(algorithms)].map((algorithm) => [algorithm, createHasher(algorithm)]));
  const digests = new Map<ChecksumAlgorithm | 'MD5', Buffer>();
  let bytes = 0;

  return {
    async *through(chunks) {
      for await (const chunk of chunks) {
        bytes += chunk.byteLength;
        if (bytes > maxBytes) throw new S3Error(tooMany);
        for (const hasher of hashers.values()) hasher.update(chunk);
        yield chunk;
      }
      for (const [algorithm, hasher] of hashers) digests.set(algorithm, hasher.digest());
    },
    bytes: () => bytes,
    digest(algorithm) {
      const digest = digests.get(algorithm);
      if (digest === undefined) throw new Error(`Expected ${algorithm} to have been measured to the end.`);
      return digest;
    },
  };
}
