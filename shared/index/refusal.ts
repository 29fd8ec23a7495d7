import { TuwenError } from '../error.ts';
import { isCorrupt } from './waiting.ts';

/** Why nothing of a version is read any more, if there is a reason. */
export interface Refusal {
  /** Whether nothing was found to be corrupt. */
  readonly isSound: boolean;
  /** @throws TuwenError `corrupt_index` that was found before, or `internal` once the version was given up */
  check(): void;
  /** What was found to be corrupt once is not answered from again. Gives the error back, to be thrown. */
  remember(error: unknown): unknown;
  giveUp(): void;
}

export function createRefusal(version: string): Refusal {
  let fault: unknown;
  let isGivenUp = false;
  return {
    get isSound() {
      return !fault;
    },
    check() {
      if (fault) throw fault;
      if (isGivenUp) throw new TuwenError('internal', `version ${version} was given up`);
    },
    remember(error) {
      if (isCorrupt(error)) fault ??= error;
      return error;
    },
    giveUp() {
      isGivenUp = true;
    },
  };
}
