import { createHash } from 'node:crypto';
import { TuwenError } from '../error.ts';
import { compareUtf8 } from '../item.ts';
import type { GetOptions, ObjectInfo, ObjectStore, PutOptions, StreamedObject } from './object-store.ts';

interface Entry {
  readonly info: ObjectInfo;
  readonly body: Uint8Array;
}

const chunkBytes = 64 * 1024;

/** A bucket in memory, for tests and evaluations. Its presigned URLs have the form of real ones but lead nowhere. */
export function createMemoryObjectStore({ clock = Date.now }: { clock?: () => number } = {}): ObjectStore {
  const entries = new Map<string, Entry>();

  function open(key: string, options: GetOptions): Entry | undefined {
    const entry = entries.get(key);
    if (!entry) return undefined;
    if (options.ifMatch !== undefined) checkEtag(key, options.ifMatch, entry.info.etag);
    if (options.maxBytes !== undefined && entry.info.bytes > options.maxBytes)
      throw new TuwenError(
        'too_large',
        `expected ${key} to have at most ${options.maxBytes} bytes, found ${entry.info.bytes}`,
      );
    return entry;
  }

  function checkPut(key: string, { ifAbsent, ifMatch }: PutOptions): void {
    const found = entries.get(key)?.info.etag;
    if (ifAbsent && found !== undefined)
      throw new TuwenError('conflict', `expected no object ${key}, found one`);
    if (ifMatch !== undefined) checkEtag(key, ifMatch, found);
  }

  return {
    async head(key) {
      return entries.get(key)?.info;
    },

    async get(key, options = {}) {
      options.signal?.throwIfAborted();
      const entry = open(key, options);
      return entry && { ...entry.info, body: entry.body.slice(options.start ?? 0) };
    },

    async stream(key, options = {}): Promise<StreamedObject | undefined> {
      options.signal?.throwIfAborted();
      const entry = open(key, options);
      return entry && { ...entry.info, body: chunksOf(entry.body, options) };
    },

    async readInto(key, { start, end }, target, options = {}) {
      const entry = entries.get(key);
      if (!entry) throw new TuwenError('not_found', `expected an object ${key}, found none`);
      if (options.ifMatch !== undefined) checkEtag(key, options.ifMatch, entry.info.etag);
      const bytes = entry.body.subarray(start, end);
      if (bytes.length !== end - start)
        throw new TuwenError(
          'internal',
          `expected ${end - start} bytes of ${key} at ${start}, found ${bytes.length}`,
        );
      if (bytes.length > target.length)
        throw new TuwenError('internal', `expected room for ${bytes.length} bytes, found ${target.length}`);
      target.set(bytes);
    },

    async put(key, body, options) {
      checkPut(key, options);
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body.slice();
      const etag = createHash('md5').update(bytes).digest('hex');
      const { contentType } = options;
      const info = { key, etag, bytes: bytes.length, modifiedAt: new Date(clock()), contentType };
      entries.set(key, { info, body: bytes });
      return { etag };
    },

    async delete(keys) {
      for (const key of keys) entries.delete(key);
    },

    async *list(prefix) {
      const found = [...entries.keys()].filter((key) => key.startsWith(prefix)).sort(compareUtf8);
      for (const key of found) {
        const entry = entries.get(key);
        if (entry) yield withoutType(entry.info);
      }
    },

    async *listFolders(prefix) {
      const below = [...entries.keys()]
        .filter((key) => key.startsWith(prefix) && key.includes('/', prefix.length))
        .map((key) => key.slice(prefix.length, key.indexOf('/', prefix.length)));
      yield* [...new Set(below)].sort(compareUtf8);
    },

    async presignPut(key, { contentType, bytes, expiresInSeconds }) {
      return {
        method: 'PUT',
        url: urlOf(key, expiresInSeconds),
        headers: { 'content-type': contentType, 'content-length': String(bytes), 'if-none-match': '*' },
        expiresAt: new Date(clock() + expiresInSeconds * 1000).toISOString(),
      };
    },

    async presignGet(key, { expiresInSeconds }) {
      return urlOf(key, expiresInSeconds);
    },
  };
}

function checkEtag(key: string, expected: string, found: string | undefined): void {
  if (found !== expected)
    throw new TuwenError('conflict', `expected ${key} with etag ${expected}, found ${found ?? 'none'}`);
}

async function* chunksOf(body: Uint8Array, { start = 0, signal }: GetOptions): AsyncGenerator<Uint8Array> {
  for (let at = start; at < body.length; at += chunkBytes) {
    signal?.throwIfAborted();
    yield body.slice(at, at + chunkBytes);
  }
}

/** A listing of S3 does not tell content types. */
function withoutType({ key, etag, bytes, modifiedAt }: ObjectInfo): ObjectInfo {
  return { key, etag, bytes, modifiedAt };
}

const urlOf = (key: string, expiresInSeconds: number): string =>
  `https://memory.invalid/${key.split('/').map(encodeURIComponent).join('/')}?X-Amz-Expires=${expiresInSeconds}`;
