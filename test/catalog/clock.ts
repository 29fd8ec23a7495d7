/** A clock that stands still until it is moved. */
export interface ManualClock {
  (): number;
  advance(ms: number): void;
}

export function createClock(startMs = Date.parse('2026-11-23T12:00:00Z')): ManualClock {
  let nowMs = startMs;
  return Object.assign(() => nowMs, {
    advance(ms: number) {
      nowMs += ms;
    },
  });
}
