import { z } from '@hono/zod-openapi';
import { runtime } from '../settings.ts';

/** Settings of the web function. */
export const webEnvironment = z.object({
  ...runtime,
  /** Where a browser reaches the bucket: the only other origin that the page may load pictures from and send them to. */
  TUWEN_BUCKET_URL: z.url({ protocol: /^https?$/ }),
});
export type WebEnvironment = typeof webEnvironment;
