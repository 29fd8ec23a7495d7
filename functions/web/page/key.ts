import { createStore } from './store.ts';

/** The key of the API, in the memory of this tab and nowhere else. */

export interface KeyQuestion {
  readonly reason: 'missing' | 'wrong' | 'forbidden';
  answer(key: string): void;
  refuse(): void;
}

let key: string | undefined;
let asking: Promise<void> | undefined;

export const currentKey = (): string | undefined => key;

/** What the person is being asked, if anything. */
export const keyQuestion = createStore<KeyQuestion | undefined>(undefined);

export class KeyRefused extends Error {
  override name = 'KeyRefused';
}

/** Asks the person once, however many requests wait for it. @throws KeyRefused */
export function askForKey(reason: KeyQuestion['reason']): Promise<void> {
  asking ??= new Promise<void>((resolve, reject) => {
    keyQuestion.set({
      reason,
      answer(given) {
        key = given;
        resolve();
      },
      refuse: () => reject(new KeyRefused()),
    });
  }).finally(() => {
    asking = undefined;
    keyQuestion.set(undefined);
  });
  // Who waited for it may all have given up.
  asking.catch(() => {});
  return asking;
}
