import { z } from 'zod';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumHeader,
  createHasher,
} from '../body/checksum.ts';
import { createMeasure } from '../body/measure.ts';
import { readXmlBody } from '../body/xml-body.ts';
import { S3Error } from '../errors.ts';
import type { StoredChecksum, StoredPart } from '../store/records.ts';
import type { UploadInProgress } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { xmlDocument } from '../xml.ts';
import { commitObject } from './commit-object.ts';
import { checkWriteCondition } from './conditions.ts';
import { readBytes } from './copy-object.ts';
import { listedPartSchema, matchParts } from './match-parts.ts';
import { findUpload, MAX_PARTS } from './multipart.ts';
import { checksumMembers } from './object-headers.ts';
import { type Operation, quote } from './operation.ts';
import { oneOrMany } from './schema.ts';

const MAX_OBJECT_BYTES = 5 * 1024 ** 4;

const completeSchema = z.object({
  CompleteMultipartUpload: z.object({ Part: oneOrMany(listedPartSchema, { max: MAX_PARTS }) }),
});

/**
 * CompleteMultipartUpload: the parts are put together in a new file, which becomes the object as the upload ends.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export const completeMultipartUpload: Operation = async ({ store }, request) => {
  const { bucket, key, headers } = request;
  const upload = findUpload(store, request);
  const condition = checkWriteCondition(store, request);
  const stated = takeObjectChecksum(headers);
  const document = await readXmlBody({ ...request, headers: stated.rest }, completeSchema);
  const parts = matchParts(upload, document.CompleteMultipartUpload.Part);
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (size > MAX_OBJECT_BYTES) throw new S3Error('EntityTooLarge');
  const statedSize = headers.get('x-amz-mp-object-size');
  if (statedSize !== undefined && Number(statedSize) !== size) {
    throw new S3Error(
      'InvalidRequest',
      `Expected x-amz-mp-object-size to be ${size}, found "${statedSize}".`,
    );
  }

  const measure = createMeasure(upload.checksumType === 'FULL_OBJECT' ? [upload.algorithm] : [], {
    maxBytes: size,
  });
  const file = await store.files.write(measure.through(readParts(store, parts)));
  const checksum = checksumOf(upload, parts, () => measure.digest(upload.algorithm));
  try {
    stated.check(checksum);
  } catch (error) {
    await store.files.remove([file]);
    throw error;
  }
  const object = await commitObject(
    store,
    {
      bucket,
      key,
      file,
      size,
      etag: `${digestOfDigests(
        'MD5',
        parts.map((part) => Buffer.from(part.etag, 'hex')),
      ).toString('hex')}-${parts.length}`,
      description: upload.description,
      checksum,
      partSizes: parts.map((part) => part.size),
      reason: 'CompleteMultipartUpload',
    },
    condition,
    () => [{ op: 'end-upload', uploadId: findUpload(store, request).id }],
  );
  const result = {
    Location: `http://${headers.get('host') ?? ''}/${bucket}/${key}`,
    Bucket: bucket,
    Key: key,
    ETag: quote(object.etag),
    ...checksumMembers(object),
  };
  return { status: 200, body: xmlDocument('CompleteMultipartUploadResult', result) };
};

async function* readParts(store: Store, parts: readonly StoredPart[]): AsyncGenerator<Uint8Array, void> {
  for (const part of parts) {
    const handle = await store.files.open(part.file).catch((error: unknown) => {
      // Uploaded again or aborted since it was looked up.
      throw new S3Error('InvalidPart', (error as Error).message, { PartNumber: String(part.number) });
    });
    try {
      yield* readBytes(handle, { start: 0, bytes: part.size });
    } finally {
      await handle.close();
    }
  }
}

function checksumOf(
  upload: UploadInProgress,
  parts: readonly StoredPart[],
  full: () => Buffer,
): StoredChecksum {
  const { algorithm, checksumType: type } = upload;
  if (type === 'FULL_OBJECT') return { algorithm, type, value: full().toString('base64') };
  const digest = digestOfDigests(
    algorithm,
    parts.map((part) => Buffer.from(part.checksums[algorithm] ?? '', 'base64')),
  );
  return { algorithm, type, value: `${digest.toString('base64')}-${parts.length}` };
}

function digestOfDigests(algorithm: ChecksumAlgorithm | 'MD5', digests: readonly Buffer[]): Buffer {
  const hasher = createHasher(algorithm);
  hasher.update(Buffer.concat(digests));
  return hasher.digest();
}

/** On this request x-amz-checksum-… speaks of the object, not of the document that is sent. */
function takeObjectChecksum(headers: ReadonlyMap<string, string>) {
  const rest = new Map(headers);
  const stated = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = headers.get(checksumHeader(algorithm));
    rest.delete(checksumHeader(algorithm));
    return value === undefined ? [] : [{ algorithm, value }];
  });
  return {
    rest,
    /** @throws S3Error BadDigest */
    check(found: StoredChecksum): void {
      for (const { algorithm, value } of stated) {
        const isSame =
          algorithm === found.algorithm && [found.value, found.value.replace(/-\d+$/, '')].includes(value);
        if (!isSame)
          throw new S3Error(
            'BadDigest',
            `The ${algorithm} you specified did not match the calculated checksum.`,
          );
      }
    },
  };
}
