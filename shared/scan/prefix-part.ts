import type { PrefixPlace } from './kernel.ts';
import { measureAxes } from './prefix-plane.ts';
import { type PrefixBound, type PrefixQuery, prefixBoundOf, quantizePrefixQuery } from './prefix-query.ts';

/** A query made ready for a plane. */
export interface ReadyQuery {
  readonly codes: Int16Array;
  readonly bound: PrefixBound;
}

/**
 * Makes the kernel's queries ready for planes, once for axes that planes share and when a plane is first asked
 * about: with `write`, which gets the number of the query.
 */
export function createPrefixQueries(write: (query: number, ready: ReadyQuery) => void) {
  let asked: readonly Float32Array[] = [];
  let own: readonly PrefixQuery[] = [];
  let axes: Float32Array | undefined;
  let shown: PrefixPlace | undefined;
  /** Of axes that were asked about before: it takes as long as a search. */
  const skews = new WeakMap<Float32Array, number>();

  function makeReady(query: Float32Array, along: Float32Array): PrefixQuery {
    const skew = skews.get(along) ?? measureAxes(along, query.length).skew;
    skews.set(along, skew);
    return quantizePrefixQuery(query, along, skew);
  }

  return {
    set(queries: readonly Float32Array[]): void {
      shown = undefined;
      // A search in fast mode sets its query twice, and making it ready takes as long as all else.
      if (areSame(asked, queries)) return;
      asked = queries.map((query, i) => {
        const copy = asked[i]?.length === query.length ? asked[i] : new Float32Array(query.length);
        copy.set(query);
        return copy;
      });
      axes = undefined;
    },
    show(place: PrefixPlace): void {
      if (place === shown) return;
      if (place.axes !== axes) own = asked.map((query) => makeReady(query, place.axes));
      axes = place.axes;
      shown = place;
      own.forEach((query, i) => {
        write(i, { codes: query.codes, bound: prefixBoundOf(query, place) });
      });
    },
  };
}

/** To the bit, but for the sign of zeros, which no dot product tells. */
function areSame(some: readonly Float32Array[], others: readonly Float32Array[]): boolean {
  if (some.length !== others.length) return false;
  for (const [i, query] of some.entries()) {
    const other = others[i]!;
    for (let x = 0; x < query.length; x++) if (query[x] !== other[x]) return false;
  }
  return true;
}
