import { z } from '@hono/zod-openapi';
import { embedding, runtime, storage } from '../settings.ts';

/** Settings of the ingest function. */
export const ingestEnvironment = z.object({
  TUWEN_BUCKET: storage.TUWEN_BUCKET,
  TUWEN_ITEMS_TABLE: storage.TUWEN_ITEMS_TABLE,
  TUWEN_PICTURES_TABLE: storage.TUWEN_PICTURES_TABLE,
  TUWEN_EMBEDDINGS_TABLE: storage.TUWEN_EMBEDDINGS_TABLE,
  TUWEN_MATCHES_TABLE: storage.TUWEN_MATCHES_TABLE,
  /** Name or ARN of the function that holds the index and answers matches. */
  TUWEN_SEARCH_FUNCTION: z.string().min(1),
  /** How often the queue delivers a message before it goes to the dead-letter queue. */
  TUWEN_MAX_RECEIVES: z.coerce.number().int().min(1),
  /** How long uploads and their matches are kept. */
  TUWEN_UPLOAD_DAYS: z.coerce.number().int().min(1),
  ...embedding,
  ...runtime,
});
export type IngestEnvironment = typeof ingestEnvironment;
