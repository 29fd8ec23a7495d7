import { createHmac } from 'node:crypto';
import { S3Error } from '../errors.ts';
import type { S3Request } from '../request.ts';
import type { SigningRules } from './credential.ts';
import { escapeUri, sameSignature } from './signature.ts';

/** Questions that are part of what is signed; of those S3 knows, the ones a reader asks. */
const SIGNED_QUERY = /^(location|uploadId|uploads|versioning|tagging|partNumber|response-.+)$/;

/** Whether an address was signed the old way, as `aws s3 presign` still does for us-east-1. */
export function isPresignedV2({ query }: S3Request): boolean {
  return query.has('AWSAccessKeyId') && query.has('Signature');
}

/**
 * Checks an address presigned with Signature Version 2, for reading only: that signature covers neither the host
 * nor the headers of an upload.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 * @throws S3Error AccessDenied, InvalidAccessKeyId, SignatureDoesNotMatch
 */
export function checkPresignedV2(request: S3Request, { credentials, now }: SigningRules): void {
  const { method, query, queryPairs, bucket, key } = request;
  const expires = query.get('Expires') ?? '';
  if (method !== 'GET' && method !== 'HEAD') {
    throw new S3Error(
      'InvalidRequest',
      'Signature Version 2 is accepted for reading only. Please use AWS4-HMAC-SHA256.',
    );
  }
  if (query.get('AWSAccessKeyId') !== credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: query.get('AWSAccessKeyId') ?? '' });
  }
  const path = `/${bucket}${bucket === '' ? '' : '/'}${key.split('/').map(escapeUri).join('/')}`;
  const questions = queryPairs
    .filter(([name]) => SIGNED_QUERY.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const resource = questions.length === 0 ? path : `${path}?${questions.join('&')}`;
  const text = [method, '', '', expires, resource].join('\n');
  const expected = createHmac('sha1', credentials.secretAccessKey).update(text).digest('base64');
  if (!sameSignature(expected, query.get('Signature') ?? '')) {
    throw new S3Error('SignatureDoesNotMatch', undefined, { StringToSign: text });
  }
  if (!/^\d{1,12}$/.test(expires) || now() >= Number(expires) * 1000) {
    throw new S3Error('AccessDenied', 'Request has expired', { Expires: expires });
  }
}
