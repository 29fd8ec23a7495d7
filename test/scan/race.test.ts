import { describe, expect, it } from 'vitest';
import { createRace, TIMED_ROWS, TRIALS } from '../../shared/scan/race.ts';

describe('a race', () => {
  it.each([
    [[2, 1], 1],
    [[1, 2], 0],
  ])(
    'of ways that take %j ends with the faster, whatever the first calls and single ones took',
    (takes, faster) => {
      let now = 0;
      const taken = [0, 0];
      const way = (i: number) => () => {
        const call = taken[i]!++;
        // Both are slow at first, and the faster one is held up now and then.
        now += takes[i]! * TIMED_ROWS * (call < 8 ? 10 - i : i === faster && call % 5 !== 0 ? 7 : 1);
      };
      const race = createRace(() => now);
      for (let i = 0; i < TRIALS; i++) {
        expect(race.winner).toBeUndefined();
        race.run(TIMED_ROWS, [way(0), way(1)]);
      }
      expect(race.winner).toBe(faster);
      expect(taken).toEqual([TRIALS / 2, TRIALS / 2]);
      race.run(TIMED_ROWS, [way(0), way(1)]);
      expect(taken[faster]).toBe(TRIALS / 2 + 1);
    },
  );

  it('is not decided by work too short to measure', () => {
    let done = 0;
    const race = createRace(() => expect.fail('nothing is timed'));
    for (let i = 0; i < TRIALS; i++) race.run(TIMED_ROWS - 1, [() => done++, () => done++]);
    expect([race.winner, done]).toEqual([undefined, TRIALS]);
  });
});
