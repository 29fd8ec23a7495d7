import type { OpenAPIHono } from '@hono/zod-openapi';
import { type ApiEnvironment, type ApiOptions, createApi } from '../http/api.ts';
import { createDocs } from './docs/routes.ts';

/** Routes of the web function. What no other function serves comes here too, so that our 404 is a problem document. */
export function createWebApp(options: ApiOptions): OpenAPIHono<ApiEnvironment> {
  const app = createApi(options);
  app.get('/', (c) => {
    c.header('content-security-policy', "default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
    c.header('cache-control', 'public, max-age=300');
    return c.text(welcome);
  });
  app.route('/', createDocs());
  return app;
}

const welcome = `Tuwen 图文: search across pictures and words.

  POST /v1/search          {"text": "red dress"}, {"image": {"url": "https://…"}}, or both
  GET  /v1/search?text=红色连衣裙
  PUT  /v1/items/{id}      {"title": "…", "attributes": {…}}
  POST /v1/uploads         a URL to upload a picture to; then GET /v1/matches/{key}
  GET  /v1/index           what is live
  GET  /health
`;
