import { z } from '@hono/zod-openapi';
import { callers, embedding, runtime, searchStorage, searchThreads, storage } from '../settings.ts';

/** Settings of the search function. */
export const searchEnvironment = z.object({
  TUWEN_BUCKET: storage.TUWEN_BUCKET,
  TUWEN_ITEMS_TABLE: storage.TUWEN_ITEMS_TABLE,
  TUWEN_PICTURES_TABLE: storage.TUWEN_PICTURES_TABLE,
  ...searchStorage,
  ...searchThreads,
  ...callers,
  ...embedding,
  ...runtime,
});
export type SearchEnvironment = typeof searchEnvironment;
