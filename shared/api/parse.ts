import type { z } from '@hono/zod-openapi';
import { TuwenError } from '../error.ts';
import { describeIssue } from '../item-schema.ts';

/** @throws TuwenError `invalid_request` (or `invalid_id`) that says where, what was expected and what came. */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw requestFault(parsed.error);
}

export function requestFault(error: z.ZodError): TuwenError {
  const id = error.issues.find((issue) => issue.code === 'custom' && issue.params?.code === 'invalid_id');
  return id
    ? new TuwenError('invalid_id', id.message)
    : new TuwenError('invalid_request', describeIssue(error));
}
