import { fitsPlane } from '../scan/int8-plane.ts';
import type { PlanePlace, PrefixPlace } from '../scan/kernel.ts';
import type { PrefixPlane } from '../scan/prefix-plane.ts';
import type { RowBlock } from '../scan/top-k.ts';
import type { Manifest } from './manifest.ts';
import type { MemoryPlan } from './memory-plan.ts';
import { type Postings, postingsOf } from './postings.ts';
import { AXES_TENSOR } from './prefix-tensors.ts';
import { CONTENT_HASH_BYTES, decodeTerms, type Shard, viewShard } from './shard.ts';
import type { Term } from './terms.ts';

/** A shard that lies in one of a version's blocks of memory. */
export interface ResidentShard extends Omit<Shard, 'terms' | 'vectors' | 'prefix'>, RowBlock {
  /** Which block, and so which kernel can read it. */
  readonly memory: number;
  /** The number of its first row among those of the version. */
  readonly firstRow: number;
  /** Where row 0 of its vectors begins, in the block; where they are on the disk they lie elsewhere. */
  readonly vectorsOffset: number;
  /** Of one row of vectors. */
  readonly rowBytes: number;
  /** Where the int8 plane lies, in the block; shards of before have none. */
  readonly plane: PlanePlace | undefined;
  /** Where the prefix plane lies, in the block; many shards have none. */
  readonly prefix: PrefixPlace | undefined;
  /** UTF-8. */
  readonly lastId: Buffer;
  /** Ascending; parsed at first use. */
  terms(): readonly Term[];
  /** The items of each term; made at first use. */
  postings(): Postings;
  /** UTF-8, a view. */
  idOfRow(row: number): Buffer;
  /** The id itself, which takes a third of the time where it is all that is wanted. */
  readIdOfRow(row: number): string;
  /** fp16 bits, a view; only where they lie in memory. */
  bytesOfRow(row: number): Uint8Array;
  /** A view. */
  contentHashOfRow(row: number): Uint8Array;
}

/** What scanning its rows takes: numbers, and views on the block, which another thread may be told. */
export type ScannedShard = Pick<
  ResidentShard,
  | 'rows'
  | 'items'
  | 'itemOffsets'
  | 'firstPosition'
  | 'memory'
  | 'modality'
  | 'vectorsOffset'
  | 'rowBytes'
  | 'plane'
  | 'prefix'
>;

/** @throws TuwenError `corrupt_index` where tensors don't fit together. */
export function residentShards(
  { shards, dimensions }: Pick<Manifest, 'shards' | 'dimensions'>,
  memories: readonly WebAssembly.Memory[],
  {
    shardMemories,
    shardOffsets,
    diskOffsets,
  }: Pick<MemoryPlan, 'shardMemories' | 'shardOffsets' | 'diskOffsets'>,
): ResidentShard[] {
  let firstPosition = 0;
  let firstRow = 0;
  const axesByHash = new Map<string, Float32Array>();
  return shards.map(({ lastId, items, tensors }, i) => {
    const isOnDisk = diskOffsets[i] !== undefined;
    const memory = shardMemories[i]!;
    const { buffer } = memories[memory]!;
    const { vectors, prefix, ...shard } = viewShard(buffer, shardOffsets[i]!, tensors, { isOnDisk });
    const ids = Buffer.from(shard.ids.buffer, shard.ids.byteOffset, shard.ids.byteLength);
    let terms: Term[] | undefined;
    let postings: Postings | undefined;
    const resident: ResidentShard = {
      ...shard,
      memory,
      firstPosition,
      firstRow,
      vectorsOffset: vectors.byteOffset,
      rowBytes: dimensions * 2,
      plane: placeOf(shard),
      prefix: prefix && prefixPlaceOf(prefix, shard, sharedAxes(prefix, tensors, axesByHash)),
      lastId: Buffer.from(lastId),
      terms() {
        terms ??= decodeTerms(shard.terms);
        return terms;
      },
      postings() {
        postings ??= postingsOf(shard, resident.terms().length);
        return postings;
      },
      idOfRow: (row) => ids.subarray(shard.idOffsets[row]!, shard.idOffsets[row + 1]!),
      readIdOfRow: (row) => ids.toString('utf8', shard.idOffsets[row], shard.idOffsets[row + 1]),
      bytesOfRow: (row) => new Uint8Array(buffer, vectors.byteOffset + row * dimensions * 2, dimensions * 2),
      contentHashOfRow: (row) =>
        shard.contentHashes.subarray(row * CONTENT_HASH_BYTES, (row + 1) * CONTENT_HASH_BYTES),
    };
    firstPosition += items;
    firstRow += shard.rows;
    return resident;
  });
}

/**
 * Whether a row that came alone is the one that its int8 codes were made of; a shard without them can't tell.
 *
 * @param bytes fp16 bits of the row
 */
export function rowFitsPlane({ int8 }: Pick<Shard, 'int8'>, row: number, bytes: Uint8Array): boolean {
  if (!int8) return true;
  const dimensions = bytes.byteLength / 2;
  const vector = new Uint16Array(bytes.buffer, bytes.byteOffset, dimensions);
  return fitsPlane(vector, 0, dimensions, {
    codes: int8.codes.subarray(row * dimensions, (row + 1) * dimensions),
    scales: int8.scales.subarray(row, row + 1),
    residuals: int8.residuals.subarray(row, row + 1),
  });
}

function placeOf({ int8, modality }: Pick<Shard, 'int8' | 'modality'>): PlanePlace | undefined {
  return (
    int8 && {
      codes: int8.codes.byteOffset,
      scales: int8.scales.byteOffset,
      residuals: int8.residuals.byteOffset,
      norms: int8.norms.byteOffset,
      sums: int8.sums.byteOffset,
      modality: modality.byteOffset,
    }
  );
}

function prefixPlaceOf(
  { codes, scale, error, norm, rowNorm }: PrefixPlane,
  { modality }: Pick<Shard, 'modality'>,
  axes: Float32Array,
): PrefixPlace {
  const width = codes.length / modality.length;
  const places = { codes: codes.byteOffset, modality: modality.byteOffset };
  return { ...places, width, axes, scale, error, norm, rowNorm };
}

/** One array for shards whose axes are the same, as they mostly are: queries are then made ready once. */
function sharedAxes(
  { axes }: PrefixPlane,
  tensors: Manifest['shards'][number]['tensors'],
  byHash: Map<string, Float32Array>,
): Float32Array {
  const { sha256 } = tensors.find(({ name }) => name === AXES_TENSOR)!;
  const shared = byHash.get(sha256) ?? axes;
  byHash.set(sha256, shared);
  return shared;
}
