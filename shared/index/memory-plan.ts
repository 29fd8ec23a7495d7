import { TuwenError } from '../error.ts';
import { OVERREAD_BYTES } from '../scan/kernel.ts';
import { scratchBytes } from '../scan/scratch.ts';
import type { ListsEntry, ShardEntry } from './manifest.ts';

/**
 * Where a version's files lie in its one block of memory: the kernel's scratch first, then each shard, then the
 * lists of fast mode.
 */
export interface MemoryPlan {
  readonly scratchOffset: number;
  /** One for each shard, multiples of 64. */
  readonly shardOffsets: readonly number[];
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

/** @throws TuwenError `index_too_large` */
export function planMemory(
  dimensions: number,
  shards: readonly Pick<ShardEntry, 'bytes' | 'tensors'>[],
  lists?: Pick<ListsEntry, 'bytes'>,
): MemoryPlan {
  let end = scratchBytes(dimensions);
  const place = ({ bytes }: { readonly bytes: number }) => {
    const offset = end;
    end = Math.ceil((offset + bytes) / 64) * 64;
    return offset;
  };
  const shardOffsets = shards.map(place);
  const listsOffset = place(lists ?? { bytes: 0 });
  const pages = Math.ceil((end + OVERREAD_BYTES) / PAGE_BYTES);
  if (pages > MAX_PAGES)
    throw new TuwenError(
      'index_too_large',
      `expected an index of at most ${MAX_PAGES * PAGE_BYTES} bytes, found one of ${pages * PAGE_BYTES}`,
    );
  const bytesOf = (wanted: string) =>
    shards
      .flatMap(({ tensors }) => tensors.filter(({ name }) => name === wanted))
      .reduce((sum, { bytes }) => sum + bytes, 0);
  const residentBytes = pages * PAGE_BYTES + bytesOf('terms') * HEAP_PER_TERM_BYTE + bytesOf('termIds');
  return { scratchOffset: 0, shardOffsets, listsOffset, pages, residentBytes };
}
