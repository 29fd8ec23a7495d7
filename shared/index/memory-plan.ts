import { TuwenError } from '../error.ts';
import { OVERREAD_BYTES } from '../scan/kernel.ts';
import { CHUNK_ROWS, scratchBytes } from '../scan/scratch.ts';
import { centroidCodesBytes, listedPrefixBytes } from './listed-prefix.ts';
import type { ListsEntry, ShardEntry } from './manifest.ts';

/** Where fp16 rows lie: in memory with all else, or in a file on the disk, read row by row. */
export type RowsPlace = 'memory' | 'disk';

/**
 * Where a version's shards lie: in one block of memory, or in several where addresses don't reach all of it. Each
 * begins with the kernels' scratch, and the first with room for rows that come from the disk; then come the shards'
 * files, as they are or without their fp16 rows, and last the lists of fast mode. No file is parted.
 */
export interface MemoryPlan {
  /** Of each block. */
  readonly pages: readonly number[];
  /** In every block, one for each thread that searches. */
  readonly scratchOffsets: readonly number[];
  /** Where in the first block rows from the disk are put to be scored, and how many at once; undefined where none are. */
  readonly staging: { readonly offset: number; readonly rows: number } | undefined;
  /** For each shard the block that it lies in; they ascend. */
  readonly shardMemories: readonly number[];
  /**
   * One for each shard, multiples of 4: byte b of its file lies at shardOffsets[shard] + b. Where its rows are on
   * the disk that is so of what follows them, and the offset itself may lie outside of the block.
   */
  readonly shardOffsets: readonly number[];
  /** In the last block, where the prefixes of the lists' centroids lie; undefined where there are no listed ones. */
  readonly centroidCodesOffset: number | undefined;
  /** For each shard where in its block its listed prefixes lie, a multiple of 64; undefined where it has none. */
  readonly listedOffsets: readonly (number | undefined)[];
  /** For each shard where its rows begin in the file on the disk; undefined where they are in memory. */
  readonly diskOffsets: readonly (number | undefined)[];
  /** The file on the disk, all of it. */
  readonly diskBytes: number;
  /** In the last block; a multiple of 64, and where its files end if there are no lists. */
  readonly listsOffset: number;
  /** The blocks, and beside them what the terms take once they are parsed and their items listed. */
  readonly residentBytes: number;
}

export const PAGE_BYTES = 65_536;

/** Addresses of wasm32 have 32 bits. One page less, so that the end of a block still is an address. */
export const MAX_PAGES = 65_535;

/** Parsed terms take 4.7 times the bytes of their JSON (measured: 200,000 words and prices on V8); the rest is room and where its items begin. */
const HEAP_PER_TERM_BYTE = 6;

/** Room for rows from the disk: enough that a search mostly is done with them at once. */
const STAGING_BYTES = 1024 * 1024;

type PlannedShard = Pick<ShardEntry, 'bytes' | 'tensors'>;
type PlannedLists = Pick<ListsEntry, 'bytes' | 'tensors'>;

/** Of listed rows on the disk nothing is gained: each is waited for. */
function listedBytesOf(
  shards: readonly PlannedShard[],
  { rows, lists, listedPrefixes = true }: PlanOptions,
): readonly number[] {
  const bytes = shards.map(listedPrefixBytes);
  return listedPrefixes && lists && rows !== 'disk' && bytes.every((each) => each > 0)
    ? bytes
    : bytes.map(() => 0);
}

export interface PlanOptions {
  /** Where fp16 rows lie; default in memory. */
  readonly rows?: RowsPlace;
  readonly lists?: PlannedLists | undefined;
  /** Whether prefixes lie in the order of the lists as well, where there are lists. Default true. */
  readonly listedPrefixes?: boolean;
  /** That search. Default 1. */
  readonly threads?: number;
  /** Of a block at most. Default {@link MAX_PAGES}. */
  readonly mostPages?: number;
}

/** @throws TuwenError `index_too_large` where a single file is larger than a block can be */
export function planMemory(
  dimensions: number,
  shards: readonly PlannedShard[],
  options: PlanOptions = {},
): MemoryPlan {
  const { mostPages = MAX_PAGES } = options;
  const plan = measureMemory(dimensions, shards, options);
  const largest = Math.max(...plan.pages);
  if (largest > mostPages)
    throw new TuwenError(
      'index_too_large',
      `expected files of an index that fit ${mostPages * PAGE_BYTES} bytes each, found one that takes ${largest * PAGE_BYTES}`,
    );
  return plan;
}

/** The same plan, with a block larger than it can be where a single file is. */
export function measureMemory(
  dimensions: number,
  shards: readonly PlannedShard[],
  options: PlanOptions = {},
): MemoryPlan {
  const { rows = 'memory', lists, threads = 1, mostPages = MAX_PAGES } = options;
  const scratchOffsets = Array.from({ length: threads }, (_, i) => i * scratchBytes(dimensions));
  const scratchEnd = threads * scratchBytes(dimensions);
  const pages: number[] = [];
  let end = scratchEnd;
  let diskBytes = 0;
  const take = (bytes: number, past64 = 0) => {
    const offsetIn = () => Math.ceil(end / 64) * 64 + past64;
    if (end > scratchEnd && pagesOf(offsetIn() + bytes) > mostPages) {
      pages.push(pagesOf(end));
      end = scratchEnd;
    }
    const offset = offsetIn();
    end = offset + bytes;
    return offset;
  };
  const staging = rows === 'disk' && shards.length > 0 ? planStaging(dimensions * 2, take) : undefined;
  const diskOffsets: (number | undefined)[] = [];
  const shardMemories: number[] = [];
  const listedBytes = listedBytesOf(shards, options);
  const listedOffsets: (number | undefined)[] = [];
  const shardOffsets = shards.map((shard, i) => {
    const vectors = rows === 'disk' ? leadingVectors(shard) : undefined;
    const start = vectors ? vectors.offset + vectors.bytes : 0;
    diskOffsets.push(vectors && diskBytes);
    diskBytes += vectors?.bytes ?? 0;
    // As far behind a multiple of 64 as in the file, so that every tensor keeps its alignment.
    const bytes = shard.bytes - start;
    const listedAt = listedBytes[i]! > 0 ? Math.ceil(bytes / 64) * 64 : undefined;
    const offset = take(listedAt === undefined ? bytes : listedAt + listedBytes[i]!, start % 64) - start;
    listedOffsets.push(listedAt === undefined ? undefined : offset + listedAt);
    shardMemories.push(pages.length);
    return offset;
  });
  const codesBytes =
    shards.length > 0 && listedBytes.every((each) => each > 0) ? centroidCodesBytes(lists!, shards[0]!) : 0;
  const listsBytes = Math.ceil((lists?.bytes ?? 0) / 64) * 64;
  const listsOffset = take(listsBytes + codesBytes);
  pages.push(pagesOf(end));
  const bytesOf = (wanted: string) =>
    shards
      .flatMap(({ tensors }) => tensors.filter(({ name }) => name === wanted))
      .reduce((sum, { bytes }) => sum + bytes, 0);
  const blockBytes = pages.reduce((sum, of) => sum + of, 0) * PAGE_BYTES;
  return {
    pages,
    scratchOffsets,
    staging,
    shardMemories,
    shardOffsets,
    listsOffset,
    centroidCodesOffset: codesBytes > 0 ? listsOffset + listsBytes : undefined,
    listedOffsets,
    diskOffsets,
    diskBytes,
    residentBytes: blockBytes + bytesOf('terms') * HEAP_PER_TERM_BYTE + bytesOf('termIds'),
  };
}

/** Of a block whose files end there. */
function pagesOf(end: number): number {
  return Math.ceil((Math.ceil(end / 64) * 64 + OVERREAD_BYTES) / PAGE_BYTES);
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
