import { createHash } from 'node:crypto';
import { keys } from '../keys.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { LIST_HASH_BYTES, type Lists } from './lists.ts';
import { planRanges, vectorsOf } from './load-ranges.ts';
import type { ListedFile, ShardEntry } from './manifest.ts';
import { readRange } from './read-range.ts';
import { checkTensors, inParallel } from './read-shards.ts';
import { encodeSafetensors } from './safetensors.ts';

export interface ListedOptions {
  /** Only where more than this must come before a version answers exactly. Default 32 MiB. */
  readonly leastBytes?: number;
  /** Of rows in a file, which is held in memory twice; a shard with more has one to itself. Default 128 MiB. */
  readonly fileBytes?: number;
}

const defaults = { leastBytes: 32 * 1024 * 1024, fileBytes: 128 * 1024 * 1024 };

export interface WrittenListed {
  readonly files: ListedFile[];
  /** [files, lists, LIST_HASH_BYTES] */
  readonly hashes: Uint8Array;
}

/** Whether a function that holds nothing would answer enough sooner by them. */
export function isListedWorthwhile(
  shards: readonly ShardEntry[],
  { leastBytes = defaults.leastBytes }: ListedOptions = {},
): boolean {
  const before = shards.reduce((sum, entry) => sum + entry.bytes - vectorsOf(entry).bytes, 0);
  return before >= leastBytes;
}

/**
 * Writes the fp16 rows once more, in the order of the lists, so that those of a list are read together: each
 * file has those of some neighbouring shards, whose vectors are read back for it. Undefined, and nothing is left,
 * where there is no time for it.
 *
 * @throws TuwenError `corrupt_index` on vectors that are not what was written, or what the store throws
 */
export async function writeListed(
  objects: Pick<ObjectStore, 'readInto' | 'put' | 'delete'>,
  version: {
    readonly version: string;
    readonly model: string;
    readonly dimensions: number;
    readonly shards: readonly ShardEntry[];
  },
  lists: Pick<Lists, 'offsets' | 'rows'>,
  options: ListedOptions & { readonly pause: () => Promise<void>; readonly isOver: () => boolean },
): Promise<WrittenListed | undefined> {
  const { fileBytes = defaults.fileBytes, pause, isOver } = options;
  const { dimensions, model } = version;
  const listCount = lists.offsets.length - 1;
  const groups = groupShards(version.shards, fileBytes);
  const allStarts = startsInFiles(lists, groups);
  const hashes = new Uint8Array(groups.length * listCount * LIST_HASH_BYTES);
  const files: ListedFile[] = [];
  for (const [number, { shards, firstRow, rows }] of groups.entries()) {
    if (isOver()) {
      await objects.delete(files.map(({ key }) => key));
      return undefined;
    }
    const starts = allStarts[number]!;
    const places = placesOf(lists, firstRow, rows);
    const listed = new Uint16Array(rows * dimensions);
    let row = 0;
    for (const entry of shards) {
      const vectors = await readVectors(objects, entry);
      for (let own = 0; own < entry.rows; own++, row++)
        listed.set(vectors.subarray(own * dimensions, (own + 1) * dimensions), places[row]! * dimensions);
      await pause();
    }
    for (let list = 0; list < listCount; list++) {
      const bytes = new Uint8Array(
        listed.buffer,
        starts[list]! * dimensions * 2,
        (starts[list + 1]! - starts[list]!) * dimensions * 2,
      );
      hashes.set(hashOfRows(bytes), (number * listCount + list) * LIST_HASH_BYTES);
    }
    const data = new Uint8Array(listed.buffer);
    const { bytes, places: tensors } = encodeSafetensors(
      [{ name: 'vectors', dtype: 'F16', shape: [rows, dimensions], data }],
      { format: 'tuwen-listed-1', model },
    );
    const key = keys.listedRows(version.version, number);
    await objects.put(key, bytes, { contentType: 'application/octet-stream' });
    files.push({
      key,
      firstRow,
      rows,
      bytes: bytes.byteLength,
      tensors: tensors.map((tensor) => ({
        ...tensor,
        shape: [...tensor.shape],
        sha256: createHash('sha256').update(data).digest('hex'),
      })),
    });
    await pause();
  }
  return { files, hashes };
}

/** @param bytes of a list's rows in a file */
export function hashOfRows(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest().subarray(0, LIST_HASH_BYTES);
}

/**
 * Where lists begin in files: `starts[file]` [lists + 1], in rows of the file. Each file has its rows list by list,
 * ascending in each.
 */
export function startsInFiles(
  { offsets, rows }: Pick<Lists, 'offsets' | 'rows'>,
  files: readonly Pick<ListedFile, 'firstRow' | 'rows'>[],
): Uint32Array[] {
  const starts = files.map(() => new Uint32Array(offsets.length));
  for (let list = 0; list + 1 < offsets.length; list++) {
    let from = offsets[list]!;
    for (let file = 0; file < files.length; file++) {
      // Rows ascend, so files do.
      const end = firstNotBelow(files[file]!.firstRow + files[file]!.rows, rows, from, offsets[list + 1]!);
      starts[file]![list + 1] = starts[file]![list]! + end - from;
      from = end;
    }
  }
  return starts;
}

/** The first of the ascending numbers from `low` to `high` (excluded) that is `least` or more, by halving. */
export function firstNotBelow(least: number, ascending: Uint32Array, low: number, high: number): number {
  let from = low;
  let end = high;
  while (from < end) {
    const middle = (from + end) >>> 1;
    if (ascending[middle]! < least) from = middle + 1;
    else end = middle;
  }
  return from;
}

/** Where each row of a file stands in it. */
function placesOf(lists: Pick<Lists, 'rows'>, firstRow: number, rows: number): Uint32Array {
  const places = new Uint32Array(rows);
  let place = 0;
  for (const row of lists.rows)
    if (row >= firstRow && row < firstRow + rows) places[row - firstRow] = place++;
  return places;
}

interface ShardGroup {
  readonly shards: ShardEntry[];
  readonly firstRow: number;
  rows: number;
}

/** Neighbours whose vectors together take no more than that; at least one shard each. */
function groupShards(shards: readonly ShardEntry[], fileBytes: number): ShardGroup[] {
  const groups: ShardGroup[] = [];
  let bytes = 0;
  let firstRow = 0;
  for (const entry of shards) {
    const more = vectorsOf(entry).bytes;
    const last = groups.at(-1);
    if (last && bytes + more <= fileBytes) {
      last.shards.push(entry);
      last.rows += entry.rows;
      bytes += more;
    } else {
      groups.push({ shards: [entry], firstRow, rows: entry.rows });
      bytes = more;
    }
    firstRow += entry.rows;
  }
  return groups;
}

async function readVectors(objects: Pick<ObjectStore, 'readInto'>, entry: ShardEntry): Promise<Uint16Array> {
  const tensor = vectorsOf(entry);
  const { offset, bytes } = tensor;
  const vectors = new Uint8Array(bytes);
  await inParallel(planRanges([{ bytes }], 8 * 1024 * 1024), 6, ({ start, end }) =>
    readRange(objects, entry.key, { start: offset + start, end: offset + end }, vectors.subarray(start, end)),
  );
  await checkTensors(entry, [tensor], (start, end) => vectors.subarray(start - offset, end - offset));
  return new Uint16Array(vectors.buffer);
}
