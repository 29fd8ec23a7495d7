import type { z } from '@hono/zod-openapi';
import type {
  batchAnswer,
  CatalogItem,
  itemPage,
  MatchAnswer,
  uploadAnswer,
} from '../../../shared/api/catalog.ts';
import type { indexAnswer, runAnswer, versionAnswer } from '../../../shared/api/index-admin.ts';
import type { FacetAnswer, SearchAnswer, SearchResult, searchQuery } from '../../../shared/api/search.ts';
import { request } from './request.ts';

/** The API of this very deployment, typed by its own contracts. */

export type SearchQuery = z.input<typeof searchQuery>;
export type Upload = z.infer<typeof uploadAnswer>;
export type Index = z.infer<typeof indexAnswer>;
export type Version = z.infer<typeof versionAnswer>;
export type Run = z.infer<typeof runAnswer>;
export type BatchOutcome = z.infer<typeof batchAnswer>['outcomes'][number];
export type { CatalogItem, MatchAnswer, SearchAnswer, SearchResult };

/** Of an attribute with many numbers their range, of any other its values. */
export type AttributeFacet = FacetAnswer['attributes'][string];

export interface ItemBody {
  readonly title: string;
  readonly description?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly images?: readonly string[];
}

const itemPath = (id: string): string => `/v1/items/${encodeURIComponent(id)}`;

export const api = {
  search: (query: SearchQuery, signal?: AbortSignal) =>
    request<SearchAnswer>('POST', '/v1/search', { body: query, signal }),
  facets: (filter: object, signal?: AbortSignal) =>
    request<FacetAnswer>('GET', `/v1/search/facets?filter=${encodeURIComponent(JSON.stringify(filter))}`, {
      signal,
    }),

  items: (page: { limit: number; cursor?: string | undefined }, signal?: AbortSignal) =>
    request<z.infer<typeof itemPage>>(
      'GET',
      `/v1/items?limit=${page.limit}${page.cursor ? `&cursor=${encodeURIComponent(page.cursor)}` : ''}`,
      { signal },
    ),
  item: (id: string, signal?: AbortSignal) => request<CatalogItem>('GET', itemPath(id), { signal }),
  putItem: (id: string, body: ItemBody, signal?: AbortSignal) =>
    request<CatalogItem>('PUT', itemPath(id), { body, signal }),
  deleteItem: (id: string) => request<undefined>('DELETE', itemPath(id)),
  deletePicture: (id: string, key: string, signal?: AbortSignal) =>
    request<undefined>('DELETE', `${itemPath(id)}/pictures?key=${encodeURIComponent(key)}`, { signal }),
  putItems: (items: readonly unknown[], signal?: AbortSignal) =>
    request<z.infer<typeof batchAnswer>>('POST', '/v1/items/batch', { body: { items }, signal }),

  createUpload: (
    wanted: {
      contentType: string;
      size: number;
      itemId?: string | undefined;
      name?: string | undefined;
    },
    signal?: AbortSignal,
  ) => request<Upload>('POST', '/v1/uploads', { body: wanted, signal }),
  // In the query string the key stays as it is, whatever characters it has.
  match: (key: string, signal?: AbortSignal) =>
    request<MatchAnswer>('GET', `/v1/matches?key=${encodeURIComponent(key)}`, { signal }),

  index: (signal?: AbortSignal) => request<Index>('GET', '/v1/index', { signal }),
  versions: (signal?: AbortSignal) =>
    request<{ versions: Version[] }>('GET', '/v1/index/versions', { signal }),
  rebuild: () => request<{ runId: string }>('POST', '/v1/index/rebuild'),
  run: (runId: string, signal?: AbortSignal) =>
    request<Run>('GET', `/v1/index/runs/${encodeURIComponent(runId)}`, { signal }),
  rollback: (version: string) => request<Index>('POST', '/v1/index/rollback', { body: { version } }),
};
