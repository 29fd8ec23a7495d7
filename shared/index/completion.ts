import type { LoadedVersion } from './loaded-version.ts';

/** The reading of what a version lacks while it answers. */
export interface Completion {
  /** Goes on with it if it is time to. Nobody waits for it; it may be called at any time. */
  goOn(): void;
}

export interface CompletionOptions {
  readonly version: Pick<LoadedVersion, 'isWhole' | 'complete'>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** A failure is tried again by what comes so much later, and after each further one twice as late. */
  readonly retryMs: number;
  readonly onCompleted: () => void;
  readonly onFailed: (error: unknown) => void;
}

export function createCompletion(options: CompletionOptions): Completion {
  const { version, clock, retryMs, onCompleted, onFailed } = options;
  let isUnderWay = false;
  let failures = 0;
  let dueAtMs = Number.NEGATIVE_INFINITY;

  async function complete(): Promise<void> {
    isUnderWay = true;
    try {
      await version.complete();
      onCompleted();
    } catch (error) {
      dueAtMs = clock() + retryMs * 2 ** Math.min(failures, 4);
      failures++;
      onFailed(error);
    } finally {
      isUnderWay = false;
    }
  }

  return {
    goOn() {
      if (!version.isWhole && !isUnderWay && clock() >= dueAtMs) void complete();
    },
  };
}
