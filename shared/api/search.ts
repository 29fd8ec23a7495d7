import { z } from '@hono/zod-openapi';
import { limits } from '../item.ts';
import { attributeName } from '../item-schema.ts';
import { itemId, json, problemResponses, wellFormed } from './common.ts';

/** Contracts of the search routes. */

const queryText = wellFormed
  .refine((text) => text.trim() !== '', { error: 'expected words, found nothing but space' })
  .refine((text) => [...text].length <= limits.queryCharacters, {
    error: `expected at most ${limits.queryCharacters} characters`,
  });

/** A picture by value or by reference; exactly one of the forms. */
export const pictureReference = z
  .union(
    [
      z.string().startsWith('data:'),
      z.strictObject({ base64: z.string().min(1) }),
      z.strictObject({ url: z.string().min(1).max(2048) }),
      z.strictObject({ key: z.string().regex(/^(uploads|catalog)\/./) }),
    ],
    {
      error:
        'expected {"base64": "…"}, {"url": "https://…"}, {"key": "uploads/…" or "catalog/…"} or a data: URI string',
    },
  )
  .openapi('Picture');
export type PictureReference = z.infer<typeof pictureReference>;

const weight = z.number().min(0).max(1000);
const aimShape = {
  text: queryText.optional(),
  image: pictureReference.optional(),
  itemId: itemId.optional(),
};
const namesSomething = (aim: { text?: unknown; image?: unknown; itemId?: unknown }) =>
  aim.text !== undefined || aim.image !== undefined || aim.itemId !== undefined;

/** A query apart from the demand that it names something: of a form, the file may be all there is. */
export const searchParts = z.strictObject({
  ...aimShape,
  without: z
    .strictObject(aimShape)
    .refine(namesSomething, { error: 'expected at least one of text, image, itemId' })
    .optional(),
  weights: z
    .strictObject({
      text: weight.default(1),
      image: weight.default(1),
      itemId: weight.default(1),
      without: weight.default(0.5),
    })
    .prefault({}),
  against: z.enum(['any', 'text', 'image']).default('any'),
  filter: z.record(z.string(), z.unknown()).optional(),
  /** Attributes whose values are counted over everything that passes the filter. */
  facets: z.array(attributeName).min(1).max(limits.facets).optional(),
  /** Nothing below it is a result; only where the live model has a calibration. */
  minMatch: z.number().min(0).max(1).optional(),
  topK: z.int().min(1).max(limits.topK).default(10),
  cursor: z.string().min(1).max(4096).optional(),
});

export const searchQuery = searchParts
  .refine(namesSomething, { error: 'expected at least one of text, image, itemId' })
  .openapi('SearchQuery');
export type SearchQuery = z.infer<typeof searchQuery>;

const indexName = z.object({ version: z.string(), model: z.string(), vectors: z.int() });

const scoredItem = z.object({
  id: z.string(),
  score: z.number(),
  /** The probability that this is a match; there where the live model has a calibration. */
  match: z.number().min(0).max(1).optional(),
  via: z.enum(['text', 'image']),
});

export const searchResult = scoredItem
  .extend({
    item: z.object({
      title: z.string(),
      description: z.string().optional(),
      attributes: z.record(z.string(), z.unknown()),
      images: z.array(z.string()),
    }),
  })
  .openapi('SearchResult');

const valueCount = z
  .object({ value: z.union([z.string(), z.number(), z.boolean()]), count: z.int() })
  .openapi('ValueCount');

export const searchAnswer = z
  .object({
    results: z.array(searchResult),
    nextCursor: z.string().optional(),
    /** For each attribute asked for, by descending count, then value. */
    facets: z.record(z.string(), z.array(valueCount)).optional(),
    index: indexName,
    timing: z.object({ embedMs: z.number(), searchMs: z.number(), totalMs: z.number() }),
  })
  .openapi('SearchAnswer');
export type SearchAnswer = z.infer<typeof searchAnswer>;
export type SearchResult = z.infer<typeof searchResult>;

/** The query string of `GET /v1/search`, and the text fields of the multipart form. */
export const searchFields = z.strictObject({
  text: z.string().optional(),
  image: z.string().optional(),
  itemId: z.string().optional(),
  without: z.string().optional(),
  weights: z.string().optional(),
  against: z.string().optional(),
  filter: z.string().optional(),
  facets: z.string().optional(),
  minMatch: z.string().optional(),
  topK: z.string().optional(),
  cursor: z.string().optional(),
});

/** The query string of `GET /v1/items/{id}/similar`. */
export const similarFields = searchFields.pick({
  against: true,
  filter: true,
  facets: true,
  minMatch: true,
  topK: true,
  cursor: true,
});

/** The query string of `GET /v1/search/facets`. */
export const facetFields = searchFields.pick({ filter: true });

/** What that says of an attribute: its values, or the range of one that has many numbers. */
const attributeFacet = z
  .union([
    z.object({ values: z.array(valueCount), distinct: z.int(), count: z.int() }),
    z.object({ min: z.number(), max: z.number(), count: z.int() }),
  ])
  .openapi('AttributeFacet');

export const facetAnswer = z
  .object({
    attributes: z.record(z.string(), attributeFacet),
    /** How many attributes are left out, where there are too many: those that fewest items have. */
    attributesOmitted: z.int().optional(),
    index: indexName,
  })
  .openapi('Facets');
export type FacetAnswer = z.infer<typeof facetAnswer>;

/** What ingest hands to the search function by direct invocation. */
export const matchRequest = z.strictObject({
  match: z.strictObject({
    model: z.string().min(1),
    /** f32, little endian, base64. */
    vector: z.base64(),
    topK: z.int().min(1).max(limits.topK),
  }),
});

export const matchReply = z.union([
  z.object({
    results: z.array(scoredItem),
    index: indexName,
  }),
  z.object({
    error: z.object({ code: z.string(), detail: z.string(), retryable: z.boolean() }),
  }),
]);

const answers = {
  200: { description: 'The closest items', content: { 'application/json': { schema: searchAnswer } } },
  ...problemResponses(400, 401, 404, 410, 413, 415, 422, 429, 502, 503),
};

export const searchRoutes = {
  search: {
    method: 'post',
    path: '/v1/search',
    summary: 'Search by words, a picture, an item, or any mix of them',
    // The body is checked in the handler: a route with a JSON and a multipart body can't require either.
    request: {
      body: {
        content: {
          'application/json': { schema: searchQuery },
          'multipart/form-data': { schema: searchFields },
        },
      },
    },
    responses: answers,
  },
  searchByText: {
    method: 'get',
    path: '/v1/search',
    summary: 'Search by words',
    request: { query: searchFields },
    responses: answers,
  },
  facets: {
    method: 'get',
    path: '/v1/search/facets',
    summary: 'What there is to filter by: attributes, their values and counts',
    request: { query: facetFields },
    responses: { 200: json('The attributes', facetAnswer), ...problemResponses(400, 401, 503) },
  },
} as const;
