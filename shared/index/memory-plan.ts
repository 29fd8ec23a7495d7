import { TuwenError } from '../error.ts';
import { OVERREAD_BYTES } from '../scan/kernel.ts';
import { CHUNK_ROWS, scratchBytes } from '../scan/scratch.ts';
import type { ListsEntry, ShardEntry } from './manifest.ts';

/** Where fp16 rows lie: in memory with all else, or in a file on the disk, read row by row. */
export type RowsPlace = 'memory' | 'disk';

/**
 * Where a version's shards lie in its one block of memory: the kernels' scratch first, then room for rows
 * that come from the disk, then each shard's file, as it is or without its fp16 rows, then the lists of fast mode.
 */
export interface MemoryPlan {
  /** One for each thread that searches. */
  readonly scratchOffsets: readonly number[];
  /** Where rows from the disk are put to be scored, and how many at once; undefined where none are. */
  readonly staging: { readonly offset: number; readonly rows: number } | undefined;
  /**
   * One for each shard, multiples of 4: byte b of its file lies at shardOffsets[shard] + b. Where its rows are on
   * the disk that is so of what follows them, and the offset itself may lie outside of the block.
   */
  readonly shardOffsets: readonly number[];
  /** For each shard where its rows begin in the file on the disk; undefined where they are in memory. */
  readonly diskOffsets: readonly (number | undefined)[];
  /** The file on the disk, all of it. */
  readonly diskBytes: number;
  /** A multiple of 64; where the block's files end, if there are no lists. */
  readonly listsOffset: number;
  readonly pages: number;
  /** The block, and beside it what the terms take once they are parsed and their items listed. */
  readonly residentBytes: number;
}

export const PAGE_BYTES = 65_536;

/** Addresses of wasm32 have 32 bits. One page less, so that the end of the block still is an address. */
const MAX_PAGES = 65_535;

/** Parsed terms take 4.7 times the bytes of their JSON (measured: 200,000 words and prices on V8); the rest is room and where its items begin. */
const HEAP_PER_TERM_BYTE = 6;

/** Room for rows from the disk: enough that a search mostly is done with them at once. */
const STAGING_BYTES = 1024 * 1024;

type PlannedShard = Pick<ShardEntry, 'bytes' | 'tensors'>;
type PlannedLists = Pick<ListsEntry, 'bytes'>;

/**
 * @param threads that search; where addresses don't reach their scratch as well, it is planned for one
 *
 * @throws TuwenError `index_too_large`
 */
export function planMemory(
  dimensions: number,
  shards: readonly PlannedShard[],
  rows: RowsPlace = 'memory',
  lists?: PlannedLists,
  threads = 1,
): MemoryPlan {
  const wanted = measureMemory(dimensions, shards, rows, lists, threads);
  const plan = isAddressable(wanted) ? wanted : measureMemory(dimensions, shards, rows, lists);
  if (!isAddressable(plan))
    throw new TuwenError(
      'index_too_large',
      `expected an index of at most ${MAX_PAGES * PAGE_BYTES} bytes, found one of ${plan.pages * PAGE_BYTES}`,
    );
  return plan;
}

/** Whether addresses reach all of it. */
export function isAddressable({ pages }: Pick<MemoryPlan, 'pages'>): boolean {
  return pages <= MAX_PAGES;
}

/** The same plan, whether or not addresses reach all of it. */
export function measureMemory(
  dimensions: number,
  shards: readonly PlannedShard[],
  rows: RowsPlace,
  lists?: PlannedLists,
  threads = 1,
): MemoryPlan {
  const scratchOffsets = Array.from({ length: threads }, (_, i) => i * scratchBytes(dimensions));
  let end = threads * scratchBytes(dimensions);
  let diskBytes = 0;
  const take = (bytes: number, past64 = 0) => {
    const offset = Math.ceil(end / 64) * 64 + past64;
    end = offset + bytes;
    return offset;
  };
  const staging = rows === 'disk' && shards.length > 0 ? planStaging(dimensions * 2, take) : undefined;
  const diskOffsets: (number | undefined)[] = [];
  const shardOffsets = shards.map((shard) => {
    const vectors = rows === 'disk' ? leadingVectors(shard) : undefined;
    diskOffsets.push(vectors && diskBytes);
    if (!vectors) return take(shard.bytes);
    diskBytes += vectors.bytes;
    const start = vectors.offset + vectors.bytes;
    // As far behind a multiple of 64 as in the file, so that every tensor keeps its alignment.
    return take(shard.bytes - start, start % 64) - start;
  });
  const listsOffset = take(lists?.bytes ?? 0);
  const pages = Math.ceil((Math.ceil(end / 64) * 64 + OVERREAD_BYTES) / PAGE_BYTES);
  const bytesOf = (wanted: string) =>
    shards
      .flatMap(({ tensors }) => tensors.filter(({ name }) => name === wanted))
      .reduce((sum, { bytes }) => sum + bytes, 0);
  const residentBytes = pages * PAGE_BYTES + bytesOf('terms') * HEAP_PER_TERM_BYTE + bytesOf('termIds');
  return {
    scratchOffsets,
    staging,
    shardOffsets,
    listsOffset,
    diskOffsets,
    diskBytes,
    pages,
    residentBytes,
  };
}

function planStaging(rowBytes: number, take: (bytes: number) => number) {
  const rows = Math.min(CHUNK_ROWS, Math.max(1, Math.floor(STAGING_BYTES / rowBytes)));
  return { offset: take(rows * rowBytes), rows };
}

/**
 * The vectors of a shard that can do without them in memory: it has an int8 plane, and they come before
 * all other tensors, as our writer puts them. (Others lie in memory whole.)
 */
function leadingVectors({ tensors }: PlannedShard) {
  const vectors = tensors.find(({ name }) => name === 'vectors');
  if (!vectors || !tensors.some(({ name }) => name === 'int8')) return undefined;
  const isFirst = tensors.every((of) => of === vectors || of.offset >= vectors.offset + vectors.bytes);
  return isFirst ? vectors : undefined;
}
