import type { z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { parseRequest } from '../../shared/api/parse.ts';
import { TuwenError } from '../../shared/error.ts';
import { limits } from '../../shared/item.ts';
import type { ApiEnvironment } from './api.ts';

/** Request bodies, read with clear errors. */

export function isMultipart(c: Context): boolean {
  return mediaType(c) === 'multipart/form-data';
}

/** Middleware for routes whose JSON body a schema checks afterwards: its type and size first. */
export const jsonBody: MiddlewareHandler = async (c, next) => {
  await readJson(c);
  await next();
};

/**
 * Middleware that reads a JSON body by a schema.
 *
 * @param _told what callers are told to send, where parts of it are checked later one by one
 */
export function readsJson<Checked extends z.ZodType, Told extends z.ZodType>(
  checked: Checked,
  _told: Told,
): MiddlewareHandler<
  ApiEnvironment,
  string,
  { in: { json: z.input<Told> }; out: { json: z.output<Checked> } }
> {
  return async (c, next) => {
    c.req.addValidatedData('json', parseRequest(checked, await readJson(c)) as object);
    await next();
  };
}

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
