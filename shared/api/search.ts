import { z } from '@hono/zod-openapi';
import { limits } from '../item.ts';
import { attributeName } from '../item-schema.ts';
import { indexName, itemId, shownAttributes, wellFormed } from './common.ts';
import { problem } from './problems.ts';

/** Contracts of the search routes. */

const queryText = wellFormed
  .refine((text) => text.trim() !== '', { error: 'expected words, found nothing but space' })
  .refine((text) => [...text].length <= limits.queryCharacters, {
    error: `expected at most ${limits.queryCharacters} characters`,
  })
  .openapi({ description: 'Words in Chinese or English', maxLength: limits.queryCharacters });

/** A picture by value or by reference; exactly one of the forms. */
export const pictureReference = z
  .union(
    [
      z.string().startsWith('data:').openapi({ pattern: '^data:' }),
      z.strictObject({ base64: z.string().min(1) }),
      z.strictObject({ url: z.string().min(1).max(2048) }),
      z.strictObject({ key: z.string().regex(/^(uploads|catalog)\/./) }),
    ],
    {
      error:
        'expected {"base64": "…"}, {"url": "https://…"}, {"key": "uploads/…" or "catalog/…"} or a data: URI string',
    },
  )
  .openapi('Picture', {
    description: `At most ${limits.inlinePictureBytes / 1024 / 1024} MB inline, ${limits.storedPictureBytes / 1024 / 1024} MB by URL or key; JPEG, PNG, WebP, GIF or AVIF`,
  });
export type PictureReference = z.infer<typeof pictureReference>;

const weight = z.number().min(0).max(1000);
const aimShape = {
  text: queryText.optional(),
  image: pictureReference.optional(),
  itemId: itemId
    .optional()
    .openapi({ description: "More like this item: the mean of its picture vectors, or its text's" }),
};
const namesSomething = (aim: { text?: unknown; image?: unknown; itemId?: unknown }) =>
  aim.text !== undefined || aim.image !== undefined || aim.itemId !== undefined;

/** A query apart from the demand that it names something: of a form, the file may be all there is. */
export const searchParts = z.strictObject({
  ...aimShape,
  without: z
    .strictObject(aimShape)
    .refine(namesSomething, { error: 'expected at least one of text, image, itemId' })
    .optional()
    .openapi({ description: 'Push away from these' }),
  weights: z
    .strictObject({
      text: weight.default(1),
      image: weight.default(1),
      itemId: weight.default(1),
      without: weight.default(0.5),
    })
    .prefault({}),
  against: z
    .enum(['any', 'text', 'image'])
    .default('any')
    .openapi({ description: "Which of the items' vectors may match" }),
  filter: z.record(z.string(), z.unknown()).optional().openapi({
    description:
      'As in Pinecone and Amazon S3 Vectors: implicit equality, $eq $ne $gt $gte $lt $lte $in $nin $exists $and $or; applied before ranking',
  }),
  facets: z.array(attributeName).min(1).max(limits.facets).optional().openapi({
    description:
      'Attributes whose values are counted over everything that passes the filter, not only the page; what was deleted since the version was published may still be counted',
  }),
  minMatch: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .openapi({ description: 'Nothing below it is a result; only where the live model has a calibration' }),
  topK: z.int().min(1).max(limits.topK).default(10),
  mode: z.enum(['exact', 'fast']).optional().openapi({
    description:
      'exact, the default: the closest items. fast: looks at those of the rows that are likeliest, by inverted lists; scores are exact, and the answer tells the recall. Where that gains nothing, as in a small index or behind a narrow filter, the answer is exact and says so. A cursor goes on in the mode it began in, and a fast one ends where the rows do that were looked at. Without a mode the answer is exact, but for the seconds in which a function that has just started loads a large index: then it may be fast, and says so; exact waits',
  }),
  cursor: z.string().min(1).max(4096).optional().openapi({ description: 'nextCursor of the page before' }),
});

export const searchQuery = searchParts
  .refine(namesSomething, { error: 'expected at least one of text, image, itemId' })
  .openapi('SearchQuery');
export type SearchQuery = z.infer<typeof searchQuery>;

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
      attributes: shownAttributes,
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
    mode: z.enum(['exact', 'fast']).openapi({ description: 'How the results were found' }),
    recall: z.number().min(0).max(1).optional().openapi({
      description:
        'In fast mode: recall@10, the share of the exact ten best that is found, as measured with queries without a filter when the version was built',
    }),
    index: indexName,
    timing: z
      .object({ embedMs: z.number(), searchMs: z.number(), totalMs: z.number() })
      .openapi({ description: 'In a batch, of all queries together' }),
  })
  .openapi('SearchAnswer');
export type SearchAnswer = z.infer<typeof searchAnswer>;
export type SearchResult = z.infer<typeof searchResult>;

/** The query string of `GET /v1/search`, and the text fields of the multipart form. */
export const searchFields = z.strictObject({
  text: field('Words', 'red dress'),
  image: field('JSON as of SearchQuery, or a data: URI'),
  itemId: field('More like this item'),
  without: field('JSON as of SearchQuery'),
  weights: field('JSON as of SearchQuery'),
  against: field('any, text or image'),
  filter: field('JSON as of SearchQuery', '{"category": "jeans"}'),
  facets: field('JSON: an array of names'),
  minMatch: field('A number from 0 to 1'),
  mode: field('exact or fast'),
  topK: field(`A number from 1 to ${limits.topK}`, '3'),
  cursor: field('nextCursor of the page before'),
});

function field(description: string, example?: string) {
  return z
    .string()
    .optional()
    .openapi({ description, ...(example !== undefined && { example }) });
}

/** The multipart form: the same fields, the picture as a file too. */
export const searchForm = searchFields.extend({
  image: z.custom<File | string>().optional().meta({
    type: 'string',
    contentMediaType: 'application/octet-stream',
    description: 'A file; or JSON or a data: URI as a field',
  }),
});

/** The query string of `GET /v1/items/{id}/similar`. */
export const similarFields = searchFields.pick({
  against: true,
  filter: true,
  facets: true,
  minMatch: true,
  mode: true,
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

/** Only so far is a batch checked as a whole: each query by itself, so that a bad one does not stop its neighbours. */
export const queriesOfAnything = z.strictObject({
  queries: z.array(z.unknown()).min(1).max(limits.batchQueries),
});
export const searchBatch = queriesOfAnything
  .extend({ queries: z.array(searchQuery).min(1).max(limits.batchQueries) })
  .openapi('SearchBatch');

export const batchedAnswer = z.union([searchAnswer, z.object({ problem })]).openapi('BatchedAnswer');
export const searchBatchAnswer = z.object({ answers: z.array(batchedAnswer) }).openapi('SearchBatchAnswer');
export type BatchedAnswer = z.infer<typeof batchedAnswer>;

export const healthAnswer = z.object({ status: z.literal('ok'), index: indexName });

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
