import type { PlanePlace, PrefixPlace } from '../scan/kernel.ts';
import type { PrefixPlane } from '../scan/prefix-plane.ts';
import type { RowBlock } from '../scan/top-k.ts';
import type { Manifest } from './manifest.ts';
import type { MemoryPlan } from './memory-plan.ts';
import { type Postings, postingsOf } from './postings.ts';
import { AXES_TENSOR } from './prefix-tensors.ts';
import { CONTENT_HASH_BYTES, decodeTerms, type Shard, viewShard } from './shard.ts';
import type { Term } from './terms.ts';

/** A shard that lies in a version's block of memory. */
export interface ResidentShard extends Omit<Shard, 'terms' | 'prefix'>, RowBlock {
  /** Where row 0 begins, in the block. */
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
  /** fp16 bits, a view. */
  vectorOfRow(row: number): Uint16Array;
  /** A view. */
  contentHashOfRow(row: number): Uint8Array;
}

/** @throws TuwenError `corrupt_index` where tensors don't fit together. */
export function residentShards(
  { shards, dimensions }: Manifest,
  buffer: ArrayBufferLike,
  { shardOffsets }: MemoryPlan,
): ResidentShard[] {
  let firstPosition = 0;
  const axesByHash = new Map<string, Float32Array>();
  return shards.map(({ lastId, items, tensors }, i) => {
    const { prefix, ...shard } = viewShard(buffer, shardOffsets[i]!, tensors);
    const ids = Buffer.from(shard.ids.buffer, shard.ids.byteOffset, shard.ids.byteLength);
    let terms: Term[] | undefined;
    let postings: Postings | undefined;
    const resident: ResidentShard = {
      ...shard,
      firstPosition,
      vectorsOffset: shard.vectors.byteOffset,
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
      vectorOfRow: (row) => shard.vectors.subarray(row * dimensions, (row + 1) * dimensions),
      contentHashOfRow: (row) =>
        shard.contentHashes.subarray(row * CONTENT_HASH_BYTES, (row + 1) * CONTENT_HASH_BYTES),
    };
    firstPosition += items;
    return resident;
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
