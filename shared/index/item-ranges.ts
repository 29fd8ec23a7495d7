import { itemOfRow } from '../scan/top-k.ts';
import type { ScannedShard } from './resident-shard.ts';

/** Adjacent items of a shard, the end excluded. */
export interface ItemRange<Shard extends ScannedShard> {
  readonly shard: Shard;
  readonly firstItem: number;
  readonly endItem: number;
}

export function wholeShard<Shard extends ScannedShard>(shard: Shard): ItemRange<Shard> {
  return { shard, firstItem: 0, endItem: shard.items };
}

/** All items in their order, in about `count` ranges that take about the same time to look at. */
export function splitShards<Shard extends ScannedShard>(
  shards: readonly Shard[],
  count: number,
): ItemRange<Shard>[] {
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
export function scannedBytes(shards: readonly ScannedShard[]): number {
  return shards.reduce((sum, shard) => sum + shard.rows * scannedRowBytes(shard), 0);
}

export function scannedRowBytes({ prefix, plane, rowBytes }: ScannedShard): number {
  if (prefix) return prefix.width;
  return plane ? rowBytes / 2 : rowBytes;
}
