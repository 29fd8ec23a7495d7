import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Http } from './http.ts';

export interface Download {
  readonly url: string;
  readonly file: string;
  /** What we have already, if the object is still that one. */
  readonly etag?: string | undefined;
  /** Whether the object never changes, so that what an earlier attempt got is gone on with. */
  readonly isImmutable?: boolean;
  readonly onBytes?: (bytes: number) => void;
}

export type Downloaded =
  | { readonly status: 'stored'; readonly etag: string; readonly bytes: number }
  | { readonly status: 'unchanged' }
  | { readonly status: 'gone' };

/** A shard of some hundred megabytes over a slow line; what was got by then is gone on with. */
const downloadMs = 600_000;

/** Stores an object in a file, which is there whole or not at all. */
export async function download(http: Http, wanted: Download): Promise<Downloaded> {
  const { url, file, etag, isImmutable = false, onBytes = () => {} } = wanted;
  const partial = `${file}.part`;
  await mkdir(dirname(file), { recursive: true });
  if (!isImmutable) await rm(partial, { force: true });
  // Each attempt goes on from what the last one got.
  const sizeOfPartial = async () => (await stat(partial).catch(() => undefined))?.size ?? 0;
  let begin = isImmutable ? await sizeOfPartial() : 0;
  const call = {
    method: 'GET',
    url,
    timeoutMs: downloadMs,
    accept: [304, 404, 416],
    get headers() {
      return {
        ...(etag !== undefined && { 'if-none-match': etag }),
        ...(begin > 0 && { range: `bytes=${begin}-` }),
      };
    },
  } as const;
  return http.call(call, async (answer): Promise<Downloaded> => {
    const { statusCode, headers, body } = answer;
    if (statusCode === 304 || statusCode === 404) {
      await body.dump();
      return { status: statusCode === 304 ? 'unchanged' : 'gone' };
    }
    if (statusCode === 416) await body.dump();
    else {
      const flags = statusCode === 206 ? 'a' : 'w';
      body.on('data', (chunk: Uint8Array) => onBytes(chunk.length));
      try {
        await pipeline(body, createWriteStream(partial, { flags }));
      } finally {
        begin = isImmutable ? await sizeOfPartial() : 0;
      }
    }
    const bytes = await sizeOfPartial();
    await rename(partial, file);
    return { status: 'stored', etag: String(headers.etag ?? ''), bytes };
  });
}
