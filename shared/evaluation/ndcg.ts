/**
 * Normalised discounted cumulative gain of the first k: the sum of grade / log2(rank + 1), over that of the
 * best ranking there is of all judged grades. The gain is the grade itself, as in trec_eval (ndcg_cut) and
 * BEIR, not 2^grade - 1.
 *
 * @param grades of what was found, best first; 0 for what is not relevant
 * @param judged the grades of all that is relevant, in any order; one of them at least is above 0
 */
export function ndcgAt(grades: readonly number[], judged: readonly number[], k: number): number {
  const ideal = judged.toSorted((a, b) => b - a);
  return dcgAt(grades, k) / dcgAt(ideal, k);
}

function dcgAt(grades: readonly number[], k: number): number {
  return grades.slice(0, k).reduce((sum, grade, i) => sum + grade / Math.log2(i + 2), 0);
}
