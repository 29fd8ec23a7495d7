import { z } from 'zod';
import { readXmlBody } from '../body/xml-body.ts';
import { S3Error } from '../errors.ts';
import { xmlDocument } from '../xml.ts';
import { findBucket, isoTime, type Operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name)
  );
}

export const listBuckets: Operation = async ({ store }) => {
  const buckets = [...store.state.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const document = {
    Owner: { ID: 'local', DisplayName: 'local' },
    Buckets: {
      Bucket: buckets.map(({ name, createdAt }) => ({ Name: name, CreationDate: isoTime(createdAt) })),
    },
  };
  return { status: 200, body: xmlDocument('ListAllMyBucketsResult', document) };
};

const locationSchema = z.object({
  CreateBucketConfiguration: z.union([z.string(), z.object({ LocationConstraint: z.string().optional() })]),
});

export const createBucket: Operation = async ({ store, region }, request) => {
  const { bucket } = request;
  if (!isBucketName(bucket)) throw new S3Error('InvalidBucketName', undefined, { BucketName: bucket });
  if (Number(request.headers.get('content-length') ?? 0) > 0) {
    const { CreateBucketConfiguration: wanted } = await readXmlBody(request, locationSchema);
    const location = typeof wanted === 'string' ? undefined : wanted.LocationConstraint;
    if (location !== undefined && location !== region)
      throw new S3Error('IllegalLocationConstraintException');
  }
  await store.commit(() => {
    if (!store.state.buckets.has(bucket)) return [{ op: 'create-bucket', bucket, createdAt: store.now() }];
    // In its oldest region S3 takes a second creation by the owner for a success.
    if (region === 'us-east-1') return [];
    throw new S3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: bucket });
  });
  return { status: 200, headers: { location: `/${bucket}` } };
};

export const headBucket: Operation = async ({ store, region }, { bucket }) => {
  findBucket(store, bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': region } };
};

export const deleteBucket: Operation = async ({ store }, { bucket }) => {
  await store.commit(() => {
    const hasUploads = [...store.state.uploads.values()].some((upload) => upload.bucket === bucket);
    if (findBucket(store, bucket).objects.size > 0 || hasUploads) {
      throw new S3Error('BucketNotEmpty', undefined, { BucketName: bucket });
    }
    return [{ op: 'delete-bucket', bucket }];
  });
  return { status: 204 };
};

export const getBucketLocation: Operation = async ({ store, region }, { bucket }) => {
  findBucket(store, bucket);
  // S3's oldest region is written as nothing at all.
  return { status: 200, body: xmlDocument('LocationConstraint', region === 'us-east-1' ? '' : region) };
};

/** No versions are kept, and S3 says so with an empty document. */
export const getBucketVersioning: Operation = async ({ store }, { bucket }) => {
  findBucket(store, bucket);
  return { status: 200, body: xmlDocument('VersioningConfiguration', {}) };
};
