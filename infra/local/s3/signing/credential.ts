import { S3Error, type S3ErrorCode } from '../errors.ts';
import type { Scope } from './signature.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Whose signatures are good, where and when. */
export interface SigningRules {
  readonly credentials: Credentials;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Reads `<access key id>/<day>/<region>/s3/aws4_request`.
 * @param malformed the code for a credential that is not of that form or not of this region
 * @throws S3Error InvalidAccessKeyId or the code given
 */
export function parseCredential(credential: string, rules: SigningRules, malformed: S3ErrorCode): Scope {
  // An access key id may itself contain a slash, so the scope is counted from the end.
  const parts = credential.split('/');
  const [day, region, service, terminator] = parts.slice(-4);
  if (parts.length < 5 || day === undefined || !/^\d{8}$/.test(day) || region === undefined) {
    throw new S3Error(
      malformed,
      `Expected a credential "<access key id>/YYYYMMDD/<region>/s3/aws4_request", found "${credential}".`,
    );
  }
  if (service !== 's3' || terminator !== 'aws4_request') {
    throw new S3Error(
      malformed,
      `Expected a credential for "s3/aws4_request", found "${service}/${terminator}".`,
    );
  }
  if (region !== rules.region) {
    throw new S3Error(malformed, `The region '${region}' is wrong; expecting '${rules.region}'`, {
      Region: rules.region,
    });
  }
  const accessKeyId = parts.slice(0, -4).join('/');
  if (accessKeyId !== rules.credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: accessKeyId });
  }
  return { day, region };
}

/** @returns milliseconds since the epoch, or undefined where the text is not YYYYMMDD'T'HHMMSS'Z' */
export function parseAmzTime(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
}
