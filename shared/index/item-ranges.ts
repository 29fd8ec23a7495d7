import { itemOfRow } from '../scan/top-k.ts';
import type { ResidentShard } from './resident-shard.ts';

/** Adjacent items of a shard, the end excluded. */
export interface ItemRange {
  readonly shard: ResidentShard;
  readonly firstItem: number;
  readonly endItem: number;
}

export function wholeShard(shard: ResidentShard): ItemRange {
  return { shard, firstItem: 0, endItem: shard.items };
}

/** All items in their order, in about `count` ranges that take about the same time to look at. */
export function splitShards(shards: readonly ResidentShard[], count: number): ItemRange[] {
  const most = scannedBytes(shards) / count;
  return shards.flatMap((shard) => {
    const parts = Math.max(1, Math.round(scannedBytes([shard]) / most));
    const ends = Array.from({ length: parts }, (_, i) =>
      i === parts - 1
        ? shard.items
        : itemOfRow(shard.itemOffsets, Math.floor((shard.rows * (i + 1)) / parts)),
    );
    return ends
      .map((endItem, i) => ({ shard, firstItem: ends[i - 1] ?? 0, endItem }))
      .filter(({ firstItem, endItem }) => firstItem < endItem);
  });
}

/** Of all rows, what is looked at first: the time of a search goes by it. */
export function scannedBytes(shards: readonly ResidentShard[]): number {
  return shards.reduce((sum, shard) => sum + shard.rows * scannedRowBytes(shard), 0);
}

export function scannedRowBytes({ prefix, plane, rowBytes }: ResidentShard): number {
  if (prefix) return prefix.width * 2;
  return plane ? rowBytes / 2 : rowBytes;
}
