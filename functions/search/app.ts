import { createRoute, type RouteConfigToTypedResponse, type z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { parseRequest } from '../../shared/api/parse.ts';
import {
  facetFields,
  queriesOfAnything,
  searchBatch,
  searchFields,
  type searchForm,
  searchParts,
  searchQuery,
  similarFields,
} from '../../shared/api/search.ts';
import { searchRoutes } from '../../shared/api/search-routes.ts';
import type { AskedQuery } from '../../shared/embed-query.ts';
import { TuwenError } from '../../shared/error.ts';
import type { LiveIndex } from '../../shared/index/live-index.ts';
import type { ListFacets } from '../../shared/list-facets.ts';
import type { SearchItems } from '../../shared/search-items.ts';
import { type ApiEnvironment, type ApiOptions, createApi } from '../http/api.ts';
import { authenticate } from '../http/authenticate.ts';
import { isMultipart, readForm, readJson, readsJson } from '../http/body.ts';
import type { KeySource } from '../http/keys.ts';
import { batchAnswers, searchBatchOf } from './batch.ts';

export interface SearchAppOptions extends ApiOptions {
  readonly keys: KeySource;
  readonly searchItems: SearchItems;
  readonly listFacets: ListFacets;
  readonly live: Pick<LiveIndex, 'acquire'>;
}

/** Routes of the search function. */
export function createSearchApp(options: SearchAppOptions) {
  const { keys, searchItems, listFacets, live, log, now = Date.now } = options;
  const app = createApi(options);
  app.use('/v1/*', authenticate(keys, 'search'));

  // One chain, since a client's types are those of its end.
  return app
    .openapi(createRoute(searchRoutes.health), async (c) => {
      const lease = await live.acquire({
        deadlineMs: Math.min(c.get('deadlineMs'), now() + healthWaitMs),
      });
      const { version, model, vectors } = lease.version;
      lease.release();
      return c.json({ status: 'ok' as const, index: { version, model, vectors } }, 200);
    })
    .openapi(createRoute(searchRoutes.searchByText), async (c) => {
      const query = parseRequest(searchQuery, queryOfFields(parseRequest(searchFields, c.req.query())));
      return c.json(await searchItems.search(query, { deadlineMs: c.get('deadlineMs') }), 200);
    })
    .openapi(createRoute(searchRoutes.facets), async (c) => {
      const { filter } = queryOfFields(parseRequest(facetFields, c.req.query()));
      return c.json(await listFacets({ filter }, { deadlineMs: c.get('deadlineMs') }), 200);
    })
    .openapi(createRoute(searchRoutes.similar), async (c) => {
      const fields = parseRequest(similarFields, c.req.query());
      const query = parseRequest(searchQuery, { ...queryOfFields(fields), itemId: c.req.param('id') });
      return c.json(await searchItems.search(query, { deadlineMs: c.get('deadlineMs') }), 200);
    })
    .post(
      '/v1/search',
      readsQuery,
      async (c): Promise<RouteConfigToTypedResponse<typeof searchRoutes.search>> =>
        c.json(await searchItems.search(c.get('query'), { deadlineMs: c.get('deadlineMs') }), 200),
    )
    .post(
      '/v1/search/batch',
      readsJson(queriesOfAnything, searchBatch),
      async (c): Promise<RouteConfigToTypedResponse<typeof searchRoutes.searchBatch>> => {
        const { queries } = c.req.valid('json');
        const outcomes = await searchBatchOf(queries, searchItems, { deadlineMs: c.get('deadlineMs') });
        return c.json({ answers: batchAnswers(outcomes, { requestId: c.get('requestId'), log }) }, 200);
      },
    );
}

/** Typed as what a client may send: JSON, or a form. (Hono's client would make both of an alternative.) */
const readsQuery: MiddlewareHandler<
  ApiEnvironment & { Variables: { query: AskedQuery } },
  '/v1/search',
  { in: { json?: z.input<typeof searchQuery>; form?: z.input<typeof searchForm> } }
> = async (c, next) => {
  c.set('query', isMultipart(c) ? await readFormQuery(c) : parseRequest(searchQuery, await readJson(c)));
  await next();
};

/** A health check wants an answer, not a wait for the load. */
const healthWaitMs = 2000;

async function readFormQuery(c: Context): Promise<AskedQuery> {
  const { fields, files } = await readForm(c);
  const { image, ...others } = files;
  const unexpected = Object.keys(others)[0];
  if (unexpected !== undefined)
    throw new TuwenError(
      'invalid_request',
      `expected a file named image, found ${JSON.stringify(unexpected)}`,
    );
  const query = queryOfFields(parseRequest(searchFields, fields));
  if (!image) return parseRequest(searchQuery, query);
  if ('image' in query)
    throw new TuwenError('invalid_request', 'expected one image, found a file and a field');
  return { ...parseRequest(searchParts, query), image };
}

/** Fields are strings; those that are not text are JSON. */
function queryOfFields(fields: Record<string, string | undefined>): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (name === 'topK') query[name] = /^\d{1,9}$/.test(value) ? Number(value) : value;
    else if (name === 'minMatch') query[name] = /^(\d+\.?\d*|\.\d+)$/.test(value) ? Number(value) : value;
    else if (jsonFields.has(name) || (name === 'image' && !value.startsWith('data:')))
      query[name] = parseJson(name, value);
    else query[name] = value;
  }
  return query;
}

const jsonFields = new Set(['without', 'weights', 'filter', 'facets']);

function parseJson(name: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new TuwenError(
      'invalid_request',
      `${name}: expected JSON, found ${JSON.stringify(value.slice(0, 60))}`,
    );
  }
}
