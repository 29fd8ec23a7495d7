import { createHash } from 'node:crypto';
import { TuwenError } from '../error.ts';
import type { LoadedVersion } from './loaded-version.ts';
import type { ResultPlace } from './search-query.ts';

/** Where a page ended: bound to the version, the query, the calibration and the last result. */
export interface CursorPlace {
  readonly version: string;
  /** See {@link fingerprintQuery}. */
  readonly fingerprint: string;
  /** f32. */
  readonly score: number;
  readonly id: string;
  /** Whether the pages are those of fast mode, which is another order. */
  readonly isFast?: boolean;
  /** Where scores are calibrated. */
  readonly calibrated?: {
    /** 16 hexadecimal digits. */
    readonly calibration: string;
    readonly match: number;
  };
}

/**
 * Opaque text, safe in a URL: base64url of the first 4 bytes of the rest's SHA-256 (against typing errors,
 * not against forgers: nothing in it is secret), a format byte (2, in fast mode 3), the fingerprint (8 bytes), the name of the
 * calibration (8 bytes, zeros without one), the match (f64) and the score (f32, both little-endian), the
 * length of the version's name (1 byte), that name and the id.
 */
export function encodeCursor({ version, fingerprint, score, id, isFast, calibrated }: CursorPlace): string {
  const name = Buffer.from(version);
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = isFast ? FAST_FORMAT : FORMAT;
  head.write(fingerprint, FINGERPRINT_AT, 'hex');
  head.write(calibrated?.calibration ?? UNCALIBRATED, CALIBRATION_AT, 'hex');
  head.writeDoubleLE(calibrated?.match ?? 0, MATCH_AT);
  head.writeFloatLE(score, SCORE_AT);
  head[HEAD_BYTES - 1] = name.byteLength;
  const body = Buffer.concat([head, name, Buffer.from(id)]);
  return Buffer.concat([checksum(body), body]).toString('base64url');
}

/**
 * Where to go on: pass it to `search` as `after`.
 *
 * @throws TuwenError `invalid_cursor` when it is malformed or of another query, `stale_cursor` when its
 *   version or its calibration is not the one given.
 */
export function resolveCursor(
  cursor: string,
  { version, fingerprint, calibration }: Resolving,
): ResultPlace & { readonly isFast?: boolean } {
  const place = decodeCursor(cursor);
  if (place.fingerprint !== fingerprint)
    throw new TuwenError('invalid_cursor', 'expected a cursor of this query, found one of another');
  if (place.version !== version.version)
    throw new TuwenError(
      'stale_cursor',
      `expected a cursor of version ${version.version}, found one of ${place.version}: begin again without it`,
    );
  if (place.calibrated?.calibration !== calibration)
    throw new TuwenError(
      'stale_cursor',
      `expected a cursor of ${calibrationName(calibration)}, found one of ${calibrationName(place.calibrated?.calibration)}: begin again without it`,
    );
  const position = version.positionOf(place.id);
  if (position === undefined) throw malformed();
  const { score, isFast, calibrated } = place;
  return { score, position, ...(isFast && { isFast }), ...(calibrated && { match: calibrated.match }) };
}

interface Resolving {
  readonly version: Pick<LoadedVersion, 'version' | 'positionOf'>;
  readonly fingerprint: string;
  /** Its name, where scores are calibrated: with another, results come in another order. */
  readonly calibration?: string | undefined;
}

const calibrationName = (name: string | undefined) => (name ? `the calibration ${name}` : 'no calibration');

/** @throws TuwenError `invalid_cursor` */
export function decodeCursor(cursor: string): CursorPlace {
  const bytes = Buffer.from(cursor, 'base64url');
  const body = bytes.subarray(CHECKSUM_BYTES);
  const isIntact =
    bytes.toString('base64url') === cursor && checksum(body).equals(bytes.subarray(0, CHECKSUM_BYTES));
  if (!isIntact || body.byteLength <= HEAD_BYTES || !formats.has(body[0]!)) throw malformed();
  const nameEnd = HEAD_BYTES + body[HEAD_BYTES - 1]!;
  const score = body.readFloatLE(SCORE_AT);
  const match = body.readDoubleLE(MATCH_AT);
  if (nameEnd >= body.byteLength || Number.isNaN(score) || Number.isNaN(match)) throw malformed();
  const calibration = body.toString('hex', CALIBRATION_AT, MATCH_AT);
  return {
    version: body.subarray(HEAD_BYTES, nameEnd).toString(),
    fingerprint: body.toString('hex', FINGERPRINT_AT, CALIBRATION_AT),
    score,
    id: body.subarray(nameEnd).toString(),
    ...(body[0] === FAST_FORMAT && { isFast: true }),
    ...(calibration !== UNCALIBRATED && { calibrated: { calibration, match } }),
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

const FORMAT = 2;
const FAST_FORMAT = 3;
const formats = new Set([FORMAT, FAST_FORMAT]);
const CHECKSUM_BYTES = 4;
const FINGERPRINT_BYTES = 8;
const CALIBRATION_BYTES = 8;
const UNCALIBRATED = '0'.repeat(CALIBRATION_BYTES * 2);
const FINGERPRINT_AT = 1;
const CALIBRATION_AT = FINGERPRINT_AT + FINGERPRINT_BYTES;
const MATCH_AT = CALIBRATION_AT + CALIBRATION_BYTES;
const SCORE_AT = MATCH_AT + 8;
/** All but the names: at its end the length of the version's. */
const HEAD_BYTES = SCORE_AT + 4 + 1;

function checksum(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, CHECKSUM_BYTES);
}

function malformed(): TuwenError {
  return new TuwenError('invalid_cursor', 'expected a nextCursor of an earlier answer, found something else');
}
