import { z } from '@hono/zod-openapi';
import { callers, runtime, storage } from '../settings.ts';

/** Settings of the catalog function. */
export const catalogEnvironment = z.object({
  TUWEN_BUCKET: storage.TUWEN_BUCKET,
  TUWEN_ITEMS_TABLE: storage.TUWEN_ITEMS_TABLE,
  TUWEN_PICTURES_TABLE: storage.TUWEN_PICTURES_TABLE,
  TUWEN_MATCHES_TABLE: storage.TUWEN_MATCHES_TABLE,
  TUWEN_RUNS_TABLE: storage.TUWEN_RUNS_TABLE,
  /** Name or ARN of the function that rebuilds the index. */
  TUWEN_REINDEX_FUNCTION: z.string().min(1),
  ...callers,
  ...runtime,
});
export type CatalogEnvironment = typeof catalogEnvironment;
