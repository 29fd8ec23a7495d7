import { TuwenError } from '../error.ts';
import type { Modality } from '../item.ts';
import { type Candidates, createCandidates } from '../scan/candidates.ts';
import type { MatchMap } from '../scan/match-map.ts';
import { createMergedTopK, type MixedBlock } from '../scan/merged-top-k.ts';
import type { RankedItem } from '../scan/ranking-heap.ts';
import { createTopK, type TopK } from '../scan/top-k.ts';
import type { CompiledFilter } from './filter.ts';
import { modalities } from './modalities.ts';
import type { Probing } from './probe-lists.ts';

/** What is asked of a version, and what it answers. */

export interface SearchQuery {
  /** f32 [dimensions], unit. */
  readonly query: Float32Array;
  readonly topK: number;
  /** Which rows may match. Default `any`. */
  readonly against?: 'any' | Modality;
  readonly filter?: CompiledFilter;
  /** What a score is worth, by the modality of its row: makes those of different modalities comparable. */
  readonly matchOf?: MatchOf;
  /** Only what comes strictly after this in the order of results. */
  readonly after?: ResultPlace;
  /** Positions of items that are left out. */
  readonly exclude?: readonly number[];
  /** Fast mode: the rows that LoadedVersion.probe chose for this query, in place of all. */
  readonly within?: Probing | undefined;
}

/** From a score of a row of that modality to 0..1; never falls as the score rises. */
export type MatchOf = Readonly<Record<Modality, MatchMap>>;

/** A place in the order of results. */
export interface ResultPlace {
  readonly score: number;
  readonly position: number;
  /** There where `matchOf` is given. */
  readonly match?: number;
}

export interface SearchHit {
  readonly position: number;
  readonly id: string;
  /** f32. */
  readonly score: number;
  /** Of `matchOf`, where it is given. */
  readonly match?: number;
  /** The modality of the best row. */
  readonly via: Modality;
}

/** What selects the query's results. Scores of one modality compare as they are: their match rises with them. */
export function topKOf(asked: SearchQuery): TopK<MixedBlock> {
  const { topK: k, against = 'any', after, exclude, matchOf } = asked;
  const others = { k, ...(exclude && { exclude }) };
  if (!matchOf || against !== 'any') return createTopK({ ...others, ...(after && { after }) });
  return createMergedTopK({
    ...others,
    matchOf: modalities.map((modality) => matchOf[modality]),
    ...(after && { after: { ...after, match: matchAt(after) } }),
  });
}

/** The rows that may decide the query's results, told by bounds. */
export function candidatesOf<Block extends MixedBlock>(asked: SearchQuery): Candidates<Block> {
  const { topK: k, against = 'any', after, exclude, matchOf } = asked;
  const others = { k, ...(exclude && { exclude }) };
  if (!matchOf || against !== 'any')
    return createCandidates({ ...others, ...(after && { after: { ...after, match: after.score } }) });
  return createCandidates({
    ...others,
    matchOf: modalities.map((modality) => matchOf[modality]),
    ...(after && { after: { ...after, match: matchAt(after) } }),
  });
}

/**
 * The best of what several threads found, in the order of results. No item was found by two of them.
 *
 * @param matchOfItem what orders before the score, where that is not the score alone
 */
export function bestOf(
  found: readonly (readonly RankedItem[])[],
  k: number,
  matchOfItem: (item: RankedItem) => number = () => 0,
): readonly RankedItem[] {
  if (found.length === 1) return found[0]!;
  const all = found.flat().map((item) => ({ item, match: matchOfItem(item) }));
  all.sort((a, b) => b.match - a.match || b.item.score - a.item.score || a.item.position - b.item.position);
  return all.slice(0, k).map(({ item }) => item);
}

function matchAt({ match }: ResultPlace): number {
  if (match === undefined)
    throw new TuwenError('internal', 'expected to go on after a place that has a match, found none');
  return match;
}
