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
import { findUpload, MAX_PARTS } from './multipart.ts';
import { checksumMembers } from './object-headers.ts';
import { type Operation, parseCount, quote, unquote } from './operation.ts';
import { oneOrMany } from './schema.ts';

const MAX_OBJECT_BYTES = 5 * 1024 ** 4;
const MIN_PART_BYTES = 5 * 1024 ** 2;

const partSchema = z.object({
  PartNumber: z.string(),
  ETag: z.string(),
  ChecksumCRC32: z.string().optional(),
  ChecksumCRC32C: z.string().optional(),
  ChecksumCRC64NVME: z.string().optional(),
  ChecksumSHA1: z.string().optional(),
  ChecksumSHA256: z.string().optional(),
});
type ListedPart = z.infer<typeof partSchema>;

const completeSchema = z.object({
  CompleteMultipartUpload: z.object({ Part: oneOrMany(partSchema, { max: MAX_PARTS }) }),
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

/** The stored parts that the client lists. @throws S3Error InvalidPart, InvalidPartOrder, EntityTooSmall, InvalidRequest */
function matchParts(upload: UploadInProgress, listed: readonly ListedPart[]): StoredPart[] {
  let before = 0;
  const parts = listed.map((listedPart) => {
    const number = parseCount('PartNumber', listedPart.PartNumber.trim(), { min: 1, max: MAX_PARTS });
    if (number <= before) throw new S3Error('InvalidPartOrder', undefined, { UploadId: upload.id });
    before = number;
    const part = upload.parts.get(number);
    const checksum = listedPart[`Checksum${upload.algorithm}`];
    if (upload.isDeclared && upload.checksumType === 'COMPOSITE' && checksum === undefined) {
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      );
    }
    const matches =
      part?.etag === unquote(listedPart.ETag) && (checksum === undefined || checksum === part.checksum);
    if (part === undefined || !matches) {
      throw new S3Error('InvalidPart', undefined, {
        UploadId: upload.id,
        PartNumber: String(number),
        ETag: unquote(listedPart.ETag),
      });
    }
    return part;
  });
  for (const { number, size } of parts.slice(0, -1)) {
    if (size < MIN_PART_BYTES) {
      throw new S3Error('EntityTooSmall', undefined, {
        PartNumber: String(number),
        ProposedSize: String(size),
        MinSizeAllowed: String(MIN_PART_BYTES),
      });
    }
  }
  return parts;
}

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
    parts.map((part) => Buffer.from(part.checksum, 'base64')),
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
