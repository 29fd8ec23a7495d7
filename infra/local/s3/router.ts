import { S3Error } from './errors.ts';
import {
  createBucket,
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
} from './operations/buckets.ts';
import { completeMultipartUpload } from './operations/complete-upload.ts';
import { copyObject } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-object.ts';
import { getObject, headObject } from './operations/get-object.ts';
import { listObjects, listObjectsV2 } from './operations/list-objects.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
} from './operations/multipart.ts';
import { findObject, type Operation } from './operations/operation.ts';
import { putObject } from './operations/put-object.ts';
import { uploadPart, uploadPartCopy } from './operations/upload-part.ts';
import type { S3Request } from './request.ts';
import { xmlDocument } from './xml.ts';

/** Parts of a bucket or an object that S3 has and this server has not: a PUT of ?acl must not overwrite the object. */
const UNKNOWN_HERE = new Set(
  'accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle logging metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock replication requestPayment restore retention select tagging torrent versions versionId website'.split(
    ' ',
  ),
);

/** @throws S3Error NotImplemented, MethodNotAllowed */
export function findOperation({ method, bucket, key, query, headers }: S3Request): Operation {
  const isTagQuestion = method === 'GET' && key !== '' && query.has('tagging');
  const unknown = [...query.keys()].find((name) => UNKNOWN_HERE.has(name));
  if (unknown !== undefined && !isTagQuestion) {
    throw new S3Error('NotImplemented', `This server does not know the subresource "${unknown}".`);
  }
  const operation =
    bucket === ''
      ? { GET: listBuckets }[method]
      : key === ''
        ? bucketOperation(method, query)
        : objectOperation(method, query, headers);
  if (operation === undefined) throw new S3Error('MethodNotAllowed', undefined, { Method: method });
  return operation;
}

function bucketOperation(method: string, query: ReadonlyMap<string, string>): Operation | undefined {
  switch (method) {
    case 'GET':
      if (query.has('location')) return getBucketLocation;
      if (query.has('versioning')) return getBucketVersioning;
      if (query.has('uploads')) return listMultipartUploads;
      return query.get('list-type') === '2' ? listObjectsV2 : listObjects;
    case 'HEAD':
      return headBucket;
    case 'PUT':
      if (query.has('versioning')) throw new S3Error('NotImplemented', 'This server keeps no versions.');
      return createBucket;
    case 'DELETE':
      return deleteBucket;
    case 'POST':
      return query.has('delete') ? deleteObjects : undefined;
    default:
      return undefined;
  }
}

function objectOperation(
  method: string,
  query: ReadonlyMap<string, string>,
  headers: ReadonlyMap<string, string>,
): Operation | undefined {
  const isPart = query.has('uploadId');
  // A presigned address may carry its copy source in the query.
  const isCopy = headers.has('x-amz-copy-source') || query.has('x-amz-copy-source');
  switch (method) {
    case 'GET':
      if (query.has('tagging')) return getObjectTagging;
      return isPart ? listParts : getObject;
    case 'HEAD':
      return headObject;
    case 'PUT':
      if (isPart) return isCopy ? uploadPartCopy : uploadPart;
      return isCopy ? copyObject : putObject;
    case 'DELETE':
      return isPart ? abortMultipartUpload : deleteObject;
    case 'POST':
      if (query.has('uploads')) return createMultipartUpload;
      return isPart ? completeMultipartUpload : undefined;
    default:
      return undefined;
  }
}

/** No object has tags here; the aws CLI asks before it copies a large one. */
const getObjectTagging: Operation = async ({ store }, request) => {
  findObject(store, request);
  return { status: 200, body: xmlDocument('Tagging', { TagSet: {} }) };
};
