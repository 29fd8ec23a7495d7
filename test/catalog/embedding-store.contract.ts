import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddingKey, EmbeddingStore } from '../../shared/catalog/embedding-store.ts';
import { createClock, type ManualClock } from './clock.ts';

/** What every embedding store guarantees. */
export function embeddingStoreContract(create: (clock: () => number) => Promise<EmbeddingStore>): void {
  describe('an embedding store', { timeout: 30_000 }, () => {
    let embeddings: EmbeddingStore;
    let clock: ManualClock;
    beforeEach(async () => {
      clock = createClock();
      embeddings = await create(clock);
    });

    const text = (i: number): EmbeddingKey => `text:${i.toString(16).padStart(64, '0')}`;

    it('gives back every bit, whatever array it was a part of', async () => {
      const all = Uint16Array.from({ length: 300 }, (_, i) => (i * 2731) & 0xffff);
      const key: EmbeddingKey = `image:${'e'.repeat(64)}`;
      await embeddings.putMany('m', new Map([[key, all.subarray(3, 259)]]));
      const found = await embeddings.getMany('m', [key]);
      expect(found).toEqual(new Map([[key, all.slice(3, 259)]]));
    });

    it('keeps models, texts and pictures apart', async () => {
      const hash = 'a'.repeat(64);
      const one = (key: EmbeddingKey, bits: number) => new Map([[key, Uint16Array.of(bits)]]);
      await embeddings.putMany('one', one(`text:${hash}`, 1));
      await embeddings.putMany('two', one(`text:${hash}`, 2));
      await embeddings.putMany('one', one(`image:${hash}`, 3));
      const found = await embeddings.getMany('one', [`text:${hash}`, `image:${hash}`]);
      expect(found.get(`text:${hash}`)).toEqual(Uint16Array.of(1));
      expect(found.get(`image:${hash}`)).toEqual(Uint16Array.of(3));
      expect((await embeddings.getMany('three', [`text:${hash}`])).size).toBe(0);
    });

    it('takes and gives any number at once', async () => {
      const keys = Array.from({ length: 260 }, (_, i) => text(i));
      await embeddings.putMany('m', new Map(keys.map((key, i) => [key, Uint16Array.of(i, i + 1)])));
      const found = await embeddings.getMany('m', [...keys, text(999), text(0)]);
      expect(found.size).toBe(260);
      expect(found.get(text(259))).toEqual(Uint16Array.of(259, 260));
      await embeddings.putMany('m', new Map());
      expect((await embeddings.getMany('m', [])).size).toBe(0);
    });

    it('forgets after 30 days, unless it was put again', async () => {
      const days = 24 * 3_600_000;
      await embeddings.putMany('m', new Map([text(1), text(2)].map((key) => [key, Uint16Array.of(1)])));
      clock.advance(20 * days);
      await embeddings.putMany('m', new Map([[text(2), Uint16Array.of(2)]]));
      clock.advance(9.99 * days);
      expect((await embeddings.getMany('m', [text(1), text(2)])).size).toBe(2);
      clock.advance(0.02 * days);
      expect([...(await embeddings.getMany('m', [text(1), text(2)])).keys()]).toEqual([text(2)]);
    });
  });
}
