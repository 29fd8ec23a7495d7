import { randomBytes } from 'node:crypto';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  DEFAULT_ALGORITHM,
  parseAlgorithm,
} from '../body/checksum.ts';
import { S3Error } from '../errors.ts';
import type { SignedRequest } from '../signing/authenticate.ts';
import type { StoredPart, Upload } from '../store/records.ts';
import type { UploadInProgress } from '../store/state.ts';
import type { Store } from '../store/store.ts';
import { xmlDocument } from '../xml.ts';
import { describe } from './object-headers.ts';
import { findBucket, isoTime, type Operation, parseCount, quote } from './operation.ts';

export const MAX_PARTS = 10_000;

/** CreateMultipartUpload. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: Operation = async ({ store }, { bucket, key, headers }) => {
  const named = headers.get('x-amz-checksum-algorithm');
  const algorithm = named === undefined ? DEFAULT_ALGORITHM : parseAlgorithm(named);
  const upload: Upload = {
    id: randomBytes(24).toString('base64url'),
    bucket,
    key,
    createdAt: store.now(),
    description: describe(headers),
    algorithm,
    isDeclared: named !== undefined,
    checksumType: parseChecksumType(headers.get('x-amz-checksum-type'), algorithm),
  };
  await store.commit(() => {
    findBucket(store, bucket);
    return [{ op: 'create-upload', upload }];
  });
  return {
    status: 200,
    headers: { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': upload.checksumType },
    body: xmlDocument('InitiateMultipartUploadResult', { Bucket: bucket, Key: key, UploadId: upload.id }),
  };
};

/** AbortMultipartUpload. https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: Operation = async ({ store }, request) => {
  await store.commit(() => [{ op: 'end-upload', uploadId: findUpload(store, request).id }]);
  return { status: 204 };
};

/** ListParts. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts: Operation = async ({ store }, request) => {
  const { query, bucket, key } = request;
  const upload = findUpload(store, request);
  const marker = parseCount('part-number-marker', query.get('part-number-marker') ?? '0', {
    min: 0,
    max: 2 ** 31 - 1,
  });
  const limit = Math.min(
    1000,
    parseCount('max-parts', query.get('max-parts') ?? '1000', { min: 0, max: 2 ** 31 - 1 }),
  );
  const rest = [...upload.parts.values()]
    .filter(({ number }) => number > marker)
    .sort((a, b) => a.number - b.number);
  const page = rest.slice(0, limit);
  const document = {
    Bucket: bucket,
    Key: key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: limit,
    IsTruncated: page.length < rest.length,
    ChecksumAlgorithm: upload.algorithm,
    ChecksumType: upload.checksumType,
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: isoTime(part.modifiedAt),
      ETag: quote(part.etag),
      Size: part.size,
      [`Checksum${upload.algorithm}`]: part.checksums[upload.algorithm],
    })),
  };
  return { status: 200, body: xmlDocument('ListPartsResult', document) };
};

/** ListMultipartUploads, all in one page. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads: Operation = async ({ store }, { bucket, query }) => {
  findBucket(store, bucket);
  const prefix = query.get('prefix') ?? '';
  const uploads = [...store.state.uploads.values()].filter(
    (upload) => upload.bucket === bucket && upload.key.startsWith(prefix),
  );
  const document = {
    Bucket: bucket,
    Prefix: prefix,
    MaxUploads: 1000,
    IsTruncated: false,
    Upload: uploads.map(({ key, id, createdAt, algorithm, checksumType }) => ({
      Key: key,
      UploadId: id,
      Initiated: isoTime(createdAt),
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: algorithm,
      ChecksumType: checksumType,
    })),
  };
  return { status: 200, body: xmlDocument('ListMultipartUploadsResult', document) };
};

/** @throws S3Error NoSuchBucket, NoSuchUpload: also where the upload is another key's */
export function findUpload(store: Store, { bucket, key, query }: SignedRequest): UploadInProgress {
  findBucket(store, bucket);
  const upload = store.state.uploads.get(query.get('uploadId') ?? '');
  if (upload?.bucket !== bucket || upload.key !== key) throw new S3Error('NoSuchUpload');
  return upload;
}

export interface NewPart extends Omit<StoredPart, 'modifiedAt'> {}

/** Adds a written file to an upload, in the place of an earlier part of the number, or removes the file. */
export async function commitPart(store: Store, request: SignedRequest, fields: NewPart): Promise<StoredPart> {
  const part = { ...fields, modifiedAt: store.now() };
  try {
    await store.commit(() => [{ op: 'put-part', uploadId: findUpload(store, request).id, part }]);
  } catch (error) {
    await store.files.remove([fields.file]);
    throw error;
  }
  return part;
}

/** CRC64NVME exists for the whole object only, the SHAs only as a checksum of checksums, the others as both. */
function parseChecksumType(type: string | undefined, algorithm: ChecksumAlgorithm): Upload['checksumType'] {
  const wanted = type ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const isPossible =
    (wanted === 'FULL_OBJECT' && !algorithm.startsWith('SHA')) ||
    (wanted === 'COMPOSITE' && algorithm !== 'CRC64NVME');
  if (isPossible) return wanted;
  throw new S3Error(
    'InvalidRequest',
    `The ${wanted} checksum type cannot be used with the ${algorithm} checksum algorithm, one of ${CHECKSUM_ALGORITHMS.join(', ')}.`,
  );
}
