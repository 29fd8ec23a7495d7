import { z } from 'zod';
import { CHECKSUM_ALGORITHMS, checksumHeader } from '../body/checksum.ts';
import { readXmlBody } from '../body/xml-body.ts';
import { S3Error } from '../errors.ts';
import type { Change } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { xmlDocument } from '../xml.ts';
import { toSequencer } from './commit-object.ts';
import { names, preconditionFailed } from './conditions.ts';
import { findBucket, type Operation } from './operation.ts';
import { oneOrMany } from './schema.ts';

/** DeleteObject: what is not there is deleted already. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: Operation = async ({ store }, { bucket, key, headers }) => {
  const etag = headers.get('if-match');
  const [refused] = await deleteKeys(store, bucket, [etag === undefined ? { key } : { key, etag }]);
  if (refused !== undefined) throw preconditionFailed('If-Match');
  return { status: 204 };
};

const deleteSchema = z.object({
  Delete: z.object({
    Object: oneOrMany(z.object({ Key: z.string().min(1), ETag: z.string().optional() }), { max: 1000 }),
    Quiet: z.string().optional(),
  }),
});

/** DeleteObjects. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export const deleteObjects: Operation = async ({ store }, request) => {
  const hasDigest = ['content-md5', 'x-amz-trailer', ...CHECKSUM_ALGORITHMS.map(checksumHeader)].some(
    (name) => request.headers.has(name),
  );
  if (!hasDigest)
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  const { Object: objects, Quiet } = (await readXmlBody(request, deleteSchema)).Delete;
  const wanted = objects.map(({ Key, ETag }) =>
    ETag === undefined ? { key: Key } : { key: Key, etag: ETag },
  );
  const refused = new Set(await deleteKeys(store, request.bucket, wanted));
  const deleted = wanted.filter(({ key }) => !refused.has(key));
  const result = {
    Deleted: Quiet?.trim() === 'true' ? [] : deleted.map(({ key }) => ({ Key: key })),
    Error: [...refused].map((key) => ({
      Key: key,
      Code: 'PreconditionFailed',
      Message: preconditionFailed('').message,
    })),
  };
  return { status: 200, body: xmlDocument('DeleteResult', result) };
};

/**
 * Deletes in one commit.
 * @returns the keys that another object than the one asked for lies under
 */
async function deleteKeys(
  store: Store,
  bucketName: string,
  wanted: readonly { key: string; etag?: string }[],
): Promise<string[]> {
  const refused: string[] = [];
  await store.commit((firstSequence) => {
    const { objects } = findBucket(store, bucketName);
    const time = new Date(store.now()).toISOString();
    const changes: Change[] = [];
    const seen = new Set<string>();
    let sequence = firstSequence;
    for (const { key, etag } of wanted) {
      const object = objects.get(key);
      if (object === undefined || seen.has(key)) continue;
      if (etag !== undefined && !names(etag, object.etag)) {
        refused.push(key);
        continue;
      }
      seen.add(key);
      const sequencer = toSequencer(sequence);
      changes.push(
        { op: 'delete', bucket: bucketName, key, sequence },
        {
          op: 'owe',
          event: { type: 'deleted', bucket: bucketName, key, sequencer, time, reason: 'DeleteObject' },
        },
      );
      sequence++;
    }
    return changes;
  });
  return refused;
}
