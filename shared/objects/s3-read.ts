import { Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { TuwenError } from '../error.ts';
import type { ObjectInfo } from './object-store.ts';
import { codeOf, faultOf, isMissing, statusOf } from './s3-fault.ts';

/** How objects are read from S3: a connection that breaks or stands still is taken up where it broke. */

export interface S3ReadOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly random: () => number;
  /** For the beginning of a reply. */
  readonly callMs: number;
  /** How long a body may stand still. A function that was frozen finds its connections dead. */
  readonly idleMs: number;
}

export interface OpenOptions {
  readonly start?: number;
  /** Excluded. */
  readonly end?: number;
  readonly ifMatch?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface OpenObject {
  /** Of the whole object. */
  readonly info: ObjectInfo;
  /** Of what is read. */
  readonly bytes: number;
  readonly body: Readable;
}

/** Attempts in a row that bring nothing. */
const attempts = 4;

/** @returns undefined where there is no object, and 'beyond' where it ends before `start` */
export async function openObject(
  { client, bucket, callMs }: S3ReadOptions,
  key: string,
  { start = 0, end, ifMatch, signal }: OpenOptions,
): Promise<OpenObject | 'beyond' | undefined> {
  const ranged = start > 0 || end !== undefined;
  const input = {
    Bucket: bucket,
    Key: key,
    ...(ranged && { Range: `bytes=${start}-${end === undefined ? '' : end - 1}` }),
    ...(ifMatch !== undefined && { IfMatch: `"${ifMatch}"` }),
  };
  const deadline = AbortSignal.timeout(callMs);
  try {
    const reply = await client.send(new GetObjectCommand(input), {
      abortSignal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    const { Body: body, ContentLength: bytes, ETag: etag, LastModified: modifiedAt, ContentType } = reply;
    if (!(body instanceof Readable) || bytes === undefined || !etag || !modifiedAt)
      throw new TuwenError('internal', `expected bytes, length, etag and time of ${key}, found less`);
    const whole = reply.ContentRange?.match(/\/(\d+)$/)?.[1];
    const info = {
      key,
      etag: unquote(etag),
      bytes: whole === undefined ? bytes : Number(whole),
      modifiedAt,
      ...(ContentType && { contentType: ContentType }),
    };
    return { info, bytes, body };
  } catch (error) {
    signal?.throwIfAborted();
    if (isMissing(error)) return undefined;
    if (statusOf(error) === 416 || codeOf(error) === 'InvalidRange') return 'beyond';
    throw faultOf(error, key);
  }
}

/**
 * The bytes of an object that was opened, as they come. Where they stop coming, the rest is asked for
 * again, of the very same object.
 *
 * @throws TuwenError `conflict` when it has been replaced meanwhile, `internal` when it could not be read
 */
export async function* chunksOf(
  options: S3ReadOptions,
  opened: OpenObject,
  { start = 0, signal }: OpenOptions,
): AsyncGenerator<Uint8Array> {
  const { key, etag } = opened.info;
  const end = start + opened.bytes;
  let at = start;
  let { body } = opened;
  for (let standing = 1; ; standing++) {
    try {
      for await (const chunk of untilIdle(body, options.idleMs, signal)) {
        at += chunk.length;
        standing = 0;
        yield chunk;
      }
      if (at === end) return;
      throw new TuwenError('internal', `expected ${end - start} bytes of ${key}, found ${at - start}`, {
        retryable: true,
      });
    } catch (error) {
      signal?.throwIfAborted();
      const fault = faultOf(error, key);
      if (!fault.retryable || standing >= attempts || at >= end) throw fault;
    } finally {
      body.destroy();
    }
    await pause(standing, options.random);
    const rest = await openObject(options, key, { start: at, end, ifMatch: etag, signal });
    if (rest === undefined || rest === 'beyond')
      throw new TuwenError('conflict', `${key} was deleted while it was read`);
    body = rest.body;
  }
}

/** Ends a body on which nothing moves. */
async function* untilIdle(
  body: Readable,
  idleMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const stop = () => body.destroy(new Error('aborted'));
  signal?.addEventListener('abort', stop, { once: true });
  const idle = () => body.destroy(new Error(`nothing came for ${idleMs} ms`));
  let timer = setTimeout(idle, idleMs);
  try {
    for await (const chunk of body) {
      // While the reader is at work nobody waits for the other side.
      clearTimeout(timer);
      if (!(chunk instanceof Uint8Array)) throw new Error(`expected bytes, found ${typeof chunk}`);
      yield chunk;
      timer = setTimeout(idle, idleMs);
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Full jitter: at most 100 ms, 200 ms, 400 ms … 2 s. */
export async function pause(attempt: number, random: () => number): Promise<void> {
  const ms = random() * Math.min(2000, 50 * 2 ** attempt);
  await new Promise((resolve) => setTimeout(resolve, ms));
}

export const unquote = (etag: string): string => etag.replace(/^"|"$/g, '');
