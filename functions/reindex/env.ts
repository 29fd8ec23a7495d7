import { z } from '@hono/zod-openapi';
import { embedding, runtime, searchStorage, storage } from '../settings.ts';

/** Settings of the reindex function. */
export const reindexEnvironment = z.object({
  TUWEN_BUCKET: storage.TUWEN_BUCKET,
  TUWEN_ITEMS_TABLE: storage.TUWEN_ITEMS_TABLE,
  TUWEN_PICTURES_TABLE: storage.TUWEN_PICTURES_TABLE,
  TUWEN_EMBEDDINGS_TABLE: storage.TUWEN_EMBEDDINGS_TABLE,
  TUWEN_RUNS_TABLE: storage.TUWEN_RUNS_TABLE,
  /** Memory of the search function, which bounds what may be published. */
  TUWEN_SEARCH_MEMORY_MB: z.coerce.number().int().min(256),
  ...searchStorage,
  /** Versions kept beside the live one. */
  TUWEN_KEEP_VERSIONS: z.coerce.number().int().min(1).default(5),
  ...embedding,
  ...runtime,
});
export type ReindexEnvironment = typeof reindexEnvironment;
