/** Finds the faster of two ways to do the same, by timing both on work that has to be done anyway. */
export interface Race {
  /** 0 or 1, once it is decided. */
  readonly winner: number | undefined;
  /** Does the work by one of the ways. Only work of `TIMED_ROWS` or more takes part. */
  run(rows: number, ways: readonly [() => void, () => void]): void;
}

/** Fewer take too short a time to measure. */
export const TIMED_ROWS = 256;

/** Of both together. The best time of each counts, so it is enough that the last ones run optimised code. */
export const TRIALS = 128;

/** @param clock milliseconds */
export function createRace(clock: () => number = () => performance.now()): Race {
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let trials = 0;
  let winner: number | undefined;
  return {
    get winner() {
      return winner;
    },
    run(rows, ways) {
      if (winner !== undefined || rows < TIMED_ROWS) {
        ways[winner === 1 ? 1 : 0]();
        return;
      }
      const way = trials % 2 === 0 ? 0 : 1;
      const startedAt = clock();
      ways[way]();
      best[way] = Math.min(best[way]!, (clock() - startedAt) / rows);
      trials++;
      if (trials === TRIALS) winner = best[1]! < best[0]! ? 1 : 0;
    },
  };
}
