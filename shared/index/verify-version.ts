import { createHash } from 'node:crypto';
import { TuwenError } from '../error.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { Manifest, ShardEntry } from './manifest.ts';
import { type ReadRetry, readRange } from './read-range.ts';
import { decodeSafetensorsHeader, type TensorPlace } from './safetensors.ts';

export interface VerifyOptions extends ReadRetry {
  /** Read, and held in memory, at once. Default 8 MiB. */
  readonly rangeBytes?: number;
}

/**
 * Reads a version back from the store and holds every shard, and the lists, against the manifest: its size, its header
 * and the SHA-256 of each tensor.
 *
 * @throws TuwenError `corrupt_index` naming the shard and what differs, `not_found`
 */
export async function verifyVersion(
  objects: Pick<ObjectStore, 'head' | 'readInto'>,
  manifest: Manifest,
  options: VerifyOptions = {},
): Promise<void> {
  for (const file of filesOf(manifest)) await verifyFile(objects, file, options);
}

/** The same of one of its files. @throws TuwenError `corrupt_index`, `not_found` */
export async function verifyFile(
  objects: Pick<ObjectStore, 'head' | 'readInto'>,
  file: StoredFile,
  options: VerifyOptions = {},
): Promise<void> {
  const buffer = new Uint8Array(options.rangeBytes ?? 8 * 1024 * 1024);
  const info = await objects.head(file.key);
  if (!info) throw new TuwenError('not_found', `expected ${file.key}, found no such object`);
  if (info.bytes !== file.bytes) throw corrupt(file.key, `${file.bytes} bytes, found ${info.bytes}`);
  const header = new Uint8Array(Math.min(...file.tensors.map(({ offset }) => offset)));
  await readRange(objects, file.key, { start: 0, end: header.byteLength }, header, options);
  checkHeader(file, header);
  for (const { name, offset, bytes, sha256 } of file.tensors) {
    const hash = createHash('sha256');
    for (let start = offset; start < offset + bytes; start += buffer.byteLength) {
      const end = Math.min(start + buffer.byteLength, offset + bytes);
      const part = buffer.subarray(0, end - start);
      await readRange(objects, file.key, { start, end }, part, options);
      hash.update(part);
    }
    checkDigest(file.key, name, sha256, hash.digest('hex'));
  }
}

/** What stands beside the manifest: the shards in their order, then the lists and the rows listed by them, if there are any. */
export function filesOf({ shards, lists }: Pick<Manifest, 'shards' | 'lists'>): StoredFile[] {
  return lists ? [...shards, lists, ...(lists.listed ?? [])] : [...shards];
}

export type StoredFile = Pick<ShardEntry, 'key' | 'bytes' | 'tensors'>;

/**
 * Holds the beginning of a shard's file, up to its first tensor, against the manifest.
 *
 * @throws TuwenError `corrupt_index`
 */
export function checkHeader({ key, bytes, tensors }: StoredFile, header: Uint8Array): void {
  const { places } = decodeSafetensorsHeader(header, bytes);
  const told = tensors.map(placeText).sort().join('; ');
  const found = places.map(placeText).sort().join('; ');
  if (told !== found) throw corrupt(key, `the tensors ${told}; found ${found}`);
}

export function checkDigest(key: string, tensor: string, expected: string, found: string): void {
  if (found !== expected) throw corrupt(key, `SHA-256 ${expected} of tensor ${tensor}, found ${found}`);
}

function placeText({ name, dtype, shape, offset, bytes }: Omit<TensorPlace, 'dtype'> & { dtype: string }) {
  return `${name} ${dtype} [${shape}] at ${offset}, ${bytes} bytes`;
}

function corrupt(key: string, expected: string): TuwenError {
  return new TuwenError('corrupt_index', `${key}: expected ${expected}`);
}
