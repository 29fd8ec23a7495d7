import { useEffect, useState } from 'hono/jsx/dom';
import { type AttributeFacet, api } from '../../api.ts';
import { ApiProblem } from '../../request.ts';
import { conditionsOf, type Filter } from './query.ts';

/** An API of before there were any is not asked again. */
let areAbsent = false;

export type FacetsByAttribute = Readonly<Record<string, AttributeFacet>>;

/**
 * What there is to filter by, with counts. Of an attribute that is filtered already the counts are without its own
 * condition, so that its other values can be seen and added. Undefined while unknown, or where the API has none.
 */
export function useFacets(filter: Filter): FacetsByAttribute | undefined {
  const [facets, setFacets] = useState<FacetsByAttribute | undefined>(undefined);
  useEffect(() => {
    if (areAbsent) return;
    const controller = new AbortController();
    readFacets(filter, controller.signal).then(
      (read) => !controller.signal.aborted && setFacets(read),
      (error) => {
        if (error instanceof ApiProblem && error.status === 404) areAbsent = true;
        // Search works without, and its own faults are told there. What was known before can still be chosen from.
      },
    );
    return () => controller.abort();
  }, [JSON.stringify(filter)]);
  return facets;
}

async function readFacets(filter: Filter, signal: AbortSignal): Promise<FacetsByAttribute> {
  const names = Object.keys(filter);
  const [all, ...others] = await Promise.all([
    api.facets(conditionsOf(filter), signal),
    ...names.map(async (name) => {
      const { [name]: _, ...rest } = filter;
      const { attributes } = await api.facets(conditionsOf(rest), signal);
      return [name, attributes[name]] as const;
    }),
  ]);
  const known = others.filter((entry): entry is [string, AttributeFacet] => entry[1] !== undefined);
  return { ...all!.attributes, ...Object.fromEntries(known) };
}
