import { fitsPlane } from '../scan/int8-plane.ts';
import type { PlanePlace } from '../scan/kernel.ts';
import type { RowBlock } from '../scan/top-k.ts';
import type { Manifest } from './manifest.ts';
import type { MemoryPlan } from './memory-plan.ts';
import { type Postings, postingsOf } from './postings.ts';
import { CONTENT_HASH_BYTES, decodeTerms, type Shard, viewShard } from './shard.ts';
import type { Term } from './terms.ts';

/** A shard that lies in a version's block of memory. */
export interface ResidentShard extends Omit<Shard, 'terms' | 'vectors'>, RowBlock {
  /** The number of its first row among those of the version. */
  readonly firstRow: number;
  /** Where row 0 of its vectors begins, in the block; where they are on the disk they lie elsewhere. */
  readonly vectorsOffset: number;
  /** Of one row of vectors. */
  readonly rowBytes: number;
  /** Where the int8 plane lies, in the block; shards of before have none. */
  readonly plane: PlanePlace | undefined;
  /** UTF-8. */
  readonly lastId: Buffer;
  /** Ascending; parsed at first use. */
  terms(): readonly Term[];
  /** The items of each term; made at first use. */
  postings(): Postings;
  /** UTF-8, a view. */
  idOfRow(row: number): Buffer;
  /** fp16 bits, a view; only where they lie in memory. */
  bytesOfRow(row: number): Uint8Array;
  /** A view. */
  contentHashOfRow(row: number): Uint8Array;
}

/** @throws TuwenError `corrupt_index` where tensors don't fit together. */
export function residentShards(
  { shards, dimensions }: Manifest,
  buffer: ArrayBufferLike,
  { shardOffsets, diskOffsets }: MemoryPlan,
): ResidentShard[] {
  let firstPosition = 0;
  let firstRow = 0;
  return shards.map(({ lastId, items, tensors }, i) => {
    const isOnDisk = diskOffsets[i] !== undefined;
    const { vectors, ...shard } = viewShard(buffer, shardOffsets[i]!, tensors, { isOnDisk });
    const ids = Buffer.from(shard.ids.buffer, shard.ids.byteOffset, shard.ids.byteLength);
    let terms: Term[] | undefined;
    let postings: Postings | undefined;
    const resident: ResidentShard = {
      ...shard,
      firstPosition,
      firstRow,
      vectorsOffset: vectors.byteOffset,
      rowBytes: dimensions * 2,
      plane: placeOf(shard),
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
