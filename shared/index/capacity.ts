import { TuwenError } from '../error.ts';
import type { Manifest } from './manifest.ts';
import { measureMemory, planMemory, type RowsPlace } from './memory-plan.ts';

/**
 * What Node, the encoder, sharp and a request take of the search function's memory. Its process was seen to
 * hold 534 MiB with 2,000 vectors after queries by words and by pictures; the rest is for large pictures,
 * for rows on their way to the disk, and for threads that search, some 20 MiB each.
 */
const reservedMb = 768;

/** Bytes of index that a search function of that memory can hold. */
export function capacityBytes(memoryMb: number): number {
  return Math.max(64, memoryMb - reservedMb) * 1024 * 1024;
}

/** What a search function has for a version of the index. */
export interface Capacity {
  readonly memoryBytes: number;
  /** Of the disk, for fp16 rows. */
  readonly storageBytes: number;
  /** `auto`: in memory where a version fits with them, else on the disk. */
  readonly rows: 'auto' | RowsPlace;
}

/** As the settings tell it. */
export function searchCapacity(settings: {
  memoryMb: number;
  storageMb: number;
  rows: Capacity['rows'];
}): Capacity {
  const { memoryMb, storageMb, rows } = settings;
  return { memoryBytes: capacityBytes(memoryMb), storageBytes: storageMb * 1024 * 1024, rows };
}

/** Threads that search at once: with more, all of them would wait for memory. Lambda's functions end at six processors. */
export const MAX_THREADS = 8;

/** `auto`: one for each processor that this process may run on. */
export function searchThreads(setting: number | 'auto', processors: number): number {
  return Math.max(1, Math.min(MAX_THREADS, setting === 'auto' ? processors : setting));
}

/** Where a version's fp16 rows lie, and what it takes so. */
export interface Placement {
  readonly rows: RowsPlace;
  /** See PlanOptions: fast mode is slower without them, and nothing else is. */
  readonly listedPrefixes: boolean;
  readonly residentBytes: number;
  readonly diskBytes: number;
}

type Placed = Pick<Manifest, 'dimensions' | 'shards' | 'lists'>;

/**
 * Where the rows of a version go, and whether there is room for prefixes in the order of the lists. Where it fits
 * nowhere, that is where it comes closest.
 */
export function placeRows({ dimensions, shards, lists }: Placed, capacity: Capacity): Placement {
  const placement = (rows: RowsPlace, listedPrefixes: boolean) => ({
    rows,
    listedPrefixes,
    ...measureMemory(dimensions, shards, { rows, lists, listedPrefixes }),
  });
  const fits = ({ residentBytes }: Placement) => residentBytes <= capacity.memoryBytes;
  const onDisk = placement('disk', false);
  if (capacity.rows === 'disk') return onDisk;
  const inMemory = [placement('memory', true), placement('memory', false)];
  const found = inMemory.find(fits);
  if (found) return found;
  return capacity.rows === 'memory' || capacity.storageBytes === 0 ? inMemory[1]! : onDisk;
}

/**
 * The same, of a version that fits.
 *
 * @throws TuwenError `index_too_large` that says which setting to raise
 */
export function fitVersion(version: Placed, capacity: Capacity): Placement {
  const placement = placeRows(version, capacity);
  const { rows, listedPrefixes, residentBytes, diskBytes } = placement;
  if (residentBytes > capacity.memoryBytes) {
    const other =
      rows === 'memory' ? ', or let its fp16 rows lie on the disk (searchRows, searchStorageMb)' : '';
    throw tooLarge(residentBytes, capacity.memoryBytes, 'of memory', `raise searchMemoryMb${other}`);
  }
  if (diskBytes > capacity.storageBytes)
    throw tooLarge(diskBytes, capacity.storageBytes, 'of disk for fp16 rows', 'raise searchStorageMb');
  planMemory(version.dimensions, version.shards, { rows, lists: version.lists, listedPrefixes });
  return placement;
}

function tooLarge(wanted: number, found: number, of: string, mend: string): TuwenError {
  return new TuwenError(
    'index_too_large',
    `the version needs ${mebibytes(wanted)} MiB ${of}, the search function has ${mebibytes(found)} MiB for it: ${mend}`,
  );
}

const mebibytes = (bytes: number): number => Math.ceil(bytes / 1024 / 1024);
