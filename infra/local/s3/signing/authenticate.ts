import { S3Error } from '../errors.ts';
import type { S3Request } from '../request.ts';
import { type Claim, claimFromHeader, claimFromQuery } from './claim.ts';
import { parseAmzTime, parseCredential, type SigningRules } from './credential.ts';
import { checkPresignedV2, isPresignedV2 } from './presigned-v2.ts';
import {
  canonicalRequest,
  type Scope,
  sameSignature,
  signatureOf,
  signingKey,
  stringToSign,
} from './signature.ts';

/** A request whose sender is known. */
export interface SignedRequest extends S3Request {
  /** The headers sent and, for a presigned address, the x-amz-… of its query, as S3 reads them. */
  readonly headers: ReadonlyMap<string, string>;
  /** x-amz-content-sha256: a digest in hex, or one of S3's words for a body signed otherwise or not at all. */
  readonly payloadHash: string;
  /** What the signatures of the body's chunks continue from; absent where the request can have none. */
  readonly seed?: {
    readonly key: Buffer;
    readonly time: string;
    readonly scope: Scope;
    readonly signature: string;
  };
}

const MAX_SKEW_MS = 15 * 60_000;

/**
 * Checks Signature Version 4, in the Authorization header or in the query, or Version 2 in the query of a reader.
 * @throws S3Error AccessDenied, InvalidAccessKeyId, SignatureDoesNotMatch, RequestTimeTooSkewed and those of a
 * malformed claim
 */
export function authenticate(request: S3Request, rules: SigningRules): SignedRequest {
  if (isPresignedV2(request)) {
    checkPresignedV2(request, rules);
    return { ...request, payloadHash: 'UNSIGNED-PAYLOAD' };
  }
  const inQuery = request.query.has('X-Amz-Algorithm') || request.query.has('X-Amz-Signature');
  const authorization = request.headers.get('authorization');
  if (inQuery && authorization !== undefined) {
    throw new S3Error(
      'InvalidArgument',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter or the Authorization header should be specified',
    );
  }
  if (!inQuery && authorization === undefined) throw new S3Error('AccessDenied');
  const claim = inQuery ? claimFromQuery(request) : claimFromHeader(request, authorization ?? '');
  const scope = parseCredential(
    claim.credential,
    rules,
    inQuery ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed',
  );
  checkTime(claim, scope, rules.now());

  const signedHeaders = claim.signedHeaders.split(';');
  checkSignedHeaders(request, signedHeaders);
  const canonical = canonicalRequest({ ...request, signedHeaders, payloadHash: claim.payloadHash });
  const text = stringToSign(claim.time, scope, canonical);
  const key = signingKey(rules.credentials.secretAccessKey, scope);
  if (!sameSignature(signatureOf(key, text), claim.signature)) {
    throw new S3Error('SignatureDoesNotMatch', undefined, {
      AWSAccessKeyId: rules.credentials.accessKeyId,
      SignatureProvided: claim.signature,
      StringToSign: text,
      CanonicalRequest: canonical,
    });
  }
  return {
    ...request,
    headers: inQuery ? withHoisted(request) : request.headers,
    payloadHash: claim.payloadHash,
    seed: { key, time: claim.time, scope, signature: claim.signature },
  };
}

function checkTime(claim: Claim, scope: Scope, now: number): void {
  const signedAt = parseAmzTime(claim.time);
  if (signedAt === undefined || !claim.time.startsWith(scope.day)) {
    throw new S3Error(
      'AccessDenied',
      'AWS authentication requires a valid date that agrees with the credential scope.',
    );
  }
  if (claim.expiresIn === undefined) {
    if (Math.abs(now - signedAt) <= MAX_SKEW_MS) return;
    throw new S3Error('RequestTimeTooSkewed', undefined, {
      RequestTime: claim.time,
      ServerTime: new Date(now).toISOString(),
      MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
    });
  }
  if (signedAt - now > MAX_SKEW_MS) throw new S3Error('AccessDenied', 'Request is not yet valid');
  const expiresAt = signedAt + claim.expiresIn * 1000;
  if (now >= expiresAt) {
    throw new S3Error('AccessDenied', 'Request has expired', {
      'X-Amz-Expires': String(claim.expiresIn),
      Expires: new Date(expiresAt).toISOString(),
      ServerTime: new Date(now).toISOString(),
    });
  }
}

/** What S3 acts upon must have been signed: the host and every x-amz-… header that was sent. */
function checkSignedHeaders(request: S3Request, signedHeaders: readonly string[]): void {
  const missing = signedHeaders.filter((name) => !request.headers.has(name));
  if (missing.length > 0) {
    throw new S3Error('AccessDenied', 'There were headers signed which were not present in the request', {
      HeadersNotPresent: missing.join(', '),
    });
  }
  const unsigned = [...request.headers.keys()].filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0 || !signedHeaders.includes('host')) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: unsigned.join(', '),
    });
  }
}

/**
 * Presigners move x-amz-… headers (metadata, copy source) into the query, and S3 honours them there — but not
 * checksums: the JavaScript SDK signs that of an empty body into every presigned PUT, and S3 pays it no heed.
 * Source: https://github.com/localstack/localstack/issues/12169
 */
function withHoisted({ headers, queryPairs }: S3Request): Map<string, string> {
  const joined = new Map(headers);
  for (const [name, value] of queryPairs) {
    const lower = name.toLowerCase();
    const isClaim = name.startsWith('X-Amz-');
    const isChecksum =
      /^x-amz-(checksum-|sdk-checksum-|trailer$)/.test(lower) && lower !== 'x-amz-checksum-mode';
    if (lower.startsWith('x-amz-') && !isClaim && !isChecksum && !joined.has(lower)) joined.set(lower, value);
  }
  return joined;
}
