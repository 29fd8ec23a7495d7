import { beforeEach, describe, expect, it } from 'vitest';
import type { MatchRecord, MatchStore } from '../../shared/catalog/match-store.ts';
import { padSequencer } from '../../shared/item.ts';
import { createClock, type ManualClock } from './clock.ts';

/** What every match store guarantees. */
export function matchStoreContract(create: (clock: () => number) => Promise<MatchStore>): void {
  describe('a match store', { timeout: 30_000 }, () => {
    let matches: MatchStore;
    let clock: ManualClock;
    beforeEach(async () => {
      clock = createClock();
      matches = await create(clock);
    });

    const key = 'uploads/鞋 1.jpg';
    const record = (sequencer: string, more: Partial<MatchRecord> = {}): MatchRecord => ({
      key,
      etag: 'e1',
      sequencer: padSequencer(sequencer),
      status: 'done',
      results: [
        { id: 'a', score: 0.8312345678901234, match: 0.9712345678901234, via: 'image' },
        // Of a model without a calibration.
        { id: 'b', score: 0.75, via: 'text' },
      ],
      index: { version: 'v1', model: 'm', vectors: 3 },
      expiresAtMs: clock() + 60_000,
      ...more,
    });

    it('gives back what was put', async () => {
      expect(await matches.get(key)).toBeUndefined();
      expect(await matches.put(record('0A'))).toBe(true);
      expect(await matches.get(key)).toEqual(record('0A'));
      const failed: MatchRecord = {
        key: 'uploads/b',
        etag: '',
        sequencer: padSequencer('0B'),
        status: 'failed',
        error: { code: 'unreadable_picture', detail: 'x' },
        expiresAtMs: clock() + 60_000,
      };
      await matches.put(failed);
      expect(await matches.get('uploads/b')).toEqual(failed);
    });

    it('lets a later event win, whichever arrives first, and takes the same again', async () => {
      await matches.put(record('0B', { etag: 'later' }));
      expect(await matches.put(record('0A', { etag: 'earlier' }))).toBe(false);
      expect((await matches.get(key))?.etag).toBe('later');
      expect(await matches.put(record('0B', { etag: 'again' }))).toBe(true);
      expect((await matches.get(key))?.etag).toBe('again');
    });

    it('knows nothing of a record that has expired, not even its sequencer', async () => {
      await matches.put(record('0B'));
      clock.advance(59_999);
      expect(await matches.get(key)).toBeDefined();
      clock.advance(1);
      expect(await matches.get(key)).toBeUndefined();
      expect(await matches.put(record('0A'))).toBe(true);
    });

    it('forgets what is deleted', async () => {
      await matches.put(record('0B'));
      await matches.delete(key);
      await matches.delete(key);
      expect(await matches.get(key)).toBeUndefined();
    });
  });
}
