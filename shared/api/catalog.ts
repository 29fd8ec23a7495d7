import { z } from '@hono/zod-openapi';
import { limits } from '../item.ts';
import { itemContent } from '../item-schema.ts';
import { roleOf } from '../keys.ts';
import { downloads, itemId, json, problemResponses, wellFormed } from './common.ts';
import { searchResult } from './search.ts';

/** Contracts of the catalog's routes. */

const error = z.object({ code: z.string(), detail: z.string() });

export const shownItem = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string().optional(),
    attributes: z.record(z.string(), z.unknown()),
    /** Further keys, as they were put. */
    images: z.array(z.string()),
    /** Every picture of the item, with what became of it. */
    pictures: z.array(
      z.object({
        key: z.string(),
        status: z.enum(['ready', 'pending', 'failed']),
        url: z.string().optional(),
        width: z.int().optional(),
        height: z.int().optional(),
        error: error.optional(),
      }),
    ),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .openapi('Item');
export type CatalogItem = z.infer<typeof shownItem>;

export const itemParameters = z.object({ id: itemId });
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().min(1).max(2048).optional(),
});
export const itemPage = z.object({ items: z.array(shownItem), nextCursor: z.string().optional() });

/** Rows are checked one by one in the handler, so that a bad one does not stop its neighbours. */
export const batchBody = z.strictObject({ items: z.array(z.unknown()).min(1).max(100) });
export const batchAnswer = z.object({
  outcomes: z.array(
    z.object({
      id: z.string(),
      status: z.enum(['created', 'updated', 'unchanged', 'failed']),
      code: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
});

/** What comes after `catalog/<item id>/`. Clients that tidy up URLs would lose "." and "..". */
const pictureName = wellFormed
  .min(1)
  .max(512)
  .refine((name) => !name.split('/').some((part) => part === '' || part === '.' || part === '..'), {
    error: 'expected a name without empty parts, "." or ".." between its slashes',
  })
  .refine((name) => !/\p{Cc}/u.test(name), { error: 'expected a name without control characters' });

export const pictureTypes = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
} as const;

export const uploadBody = z
  .strictObject({
    contentType: z.string().min(1).max(100),
    size: z.int().min(1),
    itemId: itemId.optional(),
    /** Of the picture under `catalog/<itemId>/`; without, one is made up. */
    name: pictureName.optional(),
  })
  .refine(({ name, itemId: of }) => name === undefined || of !== undefined, {
    error: 'expected an itemId where there is a name: only pictures of items have names of their own',
    path: ['name'],
  });
export const uploadAnswer = z.object({
  key: z.string(),
  method: z.literal('PUT'),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  expiresAt: z.string(),
});

export const matchAnswer = z.object({
  status: z.enum(['pending', 'done', 'failed']),
  results: z.array(searchResult).optional(),
  error: error.optional(),
  index: z.object({ version: z.string(), model: z.string(), vectors: z.int() }).optional(),
});
export type MatchAnswer = z.infer<typeof matchAnswer>;

export const matchQuery = z.strictObject({ key: z.string().min(1).max(1024) });

/** Of pictures as they were put into the bucket, not as they are shown. */
export const originalsBody = z.strictObject({
  keys: z
    .array(
      z
        .string()
        .max(1024)
        .refine((key) => roleOf(key).kind === 'picture', {
          error: 'expected a key catalog/<item id>/<name>',
        }),
    )
    .min(1)
    .max(100),
});

const body = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { content: { 'application/json': { schema } }, required: true },
});

export const catalogRoutes = {
  putItem: {
    method: 'put',
    path: '/v1/items/{id}',
    summary: 'Create or replace an item',
    request: { params: itemParameters, ...body(itemContent) },
    responses: {
      200: json('Replaced, or the same already', shownItem),
      201: json('Created', shownItem),
      ...problemResponses(400, 401, 403, 413, 415),
    },
  },
  getItem: {
    method: 'get',
    path: '/v1/items/{id}',
    summary: 'Read an item',
    request: { params: itemParameters },
    responses: { 200: json('The item', shownItem), ...problemResponses(400, 401, 404) },
  },
  deleteItem: {
    method: 'delete',
    path: '/v1/items/{id}',
    summary: 'Delete an item and its pictures',
    request: { params: itemParameters },
    responses: { 204: { description: 'Gone' }, ...problemResponses(400, 401, 403, 404) },
  },
  listItems: {
    method: 'get',
    path: '/v1/items',
    summary: 'Read the items, a page at a time',
    request: { query: pageQuery },
    responses: { 200: json('A page', itemPage), ...problemResponses(400, 401) },
  },
  putItems: {
    method: 'post',
    path: '/v1/items/batch',
    summary: 'Create or replace up to 100 items, each with its outcome',
    request: body(batchBody),
    responses: {
      200: json('Outcomes in the order given', batchAnswer),
      ...problemResponses(400, 401, 403, 413, 415),
    },
  },
  createUpload: {
    method: 'post',
    path: '/v1/uploads',
    summary: 'Get a URL that stores one picture',
    request: body(uploadBody),
    responses: {
      201: json('PUT the bytes there', uploadAnswer),
      ...problemResponses(400, 401, 403, 413, 415),
    },
  },
  getOriginals: {
    method: 'post',
    path: '/v1/pictures/originals',
    summary: 'Get URLs from which pictures can be read as they were uploaded',
    request: body(originalsBody),
    responses: {
      200: json('GET the bytes there; a picture that is gone answers 404', downloads),
      ...problemResponses(400, 401, 403, 413, 415),
    },
  },
  getMatches: {
    method: 'get',
    path: '/v1/matches',
    summary: 'Read the matches of an uploaded picture',
    request: { query: matchQuery },
    responses: { 200: json('What became of the upload', matchAnswer), ...problemResponses(400, 401, 404) },
  },
} as const;

export const uploadLimits = { bytes: limits.storedPictureBytes, expiresInSeconds: 900 } as const;
