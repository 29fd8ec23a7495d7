import { TuwenError } from '../error.ts';
import type { Modality } from '../item.ts';
import { fromFloat16 } from '../scan/float16.ts';
import type { DiskRows } from './disk-rows.ts';
import type { Manifest } from './manifest.ts';
import type { MissingRows } from './missing-rows.ts';
import { modalities } from './modalities.ts';
import type { ResidentShard } from './resident-shard.ts';

export interface ItemVector {
  readonly modality: Modality;
  /** f32 [dimensions]. */
  readonly vector: Float32Array;
  /** The first 16 bytes of the SHA-256 of what was embedded. */
  readonly contentHash: Uint8Array;
}

export interface Deadline {
  /** Milliseconds since 1970. Default: never. */
  readonly deadlineMs?: number;
}

export const never = Number.POSITIVE_INFINITY;

export interface ItemVectorsOptions {
  readonly manifest: Manifest;
  /** Throws when the version was given up. */
  readonly shards: () => readonly ResidentShard[];
  readonly disk: DiskRows | undefined;
  readonly missing: MissingRows | undefined;
}

/** Items and their rows by number, wherever the rows lie: what LoadedVersion says of its functions holds here. */
export function createItemVectors({ manifest, shards, disk, missing }: ItemVectorsOptions) {
  function shardOf(position: number): ResidentShard {
    const shard = shards().find(({ firstPosition, items }) => position < firstPosition + items);
    if (shard && position >= 0 && Number.isInteger(position)) return shard;
    throw new TuwenError('internal', `expected a position below ${manifest.items}, found ${position}`);
  }

  function rowsOf(position: number): { shard: ResidentShard; rows: number[] } {
    const shard = shardOf(position);
    const first = shard.itemOffsets[position - shard.firstPosition]!;
    const end = shard.itemOffsets[position - shard.firstPosition + 1]!;
    return { shard, rows: Array.from({ length: end - first }, (_, i) => first + i) };
  }

  async function fetched(from: DiskRows, shard: ResidentShard, rows: number[], deadlineMs: number) {
    const wanted = Uint32Array.from(rows);
    const bytes = new Uint8Array(rows.length * shard.rowBytes);
    do await from.fetch(shard, wanted, deadlineMs);
    while (!from.copy(shard, wanted, bytes));
    return rows.map((_, i) => bitsOf(bytes.subarray(i * shard.rowBytes, (i + 1) * shard.rowBytes)));
  }

  async function vectorsOf(position: number, { deadlineMs = never }: Deadline = {}): Promise<ItemVector[]> {
    const { shard, rows } = rowsOf(position);
    const vectors =
      disk && !disk.areInMemory(shard) ? await fetched(disk, shard, rows, deadlineMs) : undefined;
    if (missing) await missing.fetch([{ block: shard, rows }], deadlineMs);
    return rows.map((row, i) => ({
      modality: modalities[shard.modality[row]!]!,
      vector: fromFloat16(vectors?.[i] ?? bitsOf(shard.bytesOfRow(row))),
      contentHash: shard.contentHashOfRow(row).slice(),
    }));
  }

  return {
    shardOf,
    idAt(position: number): string {
      const shard = shardOf(position);
      return shard.readIdOfRow(shard.itemOffsets[position - shard.firstPosition]!);
    },
    vectorsOf,
    async meanVector(
      position: number,
      deadline?: Deadline,
    ): Promise<Pick<ItemVector, 'modality' | 'vector'>> {
      const all = await vectorsOf(position, deadline);
      const modality = all.some((row) => row.modality === 'image') ? 'image' : 'text';
      const rows = all.filter((row) => row.modality === modality);
      return { modality, vector: meanOf(rows.map(({ vector }) => vector)) };
    },
    vectorOfRow(row: number): Uint16Array {
      const rowSource = disk ?? missing;
      if (rowSource && !rowSource.isWhole)
        throw new TuwenError('internal', 'expected a version that is whole, found rows missing');
      const shard = shards().find(({ firstRow, rows }) => row < firstRow + rows);
      if (!shard || row < 0)
        throw new TuwenError('internal', `expected a row below ${manifest.rows}, found ${row}`);
      const own = row - shard.firstRow;
      if (!disk || disk.areInMemory(shard)) return bitsOf(shard.bytesOfRow(own));
      const bytes = new Uint8Array(shard.rowBytes);
      if (disk.copy(shard, Uint32Array.of(own), bytes)) return bitsOf(bytes);
      throw new TuwenError('internal', `expected row ${row} on the disk, found that it can't be read`);
    },
  };
}

/** fp16, two bytes each. */
function bitsOf(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  return vectors[0]!.map((_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0) / vectors.length);
}
