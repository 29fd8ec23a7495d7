import type { z } from '@hono/zod-openapi';
import { TuwenError } from '../error.ts';
import { describeIssue } from '../item-schema.ts';

/** @throws TuwenError `invalid_request` (or `invalid_id`) that says where, what was expected and what came. */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw requestFault(parsed.error);
}

/** @param value what was checked, where the schema was not asked to report it with its issues. */
export function requestFault(error: z.ZodError, value?: unknown): TuwenError {
  if (value !== undefined)
    return requestFault({ ...error, issues: withInputs(error.issues, value) } as z.ZodError);
  const id = error.issues.find((issue) => issue.code === 'custom' && issue.params?.code === 'invalid_id');
  return id
    ? new TuwenError('invalid_id', id.message)
    : new TuwenError('invalid_request', describeIssue(error));
}

type Issue = z.core.$ZodIssue;

/** The issues, each with the part of the value that it is about. */
function withInputs<Kind extends Issue>(issues: readonly Kind[], value: unknown): Kind[] {
  return issues.map((issue) => {
    const input = issue.path.reduce<unknown>(partOf, value);
    if (issue.code !== 'invalid_union') return { ...issue, input };
    return { ...issue, input, errors: issue.errors.map((branch) => withInputs(branch, input)) };
  });
}

function partOf(value: unknown, name: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
