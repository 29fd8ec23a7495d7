import { DEFAULT_ALGORITHM, statedChecksum } from '../body/checksum.ts';
import { receiveBody } from '../body/receive.ts';
import { commitObject } from './commit-object.ts';
import { checkWriteCondition } from './conditions.ts';
import { checksumHeaders, describe } from './object-headers.ts';
import { findBucket, type Operation, quote } from './operation.ts';

/** S3's largest object in one PUT and largest part: 5 GiB. */
export const MAX_UPLOAD_BYTES = 5 * 1024 ** 3;

/** PutObject. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: Operation = async ({ store }, request) => {
  const { bucket, key, headers } = request;
  findBucket(store, bucket);
  const description = describe(headers);
  const condition = checkWriteCondition(store, request);
  const algorithm = statedChecksum(headers)?.algorithm ?? DEFAULT_ALGORITHM;
  const body = receiveBody(request, { maxBytes: MAX_UPLOAD_BYTES, also: [algorithm] });

  const file = await store.files.write(body.chunks);
  const object = await commitObject(
    store,
    {
      bucket,
      key,
      file,
      size: body.bytes(),
      etag: body.digest('MD5').toString('hex'),
      description,
      checksum: { algorithm, value: body.digest(algorithm).toString('base64'), type: 'FULL_OBJECT' },
      reason: 'PutObject',
    },
    condition,
  );
  return { status: 200, headers: { etag: quote(object.etag), ...checksumHeaders(object) } };
};
