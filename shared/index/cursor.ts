import { createHash } from 'node:crypto';
import { TuwenError } from '../error.ts';
import type { LoadedVersion } from './loaded-version.ts';

/** Where a page ended: bound to the version, the query and the last result. */
export interface CursorPlace {
  readonly version: string;
  /** See {@link fingerprintQuery}. */
  readonly fingerprint: string;
  /** f32. */
  readonly score: number;
  readonly id: string;
}

/**
 * Opaque text, safe in a URL: base64url of the first 4 bytes of the rest's SHA-256 (against typing errors,
 * not against forgers: nothing in it is secret), a format byte, the fingerprint (8 bytes), the score (f32,
 * little-endian), the length of the version's name (1 byte), that name and the id.
 */
export function encodeCursor({ version, fingerprint, score, id }: CursorPlace): string {
  const name = Buffer.from(version);
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = FORMAT;
  head.write(fingerprint, 1, 'hex');
  head.writeFloatLE(score, 1 + FINGERPRINT_BYTES);
  head[HEAD_BYTES - 1] = name.byteLength;
  const body = Buffer.concat([head, name, Buffer.from(id)]);
  return Buffer.concat([checksum(body), body]).toString('base64url');
}

/**
 * Where to go on: pass it to `search` as `after`.
 *
 * @throws TuwenError `invalid_cursor` when it is malformed or of another query, `stale_cursor` when its
 *   version is not the one given.
 */
export function resolveCursor(
  cursor: string,
  { version, fingerprint }: { version: Pick<LoadedVersion, 'version' | 'positionOf'>; fingerprint: string },
): { score: number; position: number } {
  const place = decodeCursor(cursor);
  if (place.fingerprint !== fingerprint)
    throw new TuwenError('invalid_cursor', 'expected a cursor of this query, found one of another');
  if (place.version !== version.version)
    throw new TuwenError(
      'stale_cursor',
      `expected a cursor of version ${version.version}, found one of ${place.version}: begin again without it`,
    );
  const position = version.positionOf(place.id);
  if (position === undefined) throw malformed();
  return { score: place.score, position };
}

/** @throws TuwenError `invalid_cursor` */
export function decodeCursor(cursor: string): CursorPlace {
  const bytes = Buffer.from(cursor, 'base64url');
  const body = bytes.subarray(CHECKSUM_BYTES);
  const isIntact =
    bytes.toString('base64url') === cursor && checksum(body).equals(bytes.subarray(0, CHECKSUM_BYTES));
  if (!isIntact || body.byteLength <= HEAD_BYTES || body[0] !== FORMAT) throw malformed();
  const nameEnd = HEAD_BYTES + body[HEAD_BYTES - 1]!;
  const score = body.readFloatLE(1 + FINGERPRINT_BYTES);
  if (nameEnd >= body.byteLength || Number.isNaN(score)) throw malformed();
  return {
    version: body.subarray(HEAD_BYTES, nameEnd).toString(),
    fingerprint: body.subarray(1, 1 + FINGERPRINT_BYTES).toString('hex'),
    score,
    id: body.subarray(nameEnd).toString(),
  };
}

/** A short digest of whatever makes the query what it is (JSON; the order of keys does not matter). */
export function fingerprintQuery(query: unknown): string {
  const text = JSON.stringify(query, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256')
    .update(text ?? '')
    .digest('hex')
    .slice(0, FINGERPRINT_BYTES * 2);
}

const FORMAT = 1;
const CHECKSUM_BYTES = 4;
const FINGERPRINT_BYTES = 8;
/** Format, fingerprint, score, length of the version's name. */
const HEAD_BYTES = 1 + FINGERPRINT_BYTES + 4 + 1;

function checksum(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, CHECKSUM_BYTES);
}

function malformed(): TuwenError {
  return new TuwenError('invalid_cursor', 'expected a nextCursor of an earlier answer, found something else');
}
