import { describe, expect, it } from 'vitest';
import { abortable, forEachAtOnce, sleep } from '../../functions/web/page/wait.ts';

describe('work on many at once', () => {
  it('is all done, and never more of it at a time than was allowed', async () => {
    const done: number[] = [];
    let going = 0;
    let most = 0;
    await forEachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (n) => {
      most = Math.max(most, ++going);
      await sleep(1);
      going--;
      done.push(n);
    });
    expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(most).toBe(3);
  });

  it('does not go on in the background once a part of it has failed', async () => {
    const begun: number[] = [];
    const work = forEachAtOnce([1, 2, 3, 4, 5, 6], 2, async (n) => {
      begun.push(n);
      await sleep(1);
      if (n === 2) throw new Error('two');
    });
    await expect(work).rejects.toThrow('two');
    await sleep(20);
    expect(begun.length).toBeLessThan(5);
  });
});

describe('a wait', () => {
  it('ends when it is given up, with the reason', async () => {
    const controller = new AbortController();
    const waiting = sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(sleep(60_000, controller.signal)).rejects.toThrow('enough');
  });

  it('that was given up tells nobody of what fails afterwards', async () => {
    const unheard: unknown[] = [];
    const listen = (reason: unknown) => unheard.push(reason);
    process.on('unhandledRejection', listen);
    const late = sleep(1).then(() => {
      throw new Error('late');
    });
    await expect(abortable(late, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    await sleep(20);
    process.off('unhandledRejection', listen);
    expect(unheard).toEqual([]);
  });
});
