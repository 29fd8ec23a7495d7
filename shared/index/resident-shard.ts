import type { PlanePlace } from '../scan/kernel.ts';
import type { RowBlock } from '../scan/top-k.ts';
import type { Manifest } from './manifest.ts';
import type { MemoryPlan } from './memory-plan.ts';
import { type Postings, postingsOf } from './postings.ts';
import { CONTENT_HASH_BYTES, decodeTerms, type Shard, viewShard } from './shard.ts';
import type { Term } from './terms.ts';

/** A shard that lies in a version's block of memory. */
export interface ResidentShard extends Omit<Shard, 'terms'>, RowBlock {
  /** Where row 0 begins, in the block. */
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
  /** fp16 bits, a view. */
  vectorOfRow(row: number): Uint16Array;
  /** A view. */
  contentHashOfRow(row: number): Uint8Array;
}

/** @throws TuwenError `corrupt_index` where tensors don't fit together. */
export function residentShards(
  { shards, dimensions }: Pick<Manifest, 'shards' | 'dimensions'>,
  buffer: ArrayBufferLike,
  { shardOffsets }: Pick<MemoryPlan, 'shardOffsets'>,
): ResidentShard[] {
  let firstPosition = 0;
  return shards.map(({ lastId, items, tensors }, i) => {
    const shard = viewShard(buffer, shardOffsets[i]!, tensors);
    const ids = Buffer.from(shard.ids.buffer, shard.ids.byteOffset, shard.ids.byteLength);
    let terms: Term[] | undefined;
    let postings: Postings | undefined;
    const resident: ResidentShard = {
      ...shard,
      firstPosition,
      vectorsOffset: shard.vectors.byteOffset,
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
      vectorOfRow: (row) => shard.vectors.subarray(row * dimensions, (row + 1) * dimensions),
      contentHashOfRow: (row) =>
        shard.contentHashes.subarray(row * CONTENT_HASH_BYTES, (row + 1) * CONTENT_HASH_BYTES),
    };
    firstPosition += items;
    return resident;
  });
}

function placeOf({ int8, modality }: Shard): PlanePlace | undefined {
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
