import type { CompiledFilter } from './filter.ts';
import { filterItems, hasItem } from './filter-items.ts';
import type { ResidentShard } from './resident-shard.ts';
import { compareTerms, type Term, type TermValue } from './terms.ts';

/** How often the values of one attribute occur among the items that pass. */
export interface AttributeCounts {
  /** Items that have the attribute, an empty array included. */
  readonly items: number;
  /**
   * Every value that any item of the version has, with the items that pass and have it, so 0 for some; an
   * array counts once for each distinct element.
   */
  readonly values: ReadonlyMap<CountedValue, number>;
}

/** An empty array has no value to count. */
export type CountedValue = Exclude<TermValue, null>;

export interface ValueCount {
  readonly value: CountedValue;
  readonly count: number;
}

export interface CountOptions {
  readonly filter?: CompiledFilter | undefined;
  /** The attributes to count; all of them where it is left out. */
  readonly names?: ReadonlySet<string> | undefined;
}

type CountedShard = Pick<ResidentShard, 'items' | 'termOffsets' | 'termIds' | 'terms' | 'postings'>;

/**
 * Counts values in one pass over the attributes of the items that pass, by integers, and puts the shards'
 * counts together by name and value. No vector is touched.
 */
export function countAttributes(
  shards: readonly CountedShard[],
  { filter, names }: CountOptions = {},
): Map<string, AttributeCounts> {
  const found = new Map<string, { items: number; values: Map<CountedValue, number> }>();
  for (const shard of shards) {
    const terms = shard.terms();
    const { ofTerm, ofName } = countShard(shard, terms, filter);
    terms.forEach(([name, value], term) => {
      if (names && !names.has(name)) return;
      const counts = found.get(name) ?? { items: 0, values: new Map<CountedValue, number>() };
      found.set(name, counts);
      counts.items += ofName[term]!;
      if (value !== null) counts.values.set(value, (counts.values.get(value) ?? 0) + ofTerm[term]!);
    });
  }
  return found;
}

/** The values that occur, the most frequent first and equally frequent ones ascending; at most so many. */
export function mostFrequent({ values }: AttributeCounts, most: number): ValueCount[] {
  return Array.from(values, ([value, count]) => ({ value, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || compareTerms(['', a.value], ['', b.value]))
    .slice(0, most);
}

/**
 * @returns for each term the items that have it, and, at the first term of each name, the items that have
 *   any of that name; both of those that pass only
 */
function countShard(
  shard: CountedShard,
  terms: readonly Term[],
  filter: CompiledFilter | undefined,
): { ofTerm: Uint32Array; ofName: Uint32Array } {
  const { items, termOffsets, termIds } = shard;
  const firstOfName = firstTerms(terms);
  const ofTerm = new Uint32Array(terms.length);
  const ofName = new Uint32Array(terms.length);
  const passes = filter && filter.conditions.length > 0 ? filterItems(filter, shard) : undefined;
  for (let item = 0; item < items; item++) {
    if (passes && !hasItem(passes, item)) continue;
    // An item's terms ascend, so those of one name stand together.
    let latest = -1;
    for (let i = termOffsets[item]!, end = termOffsets[item + 1]!; i < end; i++) {
      const term = termIds[i]!;
      ofTerm[term]!++;
      const first = firstOfName[term]!;
      if (first !== latest) ofName[first]!++;
      latest = first;
    }
  }
  return { ofTerm, ofName };
}

/** For each term the first one of its name. */
function firstTerms(terms: readonly Term[]): Uint32Array {
  const firsts = new Uint32Array(terms.length);
  for (let term = 1; term < terms.length; term++)
    firsts[term] = terms[term]![0] === terms[term - 1]![0] ? firsts[term - 1]! : term;
  return firsts;
}
