import { z } from '@hono/zod-openapi';
import { runtime } from '../settings.ts';

/** Settings of the web function. */
export const webEnvironment = z.object({ ...runtime });
export type WebEnvironment = typeof webEnvironment;
