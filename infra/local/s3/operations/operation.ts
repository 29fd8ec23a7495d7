import { S3Error } from '../errors.ts';
import type { S3Reply } from '../reply.ts';
import type { SignedRequest } from '../signing/authenticate.ts';
import type { StoredObject } from '../store/records.ts';
import type { Bucket } from '../store/state.ts';
import type { Store } from '../store/store.ts';

export interface Service {
  readonly store: Store;
  readonly region: string;
}

/** One of S3's API operations, for a request whose sender is known. */
export type Operation = (service: Service, request: SignedRequest) => Promise<S3Reply>;

/** @throws S3Error NoSuchBucket */
export function findBucket(store: Store, name: string): Bucket {
  const bucket = store.state.buckets.get(name);
  if (bucket === undefined) throw new S3Error('NoSuchBucket', undefined, { BucketName: name });
  return bucket;
}

/** @throws S3Error NoSuchBucket, NoSuchKey */
export function findObject(store: Store, { bucket, key }: { bucket: string; key: string }): StoredObject {
  const object = findBucket(store, bucket).objects.get(key);
  if (object === undefined) throw new S3Error('NoSuchKey', undefined, { Key: key });
  return object;
}

/** A whole number of a query or a document. @throws S3Error InvalidArgument */
export function parseCount(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new S3Error(
    'InvalidArgument',
    `Expected ${name} to be a whole number from ${min} to ${max}, found "${text}".`,
    {
      ArgumentName: name,
      ArgumentValue: text,
    },
  );
}

export function quote(etag: string): string {
  return `"${etag}"`;
}

export function unquote(etag: string): string {
  return etag.trim().replace(/^"(.*)"$/, '$1');
}

/** As documents write it. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
