import { beforeEach, describe, expect, it } from 'vitest';
import type { RunStore } from '../../shared/catalog/run-store.ts';
import { createClock, type ManualClock } from './clock.ts';

/** What every run store guarantees. */
export function runStoreContract(create: (clock: () => number) => Promise<RunStore>): void {
  describe('a run store', { timeout: 30_000 }, () => {
    let runs: RunStore;
    let clock: ManualClock;
    beforeEach(async () => {
      clock = createClock();
      runs = await create(clock);
    });

    it('gives a lease to one of many who ask at once, and tells the others whose it is', async () => {
      const owners = Array.from({ length: 8 }, (_, i) => `owner-${i}`);
      const answers = await Promise.all(owners.map((owner) => runs.acquire('build', owner, 1000)));
      const winners = answers.filter(({ acquired }) => acquired);
      expect(winners).toHaveLength(1);
      expect(new Set(answers.map(({ holder }) => holder))).toEqual(new Set([winners[0]!.holder]));
      expect(await runs.holder('build')).toBe(winners[0]!.holder);
    });

    it('lets its owner renew it, and everybody have it when it has run out', async () => {
      await runs.acquire('build', 'a', 1000);
      clock.advance(900);
      expect(await runs.acquire('build', 'a', 1000)).toEqual({ acquired: true, holder: 'a' });
      clock.advance(999);
      expect(await runs.acquire('build', 'b', 1000)).toEqual({ acquired: false, holder: 'a' });
      clock.advance(1);
      expect(await runs.holder('build')).toBeUndefined();
      expect(await runs.acquire('build', 'b', 1000)).toEqual({ acquired: true, holder: 'b' });
      expect(await runs.acquire('build', 'a', 1000)).toEqual({ acquired: false, holder: 'b' });
    });

    it('takes it back from its owner only', async () => {
      await runs.acquire('build', 'a', 1000);
      await runs.release('build', 'b');
      expect(await runs.holder('build')).toBe('a');
      await runs.release('build', 'a');
      await runs.release('build', 'a');
      expect(await runs.holder('build')).toBeUndefined();
      expect((await runs.acquire('build', 'b', 1000)).acquired).toBe(true);
    });

    it('keeps leases of different names apart, and from documents', async () => {
      await runs.acquire('a', 'one', 1000);
      expect((await runs.acquire('b', 'two', 1000)).acquired).toBe(true);
      expect(await runs.read('a')).toBeUndefined();
    });

    it('gives back a document until it expires, the last that was written', async () => {
      await runs.write('run:1', { done: 1, nested: [{ a: null, b: '字' }], fraction: 0.1 }, { ttlMs: 1000 });
      await runs.write('run:1', { done: 2, nested: [{ a: null, b: '字' }], fraction: 0.1 }, { ttlMs: 1000 });
      clock.advance(999);
      expect(await runs.read('run:1')).toEqual({ done: 2, nested: [{ a: null, b: '字' }], fraction: 0.1 });
      expect(await runs.read('run:2')).toBeUndefined();
      clock.advance(1);
      expect(await runs.read('run:1')).toBeUndefined();
    });
  });
}
