import type { OpenAPIHono } from '@hono/zod-openapi';
import { TuwenError } from '../../shared/error.ts';
import { type ApiEnvironment, type ApiOptions, createApi } from '../http/api.ts';
import type { PageAssets } from './assets.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { createDocs } from './docs/routes.ts';
import { languageOf } from './language.ts';
import { renderShell } from './shell.tsx';

export interface WebAppOptions extends ApiOptions {
  readonly assets: PageAssets;
  /** Where a browser reaches the bucket. */
  readonly bucketUrl: string;
}

/** Routes of the web function. What no other function serves comes here too, so that our 404 is a problem document. */
export function createWebApp(options: WebAppOptions): OpenAPIHono<ApiEnvironment> {
  const { assets, bucketUrl } = options;
  const app = createApi(options);
  const policy = contentSecurityPolicy(bucketUrl);
  const files = new Map(Object.values(assets).map((asset) => [asset.name, asset]));

  app.get('/', (c) => {
    c.header('content-security-policy', policy);
    c.header('referrer-policy', 'no-referrer');
    c.header('permissions-policy', 'geolocation=(), microphone=(), payment=()');
    c.header('cache-control', 'public, max-age=60');
    c.header('vary', 'accept-language');
    return c.html(renderShell({ assets, language: languageOf(c.req.header('accept-language') ?? '') }));
  });

  app.get('/assets/:name', (c) => {
    const asset = files.get(c.req.param('name'));
    if (!asset) throw new TuwenError('not_found', `there is no file ${JSON.stringify(c.req.param('name'))}`);
    // Opened by itself, a picture is a document with a policy of its own.
    c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    c.header('content-type', asset.type);
    c.header('cache-control', 'public, max-age=31536000, immutable');
    return c.body(asset.bytes);
  });
  app.route('/', createDocs());
  return app;
}
