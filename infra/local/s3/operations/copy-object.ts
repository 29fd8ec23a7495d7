import type { FileHandle } from 'node:fs/promises';
import { type ChecksumAlgorithm, parseAlgorithm } from '../body/checksum.ts';
import { createMeasure } from '../body/measure.ts';
import { S3Error } from '../errors.ts';
import type { SignedRequest } from '../signing/authenticate.ts';
import type { StoredObject } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { xmlDocument } from '../xml.ts';
import { commitObject } from './commit-object.ts';
import { checkReadCondition, checkWriteCondition, preconditionFailed } from './conditions.ts';
import { openObject } from './get-object.ts';
import { checksumMembers, describe } from './object-headers.ts';
import { findBucket, isoTime, type Operation, quote } from './operation.ts';
import { MAX_UPLOAD_BYTES } from './put-object.ts';
import type { ByteRange } from './range.ts';

/** CopyObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject: Operation = async ({ store }, request) => {
  const { bucket, key, headers } = request;
  findBucket(store, bucket);
  const directive = headers.get('x-amz-metadata-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE')
    throw new S3Error('InvalidArgument', 'Unknown metadata directive.');
  const condition = checkWriteCondition(store, request);
  const source = await openSource(store, request);
  try {
    const { object: from } = source;
    if (directive === 'COPY' && from.bucket === bucket && from.key === key) {
      throw new S3Error(
        'InvalidRequest',
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.",
      );
    }
    if (from.size > MAX_UPLOAD_BYTES)
      throw new S3Error('InvalidRequest', 'The copy source is larger than 5 GiB: copy it in parts.');
    const named = headers.get('x-amz-checksum-algorithm');
    const algorithm = named === undefined ? from.checksum.algorithm : parseAlgorithm(named);
    const { checksum: value, ...copied } = await copyBytes(
      store,
      source.handle,
      { start: 0, bytes: from.size },
      algorithm,
    );
    const object = await commitObject(
      store,
      {
        bucket,
        key,
        ...copied,
        description: directive === 'COPY' ? from.description : describe(headers),
        checksum: { algorithm, value, type: 'FULL_OBJECT' },
        reason: 'CopyObject',
      },
      condition,
    );
    const result = {
      LastModified: isoTime(object.modifiedAt),
      ETag: quote(object.etag),
      ...checksumMembers(object),
    };
    return { status: 200, body: xmlDocument('CopyObjectResult', result) };
  } finally {
    await source.handle.close();
  }
};

/**
 * Opens what x-amz-copy-source names, its conditions checked.
 * @throws S3Error InvalidArgument, NoSuchBucket, NoSuchKey, PreconditionFailed
 */
export async function openSource(
  store: Store,
  { headers }: SignedRequest,
): Promise<{ object: StoredObject; handle: FileHandle }> {
  const source = await openObject(store, parseSource(headers.get('x-amz-copy-source') ?? ''));
  try {
    if (checkReadCondition(headers, source.object, 'x-amz-copy-source-') === 'unchanged') {
      throw preconditionFailed('x-amz-copy-source-If-None-Match');
    }
    return source;
  } catch (error) {
    await source.handle.close();
    throw error;
  }
}

/** Writes a range of an open file to a file of its own. */
export async function copyBytes(
  store: Store,
  handle: FileHandle,
  { start, bytes }: ByteRange,
  algorithm: ChecksumAlgorithm,
): Promise<{ file: string; size: number; etag: string; checksum: string }> {
  const measure = createMeasure(['MD5', algorithm], { maxBytes: bytes });
  const file = await store.files.write(measure.through(readBytes(handle, { start, bytes })));
  return {
    file,
    size: measure.bytes(),
    etag: measure.digest('MD5').toString('hex'),
    checksum: measure.digest(algorithm).toString('base64'),
  };
}

/** Leaves the handle open. */
export function readBytes(handle: FileHandle, { start, bytes }: ByteRange): AsyncIterable<Uint8Array> {
  // A read stream cannot be told to read nothing: its end is inclusive.
  if (bytes === 0) return nothing();
  return handle.createReadStream({
    start,
    end: start + bytes - 1,
    autoClose: false,
    highWaterMark: 256 * 1024,
  });
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

/** `bucket/key` or `/bucket/key`, percent-encoded. */
function parseSource(header: string): { bucket: string; key: string } {
  if (header.includes('?versionId=')) throw new S3Error('NotImplemented', 'This server keeps no versions.');
  const match = /^\/?(?<bucket>[^/]+)\/(?<key>.+)$/s.exec(header);
  try {
    if (match !== null) {
      return { bucket: match.groups?.bucket ?? '', key: decodeURIComponent(match.groups?.key ?? '') };
    }
  } catch {
    // A stray % is answered like every other source that can't be read.
  }
  throw new S3Error(
    'InvalidArgument',
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    {
      ArgumentName: 'x-amz-copy-source',
      ArgumentValue: header,
    },
  );
}
