import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import { catalogRoutes } from '../../shared/api/catalog.ts';
import { indexRoutes } from '../../shared/api/index-admin.ts';
import { searchRoutes } from '../../shared/api/search-routes.ts';

/** The document of the API, made of the contracts that its functions check requests by. */
export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

export function createOpenApi(): OpenApiDocument {
  const api = new OpenAPIHono();
  const registry = api.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A search key or an admin key, where keys are on',
  });
  registry.registerComponent('securitySchemes', 'key', { type: 'apiKey', in: 'header', name: 'x-api-key' });
  for (const { tag, routes } of groups)
    for (const route of Object.values(routes))
      registry.registerPath({ ...route, tags: [tag], ...(route.path === '/health' && { security: [] }) });
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tuwen 图文',
      version: '1',
      description: introduction,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    // Wherever the document came from.
    servers: [{ url: '/' }],
    tags: groups.map(({ tag, description }) => ({ name: tag, description })),
    // Without keys, as on one's own machine, nothing is asked for.
    security: [{ bearer: [] }, { key: [] }, {}],
  });
}

const { health, ...searches } = searchRoutes;
const { createUpload, getMatches, getMatchesByPath, ...items } = catalogRoutes;

const groups: readonly { tag: string; description: string; routes: Record<string, RouteConfig> }[] = [
  { tag: 'Search', description: 'By words, pictures, items, or any mix of them', routes: searches },
  { tag: 'Catalog', description: 'Items with their attributes', routes: items },
  {
    tag: 'Uploads and matches',
    description: 'Store a picture, and read what it matches',
    routes: { createUpload, getMatches, getMatchesByPath },
  },
  { tag: 'Index', description: 'What is live, and steering it', routes: indexRoutes },
  { tag: 'Health', description: 'For monitors', routes: { health } },
];

const introduction = `JSON in UTF-8, names in camelCase. Every example here runs as it stands against the demo catalog of \`npm start\`, save where it names a run or an upload, which are yours.

Errors are problem documents (RFC 9457, application/problem+json) with a \`code\` for programs, a \`detail\` that says what was expected and what came, and the \`requestId\` to quote. The gateway itself answers before any function where a request is over its limits: 413 over 6 MB, 429 \`{"message"}\` over the requests per second of a deployment, 503 where there was no answer in 30 s. A 503 \`not_ready\` carries \`Retry-After\`.

Where keys are on, send \`Authorization: Bearer <key>\` or \`x-api-key\`. A search key may search, read items, upload under uploads/ and read matches and GET /v1/index; an admin key may do all.`;
