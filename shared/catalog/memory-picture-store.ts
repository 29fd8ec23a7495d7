import type { Picture } from '../item.ts';
import type { PictureStore } from './picture-store.ts';

/** What is known of pictures, in memory, for tests. */
export function createMemoryPictureStore(): PictureStore {
  const pictures = new Map<string, Picture>();
  return {
    async getMany(keys) {
      const found = new Map<string, Picture>();
      for (const key of keys) {
        const picture = pictures.get(key);
        if (picture) found.set(key, structuredClone(picture));
      }
      return found;
    },

    async put(picture) {
      const before = pictures.get(picture.key);
      if (before && (picture.sequencer === '' || before.sequencer > picture.sequencer)) return false;
      pictures.set(picture.key, structuredClone(picture));
      return true;
    },

    async delete(keys) {
      for (const key of keys) pictures.delete(key);
    },

    async forgetObject(key) {
      if (pictures.get(key)?.etag !== '') pictures.delete(key);
    },
  };
}
