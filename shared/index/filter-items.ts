import type { CompiledFilter } from './filter.ts';
import type { Shard } from './shard.ts';
import type { Term } from './terms.ts';

/**
 * Evaluates a filter over a shard: each condition once on each distinct term of its name, then each item
 * by integers, the bits of its terms or'ed together.
 *
 * @param terms the shard's terms, ascending
 * @returns whether item i of the shard passes
 */
export function filterItems(
  { conditions, passes }: CompiledFilter,
  { termOffsets, termIds }: Pick<Shard, 'termOffsets' | 'termIds'>,
  terms: readonly Term[],
): (item: number) => boolean {
  const lowOfTerm = new Int32Array(terms.length);
  const highOfTerm = new Int32Array(terms.length);
  conditions.forEach(({ name, test }, bit) => {
    const bits = bit < 32 ? lowOfTerm : highOfTerm;
    for (let id = firstOfName(terms, name); terms[id]?.[0] === name; id++)
      if (test(terms[id]![1])) bits[id] = bits[id]! | (1 << (bit & 31));
  });
  // Items share combinations, so the latest verdict often serves again.
  let latestLow = 0;
  let latestHigh = 0;
  let verdict = passes(0, 0);
  return (item) => {
    let low = 0;
    let high = 0;
    for (let i = termOffsets[item]!, end = termOffsets[item + 1]!; i < end; i++) {
      const id = termIds[i]!;
      low |= lowOfTerm[id]!;
      high |= highOfTerm[id]!;
    }
    if (low !== latestLow || high !== latestHigh) {
      latestLow = low;
      latestHigh = high;
      verdict = passes(low, high);
    }
    return verdict;
  };
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
