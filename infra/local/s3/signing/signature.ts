import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Signature Version 4 as S3 computes it.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */

export const ALGORITHM = 'AWS4-HMAC-SHA256';
export const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** What a signature is bound to besides the request: day (YYYYMMDD) and region; the service is always s3. */
export interface Scope {
  readonly day: string;
  readonly region: string;
}

/** Everything of a request that a signature covers, decoded. */
export interface SignedParts {
  readonly method: string;
  readonly path: string;
  readonly queryPairs: readonly (readonly [name: string, value: string])[];
  readonly headers: ReadonlyMap<string, string>;
  /** In lower case and sorted. */
  readonly signedHeaders: readonly string[];
  /** x-amz-content-sha256, or UNSIGNED-PAYLOAD. */
  readonly payloadHash: string;
}

export function scopeText({ day, region }: Scope): string {
  return `${day}/${region}/s3/aws4_request`;
}

export function signingKey(secretAccessKey: string, { day, region }: Scope): Buffer {
  return [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    (key, part) => createHmac('sha256', key).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

export function canonicalRequest(parts: SignedParts): string {
  const query = parts.queryPairs
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [escapeUri(name), escapeUri(value)] as const)
    .sort(([aName, aValue], [bName, bValue]) => order(aName, bName) || order(aValue, bValue))
    .map(([name, value]) => `${name}=${value}`);
  const headers = parts.signedHeaders.map(
    (name) => `${name}:${(parts.headers.get(name) ?? '').trim().replace(/[ \t]+/g, ' ')}\n`,
  );
  return [
    parts.method,
    parts.path.split('/').map(escapeUri).join('/'),
    query.join('&'),
    headers.join(''),
    parts.signedHeaders.join(';'),
    parts.payloadHash,
  ].join('\n');
}

/** @param time YYYYMMDD'T'HHMMSS'Z' */
export function stringToSign(time: string, scope: Scope, canonical: string): string {
  return [ALGORITHM, time, scopeText(scope), sha256Hex(canonical)].join('\n');
}

export function signatureOf(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex');
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Compares in a time that does not tell how much of the given signature was right. */
export function sameSignature(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Percent-encodes all but the unreserved characters of RFC 3986. */
export function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
