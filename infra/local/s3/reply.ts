import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { S3Error } from './errors.ts';
import { smallBytes } from './store/files.ts';
import { xmlError } from './xml.ts';

/** Part of a file on its way out; sending it closes the handle. */
export interface FileBody {
  readonly handle: FileHandle;
  /** First byte. */
  readonly start: number;
  /** How many bytes; more than 0. */
  readonly bytes: number;
}

export interface S3Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** A string is an XML document. */
  readonly body?: string | FileBody;
}

export function errorReply(error: S3Error, resource: string, requestId: string): S3Reply {
  return {
    status: error.status,
    headers: error.headers,
    body: xmlError({
      Code: error.code,
      Message: error.message,
      Resource: resource,
      ...error.details,
      RequestId: requestId,
    }),
  };
}

/** Writes the reply at the pace of whoever reads it. Rejects when the reader goes away. */
export async function sendReply(response: ServerResponse, reply: S3Reply, isHead: boolean): Promise<void> {
  const { body } = reply;
  const headers = inUtf8(reply.headers ?? {});
  if (typeof body === 'object') {
    try {
      const { handle, start, bytes } = body;
      const small = bytes <= smallBytes ? readWhole(handle, start, bytes) : undefined;
      response.writeHead(reply.status, { ...headers, 'content-length': bytes });
      if (small) {
        response.end(small);
        return;
      }
      const source = handle.createReadStream({
        start,
        end: start + bytes - 1,
        autoClose: false,
        highWaterMark: 256 * 1024,
      });
      await pipeline(source, response);
    } finally {
      await body.handle.close();
    }
    return;
  }
  const document = body === undefined ? undefined : Buffer.from(body);
  const type = document === undefined ? {} : { 'content-type': 'application/xml' };
  // A HEAD reply brings the Content-Length of the object itself; a 204 and a 304 have none.
  const hasOwnLength =
    reply.status === 204 ||
    reply.status === 304 ||
    (isHead && reply.headers?.['content-length'] !== undefined);
  const length = hasOwnLength ? {} : { 'content-length': document?.byteLength ?? 0 };
  response.writeHead(reply.status, { ...type, ...length, ...headers });
  response.end(isHead ? undefined : document);
}

function readWhole({ fd }: FileHandle, start: number, bytes: number): Buffer {
  const whole = Buffer.allocUnsafe(bytes);
  const read = readSync(fd, whole, 0, bytes, start);
  if (read < bytes) throw new Error(`Expected ${bytes} bytes from ${start} on, found ${read}.`);
  return whole;
}

/** Node writes each character of a header as a byte. */
function inUtf8(headers: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(String(value)).toString('latin1')]),
  );
}
