import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMergedTopK, type MergedTopKOptions } from '../../shared/scan/merged-top-k.ts';
import { type Block, catalogs } from './catalogs.ts';

describe('the top-k of several modalities', () => {
  it('is what sorting everything by match would give, whatever the chunks and blocks', () => {
    fc.assert(
      fc.property(catalogs, ({ blocks, matchOf, k, chunk }) => {
        expect(select(blocks, { k, matchOf }, chunk)).toEqual(sorted(blocks, matchOf).slice(0, k));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('pages through everything once and in order', () => {
    fc.assert(
      fc.property(catalogs, ({ blocks, matchOf, k, chunk }) => {
        const wanted = sorted(blocks, matchOf);
        const pages = [];
        // No longer than it may take, so that a page that repeats fails rather than hangs.
        for (let after: MergedTopKOptions['after'] | undefined; pages.length <= wanted.length; ) {
          const page = select(blocks, { k, matchOf, ...(after && { after }) }, chunk);
          pages.push(...page);
          const last = page.at(-1);
          if (!last || page.length < k) break;
          after = { ...last, match: matchOf[modalityOf(blocks, last)]!(last.score) };
        }
        expect(pages).toEqual(wanted);
      }),
      { numRuns: 1000, seed: 2 },
    );
  });

  it('leaves out what is excluded and fills up with the next', () => {
    fc.assert(
      fc.property(catalogs, fc.array(fc.nat({ max: 20 })), ({ blocks, matchOf, k, chunk }, exclude) => {
        const left = sorted(blocks, matchOf).filter(({ position }) => !exclude.includes(position));
        expect(select(blocks, { k, matchOf, exclude }, chunk)).toEqual(left.slice(0, k));
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('takes listed rows as it takes adjacent ones', () => {
    fc.assert(
      fc.property(catalogs, ({ blocks, matchOf, k }) => {
        const topK = createMergedTopK({ k, matchOf });
        for (const block of blocks) {
          const rows = Uint32Array.from(block.scores.keys());
          topK.addListedRows(block.scores, rows, rows.length, block);
        }
        expect(topK.results()).toEqual(sorted(blocks, matchOf).slice(0, k));
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it('keeps an item out of later pages although a row of another modality would come there', () => {
    const block = {
      itemOffsets: Uint32Array.of(0, 2, 3),
      firstPosition: 0,
      modality: Uint8Array.of(0, 1, 0),
    };
    const matchOf = [(score: number) => score, (score: number) => Math.min(1, score * 2)];
    const options = { k: 5, matchOf, after: { match: 0.75, score: 0.375, position: 0 } };
    const topK = createMergedTopK(options);
    // The picture of item 0 was its match, of 0.75; its text alone would come next.
    topK.addRows(Float32Array.of(0.5, 0.375, 0.25), 0, 3, block);
    expect(topK.results().map(({ position }) => position)).toEqual([1]);
  });
});

function select(blocks: readonly Block[], options: MergedTopKOptions, chunk: number) {
  const topK = createMergedTopK(options);
  for (const block of blocks)
    for (let first = 0; first < block.scores.length; first += chunk) {
      const scores = block.scores.subarray(first, first + chunk);
      topK.addRows(scores, first, scores.length, block);
    }
  return topK.results();
}

function modalityOf(blocks: readonly Block[], { position, row }: { position: number; row: number }): number {
  return blocks.findLast(({ firstPosition }) => firstPosition <= position)!.modality[row]!;
}

/** Every item by its best row, in the documented order, by sorting. */
function sorted(blocks: readonly Block[], matchOf: MergedTopKOptions['matchOf']) {
  return blocks
    .flatMap(({ itemOffsets, firstPosition, scores, modality }) =>
      [...itemOffsets.keys()].slice(0, -1).map((item) => {
        const rows = [...scores.keys()]
          .filter((row) => row >= itemOffsets[item]! && row < itemOffsets[item + 1]!)
          .map((row) => ({ row, score: scores[row]!, match: matchOf[modality[row]!]!(scores[row]!) }))
          .sort((a, b) => b.match - a.match || b.score - a.score || a.row - b.row);
        return { ...rows[0]!, position: firstPosition + item };
      }),
    )
    .sort((a, b) => b.match - a.match || b.score - a.score || a.position - b.position)
    .map(({ score, position, row }) => ({ score, position, row }));
}
