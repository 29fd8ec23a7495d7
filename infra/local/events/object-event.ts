import { randomUUID } from 'node:crypto';
import type { ObjectEvent } from '../s3/store/records.ts';

/**
 * What EventBridge makes of a change in a bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function bridgeEventOf(event: ObjectEvent) {
  const isCreated = event.type === 'created';
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': isCreated ? 'Object Created' : 'Object Deleted',
    source: 'aws.s3',
    account: '000000000000',
    time: new Date(event.time).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${event.bucket}`],
    detail: {
      version: '0',
      bucket: { name: event.bucket },
      object: {
        key: event.key,
        ...(isCreated && { size: event.size, etag: event.etag }),
        sequencer: event.sequencer,
      },
      'request-id': randomUUID().slice(0, 16).toUpperCase(),
      requester: '000000000000',
      'source-ip-address': '127.0.0.1',
      reason: event.reason,
      ...(!isCreated && { 'deletion-type': 'Permanently Deleted' }),
    },
  };
}
