import type { ByteRange } from '../objects/object-store.ts';
import type { Manifest, ShardEntry, TensorEntry } from './manifest.ts';

/** Which ranges of shards are read, and in which order; reading them is load-version.ts and missing-rows.ts. */

export interface ShardRange extends ByteRange {
  /** Index in the manifest. */
  readonly shard: number;
}

/** Reads that cover every shard's file once, none longer than rangeBytes. */
export function planRanges(shards: readonly Pick<ShardEntry, 'bytes'>[], rangeBytes: number): ShardRange[] {
  return shards.flatMap(({ bytes }, shard) => slicesOf({ start: 0, end: bytes }, shard, rangeBytes));
}

/** The reads of a shard in two parts: what answering needs, and what can come later. */
export interface SplitRanges {
  readonly first: readonly ShardRange[];
  readonly later: readonly LaterRange[];
}

/** Whole rows of vectors, and the header where it lies before them. */
export interface LaterRange extends ShardRange {
  readonly firstRow: number;
  readonly endRow: number;
}

/**
 * A shard that has an int8 plane can answer without its vectors and its header; of any other all comes
 * first. Neighbouring tensors are read together, and no row of vectors is parted.
 */
export function splitRanges(entry: ShardEntry, shard: number, rangeBytes: number): SplitRanges {
  const isWithoutPlane = !entry.tensors.some(({ name }) => name === 'int8');
  if (isWithoutPlane)
    return { first: slicesOf({ start: 0, end: entry.bytes }, shard, rangeBytes), later: [] };
  const vectors = vectorsOf(entry);
  const others = entry.tensors.filter((tensor) => tensor !== vectors);
  const first = mergeNeighbours(others).flatMap((range) => slicesOf(range, shard, rangeBytes));
  const headerEnd = Math.min(...entry.tensors.map(({ offset }) => offset));
  const rows = rowSlices(vectors, entry.rows, shard, rangeBytes);
  const header = { shard, start: 0, end: headerEnd, firstRow: 0, endRow: 0 };
  const [next, ...rest] = rows;
  const later = next?.start === headerEnd ? [{ ...next, start: 0 }, ...rest] : [header, ...rows];
  return { first, later };
}

/** What a search in fast mode needs of a shard, and all else that needs no vectors; small beside the planes. */
const earlyTensors = new Set([
  'prefixNumbers',
  'idOffsets',
  'itemOffsets',
  'termOffsets',
  'termIds',
  'ids',
  'modality',
  'terms',
]);

export function isEarlyTensor({ name }: Pick<TensorEntry, 'name'>): boolean {
  return earlyTensors.has(name);
}

/** What comes first of a shard that has an int8 plane, in two parts: the early tensors, then the planes. */
export function splitFirst(
  { tensors }: Pick<ShardEntry, 'tensors'>,
  shard: number,
  rangeBytes: number,
): { readonly early: readonly ShardRange[]; readonly planes: readonly ShardRange[] } {
  const rangesOf = (some: readonly TensorEntry[]) =>
    mergeNeighbours(some).flatMap((range) => slicesOf(range, shard, rangeBytes));
  return {
    early: rangesOf(tensors.filter(isEarlyTensor)),
    planes: rangesOf(tensors.filter((tensor) => isPlane(tensor))),
  };
}

/** The files from which fast mode reads before the planes are in; undefined where a version can't answer so. */
export function listedFilesOf({ lists, shards }: Pick<Manifest, 'lists' | 'shards'>) {
  const havePlanes = shards.every(({ tensors }) => tensors.some(({ name }) => name === 'int8'));
  return havePlanes ? lists?.listed : undefined;
}

/** Neither early nor what comes last. */
export function isPlane({ name }: Pick<TensorEntry, 'name'>): boolean {
  return name !== 'vectors' && !earlyTensors.has(name);
}

export function vectorsOf({ key, tensors }: Pick<ShardEntry, 'key' | 'tensors'>): TensorEntry {
  const vectors = tensors.find(({ name }) => name === 'vectors');
  // Manifests without are refused when they are decoded.
  if (!vectors) throw new RangeError(`expected a tensor vectors in ${key}, found none`);
  return vectors;
}

function rowSlices(
  { offset, bytes }: TensorEntry,
  rows: number,
  shard: number,
  rangeBytes: number,
): LaterRange[] {
  if (rows === 0) return [];
  const rowBytes = bytes / rows;
  const most = Math.max(1, Math.floor(rangeBytes / rowBytes));
  return Array.from({ length: Math.ceil(rows / most) }, (_, i) => {
    const firstRow = i * most;
    const endRow = Math.min(firstRow + most, rows);
    return { shard, start: offset + firstRow * rowBytes, end: offset + endRow * rowBytes, firstRow, endRow };
  });
}

function slicesOf({ start, end }: ByteRange, shard: number, rangeBytes: number): ShardRange[] {
  return Array.from({ length: Math.ceil((end - start) / rangeBytes) }, (_, i) => ({
    shard,
    start: start + i * rangeBytes,
    end: Math.min(start + (i + 1) * rangeBytes, end),
  }));
}

function mergeNeighbours(tensors: readonly TensorEntry[]): ByteRange[] {
  const merged: { start: number; end: number }[] = [];
  for (const { offset, bytes } of [...tensors].sort((a, b) => a.offset - b.offset)) {
    const last = merged.at(-1);
    if (last?.end === offset) last.end += bytes;
    else merged.push({ start: offset, end: offset + bytes });
  }
  return merged;
}

/** Rows `first` (included) to `end` (excluded). */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Reads that cover the rows: neighbours are read together where no more than `gapBytes` lie between them,
 * none longer than rangeBytes.
 *
 * @param rows ascending
 */
export function coalesceRows(
  rows: Iterable<number>,
  { rowBytes, gapBytes, rangeBytes }: { rowBytes: number; gapBytes: number; rangeBytes: number },
): RowRange[] {
  const ranges: { first: number; end: number }[] = [];
  for (const row of rows) {
    const last = ranges.at(-1);
    const isNear = last && (row - last.end) * rowBytes <= gapBytes;
    if (isNear && (row + 1 - last.first) * rowBytes <= rangeBytes) last.end = row + 1;
    else ranges.push({ first: row, end: row + 1 });
  }
  return ranges;
}
