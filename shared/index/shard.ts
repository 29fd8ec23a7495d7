import { createHash } from 'node:crypto';
import { TuwenError } from '../error.ts';
import type { Attributes, Modality } from '../item.ts';
import { type Int8Plane, quantizeRows } from '../scan/int8-plane.ts';
import type { PrefixBuilder } from '../scan/prefix-builder.ts';
import type { PrefixPlane } from '../scan/prefix-plane.ts';
import type { TensorEntry } from './manifest.ts';
import { modalities } from './modalities.ts';
import { PREFIX_TENSOR, prefixTensors, viewPrefix } from './prefix-tensors.ts';
import {
  bytesOfDtype,
  type Dtype,
  decodeSafetensorsHeader,
  encodeSafetensors,
  type Tensor,
} from './safetensors.ts';
import { compareTerms, type Term, termKey, termsOf } from './terms.ts';

/** An item as the index knows it. */
export interface IndexItem {
  readonly id: string;
  readonly attributes: Attributes;
  /** At least one. */
  readonly rows: readonly IndexRow[];
}

export interface IndexRow {
  readonly modality: Modality;
  /** fp16 bits of a unit vector [dimensions]; see shared/scan/float16.ts. */
  readonly vector: Uint16Array;
  /** The first 16 bytes of the SHA-256 of what was embedded. */
  readonly contentHash: Uint8Array;
}

/** A shard's tensors as views on its bytes; the layout is README.md's. */
export interface Shard {
  readonly rows: number;
  readonly items: number;
  /** fp16 bits [rows, dimensions]. */
  readonly vectors: Uint16Array;
  /** The same rows in a byte a component; shards of before have none. */
  readonly int8?: Int8Plane;
  /** The same rows by a few axes that hold most of them; only where that makes searches faster. */
  readonly prefix?: PrefixPlane;
  /** The ids of all rows, UTF-8, one after the other. */
  readonly ids: Uint8Array;
  /** [rows + 1] */
  readonly idOffsets: Uint32Array;
  /** [rows]: index into {@link modalities}. */
  readonly modality: Uint8Array;
  /** [rows, CONTENT_HASH_BYTES] */
  readonly contentHashes: Uint8Array;
  /** [items + 1]: the first row of each item. */
  readonly itemOffsets: Uint32Array;
  /** UTF-8 JSON: the distinct terms, ascending. See {@link decodeTerms}. */
  readonly terms: Uint8Array;
  /** [items + 1]: the first element of termIds of each item. */
  readonly termOffsets: Uint32Array;
  /** Indices into terms, ascending for each item. */
  readonly termIds: Uint32Array;
}

export const CONTENT_HASH_BYTES = 16;

/** The shard's file, and what the manifest says of its tensors. Items in order of id, at least one. */
export function encodeShard(
  items: readonly IndexItem[],
  { dimensions, model, prefixes }: { dimensions: number; model: string; prefixes?: PrefixBuilder },
): { bytes: Uint8Array; rows: number; tensors: TensorEntry[] } {
  const rows = items.flatMap(({ id, rows }) => rows.map((row) => ({ ...row, id: Buffer.from(id) })));
  const vectors = new Uint16Array(rows.length * dimensions);
  const contentHashes = new Uint8Array(rows.length * CONTENT_HASH_BYTES);
  rows.forEach(({ vector, contentHash }, row) => {
    vectors.set(vector, row * dimensions);
    contentHashes.set(contentHash, row * CONTENT_HASH_BYTES);
  });
  const int8 = quantizeRows(vectors, dimensions);
  const modality = Uint8Array.from(rows, (row) => modalities.indexOf(row.modality));
  const prefix = prefixes?.build(vectors, modality);
  const { terms, termOffsets, termIds } = encodeTerms(items);
  const shape = [rows.length, dimensions];
  const tensors: Tensor[] = [
    { name: 'vectors', dtype: 'F16', shape, data: bytesOf(vectors) },
    { name: 'int8', dtype: 'I8', shape, data: bytesOf(int8.codes) },
    ...paddingAfter(vectors.byteLength + int8.codes.byteLength),
    { ...u32('int8Scales', int8.scales), dtype: 'F32' },
    { ...u32('int8Residuals', int8.residuals), dtype: 'F32' },
    { ...u32('int8Norms', int8.norms), dtype: 'F32' },
    { ...u32('int8Sums', int8.sums), dtype: 'I32' },
    // A cold start needs what follows, from prefixNumbers on, before all else.
    { ...u8('contentHashes', contentHashes), shape: [rows.length, CONTENT_HASH_BYTES] },
    ...(prefix ? prefixTensors(prefix, rows.length) : []),
    u32('idOffsets', offsetsOf(rows.map(({ id }) => id.byteLength))),
    u32('itemOffsets', offsetsOf(items.map(({ rows }) => rows.length))),
    u32('termOffsets', termOffsets),
    u32('termIds', termIds),
    u8('ids', Buffer.concat(rows.map(({ id }) => id))),
    u8('modality', modality),
    u8('terms', terms),
  ];
  const { bytes, places } = encodeSafetensors(tensors, { format: 'tuwen-shard-1', model });
  return {
    bytes,
    rows: rows.length,
    tensors: places.map((place, i) => ({
      ...place,
      shape: [...place.shape],
      sha256: createHash('sha256').update(tensors[i]!.data).digest('hex'),
    })),
  };
}

/**
 * A shard's file as views on it (a copy where it does not lie at a multiple of 4).
 *
 * @throws TuwenError `corrupt_index`
 */
export function decodeShard(file: Uint8Array): Shard {
  const aligned = file.byteOffset % 4 === 0 ? file : file.slice();
  const { places } = decodeSafetensorsHeader(aligned);
  return viewShard(aligned.buffer, aligned.byteOffset, places);
}

/**
 * Views on a shard that lies in a buffer from byte `start` on, checked to fit together. With `isOnDisk` its
 * vectors are not there, and those of the result are empty.
 *
 * @throws TuwenError `corrupt_index`
 */
export function viewShard(
  buffer: ArrayBufferLike,
  start: number,
  places: readonly { name: string; dtype: string; shape: readonly number[]; offset: number }[],
  { isOnDisk = false }: { isOnDisk?: boolean } = {},
): Shard {
  const byName = new Map(places.map((place) => [place.name, place]));
  const find = (name: string, dtype: Dtype, axes: number) => {
    const place = byName.get(name);
    if (place?.dtype !== dtype || place.shape.length !== axes)
      throw corrupt(
        `tensor ${name} ${dtype} of ${axes} axes, found ${place ? `${place.dtype} [${place.shape}]` : 'none'}`,
      );
    const at = start + place.offset;
    const step = bytesOfDtype[dtype];
    if (at % step !== 0) throw corrupt(`tensor ${name} at a multiple of ${step}, found ${place.offset}`);
    return { at, shape: place.shape, length: place.shape.reduce((a, b) => a * b, 1) };
  };
  const u32View = (name: string) => {
    const { at, length } = find(name, 'U32', 1);
    return new Uint32Array(buffer, at, length);
  };
  const u8View = (name: string, axes = 1) => {
    const { at, length } = find(name, 'U8', axes);
    return new Uint8Array(buffer, at, length);
  };
  const int8View = (): Int8Plane => {
    const codes = find('int8', 'I8', 2);
    const f32View = (name: string) => {
      const { at, length } = find(name, 'F32', 1);
      return new Float32Array(buffer, at, length);
    };
    const sums = find('int8Sums', 'I32', 1);
    return {
      codes: new Int8Array(buffer, codes.at, codes.length),
      scales: f32View('int8Scales'),
      residuals: f32View('int8Residuals'),
      norms: f32View('int8Norms'),
      sums: new Int32Array(buffer, sums.at, sums.length),
    };
  };
  const vectors = find('vectors', 'F16', 2);
  const shard: Shard = {
    rows: vectors.shape[0]!,
    items: find('itemOffsets', 'U32', 1).length - 1,
    vectors: isOnDisk ? new Uint16Array() : new Uint16Array(buffer, vectors.at, vectors.length),
    ...(byName.has('int8') && { int8: int8View() }),
    ...(byName.has(PREFIX_TENSOR) && { prefix: viewPrefix(buffer, find, vectors.shape) }),
    ids: u8View('ids'),
    idOffsets: u32View('idOffsets'),
    modality: u8View('modality'),
    contentHashes: u8View('contentHashes', 2),
    itemOffsets: u32View('itemOffsets'),
    terms: u8View('terms'),
    termOffsets: u32View('termOffsets'),
    termIds: u32View('termIds'),
  };
  checkShard(shard, vectors.length);
  return shard;
}

/** @throws TuwenError `corrupt_index` */
export function decodeTerms(terms: Uint8Array): Term[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(terms));
  } catch (cause) {
    throw corrupt('terms of UTF-8 JSON, found something else', cause);
  }
  if (!Array.isArray(parsed)) throw corrupt(`terms as an array, found ${typeof parsed}`);
  return parsed.map((term: unknown) => {
    if (isTerm(term)) return term;
    throw corrupt(`terms as pairs of name and value, found ${JSON.stringify(term)}`);
  });
}

/** By hand, since there may be a million of them. */
function isTerm(term: unknown): term is Term {
  if (!Array.isArray(term) || term.length !== 2 || typeof term[0] !== 'string') return false;
  return term[1] === null || ['string', 'number', 'boolean'].includes(typeof term[1]);
}

function encodeTerms(items: readonly IndexItem[]) {
  const keysOfItems = items.map(({ attributes }) => termsOf(attributes));
  const distinct = new Map(keysOfItems.flat().map((term) => [termKey(term), term]));
  const terms = [...distinct.values()].sort(compareTerms);
  const idOfKey = new Map(terms.map((term, id) => [termKey(term), id]));
  const idsOfItems = keysOfItems.map((ofItem) =>
    ofItem.map((term) => idOfKey.get(termKey(term))!).sort((a, b) => a - b),
  );
  return {
    terms: Buffer.from(JSON.stringify(terms)),
    termOffsets: offsetsOf(idsOfItems.map((ids) => ids.length)),
    termIds: Uint32Array.from(idsOfItems.flat()),
  };
}

/** Tensors of 4-byte numbers follow, and the format knows no holes: so what fills one is a tensor too. */
function paddingAfter(bytes: number): Tensor[] {
  return bytes % 4 === 0 ? [] : [u8('padding', new Uint8Array(4 - (bytes % 4)))];
}

function u32(name: string, values: Uint32Array | Int32Array | Float32Array): Tensor {
  return { name, dtype: 'U32', shape: [values.length], data: bytesOf(values) };
}

function u8(name: string, values: Uint8Array): Tensor {
  return { name, dtype: 'U8', shape: [values.length], data: values };
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Where each of the parts begins, and where the last one ends. */
function offsetsOf(lengths: readonly number[]): Uint32Array {
  const offsets = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    offsets[i + 1] = offsets[i]! + length;
  });
  return offsets;
}

function checkShard(shard: Shard, components: number): void {
  const { rows, items } = shard;
  if (shard.int8) checkPlane(shard.int8, shard.rows, components);
  checkLength('idOffsets', shard.idOffsets, rows + 1);
  checkLength('modality', shard.modality, rows);
  checkLength('contentHashes', shard.contentHashes, rows * CONTENT_HASH_BYTES);
  checkLength('termOffsets', shard.termOffsets, items + 1);
  checkOffsets('idOffsets', shard.idOffsets, shard.ids.length, 1);
  checkOffsets('itemOffsets', shard.itemOffsets, rows, 1);
  checkOffsets('termOffsets', shard.termOffsets, shard.termIds.length, 0);
}

function checkPlane(
  { codes, scales, residuals, norms, sums }: Int8Plane,
  rows: number,
  components: number,
): void {
  checkLength('int8', codes, components);
  checkLength('int8Scales', scales, rows);
  checkLength('int8Residuals', residuals, rows);
  checkLength('int8Norms', norms, rows);
  checkLength('int8Sums', sums, rows);
}

function checkLength(name: string, { length }: ArrayLike<number>, expected: number): void {
  if (length !== expected) throw corrupt(`${expected} elements of ${name}, found ${length}`);
}

/** Offsets begin with 0, grow by `step` at least, and end with `end`. */
function checkOffsets(name: string, offsets: Uint32Array, end: number, step: number): void {
  if (offsets[0] !== 0) throw corrupt(`${name} to begin with 0, found ${offsets[0]}`);
  for (let i = 1; i < offsets.length; i++)
    if (offsets[i]! < offsets[i - 1]! + step)
      throw corrupt(`${name} to ascend, found ${offsets[i - 1]} before ${offsets[i]}`);
  if (offsets.at(-1) !== end) throw corrupt(`${name} to end with ${end}, found ${offsets.at(-1)}`);
}

function corrupt(expected: string, cause?: unknown): TuwenError {
  return new TuwenError('corrupt_index', `shard: expected ${expected}`, { cause });
}
