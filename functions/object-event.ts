import { z } from '@hono/zod-openapi';

/**
 * An EventBridge event of S3, as SQS delivers it in the body of a message.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html: here the key is plain, not
 * URL-encoded as in S3's own notifications.
 */
const objectEvent = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.enum(['Object Created', 'Object Deleted']),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string().min(1),
      size: z.number().optional(),
      etag: z.string().optional(),
      sequencer: z.string().regex(/^[0-9A-Fa-f]+$/),
    }),
  }),
});

export interface ObjectEvent {
  readonly bucket: string;
  readonly key: string;
  /** Of a created object, without quotes. */
  readonly etag: string | undefined;
  readonly sequencer: string;
  readonly deleted: boolean;
}

/** @throws Error that says what is wrong; such a message belongs into the dead-letter queue. */
export function parseObjectEvent(body: string): ObjectEvent {
  const event = objectEvent.parse(JSON.parse(body));
  const { bucket, object } = event.detail;
  return {
    bucket: bucket.name,
    key: object.key,
    etag: object.etag?.replaceAll('"', ''),
    sequencer: object.sequencer,
    deleted: event['detail-type'] === 'Object Deleted',
  };
}
