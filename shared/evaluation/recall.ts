/**
 * A ranking is given as the grades of what was found, best first: 0 for what is not relevant. Each thing
 * found stands in it once.
 */

/** The share of all that is relevant which stands among the first k (recall_k of trec_eval). */
export function recallAt(grades: readonly number[], relevant: number, k: number): number {
  return countRelevant(grades, k) / relevant;
}

/** What recall at k can be at most, when only some of what is relevant can be found at all. */
export function recallCapAt(relevant: number, reachable: number, k: number): number {
  return Math.min(k, reachable) / relevant;
}

/** 1 where anything relevant stands among the first k, else 0 (success_k of trec_eval, hit rate elsewhere). */
export function hitAt(grades: readonly number[], k: number): number {
  return countRelevant(grades, k) > 0 ? 1 : 0;
}

/** One over the rank, from 1, of the first that is relevant; 0 where none is. */
export function reciprocalRank(grades: readonly number[]): number {
  const first = grades.findIndex((grade) => grade > 0);
  return first < 0 ? 0 : 1 / (first + 1);
}

function countRelevant(grades: readonly number[], k: number): number {
  return grades.slice(0, k).filter((grade) => grade > 0).length;
}
