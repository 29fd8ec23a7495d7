import { S3Error } from '../errors.ts';
import type { S3Request } from '../request.ts';
import { ALGORITHM } from './signature.ts';

/** What a request says of its signature, in the Authorization header or in the query; nothing believed yet. */
export interface Claim {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly time: string;
  readonly payloadHash: string;
  /** Seconds; only presigned addresses expire. */
  readonly expiresIn?: number;
}

const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

/** @throws S3Error for a claim that is not complete */
export function claimFromHeader({ headers }: S3Request, authorization: string): Claim {
  if (!authorization.startsWith(`${ALGORITHM} `)) {
    throw new S3Error(
      'InvalidRequest',
      `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
    );
  }
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((field) => field.trim())
      .map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]),
  );
  const [credential, signedHeaders, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((n) =>
    fields.get(n),
  );
  if (!credential || !signedHeaders || !signature) {
    throw new S3Error(
      'AuthorizationHeaderMalformed',
      'The authorization header requires Credential, SignedHeaders and Signature.',
    );
  }
  const payloadHash = headers.get('x-amz-content-sha256');
  if (payloadHash === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  }
  const time = headers.get('x-amz-date');
  if (time === undefined)
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid x-amz-date header');
  return { credential, signedHeaders, signature, time, payloadHash };
}

/** @throws S3Error for a claim that is not complete */
export function claimFromQuery({ query, headers }: S3Request): Claim {
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) {
    throw new S3Error('AuthorizationQueryParametersError', `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  }
  const [credential, signedHeaders, signature, time, expires] = [
    'X-Amz-Credential',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
    'X-Amz-Date',
    'X-Amz-Expires',
  ].map((name) => query.get(name));
  if (!credential || !signedHeaders || !signature || !time || !expires) {
    throw new S3Error(
      'AuthorizationQueryParametersError',
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  const expiresIn = /^\d+$/.test(expires) ? Number(expires) : -1;
  if (expiresIn < 1 || expiresIn > MAX_EXPIRES_SECONDS) {
    throw new S3Error(
      'AuthorizationQueryParametersError',
      `X-Amz-Expires must be from 1 to ${MAX_EXPIRES_SECONDS} seconds, found "${expires}".`,
    );
  }
  const payloadHash =
    headers.get('x-amz-content-sha256') ?? query.get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD';
  return { credential, signedHeaders, signature, time, payloadHash, expiresIn };
}
