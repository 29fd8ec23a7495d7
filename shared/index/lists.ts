import { createHash } from 'node:crypto';
import { TuwenError } from '../error.ts';
import type { ListsEntry, TensorEntry } from './manifest.ts';
import { modalities } from './modalities.ts';
import { encodeSafetensors, type Tensor } from './safetensors.ts';

/** A version's rows sorted into lists, each of one modality, by the centroid that a row scores highest by. */
export interface Lists {
  /** fp16 bits [lists, dimensions], unit. */
  readonly centroids: Uint16Array;
  /** [lists + 1]: list l has rows[offsets[l]] to rows[offsets[l + 1]], the end excluded. */
  readonly offsets: Uint32Array;
  /** [rows]: each row of the version once, counted through its shards; ascending in each list. */
  readonly rows: Uint32Array;
  /** [lists]: index into modalities; ascending. */
  readonly modality: Uint8Array;
  /** [files, lists, LIST_HASH_BYTES]: of the rows of each list in each file of listed rows; where there are any. */
  readonly hashes?: Uint8Array;
}

/** The first bytes of the SHA-256 of a list's rows in a file. */
export const LIST_HASH_BYTES = 16;

/** Lists `first` (included) to `end` (excluded). */
export interface ListRange {
  readonly first: number;
  readonly end: number;
}

/** The lists of a modality, which lie together; none where it has no rows. */
export function listsOf({ modality }: Pick<Lists, 'modality'>, wanted: number): ListRange {
  const first = modality.findIndex((each) => each >= wanted);
  if (first < 0) return { first: modality.length, end: modality.length };
  const end = modality.findIndex((each) => each > wanted);
  return { first, end: end < 0 ? modality.length : end };
}

/** The file that holds them, and what the manifest says of its tensors; the layout is README.md's. */
export function encodeLists(
  { centroids, offsets, rows, modality, hashes }: Lists,
  { dimensions, model }: { dimensions: number; model: string },
): { bytes: Uint8Array; tensors: TensorEntry[] } {
  const count = modality.length;
  const tensors: Tensor[] = [
    { name: 'centroids', dtype: 'F16', shape: [count, dimensions], data: bytesOf(centroids) },
    ...(centroids.byteLength % 4 === 0
      ? []
      : [{ name: 'padding', dtype: 'U8' as const, shape: [2], data: new Uint8Array(2) }]),
    { name: 'listOffsets', dtype: 'U32', shape: [count + 1], data: bytesOf(offsets) },
    { name: 'listRows', dtype: 'U32', shape: [rows.length], data: bytesOf(rows) },
    { name: 'listModality', dtype: 'U8', shape: [count], data: modality },
    ...(hashes
      ? [{ name: 'listHashes', dtype: 'U8' as const, shape: hashShape(hashes.length, count), data: hashes }]
      : []),
  ];
  const { bytes, places } = encodeSafetensors(tensors, { format: 'tuwen-lists-1', model });
  return {
    bytes,
    tensors: places.map((place, i) => ({
      ...place,
      shape: [...place.shape],
      sha256: createHash('sha256').update(tensors[i]!.data).digest('hex'),
    })),
  };
}

function hashShape(bytes: number, lists: number): number[] {
  return [bytes / (lists * LIST_HASH_BYTES), lists, LIST_HASH_BYTES];
}

/**
 * Views on a file of lists that lies in a buffer from byte `start` on, checked to fit the version.
 *
 * @throws TuwenError `corrupt_index`
 */
export function viewLists(
  buffer: ArrayBufferLike,
  start: number,
  { key, tensors, listed }: Pick<ListsEntry, 'key' | 'tensors' | 'listed'>,
  version: { readonly rows: number; readonly dimensions: number },
): Lists {
  const find = (name: string, dtype: string, axes: number) => {
    const place = tensors.find((tensor) => tensor.name === name);
    if (place?.dtype !== dtype || place.shape.length !== axes)
      throw corrupt(key, `tensor ${name} ${dtype} of ${axes} axes, found ${place?.dtype ?? 'none'}`);
    return { at: start + place.offset, shape: place.shape };
  };
  const u32 = (name: string) => {
    const { at, shape } = find(name, 'U32', 1);
    if (at % 4 !== 0) throw corrupt(key, `tensor ${name} at a multiple of 4, found ${at}`);
    return new Uint32Array(buffer, at, shape[0]);
  };
  const centroids = find('centroids', 'F16', 2);
  const count = centroids.shape[0]!;
  if (centroids.shape[1] !== version.dimensions)
    throw corrupt(key, `centroids of ${version.dimensions} dimensions, found ${centroids.shape[1]}`);
  const modality = find('listModality', 'U8', 1);
  const hashesOf = (files: number) => {
    const { at, shape } = find('listHashes', 'U8', 3);
    const expected = [files, count, LIST_HASH_BYTES];
    if (`${shape}` !== `${expected}`) throw corrupt(key, `listHashes [${expected}], found [${shape}]`);
    return new Uint8Array(buffer, at, files * count * LIST_HASH_BYTES);
  };
  const lists: Lists = {
    centroids: new Uint16Array(buffer, centroids.at, count * version.dimensions),
    offsets: u32('listOffsets'),
    rows: u32('listRows'),
    modality: new Uint8Array(buffer, modality.at, modality.shape[0]),
    ...(listed && { hashes: hashesOf(listed.length) }),
  };
  checkLists(key, lists, count, version.rows);
  return lists;
}

/** A row number is an address in the end: so each is looked at. */
function checkLists(key: string, { offsets, rows, modality }: Lists, count: number, total: number): void {
  if (modality.length !== count)
    throw corrupt(key, `${count} elements of listModality, found ${modality.length}`);
  if (offsets.length !== count + 1)
    throw corrupt(key, `${count + 1} elements of listOffsets, found ${offsets.length}`);
  if (rows.length !== total) throw corrupt(key, `${total} elements of listRows, found ${rows.length}`);
  if (offsets[0] !== 0 || offsets[count] !== total)
    throw corrupt(key, `listOffsets from 0 to ${total}, found ${offsets[0]} to ${offsets[count]}`);
  for (let list = 0; list < count; list++) {
    if (modality[list]! >= modalities.length || modality[list]! < (modality[list - 1] ?? 0))
      throw corrupt(key, `listModality to ascend below ${modalities.length}, found ${modality[list]}`);
    if (offsets[list]! > offsets[list + 1]!)
      throw corrupt(key, `listOffsets to ascend, found ${offsets[list]} before ${offsets[list + 1]}`);
    for (let i = offsets[list]! + 1; i < offsets[list + 1]!; i++)
      if (rows[i]! <= rows[i - 1]!)
        throw corrupt(key, `the rows of a list to ascend, found ${rows[i - 1]} before ${rows[i]}`);
  }
  const seen = new Uint8Array(total);
  for (const row of rows) {
    if (row >= total || seen[row] === 1)
      throw corrupt(key, `each of ${total} rows in one list, found ${row} beyond or twice`);
    seen[row] = 1;
  }
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function corrupt(key: string, expected: string): TuwenError {
  return new TuwenError('corrupt_index', `${key}: expected ${expected}`);
}
