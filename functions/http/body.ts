import type { Context, MiddlewareHandler } from 'hono';
import { TuwenError } from '../../shared/error.ts';
import { limits } from '../../shared/item.ts';

/** Request bodies, read with clear errors. */

export function isMultipart(c: Context): boolean {
  return mediaType(c) === 'multipart/form-data';
}

/** Middleware for routes whose JSON body a schema checks afterwards: its type and size first. */
export const jsonBody: MiddlewareHandler = async (c, next) => {
  await readJson(c);
  await next();
};

/** @throws TuwenError `unsupported_media_type`, `too_large`, `invalid_request`. */
export async function readJson(c: Context): Promise<unknown> {
  const type = mediaType(c);
  if (type !== 'application/json' && !type.endsWith('+json'))
    throw new TuwenError(
      'unsupported_media_type',
      `expected application/json, found ${type || 'no content type'}`,
    );
  const bytes = await readBytes(c);
  if (bytes.byteLength === 0) throw new TuwenError('invalid_request', 'expected a JSON body, found none');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new TuwenError(
      'invalid_request',
      `expected a JSON body in UTF-8: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

export interface Form {
  readonly fields: Record<string, string>;
  readonly files: Record<string, Uint8Array>;
}

/** @throws TuwenError `too_large`, `invalid_request` for what is no form or names a field twice. */
export async function readForm(c: Context): Promise<Form> {
  await readBytes(c);
  const form = await c.req.formData().catch(() => {
    throw new TuwenError('invalid_request', 'expected a well-formed multipart/form-data body');
  });
  const fields: Record<string, string> = {};
  const files: Record<string, Uint8Array> = {};
  for (const [name, value] of form) {
    if (name in fields || name in files)
      throw new TuwenError(
        'invalid_request',
        `expected each field once, found ${JSON.stringify(name)} twice`,
      );
    if (typeof value === 'string') fields[name] = value;
    else files[name] = new Uint8Array(await value.arrayBuffer());
  }
  return { fields, files };
}

async function readBytes(c: Context): Promise<ArrayBuffer> {
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > limits.payloadBytes)
    throw new TuwenError(
      'too_large',
      `expected a body under ${limits.payloadBytes} bytes, found ${bytes.byteLength}`,
    );
  return bytes;
}

const mediaType = (c: Context): string =>
  (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
