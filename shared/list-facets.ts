import type { FacetAnswer } from './api/search.ts';
import { type AttributeCounts, mostFrequent } from './index/count-attributes.ts';
import { compileFilter } from './index/filter.ts';
import type { LiveIndex } from './index/live-index.ts';
import { limits } from './item.ts';

export type ListFacets = (
  asked: { filter?: unknown },
  options: { deadlineMs: number },
) => Promise<FacetAnswer>;

/**
 * What there is to filter by in the live index: each attribute with its values, or with the range of one
 * that has many numbers, over the items that pass the filter. Counts are of the version, so an item that
 * was deleted since it was built may still be counted.
 *
 * @throws TuwenError `invalid_filter`, and as LiveIndex does.
 */
export function createListFacets({ live }: { readonly live: Pick<LiveIndex, 'acquire'> }): ListFacets {
  return async ({ filter }, { deadlineMs }) => {
    const compiled = compileFilter(filter ?? {});
    const lease = await live.acquire({ deadlineMs });
    try {
      const { version, model, vectors } = lease.version;
      const counted = [...lease.version.countAttributes({ filter: compiled })]
        .filter(([, { items }]) => items > 0)
        .sort(([, a], [, b]) => b.items - a.items);
      const attributesOmitted = counted.length - limits.attributes;
      const told = counted.slice(0, limits.attributes);
      return {
        attributes: Object.fromEntries(told.map(([name, counts]) => [name, facetOf(counts)])),
        ...(attributesOmitted > 0 && { attributesOmitted }),
        index: { version, model, vectors },
      };
    } finally {
      lease.release();
    }
  };
}

/** More numbers than these are told as a range. */
const listedNumbers = 12;

/** A range or a list by all values of the version, so that it stays what it is while filters narrow it. */
function facetOf(counts: AttributeCounts): FacetAnswer['attributes'][string] {
  const { items: count, values } = counts;
  const found = [...values].filter(([, ofValue]) => ofValue > 0).map(([value]) => value);
  const isRange =
    values.size > listedNumbers && [...values.keys()].every((value) => typeof value === 'number');
  if (!isRange || found.length === 0)
    return { values: mostFrequent(counts, limits.facetValues), distinct: found.length, count };
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of found) {
    min = Math.min(min, Number(value));
    max = Math.max(max, Number(value));
  }
  return { min, max, count };
}
