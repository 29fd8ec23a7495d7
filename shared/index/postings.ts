import type { Shard } from './shard.ts';

/** The items of each term: those of term t are `termItems[offsets[t] .. offsets[t + 1]]`, ascending. */
export interface Postings {
  readonly termItems: Uint32Array;
  /** [terms + 1] */
  readonly offsets: Uint32Array;
}

/** Turns a shard's lists of terms around, by counting. Takes as many bytes as its `termIds`, and 4 a term. */
export function postingsOf(
  { termOffsets, termIds, items }: Pick<Shard, 'termOffsets' | 'termIds' | 'items'>,
  terms: number,
): Postings {
  const offsets = new Uint32Array(terms + 1);
  for (let i = 0; i < termIds.length; i++) offsets[termIds[i]! + 1]!++;
  for (let term = 0; term < terms; term++) offsets[term + 1] = offsets[term + 1]! + offsets[term]!;
  const next = offsets.slice();
  const termItems = new Uint32Array(termIds.length);
  for (let item = 0; item < items; item++)
    for (let i = termOffsets[item]!, end = termOffsets[item + 1]!; i < end; i++)
      termItems[next[termIds[i]!]!++] = item;
  return { termItems, offsets };
}
