import { beforeEach, describe, expect, it } from 'vitest';
import type { PictureStore } from '../../shared/catalog/picture-store.ts';
import { type Picture, padSequencer } from '../../shared/item.ts';

/** What every picture store guarantees. */
export function pictureStoreContract(create: () => Promise<PictureStore>): void {
  describe('a picture store', { timeout: 30_000 }, () => {
    let pictures: PictureStore;
    beforeEach(async () => {
      pictures = await create();
    });

    const picture = (etag: string, sequencer: string): Picture => ({
      key: 'catalog/a/1.jpg',
      etag,
      sequencer: sequencer && padSequencer(sequencer),
    });
    const etagNow = async () => (await pictures.getMany(['catalog/a/1.jpg'])).get('catalog/a/1.jpg')?.etag;

    it('gives back what was put, of readable pictures and of others', async () => {
      const readable = { ...picture('1', '0A'), hash: 'ab'.repeat(32), width: 640, height: 480 };
      const broken = {
        key: 'catalog/深/b.png',
        etag: '2',
        sequencer: '',
        error: { code: 'unreadable_picture', detail: 'expected a picture, found text' },
      };
      expect(await pictures.put(readable)).toBe(true);
      expect(await pictures.put(broken)).toBe(true);
      const found = await pictures.getMany([readable.key, broken.key, 'catalog/a/none', readable.key]);
      expect(found).toEqual(
        new Map<string, Picture>([
          [readable.key, readable],
          [broken.key, broken],
        ]),
      );
    });

    it('lets a later event win, whichever arrives first', async () => {
      expect(await pictures.put(picture('2', '0055AE'))).toBe(true);
      expect(await pictures.put(picture('1', '0055AD'))).toBe(false);
      expect(await etagNow()).toBe('2');
      expect(await pictures.put(picture('3', '0055AE1'))).toBe(true);
      expect(await etagNow()).toBe('3');
    });

    it('takes the same event again', async () => {
      await pictures.put(picture('1', '0A'));
      expect(await pictures.put({ ...picture('1', '0a'), hash: 'cd' })).toBe(true);
    });

    it('keeps what an event told over what was found without one, and not the other way', async () => {
      expect(await pictures.put(picture('found', ''))).toBe(true);
      expect(await pictures.put(picture('found again', ''))).toBe(false);
      expect(await etagNow()).toBe('found');
      expect(await pictures.put(picture('told', '01'))).toBe(true);
      expect(await pictures.put(picture('found', ''))).toBe(false);
      expect(await etagNow()).toBe('told');
    });

    it('forgets what is deleted, in any number', async () => {
      const keys = Array.from({ length: 130 }, (_, i) => `catalog/a/${i}`);
      await Promise.all(keys.map((key) => pictures.put({ key, etag: '1', sequencer: '' })));
      expect((await pictures.getMany(keys)).size).toBe(130);
      await pictures.delete([...keys.slice(1), 'catalog/a/none', keys[1]!]);
      expect([...(await pictures.getMany(keys)).keys()]).toEqual(['catalog/a/0']);
      await pictures.delete([]);
    });

    it('forgets an object that is gone, but not why a picture could not be fetched', async () => {
      const error = { code: 'unreachable_picture', detail: 'the picture has no public https address' };
      await pictures.put(picture('1', '01'));
      await pictures.put({ key: 'catalog/a/url-1', etag: '', sequencer: '', error });
      for (const key of ['catalog/a/1.jpg', 'catalog/a/url-1', 'catalog/a/none'])
        await pictures.forgetObject(key);
      expect([...(await pictures.getMany(['catalog/a/1.jpg', 'catalog/a/url-1'])).keys()]).toEqual([
        'catalog/a/url-1',
      ]);
    });
  });
}
