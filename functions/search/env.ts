import { z } from '@hono/zod-openapi';
import { MAX_THREADS } from '../../shared/index/capacity.ts';
import { callers, embedding, runtime, searchStorage, storage } from '../settings.ts';

/** Settings of the search function. */
export const searchEnvironment = z.object({
  TUWEN_BUCKET: storage.TUWEN_BUCKET,
  TUWEN_ITEMS_TABLE: storage.TUWEN_ITEMS_TABLE,
  TUWEN_PICTURES_TABLE: storage.TUWEN_PICTURES_TABLE,
  ...searchStorage,
  /** Threads that search, of which the handler's is one: as many as there are processors, or so many. */
  TUWEN_SEARCH_THREADS: z
    .union([z.literal('auto'), z.coerce.number().int().min(1).max(MAX_THREADS)])
    .default('auto'),
  ...callers,
  ...embedding,
  ...runtime,
});
export type SearchEnvironment = typeof searchEnvironment;
