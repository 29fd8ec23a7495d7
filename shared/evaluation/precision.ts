/**
 * The share of the first k that are of the kind sought. Where fewer than k were found, the places that are
 * left count as misses (P_k of trec_eval).
 */
export function precisionAt(matches: readonly boolean[], k: number): number {
  return matches.slice(0, k).filter(Boolean).length / k;
}

/** What precision at k can be at most, when so many of the kind could be found. */
export function precisionCapAt(members: number, k: number): number {
  return Math.min(k, members) / k;
}
