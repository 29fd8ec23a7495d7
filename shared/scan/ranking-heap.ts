export interface RankedItem {
  readonly position: number;
  readonly score: number;
  /** The number of the best row in its block. */
  readonly row: number;
}

/**
 * The best k of the items that it is offered, in a binary heap with the worst at its root. Order: descending
 * rank, then descending score, then ascending position. Items must be offered in ascending order of position.
 */
export interface RankingHeap {
  /** A rank below it cannot enter any more. */
  readonly bar: number;
  /** Whether a later item of that rank and score would enter: what does not once, never does. */
  admits(rank: number, score: number): boolean;
  /** Whether k items are better than any of that rank and score, whatever its position. */
  isBeaten(rank: number, score: number): boolean;
  offer(rank: number, score: number, position: number, row: number): void;
  /** Best first. */
  sorted(): RankedItem[];
}

export function createRankingHeap(k: number): RankingHeap {
  // Plain arrays: made for each search, they take a fraction of the time that typed ones take.
  const ranks = new Array<number>(k).fill(0);
  const scores = new Array<number>(k).fill(0);
  const positions = new Array<number>(k).fill(0);
  const rows = new Array<number>(k).fill(0);
  let size = 0;

  function isWorse(a: number, b: number): boolean {
    if (ranks[a] !== ranks[b]) return ranks[a]! < ranks[b]!;
    if (scores[a] !== scores[b]) return scores[a]! < scores[b]!;
    return positions[a]! > positions[b]!;
  }

  function swap(a: number, b: number): void {
    const rank = ranks[a]!;
    const score = scores[a]!;
    const position = positions[a]!;
    const row = rows[a]!;
    set(a, ranks[b]!, scores[b]!, positions[b]!, rows[b]!);
    set(b, rank, score, position, row);
  }

  function rise(entry: number): void {
    for (let child = entry; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!isWorse(child, parent)) return;
      swap(child, parent);
      child = parent;
    }
  }

  function sink(): void {
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      if (left >= size) return;
      const child = left + 1 < size && isWorse(left + 1, left) ? left + 1 : left;
      if (!isWorse(child, parent)) return;
      swap(child, parent);
      parent = child;
    }
  }

  function set(entry: number, rank: number, score: number, position: number, row: number): void {
    ranks[entry] = rank;
    scores[entry] = score;
    positions[entry] = position;
    rows[entry] = row;
  }

  const heap = {
    bar: k > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
    admits(rank: number, score: number): boolean {
      if (size < k) return true;
      return rank > heap.bar || (rank === heap.bar && score > scores[0]!);
    },
    isBeaten(rank: number, score: number): boolean {
      return size === k && (rank < heap.bar || (rank === heap.bar && score < scores[0]!));
    },
    offer(rank: number, score: number, position: number, row: number): void {
      if (!heap.admits(rank, score)) return;
      if (size < k) {
        set(size, rank, score, position, row);
        rise(size++);
      } else {
        set(0, rank, score, position, row);
        sink();
      }
      if (size === k) heap.bar = ranks[0]!;
    },
    sorted(): RankedItem[] {
      const entries = Array.from({ length: size }, (_, entry) => entry);
      entries.sort((a, b) => (isWorse(a, b) ? 1 : -1));
      return entries.map((entry) => ({
        score: scores[entry]!,
        position: positions[entry]!,
        row: rows[entry]!,
      }));
    },
  };
  return heap;
}
