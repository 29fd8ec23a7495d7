import { S3Error } from '../errors.ts';
import { escapeUri } from '../signing/signature.ts';
import type { StoredObject } from '../store/records.ts';
import { type XmlElement, xmlDocument } from '../xml.ts';
import { type Entry, listEntries } from './list-entries.ts';
import { findBucket, isoTime, type Operation, parseCount, quote } from './operation.ts';

const MAX_KEYS = 1000;

/** ListObjectsV2. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: Operation = async ({ store }, { bucket, query }) => {
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const after = token === undefined ? (startAfter ?? '') : readToken(token);
  const { objects } = findBucket(store, bucket);
  const page = parsePage(query);
  const { entries, next } = listEntries(objects, { ...page, after });
  const owner = query.get('fetch-owner') === 'true' ? OWNER : {};
  const document = {
    Name: bucket,
    Prefix: page.write(page.prefix),
    StartAfter: startAfter === undefined ? undefined : page.write(startAfter),
    ContinuationToken: token,
    NextContinuationToken: next === undefined ? undefined : writeToken(next),
    KeyCount: entries.length,
    MaxKeys: page.limit,
    Delimiter: page.delimiter === '' ? undefined : page.write(page.delimiter),
    EncodingType: page.encodingType,
    IsTruncated: next !== undefined,
    ...contents(entries, page.write, owner),
  };
  return { status: 200, body: xmlDocument('ListBucketResult', document) };
};

/** ListObjects, as clients asked before 2016. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export const listObjects: Operation = async ({ store }, { bucket, query }) => {
  const { objects } = findBucket(store, bucket);
  const page = parsePage(query);
  const marker = query.get('marker') ?? '';
  const { entries, next } = listEntries(objects, { ...page, after: marker });
  const document = {
    Name: bucket,
    Prefix: page.write(page.prefix),
    Marker: page.write(marker),
    NextMarker: next === undefined ? undefined : page.write(next),
    MaxKeys: page.limit,
    Delimiter: page.delimiter === '' ? undefined : page.write(page.delimiter),
    EncodingType: page.encodingType,
    IsTruncated: next !== undefined,
    ...contents(entries, page.write, OWNER),
  };
  return { status: 200, body: xmlDocument('ListBucketResult', document) };
};

const OWNER = { Owner: { ID: 'local', DisplayName: 'local' } };

function parsePage(query: ReadonlyMap<string, string>) {
  const encodingType = query.get('encoding-type');
  if (encodingType !== undefined && encodingType !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encodingType,
    });
  }
  const asked = parseCount('max-keys', query.get('max-keys') ?? String(MAX_KEYS), {
    min: 0,
    max: 2 ** 31 - 1,
  });
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    limit: Math.min(asked, MAX_KEYS),
    encodingType,
    /** XML cannot hold every character that a key can. Slashes stay. */
    write: (text: string) => (encodingType === 'url' ? text.split('/').map(escapeUri).join('/') : text),
  };
}

function contents(
  entries: readonly Entry<StoredObject>[],
  write: (text: string) => string,
  owner: XmlElement,
) {
  return {
    Contents: entries
      .flatMap((entry) => ('object' in entry ? [entry.object] : []))
      .map((object) => ({
        Key: write(object.key),
        LastModified: isoTime(object.modifiedAt),
        ETag: quote(object.etag),
        ChecksumAlgorithm: object.checksum.algorithm,
        ChecksumType: object.checksum.type,
        Size: object.size,
        StorageClass: 'STANDARD',
        ...owner,
      })),
    CommonPrefixes: entries.flatMap((entry) => ('prefix' in entry ? [{ Prefix: write(entry.prefix) }] : [])),
  };
}

/** Clients are to take it for opaque; the mark at its beginning tells ours from a foreign one. */
function writeToken(after: string): string {
  return Buffer.from(`1${after}`).toString('base64url');
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('1') || writeToken(text.slice(1)) !== token) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
      ArgumentName: 'continuation-token',
    });
  }
  return text.slice(1);
}
