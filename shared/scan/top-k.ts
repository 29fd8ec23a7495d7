import { createRankingHeap, type RankedItem } from './ranking-heap.ts';

/**
 * The k best items of those whose rows it is shown. Order: descending score, then ascending position, so
 * the result is the same whatever the chunks. An item counts once, by its best row, of equal ones the
 * first. Rows must be shown in ascending order. Nothing is allocated per row.
 */
export interface TopK<Block extends RowBlock = RowBlock> extends Selection<Block> {
  /** The best of what was shown, best first; to be called once, at the end. */
  results(): RankedItem[];
}

/** What rows are shown to, in ascending order. */
export interface Selection<Block extends RowBlock = RowBlock> {
  /** Shows adjacent rows: `scores[i]` is that of row `firstRow + i` of the block. */
  addRows(scores: Float32Array, firstRow: number, count: number, block: Block): void;
  /**
   * Shows some rows: `scores[i]` is that of row `list[i]` of the block; or no more than it, where `upper[i]`
   * is given (see Candidates) and is no less.
   */
  addListedRows(
    scores: Float32Array,
    list: Uint32Array,
    count: number,
    block: Block,
    upper?: Float32Array,
  ): void;
  /**
   * Writes for each modality what the score of a later row must exceed to matter at all. What does not need
   * not be shown: the results are the same.
   */
  writeBars(bars: Float32Array): void;
  /** What is selected, where a few good rows can tell bars before all are shown. */
  readonly wanted?: Wanted | undefined;
}

/** The k best items of all, not those after a place. */
export interface Wanted {
  readonly k: number;
  /** Of each modality what a score is worth; without it scores are compared as they are. */
  readonly matchOf?: readonly ((score: number) => number)[];
  /** Positions that don't count. */
  readonly exclude: ReadonlySet<number>;
}

/** Rows that lie together, such as a shard's. Blocks must be shown in order of position. */
export interface RowBlock {
  /** [items + 1]: rows of item i are itemOffsets[i] to itemOffsets[i + 1], the end excluded; none is empty. */
  readonly itemOffsets: Uint32Array;
  /** Position of the block's first item. */
  readonly firstPosition: number;
}

export interface TopKOptions {
  readonly k: number;
  /** Only items strictly after this in the order of results. */
  readonly after?: { readonly score: number; readonly position: number };
  /** Positions that don't count. */
  readonly exclude?: readonly number[];
}

export function createTopK({ k, after, exclude = [] }: TopKOptions): TopK {
  const heap = createRankingHeap(k);
  const excluded = new Set(exclude);
  let shownBlock: RowBlock | undefined;
  /** Index in the block of the latest row's item. */
  let item = 0;
  /** The item whose rows are being shown, and its best row so far. */
  let position = -1;
  let score = 0;
  let row = 0;

  function show(rowScore: number, rowNumber: number, { itemOffsets, firstPosition }: RowBlock): void {
    if (rowNumber >= itemOffsets[item + 1]!) item = itemOfRow(itemOffsets, rowNumber, item + 1);
    if (position === firstPosition + item) {
      if (rowScore <= score) return;
    } else {
      settle();
      position = firstPosition + item;
    }
    score = rowScore;
    row = rowNumber;
  }

  /** The item has no more rows: its best one decides. */
  function settle(): void {
    if (position < 0 || excluded.has(position)) return;
    if (after && (score > after.score || (score === after.score && position <= after.position))) return;
    heap.offer(score, score, position, row);
  }

  function enter(block: RowBlock): void {
    if (block === shownBlock) return;
    shownBlock = block;
    item = 0;
  }

  return {
    addRows(scores, firstRow, count, block) {
      enter(block);
      for (let i = 0; i < count; i++) {
        const rowScore = scores[i]!;
        // Later items lose ties, so a row must exceed the worst of a full heap to matter at all.
        if (rowScore > heap.bar) show(rowScore, firstRow + i, block);
      }
    },
    addListedRows(scores, list, count, block) {
      enter(block);
      for (let i = 0; i < count; i++) {
        const rowScore = scores[i]!;
        if (rowScore > heap.bar) show(rowScore, list[i]!, block);
      }
    },
    writeBars(bars) {
      bars.fill(heap.bar);
    },
    // After a place, the best rows are those that come before it.
    wanted: after ? undefined : { k, exclude: excluded },
    results() {
      settle();
      position = -1;
      return heap.sorted();
    },
  };
}

/** The index of the item that the row belongs to, at `from` or later. */
export function itemOfRow(itemOffsets: Uint32Array, row: number, from = 0): number {
  // Items mostly have about as many rows each, which tells where it is; offsets elsewhere are in no cache.
  const last = itemOffsets.length - 1;
  let low = Math.max(from, Math.floor((row / itemOffsets[last]!) * last));
  let high = low + 1;
  // Steps of 1, 2, 4 … up or down find the stretch, halving finds the place.
  for (let step = 1; itemOffsets[high]! <= row; step *= 2) {
    low = high;
    high = Math.min(low + step, last);
  }
  for (let step = 1; itemOffsets[low]! > row; step *= 2) {
    high = low;
    low = Math.max(high - step, from);
  }
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (itemOffsets[middle]! <= row) low = middle;
    else high = middle;
  }
  return low;
}
