import type { Picture } from '../item.ts';

/** What is known of each object under `catalog/`, by key. */
export interface PictureStore {
  getMany(keys: readonly string[]): Promise<Map<string, Picture>>;
  /**
   * Stores it unless a later event (by sequencer) has already told of that key; a picture without a
   * sequencer is stored only where there is none. False when it was not stored.
   */
  put(picture: Picture): Promise<boolean>;
  delete(keys: readonly string[]): Promise<void>;
  /**
   * Forgets an object that is gone. Why a picture could not be fetched tells of no object (its etag is
   * empty), and stays.
   */
  forgetObject(key: string): Promise<void>;
}
