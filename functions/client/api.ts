import type { Hono } from 'hono';
import type { hc } from 'hono/client';
import type { ExtractSchema } from 'hono/types';
import type { createCatalogApp } from '../catalog/app.ts';
import type { createSearchApp } from '../search/app.ts';

/** The routes of all functions as one app, for they answer at one address. */
export type Api = Hono<
  object,
  ExtractSchema<ReturnType<typeof createSearchApp>> & ExtractSchema<ReturnType<typeof createCatalogApp>>
>;

/** `client.v1.search.$post({ json: { text: 'red dress' } })`: paths as properties, then the method. */
export type Client = ReturnType<typeof hc<Api>>;
