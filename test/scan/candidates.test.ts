import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CandidatesOptions, createCandidates } from '../../shared/scan/candidates.ts';
import { createMergedTopK } from '../../shared/scan/merged-top-k.ts';
import { createTopK } from '../../shared/scan/top-k.ts';
import { type Block, catalogs } from './catalogs.ts';

describe('candidates by bounds', () => {
  it.each([
    ['by score', false],
    ['by match', true],
  ])(
    'give the results of all rows, %s, whatever the bounds, the place to go on and the exclusions',
    (_, byMatch) => {
      let dropped = 0;
      fc.assert(
        fc.property(catalogs, asks, ({ blocks, matchOf, k, chunk }, { widths, after, exclude }) => {
          const plain = { k, exclude };
          const ranked = byMatch ? { ...plain, matchOf } : plain;
          const all = select(blocks, ranked);
          const last = after === undefined ? undefined : all[after % Math.max(1, all.length)];
          const options = { ...ranked, ...(last && { after: placeOf(blocks, last, byMatch && matchOf) }) };
          const kept = keep(blocks, options, chunk, widths);
          expect(select(blocks, options, kept)).toEqual(select(blocks, options));
          dropped += sizeOf(blocks.map(({ scores }) => scores)) - sizeOf(kept);
        }),
        { numRuns: 4000, seed: 5 },
      );
      expect(dropped).toBeGreaterThan(10_000);
    },
  );

  it('are only the best and their ties where bounds are tight', () => {
    fc.assert(
      fc.property(catalogs, ({ blocks, matchOf, k, chunk }) => {
        const wanted = select(blocks, { k, matchOf });
        const worst = wanted.at(-1);
        const kept = keep(blocks, { k, matchOf }, chunk, [[0, 0]]);
        if (!worst || wanted.length < k) return;
        const floor = placeOf(blocks, worst, matchOf);
        blocks.forEach((block, b) => {
          for (const row of kept[b]!) {
            const score = block.scores[row]!;
            const match = matchOf[block.modality[row]!]!(score);
            expect(match > floor.match || (match === floor.match && score >= floor.score)).toBe(true);
          }
        });
      }),
      { numRuns: 1000, seed: 6 },
    );
  });

  it('begin with those of the highest upper bounds, in the order of results', () => {
    const block = {
      itemOffsets: Uint32Array.of(0, 1, 2, 3),
      firstPosition: 0,
      modality: Uint8Array.of(0, 1, 0),
    };
    const matchOf = [(score: number) => score, (score: number) => score / 2];
    const candidates = createCandidates({ k: 3, matchOf });
    const upper = Float32Array.of(0.5, 0.75, 0.25);
    candidates.addListedRows(new Float32Array(3), Uint32Array.of(0, 1, 2), 3, block, upper);
    for (const [most, rows] of [
      [1, [0]],
      [2, [0, 1]],
      [3, [0, 1, 2]],
    ] as const)
      expect(candidates.rows(most)).toEqual([{ block, rows: Uint32Array.from(rows) }]);
    expect(candidates.rows()).toEqual(candidates.rows(3));
  });

  it('leave out what is excluded, and what came before the place to go on', () => {
    const block = {
      itemOffsets: Uint32Array.of(0, 2, 3, 4),
      firstPosition: 0,
      modality: new Uint8Array(4),
    };
    const lower = Float32Array.of(0.8, 0.1, 0.2, 0.3);
    const upper = Float32Array.of(0.9, 0.2, 0.3, 0.4);
    const after = { match: 0.5, score: 0.5, position: 9 };
    const candidates = createCandidates({ k: 3, after, exclude: [2] });
    candidates.addListedRows(lower, Uint32Array.of(0, 1, 2, 3), 4, block, upper);
    expect(candidates.rows()).toEqual([{ block, rows: Uint32Array.of(2) }]);
  });
});

type Widths = readonly (readonly [below: number, above: number])[];

const third = fc.nat({ max: 2 });
const asks = fc.record({
  /** In thirds, used in turn. */
  widths: fc.array(fc.tuple(third, third), { minLength: 1, maxLength: 7 }),
  after: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
  exclude: fc.array(fc.nat({ max: 20 }), { maxLength: 3 }),
});

/** Shows rows as a scan does: chunk by chunk, those whose upper bound is above the bar of their modality. */
function keep(blocks: readonly Block[], options: CandidatesOptions, chunk: number, widths: Widths) {
  const candidates = createCandidates<Block>(options);
  const bars = new Float32Array(4);
  let next = 0;
  for (const block of blocks)
    for (let first = 0; first < block.scores.length; first += chunk) {
      candidates.writeBars(bars);
      const rows = Array.from(block.scores.subarray(first, first + chunk), (score, i) => {
        const [below, above] = widths[next++ % widths.length]!;
        return { row: first + i, lower: score - below / 3, upper: score + above / 3 };
      }).filter(({ row, upper }) => Math.fround(upper) > bars[block.modality[row]!]!);
      candidates.addListedRows(
        Float32Array.from(rows, ({ lower }) => lower),
        Uint32Array.from(rows, ({ row }) => row),
        rows.length,
        block,
        Float32Array.from(rows, ({ upper }) => upper),
      );
    }
  const kept = candidates.rows();
  return blocks.map((block) => kept.find((of) => of.block === block)?.rows ?? new Uint32Array(0));
}

/** The top-k of all rows, or of those. */
function select(
  blocks: readonly Block[],
  { matchOf, after, ...options }: CandidatesOptions,
  rows: readonly Uint32Array[] = blocks.map(({ scores }) => Uint32Array.from(scores.keys())),
) {
  const common = { ...options, ...(after && { after }) };
  const topK = matchOf ? createMergedTopK({ ...common, matchOf }) : createTopK(common);
  blocks.forEach((block, b) => {
    const scores = Float32Array.from(rows[b]!, (row) => block.scores[row]!);
    topK.addListedRows(scores, rows[b]!, scores.length, block);
  });
  return topK.results();
}

function placeOf(
  blocks: readonly Block[],
  { position, row, score }: { position: number; row: number; score: number },
  matchOf: CandidatesOptions['matchOf'] | false,
) {
  const { modality } = blocks.findLast(({ firstPosition }) => firstPosition <= position)!;
  return { position, score, match: matchOf ? matchOf[modality[row]!]!(score) : score };
}

function sizeOf(lists: readonly { length: number }[]): number {
  return lists.reduce((sum, { length }) => sum + length, 0);
}
