import type { PrefixPlace } from '../scan/kernel.ts';
import { quantizePrefix } from '../scan/prefix-plane.ts';
import { projector } from '../scan/projector.ts';
import type { Lists } from './lists.ts';
import type { ListsEntry, ShardEntry } from './manifest.ts';
import { PREFIX_TENSOR } from './prefix-tensors.ts';
import type { ResidentShard } from './resident-shard.ts';

/**
 * A shard's prefix plane once more, in the order of the lists: the rows that a search in fast mode looks at lie side by
 * side there, so that they are read as fast as memory gives them.
 */
export interface ListedPrefix {
  /** Codes and modalities by place. */
  readonly prefix: PrefixPlace;
  /** [lists + 1]: list l has the places offsets[l] to offsets[l + 1], the end excluded. */
  readonly offsets: Uint32Array;
  /** [rows]: the shard's row of each place; ascending in each list. */
  readonly rows: Uint32Array;
}

/** What it takes of the shard's block of memory, behind a multiple of 64; nothing where the shard has no such plane. */
export function listedPrefixBytes({ tensors }: Pick<ShardEntry, 'tensors'>): number {
  const { shape } = tensors.find(({ name }) => name === PREFIX_TENSOR) ?? {};
  return shape ? layOut(shape[0]!, shape[1]!).end : 0;
}

/** What the prefixes of the centroids take, by the axes of that shard. */
export function centroidCodesBytes(
  lists: Pick<ListsEntry, 'tensors'>,
  shard: Pick<ShardEntry, 'tensors'>,
): number {
  const axisLength = (name: string, axis: number, { tensors }: Pick<ShardEntry, 'tensors'>) =>
    tensors.find((tensor) => tensor.name === name)?.shape[axis] ?? 0;
  return axisLength('centroids', 0, lists) * axisLength(PREFIX_TENSOR, 1, shard);
}

function layOut(rows: number, width: number) {
  const codes = Math.ceil((rows * 4) / 64) * 64;
  const modality = codes + rows * width;
  return { codes, modality, end: modality + rows };
}

/** A shard, and where in its block its listed prefix goes: a multiple of 64. */
export interface ListedPlace {
  readonly shard: ResidentShard & { readonly prefix: PrefixPlace };
  readonly memory: WebAssembly.Memory;
  readonly offset: number;
}

/** Writes those of all shards of a version, which come in their order. */
export function listPrefixes(places: readonly ListedPlace[], lists: Lists): ListedPrefix[] {
  const targets = places.map(({ shard, memory: { buffer }, offset }) => {
    const { width } = shard.prefix;
    const { codes, modality } = layOut(shard.rows, width);
    return {
      shard,
      width,
      bytes: new Uint8Array(buffer),
      codes: offset + codes,
      modality: new Uint8Array(buffer, offset + modality, shard.rows),
      rows: new Uint32Array(buffer, offset, shard.rows),
      offsets: new Uint32Array(lists.offsets.length),
      used: 0,
    };
  });
  for (let list = 0; list < lists.modality.length; list++) {
    // The rows of a list ascend, and so do the shards that they are in.
    let nth = 0;
    for (let i = lists.offsets[list]!, end = lists.offsets[list + 1]!; i < end; i++) {
      while (lists.rows[i]! >= targets[nth]!.shard.firstRow + targets[nth]!.shard.rows) nth++;
      const target = targets[nth]!;
      const row = lists.rows[i]! - target.shard.firstRow;
      const from = target.shard.prefix.codes + row * target.width;
      target.bytes.copyWithin(target.codes + target.used * target.width, from, from + target.width);
      target.modality[target.used] = target.shard.modality[row]!;
      target.rows[target.used++] = row;
    }
    for (const { offsets, used } of targets) offsets[list + 1] = used;
  }
  return targets.map(({ shard, codes, modality, rows, offsets }) => {
    const own = { codes, modality: modality.byteOffset };
    return { prefix: { ...shard.prefix, ...own }, offsets, rows };
  });
}

/** Writes prefixes of the centroids at byte `offset` of the block that the lists lie in. */
export function prefixCentroids(
  { buffer }: WebAssembly.Memory,
  offset: number,
  { axes }: PrefixPlace,
  { centroids, modality }: Lists,
): PrefixPlace {
  const dimensions = centroids.length / modality.length;
  const { codes, ...numbers } = quantizePrefix(
    centroids,
    dimensions,
    axes,
    projector(centroids, dimensions, axes),
  );
  new Int8Array(buffer, offset, codes.length).set(codes);
  const places = { codes: offset, modality: modality.byteOffset };
  return { ...numbers, ...places, width: codes.length / modality.length };
}
