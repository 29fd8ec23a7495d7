import type { Modality } from '../item.ts';
import type { Kernel, PrefixPlace } from '../scan/kernel.ts';
import { itemOfRow } from '../scan/top-k.ts';
import { filterItems, forEachItem, hasItem } from './filter-items.ts';
import { type ListRange, type Lists, listsOf } from './lists.ts';
import type { ListPair } from './manifest.ts';
import { modalities } from './modalities.ts';
import { nextLists } from './order-lists.ts';
import type { ResidentShard } from './resident-shard.ts';
import type { SearchQuery } from './search-query.ts';

/** The rows that a search in fast mode looks at. */
export interface Probing {
  /** recall@10 as it was measured for queries of this kind, without a filter; the lesser of two modalities'. */
  readonly recall: number;
  /** The lists that they are in, ascending. */
  readonly lists: readonly number[];
  /**
   * The same by modality, the nearest first; undefined where not all of their rows are looked at. Of the modalities
   * that the query is asked against, so a search `within` must ask against the same.
   */
  readonly whole: readonly (readonly number[])[] | undefined;
  /** A bit for each row of the shard: bit i mod 32 of word ⌊i / 32⌋. */
  rowsIn(shard: ResidentShard): Int32Array;
}

export interface ProbeOptions {
  /** What the query is made of: decides how many lists are looked at. */
  readonly kind: Modality | 'mixed';
  /** Lists of each modality, in place of what was measured; then it is never refused. */
  readonly probes?: number;
}

/**
 * At least so many items are looked at, so that the longest page is filled, even where some were deleted since
 * the version was built.
 */
export const LEAST_ITEMS = 256;

/** Lists are looked at only where exact search would look at so many times the rows. */
export const WORTHWHILE = 2;

/** What is looked at of a modality. */
interface Part {
  /** Index into modalities. */
  readonly modality: number;
  readonly range: ListRange;
  /** Lists at least. */
  readonly least: number;
  readonly recall: number;
  /** Rows that pass. */
  readonly left: number;
  /** Rows at least. */
  readonly wanted: number;
  readonly cost: number;
}

/** @param options `lists` lie in the kernel's memory */
export function createListProber(options: {
  readonly kernel: Kernel;
  readonly shards: readonly ResidentShard[];
  readonly lists: Lists;
  readonly pairs: readonly ListPair[];
  /** A prefix plane of the lists' centroids, in the kernel's memory, as soon as there is one. */
  readonly prefix?: () => PrefixPlace | undefined;
}) {
  const { kernel, shards, lists, pairs } = options;
  const ranges = modalities.map((_, modality) => listsOf(lists, modality));
  const single: (boolean | undefined)[] = [];
  /** Whether no item has two rows of that modality. */
  const isSingle = (modality: number): boolean => {
    single[modality] ??= shards.every((shard) => hasSingleRows(shard, modality));
    return single[modality];
  };

  /** How much is looked at of each modality; always the same without a filter. */
  const known = new Map<string, readonly Part[]>();

  function partsOf(
    against: Modality | 'any',
    kind: ProbeOptions['kind'],
    probes: number | undefined,
    passing: readonly Int32Array[] | undefined,
  ): readonly Part[] {
    const key = `${against} ${kind}`;
    const found = passing || probes !== undefined ? undefined : known.get(key);
    if (found) return found;
    const parts = modalities.flatMap((rows, modality): Part[] => {
      const range = ranges[modality]!;
      const count = range.end - range.first;
      if ((against !== 'any' && against !== rows) || count === 0) return [];
      const total = lists.offsets[range.end]! - lists.offsets[range.first]!;
      const own = pairs.filter((pair) => pair.rows === rows && (kind === 'mixed' || pair.query === kind));
      // A pair that was not measured, for want of such queries, is looked at as a whole.
      const measured = own.length > 0 ? Math.max(...own.map((pair) => pair.probes)) : count;
      const least = Math.min(count, probes ?? measured);
      const recall = least === count || own.length === 0 ? 1 : Math.min(...own.map((pair) => pair.recall));
      const left = passing ? countRows(shards, passing, modality) : total;
      const wanted = Math.max(LEAST_ITEMS, Math.ceil((least * total) / count));
      return [{ modality, range, least, recall, left, wanted, cost: Math.min(left, wanted) }];
    });
    if (!passing && probes === undefined) known.set(key, parts);
    return parts;
  }

  /**
   * The lists nearest to the query. With a filter only rows that pass count, and further lists are looked at
   * until there are as many as there would be without one. Undefined where exact search takes little more: because the
   * filter leaves few, or most lists had to be looked at. That does not depend on the vector, and nothing
   * depends on topK or on where a page begins.
   */
  return (
    { query, against = 'any', filter }: Pick<SearchQuery, 'query' | 'against' | 'filter'>,
    { kind, probes }: ProbeOptions,
  ): Probing | undefined => {
    const passing =
      filter && filter.conditions.length > 0
        ? shards.map((shard) => rowsOfItems(shard, filterItems(filter, shard)))
        : undefined;
    const parts = partsOf(against, kind, probes, passing);
    const sum = (of: 'left' | 'cost') => parts.reduce((total, part) => total + part[of], 0);
    const isRefused = probes === undefined && sum('left') <= WORTHWHILE * sum('cost');
    if (parts.length === 0 || isRefused) return undefined;
    const rows = createRowSet(shards, passing);
    const prefix = options.prefix?.();
    const chosen: number[][] = [];
    /** Those whose rows have no bits yet. */
    const unmarked: number[] = [];
    for (const { modality, range, least, wanted, left } of parts) {
      const own: number[] = [];
      const add = !passing && isSingle(modality) ? countList : rows.addList;
      const next = nextLists(kernel, lists, query, range, prefix && { count: least, prefix });
      const isEnough = passing ? wanted : 0;
      const added = { rows: 0, items: 0 };
      for (let i = 0; added.rows < left; i++) {
        if (i >= least && added.rows >= isEnough && added.items >= LEAST_ITEMS) break;
        const list = next();
        if (list === undefined) break;
        add(lists, list, added);
        own.push(list);
        if (add === countList) unmarked.push(list);
      }
      chosen.push(own);
    }
    return {
      recall: Math.min(...parts.map((part) => part.recall)),
      lists: chosen.flat().sort((a, b) => a - b),
      whole: passing ? undefined : chosen,
      rowsIn(shard) {
        for (const list of unmarked.splice(0)) rows.addList(lists, list, { rows: 0, items: LEAST_ITEMS });
        return rows.of(shard);
      },
    };
  };
}

export type ListProber = ReturnType<typeof createListProber>;

/** A bit for each row of each shard; only for those that pass. */
function createRowSet(shards: readonly ResidentShard[], passing: readonly Int32Array[] | undefined) {
  let made: readonly Int32Array[] | undefined;
  // Many searches need none.
  const sets = (): readonly Int32Array[] => {
    made ??= shards.map(({ rows }) => new Int32Array(Math.ceil(rows / 32)));
    return made;
  };
  return {
    of: (shard: ResidentShard): Int32Array => sets()[shards.indexOf(shard)]!,
    /** Adds a list and counts what it added; items are counted up to LEAST_ITEMS. */
    addList({ offsets, rows }: Lists, list: number, added: { rows: number; items: number }): void {
      let shard = 0;
      let firstRow = 0;
      let item = 0;
      for (let i = offsets[list]!, end = offsets[list + 1]!; i < end; i++) {
        // Rows ascend, so shards do.
        while (rows[i]! - firstRow >= shards[shard]!.rows) {
          firstRow += shards[shard++]!.rows;
          item = 0;
        }
        const row = rows[i]! - firstRow;
        if (passing && !hasItem(passing[shard]!, row)) continue;
        const bits = sets()[shard]!;
        if (added.items < LEAST_ITEMS) {
          const { itemOffsets, modality, items, rows: shardRows } = shards[shard]!;
          let isNew = true;
          if (items < shardRows) {
            item = itemOfRow(itemOffsets, row, item);
            for (let own = itemOffsets[item]!; own < itemOffsets[item + 1]!; own++)
              if (modality[own] === modality[row] && hasItem(bits, own)) isNew = false;
          }
          if (isNew) added.items++;
        }
        bits[row >>> 5] = bits[row >>> 5]! | (1 << (row & 31));
        added.rows++;
      }
    },
  };
}

/** Of rows that all are of different items. */
function countList({ offsets }: Lists, list: number, added: { rows: number; items: number }): void {
  const rows = offsets[list + 1]! - offsets[list]!;
  added.rows += rows;
  added.items += rows;
}

function hasSingleRows({ rows, items, itemOffsets, modality }: ResidentShard, wanted: number): boolean {
  if (items === rows) return true;
  for (let item = 0, row = 0; item < items; item++) {
    let own = 0;
    for (; row < itemOffsets[item + 1]!; row++) if (modality[row] === wanted) own++;
    if (own > 1) return false;
  }
  return true;
}

/** From a bit for each item to one for each row. */
function rowsOfItems({ rows, itemOffsets }: ResidentShard, items: Int32Array): Int32Array {
  const bits = new Int32Array(Math.ceil(rows / 32));
  forEachItem(items, (item) => {
    for (let row = itemOffsets[item]!, end = itemOffsets[item + 1]!; row < end; row++)
      bits[row >>> 5] = bits[row >>> 5]! | (1 << (row & 31));
  });
  return bits;
}

function countRows(
  shards: readonly ResidentShard[],
  bitmaps: readonly Int32Array[],
  modality: number,
): number {
  let count = 0;
  shards.forEach((shard, i) => {
    forEachItem(bitmaps[i]!, (row) => {
      if (shard.modality[row] === modality) count++;
    });
  });
  return count;
}
