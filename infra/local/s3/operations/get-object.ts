import type { FileHandle } from 'node:fs/promises';
import { S3Error } from '../errors.ts';
import type { S3Reply } from '../reply.ts';
import type { SignedRequest } from '../signing/authenticate.ts';
import type { StoredObject } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { checkReadCondition } from './conditions.ts';
import { checkHeaderValue, checksumHeaders, KEPT_HEADERS, objectHeaders } from './object-headers.ts';
import { findObject, type Operation, parseCount } from './operation.ts';
import { type ByteRange, parseRange, partRange } from './range.ts';

/** GetObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: Operation = async ({ store }, request) => {
  const { object, handle } = await openObject(store, request);
  try {
    const reply = describeReply(request, object);
    if (reply.status === 304 || reply.range.bytes === 0) {
      await handle.close();
      return reply;
    }
    return { ...reply, body: { handle, ...reply.range } };
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** HeadObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export const headObject: Operation = async ({ store }, request) =>
  describeReply(request, findObject(store, request));

/**
 * The bytes of an object as it stands: replacing or deleting it does not touch an open file.
 * @throws S3Error NoSuchBucket, NoSuchKey
 */
export async function openObject(
  store: Store,
  address: { bucket: string; key: string },
): Promise<{ object: StoredObject; handle: FileHandle }> {
  for (let attempts = 0; ; attempts++) {
    const object = findObject(store, address);
    try {
      const handle = await store.files.open(object.file);
      const { size } = await handle.stat();
      if (size === object.size) return { object, handle };
      await handle.close();
      throw new Error(`Expected ${object.size} bytes in ${object.file} (${object.key}), found ${size}.`);
    } catch (error) {
      // Between looking it up and opening it another request may have replaced it: then look again.
      const wasReplaced = store.state.buckets.get(address.bucket)?.objects.get(address.key) !== object;
      if (!wasReplaced || attempts === 10) throw error;
    }
  }
}

function describeReply(request: SignedRequest, object: StoredObject): S3Reply & { range: ByteRange } {
  const headers = objectHeaders(object);
  const everything = { start: 0, bytes: object.size };
  if (checkReadCondition(request.headers, object) === 'unchanged')
    return { status: 304, headers, range: everything };

  for (const name of KEPT_HEADERS) {
    const override = request.query.get(`response-${name}`);
    if (override !== undefined) headers[name] = checkHeaderValue(`response-${name}`, override);
  }
  const partNumber = request.query.get('partNumber');
  const rangeHeader = request.headers.get('range');
  if (partNumber !== undefined && rangeHeader !== undefined) {
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  }
  const range =
    partNumber === undefined
      ? parseRange(rangeHeader, object.size)
      : partRange(
          parseCount('partNumber', partNumber, { min: 1, max: 10_000 }),
          object.size,
          object.partSizes,
        );
  if (partNumber !== undefined && object.partSizes !== undefined) {
    headers['x-amz-mp-parts-count'] = String(object.partSizes.length);
  }
  // The checksum is that of the whole object, and a client that got a part would hold the part against it.
  const wantsChecksum = request.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  if (wantsChecksum && (range === undefined || range.bytes === object.size))
    Object.assign(headers, checksumHeaders(object));

  const { start, bytes } = range ?? everything;
  headers['content-length'] = String(bytes);
  if (range === undefined) return { status: 200, headers, range: everything };
  if (bytes > 0) headers['content-range'] = `bytes ${start}-${start + bytes - 1}/${object.size}`;
  return { status: 206, headers, range };
}
