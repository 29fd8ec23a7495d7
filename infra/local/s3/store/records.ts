import { z } from 'zod';
import { CHECKSUM_ALGORITHMS } from '../body/checksum.ts';

/** What the store's log is made of. A line of the log is one change; the state is what all changes together leave. */

const checksum = z.object({
  algorithm: z.enum(CHECKSUM_ALGORITHMS),
  /** Base64, with "-<parts>" where it is a checksum of the parts' checksums. */
  value: z.string(),
  type: z.enum(['FULL_OBJECT', 'COMPOSITE']),
});
export type StoredChecksum = z.infer<typeof checksum>;

/** What the client said of an object and gets back with it. */
const description = z.object({
  /** Content-Type, Cache-Control and their like, names in lower case. */
  headers: z.record(z.string(), z.string()),
  /** x-amz-meta-…, without the prefix. */
  metadata: z.record(z.string(), z.string()),
});
export type Description = z.infer<typeof description>;

const storedObject = z.object({
  bucket: z.string(),
  key: z.string(),
  /** The file that holds the bytes. */
  file: z.string(),
  size: z.number(),
  /** Without quotes. */
  etag: z.string(),
  /** Milliseconds since the epoch. */
  modifiedAt: z.number(),
  sequence: z.number(),
  description,
  checksum,
  /** Bytes of each part, where it was uploaded in parts. */
  partSizes: z.array(z.number()).optional(),
});
export type StoredObject = z.infer<typeof storedObject>;

const storedPart = z.object({
  number: z.number(),
  file: z.string(),
  size: z.number(),
  etag: z.string(),
  modifiedAt: z.number(),
  /** Base64: the upload's algorithm, and the client's own where it chose another. */
  checksums: z.partialRecord(z.enum(CHECKSUM_ALGORITHMS), z.string()),
});
export type StoredPart = z.infer<typeof storedPart>;

const upload = z.object({
  id: z.string(),
  bucket: z.string(),
  key: z.string(),
  createdAt: z.number(),
  description,
  algorithm: z.enum(CHECKSUM_ALGORITHMS),
  /** Whether the client chose the algorithm: then its parts must come with it. */
  isDeclared: z.boolean(),
  checksumType: checksum.shape.type,
});
export type Upload = z.infer<typeof upload>;

const createdReason = z.enum(['PutObject', 'PostObject', 'CopyObject', 'CompleteMultipartUpload']);
const eventBase = {
  bucket: z.string(),
  key: z.string(),
  /** Hexadecimal of one length: of two events of a key, the later one sorts after. */
  sequencer: z.string(),
  /** ISO 8601. */
  time: z.string(),
};
const objectEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('created'),
    ...eventBase,
    size: z.number(),
    etag: z.string(),
    reason: createdReason,
  }),
  z.object({ type: z.literal('deleted'), ...eventBase, reason: z.literal('DeleteObject') }),
]);
export type ObjectEvent = z.infer<typeof objectEvent>;
export type CreatedReason = z.infer<typeof createdReason>;

export const changeSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('create-bucket'), bucket: z.string(), createdAt: z.number() }),
  z.object({ op: z.literal('delete-bucket'), bucket: z.string() }),
  z.object({ op: z.literal('put'), object: storedObject }),
  z.object({ op: z.literal('delete'), bucket: z.string(), key: z.string(), sequence: z.number() }),
  z.object({ op: z.literal('create-upload'), upload }),
  z.object({ op: z.literal('put-part'), uploadId: z.string(), part: storedPart }),
  z.object({ op: z.literal('end-upload'), uploadId: z.string() }),
  /** An event that must be delivered, in the same breath as the change it tells of. */
  z.object({ op: z.literal('owe'), event: objectEvent }),
  z.object({ op: z.literal('delivered'), sequencer: z.string() }),
  /** Numbers up to this one have been given out. */
  z.object({ op: z.literal('sequence'), sequence: z.number() }),
]);
export type Change = z.infer<typeof changeSchema>;
