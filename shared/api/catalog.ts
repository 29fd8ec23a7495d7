import { z } from '@hono/zod-openapi';
import { limits } from '../item.ts';
import { itemContent, itemFields } from '../item-schema.ts';
import { roleOf } from '../keys.ts';
import { downloads, indexName, itemId, json, jsonRequest, shownAttributes, wellFormed } from './common.ts';
import { problems } from './problems.ts';
import { searchResult } from './search.ts';

/** Contracts of the catalog's routes. */

const error = z.object({ code: z.string(), detail: z.string() });

export const shownItem = z
  .object({
    id: z.string(),
    title: z.string(),
    description: z.string().optional(),
    attributes: shownAttributes,
    images: z.array(z.string()).openapi({
      description:
        'Further keys, as they were put; of a picture that was put as a URL, the key it is kept under',
    }),
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

/** Only so far is a batch checked as a whole: each row by itself, so that a bad one does not stop its neighbours. */
export const batchOfAnything = z.strictObject({ items: z.array(z.unknown()).min(1).max(100) });
export const batchBody = batchOfAnything
  .extend({
    items: z
      .array(itemFields.extend({ id: itemId }).openapi('ItemRow'))
      .min(1)
      .max(100),
  })
  .openapi('ItemBatch');
export const batchAnswer = z.object({
  outcomes: z.array(
    z.object({
      id: z.string(),
      status: z.enum(['created', 'updated', 'unchanged', 'failed']),
      code: z.string().optional(),
      detail: z.string().optional(),
      pictures: z
        .array(z.object({ key: z.string(), code: z.string(), detail: z.string() }))
        .optional()
        .openapi({
          description:
            'Those that it names by URL and that could not be fetched; the item is stored all the same',
        }),
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
    contentType: z
      .string()
      .min(1)
      .max(100)
      .openapi({ description: `One of ${Object.keys(pictureTypes).join(', ')}` }),
    size: z
      .int()
      .min(1)
      .openapi({ description: `Bytes, exactly; at most ${limits.storedPictureBytes}` }),
    itemId: itemId.optional().openapi({ description: 'Makes it a picture of that item; wants an admin key' }),
    name: pictureName.optional().openapi({
      description: 'Of the picture under `catalog/<itemId>/`; without, one is made up',
    }),
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
  index: indexName.optional(),
});
export type MatchAnswer = z.infer<typeof matchAnswer>;

const uploadKey = z.string().min(1).max(1024).openapi({ example: 'uploads/shoe.jpg' });
export const matchQuery = z.strictObject({ key: uploadKey });

const pictureKey = z
  .string()
  .max(limits.keyBytes)
  .refine((key) => roleOf(key).kind === 'picture', {
    error: 'expected a key catalog/<item id>/<name>',
  });

/** In the query, where a key keeps its slashes and whatever else its name has. */
export const pictureQuery = z.strictObject({
  key: pictureKey.openapi({
    description: 'As `pictures` of the item has it',
    example: 'catalog/jeans-blue-01/front.jpg',
  }),
});

/** Of pictures as they were put into the bucket, not as they are shown. */
export const originalsBody = z.strictObject({ keys: z.array(pictureKey).min(1).max(100) });

const asked = ['unauthorized', 'internal'] as const;
const askedAsAdmin = [...asked, 'forbidden'] as const;
const sent = ['invalid_request', 'too_large', 'unsupported_media_type'] as const;
const admin = 'Wants an admin key, where keys are on.';

export const catalogRoutes = {
  listItems: {
    method: 'get',
    path: '/v1/items',
    operationId: 'listItems',
    summary: 'Read the items, a page at a time',
    request: { query: pageQuery },
    responses: {
      200: json('A page; without nextCursor it is the last', itemPage),
      ...problems(...asked, 'invalid_request', 'invalid_cursor'),
    },
  },
  putItem: {
    method: 'put',
    path: '/v1/items/{id}',
    operationId: 'putItem',
    summary: 'Create or replace an item',
    description: `Pictures of the item are objects under catalog/{id}/, and those that images names: by keys, or by https:// URLs, which are fetched from public addresses and kept under catalog/{id}/ as long as the item names them. The answer may take half a minute then; pictures tells with its reason what could not be fetched, and to put the same again fetches what is missing. ${admin}`,
    request: {
      params: itemParameters,
      ...jsonRequest(itemContent, {
        title: 'Blue straight jeans 蓝色直筒牛仔裤',
        attributes: { category: 'jeans', colour: 'blue', price: 49.9, tags: ['new'] },
      }),
    },
    responses: {
      200: json('Replaced, or the same already', shownItem),
      201: json('Created', shownItem),
      ...problems(...askedAsAdmin, ...sent, 'invalid_id', 'conflict'),
    },
  },
  getItem: {
    method: 'get',
    path: '/v1/items/{id}',
    operationId: 'getItem',
    summary: 'Read an item',
    request: { params: itemParameters },
    responses: { 200: json('The item', shownItem), ...problems(...asked, 'invalid_id', 'not_found') },
  },
  deleteItem: {
    method: 'delete',
    path: '/v1/items/{id}',
    operationId: 'deleteItem',
    summary: 'Delete an item and its pictures',
    description: `It is gone from results at once. ${admin}`,
    request: { params: itemParameters },
    responses: {
      204: { description: 'Gone' },
      ...problems(...askedAsAdmin, 'invalid_id', 'not_found', 'conflict'),
    },
  },
  deletePicture: {
    method: 'delete',
    path: '/v1/items/{id}/pictures',
    operationId: 'deletePicture',
    summary: 'Remove one picture of an item',
    description: `What is under catalog/{id}/ is deleted; another item's picture, which this one names in images, only leaves this item. An item that exists for its pictures alone goes with the last of them. ${admin}`,
    request: { params: itemParameters, query: pictureQuery },
    responses: {
      204: { description: 'Gone' },
      ...problems(...askedAsAdmin, 'invalid_id', 'invalid_request', 'not_found', 'conflict'),
    },
  },
  putItems: {
    method: 'post',
    path: '/v1/items/batch',
    operationId: 'putItems',
    summary: 'Create or replace up to 100 items, each with its outcome',
    description: `A row that is wrong fails by itself, with the code and detail it would have had alone. Pictures named by URL are fetched as far as the time of one request goes; send rows whose outcome tells of pictures again. ${admin}`,
    request: jsonRequest(batchBody, {
      items: [
        { id: 'hat-green', title: 'Green hat 绿色帽子', attributes: { category: 'cap', colour: 'green' } },
        { id: 'umbrella-yellow', title: 'Yellow umbrella 黄色雨伞' },
      ],
    }),
    responses: {
      200: json('Outcomes in the order given', batchAnswer),
      ...problems(...askedAsAdmin, ...sent),
    },
  },
  createUpload: {
    method: 'post',
    path: '/v1/uploads',
    operationId: 'createUpload',
    summary: 'Get a URL that stores one picture',
    description:
      'PUT the bytes to the URL with the headers told. It stores nothing but that key, type and size, once, for a quarter of an hour. Then read GET /v1/matches/{key}.',
    request: jsonRequest(uploadBody, { contentType: 'image/jpeg', size: 48213 }),
    responses: {
      201: json('PUT the bytes there', uploadAnswer),
      ...problems(...askedAsAdmin, ...sent, 'invalid_id'),
    },
  },
  getOriginals: {
    method: 'post',
    path: '/v1/pictures/originals',
    operationId: 'getOriginals',
    summary: 'Get URLs from which pictures can be read as they were uploaded',
    description: admin,
    request: jsonRequest(originalsBody, { keys: ['catalog/sku-1/front.jpg'] }),
    responses: {
      200: json('GET the bytes there; a picture that is gone answers 404', downloads),
      ...problems(...askedAsAdmin, ...sent),
    },
  },
  getMatches: {
    method: 'get',
    path: '/v1/matches',
    operationId: 'getMatches',
    summary: 'Read the matches of an uploaded picture',
    request: { query: matchQuery },
    responses: {
      200: json('What became of the upload', matchAnswer),
      ...problems(...asked, 'invalid_request', 'not_found'),
    },
  },
  getMatchesByPath: {
    method: 'get',
    path: '/v1/matches/{key}',
    operationId: 'getMatchesByPath',
    summary: 'The same, with the key in the path, its slashes escaped or not',
    request: { params: z.object({ key: uploadKey }) },
    responses: {
      200: json('What became of the upload', matchAnswer),
      ...problems(...asked, 'not_found'),
    },
  },
} as const;

export const uploadLimits = { bytes: limits.storedPictureBytes, expiresInSeconds: 900 } as const;
