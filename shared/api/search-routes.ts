import { z } from '@hono/zod-openapi';
import { itemId, json, jsonRequest } from './common.ts';
import { problems } from './problems.ts';
import {
  facetAnswer,
  facetFields,
  healthAnswer,
  searchAnswer,
  searchBatch,
  searchBatchAnswer,
  searchFields,
  searchForm,
  searchQuery,
  similarFields,
} from './search.ts';

/** Contracts of the search function's routes. */

const loading = ['not_ready', 'corrupt_index', 'index_too_large'] as const;
const read = ['unauthorized', 'internal', ...loading] as const;
const searched = [
  ...read,
  'invalid_request',
  'invalid_id',
  'invalid_filter',
  'invalid_cursor',
  'not_found',
  'stale_cursor',
  'embedder_failed',
  'wrong_model',
] as const;
const withPicture = [...searched, 'too_large', 'unreadable_picture', 'unreachable_picture'] as const;

const distances = `
The score is the dot product of two unit vectors, the query's and the best one of the item. So three measures are one, and order results alike:

- cosine similarity = dot product = score, from -1 to 1, because both lengths are 1;
- squared Euclidean distance: |q - v|² = |q|² + |v|² - 2 q·v = 2 - 2 × score;
- Euclidean distance = √(2 - 2 × score), from 0 (the same) to 2 (opposite); and back, score = 1 - distance² / 2.

A score of 0.82 is a cosine of 0.82 and a distance of √(2 - 1.64) = 0.6. Vectors are stored as fp16, so the last digits differ from what you compute in f32.`.trim();

const example = {
  text: '蓝色牛仔裤',
  filter: { category: 'jeans' },
  facets: ['colour'],
  topK: 3,
};

export const searchRoutes = {
  search: {
    method: 'post',
    path: '/v1/search',
    operationId: 'search',
    summary: 'Search by words, a picture, an item, or any mix of them',
    description: `The closest items, exactly unless mode is fast; filters are applied before ranking. As a form, a picture may be a file.\n\n${distances}`,
    // The body is checked in the handler: a route with a JSON and a multipart body can't require either.
    request: {
      body: {
        content: {
          'application/json': { schema: searchQuery, example },
          'multipart/form-data': { schema: searchForm, example: { text: 'red dress', topK: '3' } },
        },
      },
    },
    responses: {
      200: json('The closest items', searchAnswer),
      ...problems(...withPicture, 'unsupported_media_type'),
    },
  },
  searchByText: {
    method: 'get',
    path: '/v1/search',
    operationId: 'searchByText',
    summary: 'Search by words, or by anything that fits into a query string',
    request: { query: searchFields },
    responses: { 200: json('The closest items', searchAnswer), ...problems(...withPicture) },
  },
  searchBatch: {
    method: 'post',
    path: '/v1/search/batch',
    operationId: 'searchBatch',
    summary: 'Up to 64 searches at once, by one version of the index',
    description:
      'Answers come in the order of the queries; a query that fails has its problem there and the others go on. Texts and pictures are embedded together. Request and answer stay under 6 MB: what no longer fits has the problem too_large.',
    request: jsonRequest(searchBatch, {
      queries: [example, { itemId: 'jeans-blue-01', topK: 2 }, { text: 'red dress', against: 'image' }],
    }),
    responses: {
      200: json('An answer or a problem for each query', searchBatchAnswer),
      ...problems(...read, 'invalid_request', 'too_large', 'unsupported_media_type'),
    },
  },
  facets: {
    method: 'get',
    path: '/v1/search/facets',
    operationId: 'facets',
    summary: 'What there is to filter by: attributes, their values and counts',
    description:
      'Over the items of the live version that pass the filter. An attribute that has numbers only, and more than 12 of them, is told by its range. What was deleted since the version was published may still be counted.',
    request: { query: facetFields },
    responses: {
      200: json('The attributes, those that most items have first', facetAnswer),
      ...problems(...read, 'invalid_request', 'invalid_filter'),
    },
  },
  similar: {
    method: 'get',
    path: '/v1/items/{id}/similar',
    operationId: 'similar',
    summary: 'More like this item, which is itself left out',
    request: { params: z.object({ id: itemId }), query: similarFields },
    responses: { 200: json('The closest items', searchAnswer), ...problems(...searched) },
  },
  health: {
    method: 'get',
    path: '/health',
    operationId: 'health',
    summary: 'Whether search can answer',
    responses: { 200: json('It can', healthAnswer), ...problems('internal', ...loading) },
  },
} as const;
