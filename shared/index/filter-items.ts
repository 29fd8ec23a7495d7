import type { CompiledFilter, FilterCondition } from './filter.ts';
import type { Postings } from './postings.ts';
import type { Term } from './terms.ts';

/** A shard as filters see it. */
export interface FilteredShard {
  readonly items: number;
  /** Ascending. */
  terms(): readonly Term[];
  postings(): Postings;
}

/**
 * Evaluates a filter over a shard: each condition once on each distinct term of its name, which gives the
 * items that have it, and then 32 items at a time.
 *
 * @returns a bit for each item that passes: bit i mod 32 of word ⌊i / 32⌋
 */
export function filterItems({ conditions, passes }: CompiledFilter, shard: FilteredShard): Int32Array {
  const words = Math.ceil(shard.items / 32);
  const holding = conditions.map((condition) => itemsHolding(condition, shard, words));
  const held = new Int32Array(conditions.length);
  const passing = new Int32Array(words);
  for (let word = 0; word < words; word++) {
    for (let i = 0; i < held.length; i++) held[i] = holding[i]![word]!;
    passing[word] = passes(held);
  }
  const inLast = shard.items % 32;
  if (inLast > 0) passing[words - 1] = passing[words - 1]! & ((1 << inLast) - 1);
  return passing;
}

/** Whether the bitmap has the item. */
export function hasItem(bitmap: Int32Array, item: number): boolean {
  return ((bitmap[item >>> 5]! >>> (item & 31)) & 1) === 1;
}

/** Calls `use` with each item that the bitmap has, ascending, from item `first` on and before `end`. */
export function forEachItem(
  bitmap: Int32Array,
  use: (item: number) => void,
  first = 0,
  end = bitmap.length * 32,
): void {
  for (let word = first >>> 5; word * 32 < end; word++) {
    let bits = bitmap[word]!;
    if (word === first >>> 5) bits &= -1 << (first & 31);
    if (end - word * 32 < 32) bits &= (1 << (end & 31)) - 1;
    for (; bits !== 0; bits &= bits - 1) use(word * 32 + 31 - Math.clz32(bits & -bits));
  }
}

/** The items with any value that passes the condition. */
function itemsHolding({ name, test }: FilterCondition, shard: FilteredShard, words: number): Int32Array {
  const bitmap = new Int32Array(words);
  const terms = shard.terms();
  const { termItems, offsets } = shard.postings();
  for (let id = firstOfName(terms, name); terms[id]?.[0] === name; id++) {
    if (!test(terms[id]![1])) continue;
    for (let i = offsets[id]!, end = offsets[id + 1]!; i < end; i++) {
      const item = termItems[i]!;
      bitmap[item >>> 5] = bitmap[item >>> 5]! | (1 << (item & 31));
    }
  }
  return bitmap;
}

/** Where the terms of that name begin, by halving; names ascend in UTF-8 byte order. */
function firstOfName(terms: readonly Term[], name: string): number {
  const key = Buffer.from(name);
  let low = 0;
  let high = terms.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Buffer.compare(Buffer.from(terms[middle]![0]), key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
