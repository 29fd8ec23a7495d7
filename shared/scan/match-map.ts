/** What scores are worth, as numbers that can be stored and told to another thread. */
export interface MatchCurve {
  /** Ascending; at least two. */
  readonly cosines: readonly number[];
  /** 0..1, one for each of them; never falling. */
  readonly matches: readonly number[];
}

/** From a score to what it is worth, such as 0..1; never falls as the score rises, in floating point too. */
export interface MatchMap {
  (score: number): number;
  /** What it was made of; without it, it can't be told to another thread. */
  readonly curve?: MatchCurve;
}

/** Linear between the knots (cosines[i], matches[i]), constant outside them. */
export function matchMap(curve: MatchCurve): MatchMap {
  const { cosines, matches } = curve;
  const last = cosines.length - 1;
  const map = (cosine: number) => {
    if (cosine <= cosines[0]!) return matches[0]!;
    if (cosine >= cosines[last]!) return matches[last]!;
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (cosines[middle]! <= cosine) low = middle;
      else high = middle;
    }
    const part = (cosine - cosines[low]!) / (cosines[high]! - cosines[low]!);
    const match = matches[low]! + part * (matches[high]! - matches[low]!);
    // Rounding may carry it past the next knot, from where it would have to fall.
    return Math.min(match, matches[high]!);
  };
  return Object.assign(map, { curve });
}
