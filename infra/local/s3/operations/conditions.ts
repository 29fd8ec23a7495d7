import { S3Error } from '../errors.ts';
import type { StoredObject } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { findBucket, unquote } from './operation.ts';

/**
 * If-Match, If-None-Match, If-Modified-Since and If-Unmodified-Since on reading (RFC 9110, section 13.2.2).
 * @param prefix of the header names, such as `x-amz-copy-source-`
 * @returns whether the reader has it already: 304
 * @throws S3Error PreconditionFailed
 */
export function checkReadCondition(
  headers: ReadonlyMap<string, string>,
  object: StoredObject,
  prefix = '',
): 'changed' | 'unchanged' {
  // HTTP dates have no fractions of a second.
  const modifiedAt = Math.floor(object.modifiedAt / 1000) * 1000;
  const header = (name: string) => headers.get(prefix + name);
  const time = (name: string) => Date.parse(header(name) ?? '');

  const ifMatch = header('if-match');
  if (ifMatch !== undefined ? !names(ifMatch, object.etag) : modifiedAt > time('if-unmodified-since')) {
    throw preconditionFailed(ifMatch !== undefined ? 'If-Match' : 'If-Unmodified-Since');
  }
  const ifNoneMatch = header('if-none-match');
  const isUnchanged =
    ifNoneMatch !== undefined ? names(ifNoneMatch, object.etag) : modifiedAt <= time('if-modified-since');
  return isUnchanged ? 'unchanged' : 'changed';
}

/** If-None-Match: * and If-Match on writing. */
export interface WriteCondition {
  /** To be called as the change is made. @throws S3Error ConditionalRequestConflict where another writer came first */
  recheck(): void;
}

/**
 * Checks at once, so that a hopeless upload is refused before it is sent, and is asked again when the upload is
 * complete. S3 answers 412 to the first and may answer 409 to the second, which clients are to try again.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @throws S3Error PreconditionFailed, NoSuchKey, NotImplemented
 */
export function checkWriteCondition(
  store: Store,
  { bucket, key, headers }: { bucket: string; key: string; headers: ReadonlyMap<string, string> },
): WriteCondition {
  const ifNoneMatch = headers.get('if-none-match');
  const ifMatch = headers.get('if-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new S3Error('NotImplemented', `Expected If-None-Match: * on a write, found "${ifNoneMatch}".`);
  }
  if (ifNoneMatch !== undefined && ifMatch !== undefined) {
    throw new S3Error('InvalidRequest', 'If-Match and If-None-Match exclude each other.');
  }
  const current = () => findBucket(store, bucket).objects.get(key);
  if (ifNoneMatch !== undefined && current() !== undefined) throw preconditionFailed('If-None-Match');
  if (ifMatch !== undefined) {
    const object = current();
    if (object === undefined) throw new S3Error('NoSuchKey', undefined, { Key: key });
    if (!names(ifMatch, object.etag)) throw preconditionFailed('If-Match');
  }
  return {
    recheck() {
      const object = current();
      const holds =
        (ifNoneMatch === undefined || object === undefined) &&
        (ifMatch === undefined || (object !== undefined && names(ifMatch, object.etag)));
      if (!holds) throw new S3Error('ConditionalRequestConflict', undefined, { Key: key });
    },
  };
}

export function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', undefined, { Condition: condition });
}

/** Whether a list of etags, or `*`, names this one. */
export function names(list: string, etag: string): boolean {
  return list
    .split(',')
    .some((item) => item.trim() === '*' || unquote(item.trim().replace(/^W\//, '')) === etag);
}
