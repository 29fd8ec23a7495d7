import { createHash } from 'node:crypto';
import { S3Error } from '../errors.ts';
import { createCrc32, createCrc32c, createCrc64Nvme, type Hasher } from './crc.ts';

export const CHECKSUM_ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** What S3 computes where the client names no algorithm. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

const HASHERS: Record<ChecksumAlgorithm | 'MD5', { bytes: number; create: () => Hasher }> = {
  CRC32: { bytes: 4, create: createCrc32 },
  CRC32C: { bytes: 4, create: createCrc32c },
  CRC64NVME: { bytes: 8, create: createCrc64Nvme },
  SHA1: { bytes: 20, create: () => createHash('sha1') },
  SHA256: { bytes: 32, create: () => createHash('sha256') },
  MD5: { bytes: 16, create: () => createHash('md5') },
};

export function createHasher(algorithm: ChecksumAlgorithm | 'MD5'): Hasher {
  return HASHERS[algorithm].create();
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** @throws S3Error InvalidRequest for a name that S3 does not know */
export function parseAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === name.toUpperCase());
  if (algorithm === undefined) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${CHECKSUM_ALGORITHMS.join(', ')}]`,
    );
  }
  return algorithm;
}

/** Base64 of exactly a digest's bytes, or undefined. */
export function parseDigest(algorithm: ChecksumAlgorithm | 'MD5', base64: string): Buffer | undefined {
  const digest = Buffer.from(base64, 'base64');
  return digest.length === HASHERS[algorithm].bytes && digest.toString('base64') === base64
    ? digest
    : undefined;
}

/** A checksum that a client states, in a header or promised for the trailer. */
export interface StatedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; undefined where it will come in the trailer. */
  readonly value: string | undefined;
}

/** @throws S3Error InvalidRequest where a checksum is unreadable, doubled, or promised and not there */
export function statedChecksum(headers: ReadonlyMap<string, string>): StatedChecksum | undefined {
  const stated = CHECKSUM_ALGORITHMS.filter((algorithm) => headers.has(checksumHeader(algorithm)));
  const trailers = (headers.get('x-amz-trailer') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const promised = CHECKSUM_ALGORITHMS.filter((algorithm) => trailers.includes(checksumHeader(algorithm)));
  if (promised.length < trailers.length) {
    throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  }
  if (stated.length + promised.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const algorithm = stated[0] ?? promised[0];
  const named = headers.get('x-amz-sdk-checksum-algorithm');
  if (named !== undefined && parseAlgorithm(named) !== algorithm) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  if (algorithm === undefined) return undefined;
  const value = headers.get(checksumHeader(algorithm));
  if (value !== undefined && parseDigest(algorithm, value) === undefined) {
    throw new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
  return { algorithm, value };
}
