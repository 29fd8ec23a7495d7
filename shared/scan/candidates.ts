import type { MixedBlock } from './merged-top-k.ts';
import { createRankingHeap } from './ranking-heap.ts';
import { itemOfRow, type Selection } from './top-k.ts';

/**
 * The rows that may decide who the k best items are, as far as bounds of their scores tell. Shown to a
 * createTopK or createMergedTopK of the same options, in place of all rows, they give the same results.
 */
export interface Candidates<Block extends MixedBlock> extends Selection<Block> {
  /**
   * When all was shown: ascending, block by block; or only the `most` of them with the highest upper bounds,
   * in the order of results.
   */
  rows(most?: number): { block: Block; rows: Uint32Array }[];
}

export interface CandidatesOptions {
  readonly k: number;
  /** As of createMergedTopK; without it scores are compared as they are. */
  readonly matchOf?: readonly ((score: number) => number)[];
  /** Only items strictly after this in the order of results; its match is its score where there is no `matchOf`. */
  readonly after?: { readonly match: number; readonly score: number; readonly position: number };
  /** Positions that don't count. */
  readonly exclude?: readonly number[];
}

/**
 * The k best items by their lower bounds set the bars: each of them comes before any row whose upper bound
 * is below. Matches never fall as scores rise, so bounds of scores give bounds in the order of results.
 * With `after`, an item sets a bar only when it surely comes behind, and goes when it surely does not.
 */
export function createCandidates<Block extends MixedBlock>(options: CandidatesOptions): Candidates<Block> {
  const { k, matchOf, after, exclude = [] } = options;
  const heap = createRankingHeap(k);
  const excluded = new Set(exclude);
  /** Of each modality the highest bound that did not enter; see createMergedTopK. */
  const bars = new Float32Array(matchOf?.length ?? 0).fill(
    k > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
  );
  const found: { block: Block; rows: number[]; upper: number[] }[] = [];
  /** Index in the block of the latest row's item. */
  let item = 0;
  /** The item whose rows are being shown, and where they begin among the rows of its block. */
  let position = -1;
  let begin = 0;
  /** Its best lower bound so far, if any may enter. */
  let best: { match: number; score: number } | undefined;
  /** Whether it surely comes behind `after`, or surely does not. */
  let isBehind = true;
  let isAhead = false;

  function matchAt(score: number, modality: number): number {
    return matchOf ? matchOf[modality]!(score) : score;
  }

  function show(lower: number, upper: number, row: number, block: Block): void {
    const modality = block.modality[row]!;
    const upperMatch = matchAt(upper, modality);
    if (!heap.admits(upperMatch, upper)) {
      raiseBar(modality, upper);
      return;
    }
    const { itemOffsets, firstPosition } = block;
    if (row >= itemOffsets[item + 1]!) item = itemOfRow(itemOffsets, row, item + 1);
    if (position !== firstPosition + item) {
      settle();
      begin = found.at(-1)!.rows.length;
      position = firstPosition + item;
    }
    if (excluded.has(position)) return;
    found.at(-1)!.rows.push(row);
    found.at(-1)!.upper.push(upper);
    const match = matchAt(lower, modality);
    isBehind &&= comesBehind(upperMatch, upper);
    isAhead ||= !comesBehind(match, lower);
    if (!heap.admits(match, lower)) raiseBar(modality, lower);
    else if (!best || match > best.match || (match === best.match && lower > best.score))
      best = { match, score: lower };
  }

  /** The item has no more rows. */
  function settle(): void {
    const own = found.at(-1);
    if (own && isAhead) {
      own.rows.length = begin;
      own.upper.length = begin;
    } else if (best && isBehind) heap.offer(best.match, best.score, position, 0);
    position = -1;
    best = undefined;
    isBehind = true;
    isAhead = false;
  }

  function comesBehind(match: number, score: number): boolean {
    if (!after) return true;
    if (match !== after.match) return match < after.match;
    return score < after.score || (score === after.score && position > after.position);
  }

  function raiseBar(modality: number, score: number): void {
    if (matchOf && score > bars[modality]!) bars[modality] = score;
  }

  function barOf(modality: number): number {
    return matchOf ? bars[modality]! : heap.bar;
  }

  function enter(block: Block): void {
    if (block === found.at(-1)?.block) return;
    settle();
    found.push({ block, rows: [], upper: [] });
    item = 0;
  }

  return {
    addRows(scores, firstRow, count, block) {
      enter(block);
      for (let i = 0; i < count; i++) {
        const score = scores[i]!;
        const row = firstRow + i;
        if (score > barOf(block.modality[row]!)) show(score, score, row, block);
      }
    },
    addListedRows(scores, list, count, block, upper = scores) {
      enter(block);
      for (let i = 0; i < count; i++) {
        const row = list[i]!;
        if (upper[i]! > barOf(block.modality[row]!)) show(scores[i]!, upper[i]!, row, block);
      }
    },
    writeBars(into) {
      into.fill(matchOf ? Number.POSITIVE_INFINITY : heap.bar);
      into.set(bars);
    },
    rows(most = Number.POSITIVE_INFINITY) {
      settle();
      const left = found.map(({ block, rows, upper }) => ({
        block,
        rows: rows
          .map((row, i) => ({ row, score: upper[i]!, match: matchAt(upper[i]!, block.modality[row]!) }))
          // One that only equals the worst may come before it by its position.
          .filter(({ score, match }) => !heap.isBeaten(match, score)),
      }));
      const all = left.flatMap(({ rows }) => rows);
      const chosen =
        all.length <= most
          ? undefined
          : new Set(all.sort((a, b) => b.match - a.match || b.score - a.score).slice(0, most));
      return left.map(({ block, rows }) => ({
        block,
        rows: Uint32Array.from(chosen ? rows.filter((of) => chosen.has(of)) : rows, ({ row }) => row),
      }));
    },
  };
}
