import { createHash, type Hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ObjectStore } from '../objects/object-store.ts';
import type { TensorEntry } from './manifest.ts';
import { checkDigest, checkHeader, type StoredFile } from './verify-version.ts';

/** What was asked of the store, and what of it came in whole. */
export interface Traffic {
  readonly requests: number;
  readonly bytes: number;
}

/** The same store, and a count of its ranged reads; a read that is tried again counts again. */
export function countReads(objects: Pick<ObjectStore, 'readInto'>) {
  const traffic = { requests: 0, bytes: 0 };
  const counted: Pick<ObjectStore, 'readInto'> = {
    async readInto(key, range, target, options) {
      traffic.requests++;
      await objects.readInto(key, range, target, options);
      traffic.bytes += range.end - range.start;
    },
  };
  return { objects: counted, traffic };
}

/** @throws TuwenError `corrupt_index` */
export function checkShardHeader(
  entry: StoredFile,
  bytesAt: (start: number, end: number) => Uint8Array,
): void {
  checkHeader(entry, bytesAt(0, Math.min(...entry.tensors.map(({ offset }) => offset))));
}

/**
 * Holds tensors that lie in memory against their SHA-256.
 *
 * @param bytesAt a view on what of the file lies there
 *
 * @throws TuwenError `corrupt_index`
 */
export async function checkTensors(
  { key }: Pick<StoredFile, 'key'>,
  tensors: readonly TensorEntry[],
  bytesAt: (start: number, end: number) => Uint8Array,
): Promise<void> {
  for (const { name, offset, bytes, sha256 } of tensors) {
    const hash = createHash('sha256');
    await hashInSlices(hash, bytesAt(offset, offset + bytes));
    checkDigest(key, name, sha256, hash.digest('hex'));
  }
}

/** Hashes in slices, so that requests are answered in between. */
export async function hashInSlices(hash: Hash, bytes: Uint8Array): Promise<void> {
  const sliceBytes = 8 * 1024 * 1024;
  for (let start = 0; start < bytes.byteLength; start += sliceBytes) {
    hash.update(bytes.subarray(start, start + sliceBytes));
    await nextTurn();
  }
}

/**
 * Some tasks at a time, in order. After a failure no more are begun, those under way are awaited (they
 * write into memory that may be used again), and the first failure is thrown.
 */
export async function inParallel<T>(
  tasks: Iterable<T>,
  concurrency: number,
  run: (task: T) => Promise<void>,
): Promise<void> {
  const left = tasks[Symbol.iterator]();
  const failures: unknown[] = [];
  async function work(): Promise<void> {
    for (let next = left.next(); !next.done && failures.length === 0; next = left.next()) {
      try {
        await run(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  if (failures.length > 0) throw failures[0];
}
