import { choosePrefix, costsOf, highestCost, type PrefixChoice, sampleRows } from './prefix-choice.ts';
import { type PrefixPlane, quantizePrefix } from './prefix-plane.ts';
import { projector } from './projector.ts';

/** Makes prefix planes for the shards of a version, one after the other. */
export interface PrefixBuilder {
  /**
   * Undefined where the int8 plane alone is better. Where the axes of the shard before do as well as they did
   * there, they are taken again: finding new ones takes seconds.
   *
   * @param vectors finite fp16 bits [rows, dimensions]
   * @param modality [rows]
   */
  build(vectors: Uint16Array, modality: Uint8Array): PrefixPlane | undefined;
}

/** With fewer rows, a search takes next to no time anyway. */
const LEAST_ROWS = 4096;

/** Axes are kept while their cost on a sample is no higher than this times what it was on theirs. */
const KEPT_WITHIN = 1.25;

export function createPrefixBuilder(
  dimensions: number,
  { leastRows = LEAST_ROWS }: { readonly leastRows?: number } = {},
): PrefixBuilder {
  let choice: PrefixChoice | undefined;
  let shards = 0;
  let nextSearch = 0;

  /** Where axes are not to be had, or change, they are sought in ever fewer shards: the 1st, 2nd, 4th, 8th … */
  function choose(vectors: Uint16Array, modality: Uint8Array): PrefixChoice | undefined {
    const sample = sampleRows(vectors, modality, dimensions);
    const cost = choice && costsOf(sample, choice.axes, [choice.axes.length / dimensions + 1])[0]!;
    if (choice && cost! <= choice.cost * KEPT_WITHIN) return choice;
    if (shards >= nextSearch) {
      nextSearch = shards * 2 + 1;
      const found = choosePrefix(sample);
      if (found) {
        choice = found;
        return choice;
      }
    }
    return choice && cost! <= highestCost(dimensions) ? choice : undefined;
  }

  return {
    build(vectors, modality) {
      if (modality.length < leastRows) return undefined;
      const chosen = choose(vectors, modality);
      shards++;
      if (!chosen) return undefined;
      return quantizePrefix(vectors, dimensions, chosen.axes, projector(vectors, dimensions, chosen.axes));
    },
  };
}
