import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { TuwenError } from '../error.ts';
import type { GetOptions, ObjectInfo, ObjectStore, PutOptions, StreamedObject } from './object-store.ts';
import { codeOf, faultOf, isMissing, statusOf } from './s3-fault.ts';
import { chunksOf, type OpenObject, openObject, pause, type S3ReadOptions, unquote } from './s3-read.ts';

export interface S3ObjectStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /**
   * For `presignPut`: made with `requestChecksumCalculation: 'WHEN_REQUIRED'`, or it would sign the
   * checksum of an empty body.
   */
  readonly presignClient?: S3Client;
  readonly clock?: () => number;
  readonly random?: () => number;
  /** Names a conditional write, so that we know our own when its reply was lost. */
  readonly newWriteId?: () => string;
  /** For the beginning of a reply. */
  readonly timeoutMs?: number;
  /** How long a body may stand still. */
  readonly idleMs?: number;
  /** How many keys a call lists; S3 gives at most 1,000. */
  readonly keysPerPage?: number;
}

/** Attempts at a write that S3 calls in conflict with another that is under way. */
const attempts = 5;
/** What a slow connection still carries, for the deadline of a write. */
const bytesPerMs = 500;
const keysPerDelete = 1000;

/** A bucket of S3, or of what speaks its protocol. */
export function createS3ObjectStore(options: S3ObjectStoreOptions): ObjectStore {
  const { client, bucket, presignClient = client, clock = Date.now, random = Math.random } = options;
  const { newWriteId = randomUUID, timeoutMs = 20_000, idleMs = timeoutMs, keysPerPage = 1000 } = options;
  const reading: S3ReadOptions = { client, bucket, random, callMs: timeoutMs, idleMs };
  const deadline = (ms = timeoutMs) => ({ abortSignal: AbortSignal.timeout(Math.ceil(ms)) });

  async function head(key: string): Promise<(ObjectInfo & { writeId: string | undefined }) | undefined> {
    try {
      const reply = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }), deadline());
      const { ETag: etag, ContentLength: bytes, LastModified: modifiedAt, ContentType, Metadata } = reply;
      if (!etag || bytes === undefined || !modifiedAt)
        throw new TuwenError('internal', `expected etag, length and time of ${key}, found less`);
      const contentType = ContentType && { contentType: ContentType };
      return {
        key,
        etag: unquote(etag),
        bytes,
        modifiedAt,
        ...contentType,
        writeId: Metadata?.[writeIdName],
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw faultOf(error, key);
    }
  }

  async function open(key: string, given: GetOptions): Promise<OpenObject | undefined> {
    const opened = await openObject(reading, key, given);
    if (opened === 'beyond') return openEnd(key, given);
    const { maxBytes } = given;
    if (!opened || maxBytes === undefined || opened.info.bytes <= maxBytes) return opened;
    opened.body.destroy();
    throw tooLarge(key, maxBytes, opened.info.bytes);
  }

  /** Where nothing is left after `start`: S3 calls that an error, to us it is an empty rest. */
  async function openEnd(key: string, { start: _, ...given }: GetOptions): Promise<OpenObject | undefined> {
    const opened = await openObject(reading, key, given);
    if (!opened || opened === 'beyond') return undefined;
    opened.body.destroy();
    if (given.maxBytes !== undefined && opened.info.bytes > given.maxBytes)
      throw tooLarge(key, given.maxBytes, opened.info.bytes);
    return { info: opened.info, bytes: 0, body: Readable.from([]) };
  }

  function bodyOf(opened: OpenObject, given: GetOptions): AsyncIterable<Uint8Array> {
    return chunksOf(reading, opened, given);
  }

  async function put(key: string, body: Uint8Array | string, given: PutOptions): Promise<{ etag: string }> {
    const { contentType, cacheControl, ifAbsent, ifMatch } = given;
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    const isConditional = ifAbsent === true || ifMatch !== undefined;
    const writeId = newWriteId();
    const input = {
      Bucket: bucket,
      Key: key,
      Body: bytes,
      ContentType: contentType,
      ...(cacheControl !== undefined && { CacheControl: cacheControl }),
      ...(ifAbsent && { IfNoneMatch: '*' }),
      ...(ifMatch !== undefined && { IfMatch: `"${ifMatch}"` }),
      ...(isConditional && { Metadata: { [writeIdName]: writeId } }),
    };
    for (let attempt = 1; ; attempt++) {
      try {
        const timeout = deadline(timeoutMs + bytes.length / bytesPerMs);
        const { ETag: etag } = await client.send(new PutObjectCommand(input), timeout);
        if (!etag) throw new TuwenError('internal', `expected the etag of ${key}, found none`);
        return { etag: unquote(etag) };
      } catch (error) {
        if (codeOf(error) === 'ConditionalRequestConflict' && attempt < attempts) {
          await pause(attempt, random);
          continue;
        }
        // With If-Match an object that is not there is not found; any other 404 is the bucket's.
        const isRefused = statusOf(error) === 412 || (ifMatch !== undefined && isMissing(error));
        if (!isConditional || !isRefused) throw faultOf(error, key);
        // The SDK tries again when a reply is lost, and then meets its own write.
        const found = await head(key);
        if (found?.writeId === writeId) return { etag: found.etag };
        const expected = ifAbsent ? `no object ${key}` : `${key} with etag ${ifMatch}`;
        throw new TuwenError('conflict', `expected ${expected}, found ${found?.etag ?? 'none'}`, {
          cause: error,
        });
      }
    }
  }

  async function* pages(prefix: string, more: { Delimiter?: string }) {
    let token: string | undefined;
    do {
      const input = {
        Bucket: bucket,
        Prefix: prefix,
        MaxKeys: keysPerPage,
        ...more,
        ...(token !== undefined && { ContinuationToken: token }),
      };
      const page = await client.send(new ListObjectsV2Command(input), deadline()).catch((error: unknown) => {
        throw faultOf(error, prefix);
      });
      yield page;
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  return {
    async head(key) {
      const found = await head(key);
      if (!found) return undefined;
      const { writeId: _, ...info } = found;
      return info;
    },

    async get(key, given = {}) {
      const opened = await open(key, given);
      if (!opened) return undefined;
      const body = new Uint8Array(opened.bytes);
      await copyInto(body, bodyOf(opened, given));
      return { ...opened.info, body };
    },

    async stream(key, given = {}): Promise<StreamedObject | undefined> {
      const opened = await open(key, given);
      return opened && { ...opened.info, body: bodyOf(opened, given) };
    },

    async readInto(key, { start, end }, target, { ifMatch } = {}) {
      if (target.length < end - start)
        throw new TuwenError('internal', `expected room for ${end - start} bytes, found ${target.length}`);
      if (start === end) return;
      const range = { start, end, ...(ifMatch !== undefined && { ifMatch }) };
      const opened = await openObject(reading, key, range);
      if (!opened) throw new TuwenError('not_found', `expected an object ${key}, found none`);
      const found = opened === 'beyond' ? 0 : opened.bytes;
      if (opened === 'beyond' || found !== end - start) {
        if (opened !== 'beyond') opened.body.destroy();
        throw new TuwenError(
          'internal',
          `expected ${end - start} bytes of ${key} at ${start}, found ${found}`,
        );
      }
      await copyInto(target, chunksOf(reading, opened, range));
    },

    put,

    async delete(given) {
      const keys = [...new Set(given)];
      for (let start = 0; start < keys.length; start += keysPerDelete) {
        const objects = keys.slice(start, start + keysPerDelete).map((key) => ({ Key: key }));
        const input = { Bucket: bucket, Delete: { Objects: objects, Quiet: true } };
        const { Errors: [fault] = [] } = await client
          .send(new DeleteObjectsCommand(input), deadline())
          .catch((error: unknown) => {
            throw faultOf(error, objects[0]!.Key);
          });
        if (fault)
          throw new TuwenError('internal', `S3 could not delete ${fault.Key}: ${fault.Code}`, {
            retryable: fault.Code === 'InternalError' || fault.Code === 'SlowDown',
          });
      }
    },

    async *list(prefix) {
      for await (const { Contents: contents = [] } of pages(prefix, {})) {
        for (const { Key: key, ETag: etag, Size: bytes, LastModified: modifiedAt } of contents) {
          if (key !== undefined && etag && bytes !== undefined && modifiedAt)
            yield { key, etag: unquote(etag), bytes, modifiedAt };
        }
      }
    },

    async *listFolders(prefix) {
      for await (const { CommonPrefixes: folders = [] } of pages(prefix, { Delimiter: '/' })) {
        for (const { Prefix: folder } of folders)
          if (folder !== undefined) yield folder.slice(prefix.length, -1);
      }
    },

    async presignPut(key, { contentType, bytes, expiresInSeconds }) {
      const headers = {
        'content-type': contentType,
        'content-length': String(bytes),
        'if-none-match': '*',
      };
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        ContentType: contentType,
        ContentLength: bytes,
        IfNoneMatch: '*',
      });
      const signedAt = new Date(clock());
      const url = await getSignedUrl(presignClient, command, {
        expiresIn: expiresInSeconds,
        signingDate: signedAt,
        signableHeaders: new Set(Object.keys(headers)),
      });
      if (/x-amz-checksum/i.test(url))
        throw new TuwenError(
          'internal',
          'expected a presignClient with requestChecksumCalculation WHEN_REQUIRED',
        );
      const expiresAt = new Date(signedAt.getTime() + expiresInSeconds * 1000).toISOString();
      return { method: 'PUT', url, headers, expiresAt };
    },

    presignGet(key, { expiresInSeconds }) {
      return getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: key }), {
        expiresIn: expiresInSeconds,
        signingDate: new Date(clock()),
      });
    },
  };
}

/** In the object's metadata. */
const writeIdName = 'write-id';

async function copyInto(target: Uint8Array, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  let at = 0;
  for await (const chunk of chunks) {
    target.set(chunk, at);
    at += chunk.length;
  }
}

function tooLarge(key: string, expected: number, found: number): TuwenError {
  return new TuwenError('too_large', `expected ${key} to have at most ${expected} bytes, found ${found}`);
}
