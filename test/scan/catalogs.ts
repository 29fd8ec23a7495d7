import fc from 'fast-check';
import type { MixedBlock } from '../../shared/scan/merged-top-k.ts';

/** Rows with their scores. */
export interface Block extends MixedBlock {
  readonly scores: Float32Array;
}

/** From thirds to thirds: few distinct values, so that ties and level stretches are the rule; level at both ends. */
const maps = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 6, maxLength: 6 }).map((values) => {
  const steps = values.sort().map((value) => value / 3);
  return (score: number) => steps[Math.min(5, Math.max(0, Math.round(score * 3) + 2))]!;
});

/** Blocks of items of rows of two modalities, with two maps, a k and a size of chunks. */
export const catalogs = fc.record({
  blocks: fc
    .array(
      fc.array(
        fc.array(fc.tuple(fc.integer({ min: -2, max: 3 }), fc.nat({ max: 1 })), {
          minLength: 1,
          maxLength: 4,
        }),
        { maxLength: 12 },
      ),
      { maxLength: 3 },
    )
    .map((blocks) => {
      let firstPosition = 0;
      return blocks.map((items): Block => {
        let offset = 0;
        const block = {
          itemOffsets: Uint32Array.from([0, ...items.map((rows) => (offset += rows.length))]),
          firstPosition,
          scores: Float32Array.from(items.flat(), ([score]) => score / 3),
          modality: Uint8Array.from(items.flat(), ([, modality]) => modality),
        };
        firstPosition += items.length;
        return block;
      });
    }),
  matchOf: fc.array(maps, { minLength: 2, maxLength: 2 }),
  k: fc.integer({ min: 1, max: 8 }),
  chunk: fc.integer({ min: 1, max: 9 }),
});
