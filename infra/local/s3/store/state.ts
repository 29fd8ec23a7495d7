import { createKeyList, type KeyList } from './key-list.ts';
import type { Change, ObjectEvent, StoredObject, StoredPart, Upload } from './records.ts';

export interface Bucket {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly objects: KeyList<StoredObject>;
}

export interface UploadInProgress extends Upload {
  readonly parts: ReadonlyMap<number, StoredPart>;
}

/** All that the log says, in memory. */
export interface State {
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly uploads: ReadonlyMap<string, UploadInProgress>;
  /** Events not yet delivered, by sequencer, the oldest first. */
  readonly owed: ReadonlyMap<string, ObjectEvent>;
  /** The last number given out. */
  sequence(): number;
  /** @returns files that nothing refers to any more */
  apply(change: Change): string[];
  /** The shortest list of changes that leads to this state. */
  changes(): Generator<Change, void>;
  files(): Set<string>;
}

export function createState(): State {
  const buckets = new Map<string, Bucket>();
  const uploads = new Map<string, Upload & { parts: Map<number, StoredPart> }>();
  const owed = new Map<string, ObjectEvent>();
  let sequence = 0;

  function apply(change: Change): string[] {
    switch (change.op) {
      case 'create-bucket':
        buckets.set(change.bucket, {
          name: change.bucket,
          createdAt: change.createdAt,
          objects: createKeyList(),
        });
        return [];
      case 'delete-bucket':
        buckets.delete(change.bucket);
        return [];
      case 'put': {
        const { object } = change;
        sequence = Math.max(sequence, object.sequence);
        const objects = bucketOf(object.bucket).objects;
        const before = objects.get(object.key);
        objects.set(object.key, object);
        return before === undefined ? [] : [before.file];
      }
      case 'delete': {
        sequence = Math.max(sequence, change.sequence);
        const { objects } = bucketOf(change.bucket);
        const before = objects.get(change.key);
        objects.delete(change.key);
        return before === undefined ? [] : [before.file];
      }
      case 'create-upload':
        uploads.set(change.upload.id, { ...change.upload, parts: new Map() });
        return [];
      case 'put-part': {
        const parts = uploads.get(change.uploadId)?.parts;
        const before = parts?.get(change.part.number);
        parts?.set(change.part.number, change.part);
        return before === undefined ? [] : [before.file];
      }
      case 'end-upload': {
        const parts = uploads.get(change.uploadId)?.parts.values() ?? [];
        uploads.delete(change.uploadId);
        return [...parts].map((part) => part.file);
      }
      case 'owe':
        owed.set(change.event.sequencer, change.event);
        return [];
      case 'delivered':
        owed.delete(change.sequencer);
        return [];
      case 'sequence':
        sequence = Math.max(sequence, change.sequence);
        return [];
    }
  }

  function bucketOf(name: string): Bucket {
    const bucket = buckets.get(name);
    if (bucket === undefined) throw new Error(`Expected bucket "${name}" to exist when its objects change.`);
    return bucket;
  }

  function* changes(): Generator<Change, void> {
    yield { op: 'sequence', sequence };
    for (const { name, createdAt, objects } of buckets.values()) {
      yield { op: 'create-bucket', bucket: name, createdAt };
      for (const object of objects.values()) yield { op: 'put', object };
    }
    for (const { parts, ...upload } of uploads.values()) {
      yield { op: 'create-upload', upload };
      for (const part of parts.values()) yield { op: 'put-part', uploadId: upload.id, part };
    }
    for (const event of owed.values()) yield { op: 'owe', event };
  }

  function files(): Set<string> {
    const files = new Set<string>();
    for (const { objects } of buckets.values()) for (const { file } of objects.values()) files.add(file);
    for (const { parts } of uploads.values()) for (const { file } of parts.values()) files.add(file);
    return files;
  }

  return { buckets, uploads, owed, sequence: () => sequence, apply, changes, files };
}
