import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTopK, itemOfRow, type RowBlock, type TopKOptions } from '../../shared/scan/top-k.ts';

describe('top-k', () => {
  it('is what sorting everything would give, whatever the chunks and blocks', () => {
    fc.assert(
      fc.property(catalogs, ({ blocks, k, chunk }) => {
        expect(select(blocks, { k }, chunk)).toEqual(sorted(blocks).slice(0, k));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('pages through everything once and in order', () => {
    fc.assert(
      fc.property(catalogs, ({ blocks, k, chunk }) => {
        const pages = [];
        for (let after: TopKOptions['after'] | undefined; ; ) {
          const page = select(blocks, after ? { k, after } : { k }, chunk);
          pages.push(...page);
          if (page.length < k) break;
          after = page.at(-1);
        }
        expect(pages).toEqual(sorted(blocks));
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it('leaves out what is excluded and fills up with the next', () => {
    fc.assert(
      fc.property(catalogs, fc.array(fc.nat({ max: 20 })), ({ blocks, k, chunk }, exclude) => {
        const left = sorted(blocks).filter(({ position }) => !exclude.includes(position));
        expect(select(blocks, { k, exclude }, chunk)).toEqual(left.slice(0, k));
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('takes listed rows as it takes adjacent ones', () => {
    fc.assert(
      fc.property(catalogs, fc.infiniteStream(fc.boolean()), ({ blocks, k }, coin) => {
        const topK = createTopK({ k });
        const kept = blocks.map((block) => {
          const rows = [...block.scores.keys()].filter(() => coin.next().value);
          topK.addListedRows(
            Float32Array.from(rows, (row) => block.scores[row]!),
            Uint32Array.from(rows),
            rows.length,
            block,
          );
          return new Set(rows);
        });
        const expected = sorted(blocks, (block, row) => kept[block]!.has(row));
        expect(topK.results()).toEqual(expected.slice(0, k));
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  it('keeps an item out of later pages although a lesser row of it would come there', () => {
    const block = { itemOffsets: Uint32Array.of(0, 2, 3), firstPosition: 0 };
    const scores = Float32Array.of(0.9, 0.4, 0.5);
    const topK = createTopK({ k: 5, after: { score: Math.fround(0.9), position: 0 } });
    topK.addRows(scores, 0, 3, block);
    expect(topK.results().map(({ position }) => position)).toEqual([1]);
  });

  it('finds the item of a row', () => {
    fc.assert(
      // Evenly spread rows, and such that most are one item's.
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(60)), { minLength: 1 }),
        (counts) => {
          const offsets = offsetsOf(counts);
          counts.forEach((count, item) => {
            for (let row = offsets[item]!; row < offsets[item]! + count; row++) {
              expect(itemOfRow(offsets, row)).toBe(item);
              for (const from of [item >> 1, item]) expect(itemOfRow(offsets, row, from)).toBe(item);
            }
          });
        },
      ),
    );
  });
});

interface Block extends RowBlock {
  readonly scores: Float32Array;
}

/** Few distinct scores, so that ties are the rule. */
const catalogs = fc.record({
  blocks: fc
    .array(
      fc.array(fc.array(fc.integer({ min: -2, max: 3 }), { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
      { maxLength: 3 },
    )
    .map((blocks) => {
      let firstPosition = 0;
      return blocks.map((items): Block => {
        const block = {
          itemOffsets: offsetsOf(items.map((rows) => rows.length)),
          firstPosition,
          scores: Float32Array.from(items.flat(), (score) => score / 3),
        };
        firstPosition += items.length;
        return block;
      });
    }),
  k: fc.integer({ min: 1, max: 8 }),
  chunk: fc.integer({ min: 1, max: 9 }),
});

function offsetsOf(counts: readonly number[]): Uint32Array {
  let sum = 0;
  return Uint32Array.from([0, ...counts.map((count) => (sum += count))]);
}

function select(blocks: readonly Block[], options: TopKOptions, chunk: number) {
  const topK = createTopK(options);
  for (const block of blocks)
    for (let first = 0; first < block.scores.length; first += chunk) {
      const scores = block.scores.subarray(first, first + chunk);
      topK.addRows(scores, first, scores.length, block);
    }
  return topK.results();
}

/** Every item by its best row, in the documented order, by sorting. */
function sorted(blocks: readonly Block[], isShown: (block: number, row: number) => boolean = () => true) {
  return blocks
    .flatMap(({ itemOffsets, firstPosition, scores }, block) =>
      [...itemOffsets.keys()].slice(0, -1).flatMap((item) => {
        const rows = [...scores.keys()].filter(
          (row) => row >= itemOffsets[item]! && row < itemOffsets[item + 1]! && isShown(block, row),
        );
        const best = rows.sort((a, b) => scores[b]! - scores[a]! || a - b)[0];
        return best === undefined
          ? []
          : [{ score: scores[best]!, position: firstPosition + item, row: best }];
      }),
    )
    .sort((a, b) => b.score - a.score || a.position - b.position);
}
