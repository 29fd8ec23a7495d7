import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndcgAt } from '../../shared/evaluation/ndcg.ts';
import { precisionAt, precisionCapAt } from '../../shared/evaluation/precision.ts';
import { hitAt, recallAt, recallCapAt, reciprocalRank } from '../../shared/evaluation/recall.ts';

/** Three relevant of grades 3, 2 and 1; the second best comes first, the best third, one is not found. */
const found = [2, 0, 3, 0, 0];
const judged = [1, 2, 3];

describe('measures of one ranking', () => {
  it('count what is relevant among the first k', () => {
    expect([1, 2, 3, 10].map((k) => recallAt(found, 3, k))).toEqual([1 / 3, 1 / 3, 2 / 3, 2 / 3]);
    expect([1, 2, 3, 10].map((k) => recallCapAt(3, 2, k))).toEqual([1 / 3, 2 / 3, 2 / 3, 2 / 3]);
    expect([1, 2, 3].map((k) => hitAt([0, 0, 1], k))).toEqual([0, 0, 1]);
    expect([found, [0, 0, 1], [0, 0], []].map(reciprocalRank)).toEqual([1, 1 / 3, 0, 0]);
  });

  it('weigh grades by rank as the definition says', () => {
    const ideal = 3 + 2 / Math.log2(3) + 1 / 2;
    expect(ndcgAt(found, judged, 10)).toBeCloseTo((2 + 3 / 2) / ideal, 12);
    expect(ndcgAt(found, judged, 1)).toBeCloseTo(2 / 3, 12);
    // Of five equal ones, two places can be filled at most: a full ranking is perfect all the same.
    expect(ndcgAt([1, 1], [1, 1, 1, 1, 1], 2)).toBe(1);
  });

  it('count empty places as misses of precision', () => {
    expect(precisionAt([true, false, true], 10)).toBe(0.2);
    expect(precisionAt([true, false, true], 2)).toBe(0.5);
    expect([0, 3, 10, 500].map((members) => precisionCapAt(members, 10))).toEqual([0, 0.3, 1, 1]);
  });

  it('lie between 0 and 1, and at or below their caps', () => {
    fc.assert(
      fc.property(rankings, depths, ({ grades, judged }, k) => {
        const relevant = judged.length;
        const recall = recallAt(grades, relevant, k);
        expect(recall).toBeGreaterThanOrEqual(0);
        expect(recall).toBeLessThanOrEqual(recallCapAt(relevant, relevant, k));
        expect(hitAt(grades, k)).toBe(recall > 0 ? 1 : 0);
        for (const value of [ndcgAt(grades, judged, k), reciprocalRank(grades)]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it('are perfect for what is ranked by grade, and for nothing else', () => {
    fc.assert(
      fc.property(rankings, depths, ({ grades, judged }, k) => {
        const best = judged.toSorted((a, b) => b - a);
        expect(ndcgAt(best, judged, k)).toBe(1);
        expect(reciprocalRank(best)).toBe(1);
        expect(recallAt(best, judged.length, k)).toBe(recallCapAt(judged.length, judged.length, k));
        const isBest = best.slice(0, k).every((grade, i) => grade === (grades[i] ?? 0));
        expect(ndcgAt(grades, judged, k) > 1 - 1e-12).toBe(isBest);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  it('never lose by moving the better of two up', () => {
    fc.assert(
      fc.property(rankings, depths, fc.nat(), fc.nat(), ({ grades, judged }, k, a, b) => {
        fc.pre(grades.length > 1);
        const [upper, lower] = [a % grades.length, b % grades.length].sort((x, y) => x - y) as [
          number,
          number,
        ];
        const swapped = grades.with(upper, grades[lower]!).with(lower, grades[upper]!);
        const [worse, better] = grades[upper]! <= grades[lower]! ? [grades, swapped] : [swapped, grades];
        const { length } = judged;
        expect(ndcgAt(better, judged, k)).toBeGreaterThanOrEqual(ndcgAt(worse, judged, k) - 1e-12);
        expect(recallAt(better, length, k)).toBeGreaterThanOrEqual(recallAt(worse, length, k));
        expect(reciprocalRank(better)).toBeGreaterThanOrEqual(reciprocalRank(worse));
      }),
      { seed: 3, numRuns: 1000 },
    );
  });
});

const depths = fc.integer({ min: 1, max: 12 });

/** Some relevant things in some order among others that are not, some of them not found. */
const rankings = fc
  .record({
    judged: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }),
    others: fc.nat({ max: 8 }),
    missed: fc.nat({ max: 8 }),
    order: fc.infiniteStream(fc.nat()),
  })
  .map(({ judged, others, missed, order }) => {
    const shown = [...judged.slice(missed), ...new Array<number>(others).fill(0)];
    const keyed = shown.map((grade) => ({ grade, key: order.next().value ?? 0 }));
    return { judged, grades: keyed.sort((a, b) => a.key - b.key).map(({ grade }) => grade) };
  });
