import { z } from 'zod';
import { TuwenError } from '../error.ts';
import { idFault } from '../item.ts';

/** A place in a listing of items: after the item of this id, in the store's own order. */
const pageCursor = z.strictObject({ after: z.string().refine((id) => idFault(id) === undefined) });

export function encodePageCursor(after: string): string {
  return Buffer.from(JSON.stringify({ after })).toString('base64url');
}

/** @throws TuwenError `invalid_cursor` */
export function decodePageCursor(cursor: string): string {
  const invalid = (cause?: unknown) =>
    new TuwenError('invalid_cursor', 'expected a cursor as an earlier page gave it', { cause });
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch (error) {
    throw invalid(error);
  }
  const parsed = pageCursor.safeParse(value);
  if (!parsed.success) throw invalid();
  return parsed.data.after;
}
