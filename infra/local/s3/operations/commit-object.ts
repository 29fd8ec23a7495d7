import type { Change, CreatedReason, StoredObject } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { WriteCondition } from './conditions.ts';
import { findBucket } from './operation.ts';

export interface NewObject extends Omit<StoredObject, 'modifiedAt' | 'sequence'> {
  readonly reason: CreatedReason;
}

/**
 * Puts a written file in the place of what was under its key, or removes the file.
 * @param besides further changes that belong to it; asked, and free to refuse, when the change is made
 * @throws S3Error NoSuchBucket, ConditionalRequestConflict
 */
export async function commitObject(
  store: Store,
  { reason, ...fields }: NewObject,
  condition?: WriteCondition,
  besides: () => readonly Change[] = () => [],
): Promise<StoredObject> {
  let object: StoredObject | undefined;
  try {
    await store.commit((sequence) => {
      findBucket(store, fields.bucket);
      condition?.recheck();
      const modifiedAt = store.now();
      object = { ...fields, modifiedAt, sequence };
      const { bucket, key, size, etag } = fields;
      const base = {
        bucket,
        key,
        sequencer: toSequencer(sequence),
        time: new Date(modifiedAt).toISOString(),
      };
      return [
        { op: 'put', object },
        ...besides(),
        { op: 'owe', event: { type: 'created', ...base, size, etag, reason } },
      ];
    });
  } catch (error) {
    await store.files.remove([fields.file]);
    throw error;
  }
  return object!;
}

/** Of one length, so that comparing as text is comparing as numbers. */
export function toSequencer(sequence: number): string {
  return sequence.toString(16).toUpperCase().padStart(16, '0');
}
