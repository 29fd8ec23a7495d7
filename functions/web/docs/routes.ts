import { type Context, Hono } from 'hono';
import type { ApiEnvironment } from '../../http/api.ts';
import { createOpenApi, type OpenApiDocument } from '../openapi.ts';
import { docsPage } from './page.ts';
import { style } from './style.ts';

/** Nothing but our own stylesheet: no script, no picture, no frame, no other host. */
const policy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const cached = 'public, max-age=300';

/** `/openapi.json` for programs, and `/docs`, where people read the same. */
export function createDocs(): Hono<ApiEnvironment> {
  return new Hono<ApiEnvironment>()
    .get('/openapi.json', (c) => {
      c.header('cache-control', cached);
      // Readers on other sites may show it; there is nothing secret in it.
      c.header('access-control-allow-origin', '*');
      return c.json(openApi());
    })
    .get('/docs', (c) => {
      c.header('content-security-policy', policy);
      c.header('referrer-policy', 'no-referrer');
      c.header('cache-control', cached);
      return c.html(docsPage(openApi(), originOf(c)));
    })
    .get('/docs/style.css', (c) => {
      c.header('content-type', 'text/css; charset=utf-8');
      c.header('cache-control', cached);
      return c.body(style);
    });
}

let made: OpenApiDocument | undefined;

/** Made when it is first asked for: most requests to this function are for the page. */
function openApi(): OpenApiDocument {
  made ??= createOpenApi();
  return made;
}

/** Where the caller found us, for commands to copy; the request's URL knows neither port nor protocol. */
function originOf(c: Context): string {
  const host = c.req.header('host') ?? '';
  const isHost = /^[\w.[\]:-]+$/.test(host);
  const protocol = c.req.header('x-forwarded-proto') === 'https' ? 'https' : 'http';
  return isHost ? `${protocol}://${host}` : 'http://127.0.0.1:8787';
}
