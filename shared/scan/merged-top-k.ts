import { createRankingHeap } from './ranking-heap.ts';
import { itemOfRow, type RowBlock, type TopK } from './top-k.ts';

/** Rows of several modalities. */
export interface MixedBlock extends RowBlock {
  /** [rows]: index into `matchOf`. */
  readonly modality: Uint8Array;
}

export interface MergedTopKOptions {
  readonly k: number;
  /** For each modality what a score is worth beside those of the others; never falls as the score rises. */
  readonly matchOf: readonly ((score: number) => number)[];
  /** Only items strictly after this in the order of results. */
  readonly after?: { readonly match: number; readonly score: number; readonly position: number };
  /** Positions that don't count. */
  readonly exclude?: readonly number[];
}

/**
 * As createTopK, where scores of one modality don't compare with those of another but what they map to
 * does. Order: descending match, then descending score, then ascending position; an item counts once, by
 * its best row in that order. It is what merging the top-k of each modality would give, in one pass: so a
 * row is known to be its item's best, and none comes again that was on an earlier page by a better one.
 */
export function createMergedTopK(options: MergedTopKOptions): TopK<MixedBlock> {
  const { k, matchOf, after, exclude = [] } = options;
  const heap = createRankingHeap(k);
  /** Of each modality the highest score that was not admitted: no lower one will be, since maps never fall. */
  const bars = new Float32Array(matchOf.length).fill(
    k > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
  );
  const excluded = new Set(exclude);
  let shownBlock: MixedBlock | undefined;
  /** Index in the block of the latest row's item. */
  let item = 0;
  /** The item whose rows are being shown, and its best row so far. */
  let position = -1;
  let match = 0;
  let score = 0;
  let row = 0;

  function show(rowScore: number, rowNumber: number, block: MixedBlock): void {
    const modality = block.modality[rowNumber]!;
    const rowMatch = matchOf[modality]!(rowScore);
    if (!heap.admits(rowMatch, rowScore)) {
      bars[modality] = rowScore;
      return;
    }
    const { itemOffsets, firstPosition } = block;
    if (rowNumber >= itemOffsets[item + 1]!) item = itemOfRow(itemOffsets, rowNumber, item + 1);
    if (position === firstPosition + item) {
      if (rowMatch < match || (rowMatch === match && rowScore <= score)) return;
    } else {
      settle();
      position = firstPosition + item;
    }
    match = rowMatch;
    score = rowScore;
    row = rowNumber;
  }

  /** The item has no more rows: its best one decides. */
  function settle(): void {
    if (position < 0 || excluded.has(position) || !isBehind()) return;
    heap.offer(match, score, position, row);
  }

  function isBehind(): boolean {
    if (!after) return true;
    if (match !== after.match) return match < after.match;
    return score < after.score || (score === after.score && position > after.position);
  }

  function enter(block: MixedBlock): void {
    if (block === shownBlock) return;
    shownBlock = block;
    item = 0;
  }

  return {
    addRows(scores, firstRow, count, block) {
      enter(block);
      const { modality } = block;
      for (let i = 0; i < count; i++) {
        const rowScore = scores[i]!;
        if (rowScore > bars[modality[firstRow + i]!]!) show(rowScore, firstRow + i, block);
      }
    },
    addListedRows(scores, list, count, block) {
      enter(block);
      const { modality } = block;
      for (let i = 0; i < count; i++) {
        const rowScore = scores[i]!;
        if (rowScore > bars[modality[list[i]!]!]!) show(rowScore, list[i]!, block);
      }
    },
    writeBars(into) {
      into.fill(Number.POSITIVE_INFINITY);
      into.set(bars);
    },
    wanted: after ? undefined : { k, matchOf, exclude: excluded },
    results() {
      settle();
      position = -1;
      return heap.sorted();
    },
  };
}
