import { z } from '@hono/zod-openapi';
import { runtime, storage } from '../settings.ts';

/** Settings of the import function. */
export const importEnvironment = z.object({
  TUWEN_BUCKET: storage.TUWEN_BUCKET,
  TUWEN_ITEMS_TABLE: storage.TUWEN_ITEMS_TABLE,
  TUWEN_PICTURES_TABLE: storage.TUWEN_PICTURES_TABLE,
  TUWEN_RUNS_TABLE: storage.TUWEN_RUNS_TABLE,
  ...runtime,
});
export type ImportEnvironment = typeof importEnvironment;
