import { randomUUID } from 'node:crypto';
import { createRoute, type RouteConfigToTypedResponse } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { batchBody, batchOfAnything, catalogRoutes } from '../../shared/api/catalog.ts';
import { indexRoutes } from '../../shared/api/index-admin.ts';
import type { ItemStore } from '../../shared/catalog/item-store.ts';
import type { CreateDownloads } from '../../shared/create-downloads.ts';
import { createUpload, type UploadOptions } from '../../shared/create-upload.ts';
import { TuwenError } from '../../shared/error.ts';
import type { PutItem } from '../../shared/put-item.ts';
import type { PutItems } from '../../shared/put-items.ts';
import type { ReadMatch } from '../../shared/read-match.ts';
import type { RemoveItem } from '../../shared/remove-item.ts';
import type { RemovePicture } from '../../shared/remove-picture.ts';
import type { ShowCatalogItems } from '../../shared/show-items.ts';
import type { SteerIndex } from '../../shared/steer-index.ts';
import { type ApiEnvironment, type ApiOptions, createApi } from '../http/api.ts';
import { authenticate } from '../http/authenticate.ts';
import { jsonBody, readsJson } from '../http/body.ts';
import type { KeySource } from '../http/keys.ts';

export interface CatalogAppOptions extends ApiOptions {
  readonly keys: KeySource;
  readonly items: Pick<ItemStore, 'get' | 'page'>;
  readonly putItem: PutItem;
  readonly putItems: PutItems;
  readonly showItems: ShowCatalogItems;
  readonly removeItem: RemoveItem;
  readonly removePicture: RemovePicture;
  readonly readMatch: ReadMatch;
  readonly steer: SteerIndex;
  readonly downloads: CreateDownloads;
  readonly objects: UploadOptions['objects'];
  readonly newName?: () => string;
}

/** Routes of the catalog function: items, uploads, matches and the administration of the index. */
export function createCatalogApp(options: CatalogAppOptions) {
  const { keys, items, putItem, putItems, showItems, removeItem, removePicture } = options;
  const { readMatch, steer, downloads, objects, newName = randomUUID } = options;
  const reader = authenticate(keys, 'search');
  const admin = authenticate(keys, 'admin');
  const uploads = createUpload({ objects, newName });

  // One chain, since a client's types are those of its end.
  const app = createApi(options)
    .openapi(createRoute({ ...catalogRoutes.listItems, middleware: reader }), async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const page = await items.page({ limit, ...(cursor && { cursor }) });
      const nextCursor = page.cursor;
      return c.json({ items: await showItems(page.items), ...(nextCursor && { nextCursor }) }, 200);
    })
    .openapi(createRoute({ ...catalogRoutes.putItem, middleware: [admin, jsonBody] }), async (c) => {
      const { id } = c.req.valid('param');
      const { item, outcome } = await putItem(id, c.req.valid('json'), { deadlineMs: fetchUntilMs(c) });
      const [shown] = await showItems([item]);
      return outcome === 'created' ? c.json(shown!, 201) : c.json(shown!, 200);
    })
    .openapi(createRoute({ ...catalogRoutes.getItem, middleware: reader }), async (c) => {
      const { id } = c.req.valid('param');
      const item = await items.get(id);
      if (!item) throw new TuwenError('not_found', `there is no item with the id ${JSON.stringify(id)}`);
      const [shown] = await showItems([item]);
      return c.json(shown!, 200);
    })
    .openapi(createRoute({ ...catalogRoutes.deleteItem, middleware: admin }), async (c) => {
      await removeItem(c.req.valid('param').id);
      return c.body(null, 204);
    })
    .openapi(createRoute({ ...catalogRoutes.deletePicture, middleware: admin }), async (c) => {
      await removePicture(c.req.valid('param').id, c.req.valid('query').key);
      return c.body(null, 204);
    })
    .openapi(createRoute({ ...catalogRoutes.createUpload, middleware: [reader, jsonBody] }), async (c) => {
      const wanted = c.req.valid('json');
      // A picture of an item changes the catalog, which a search key may not.
      if (wanted.itemId !== undefined) await admin(c, async () => {});
      return c.json(await uploads(wanted), 201);
    })
    .openapi(createRoute({ ...catalogRoutes.getOriginals, middleware: [admin, jsonBody] }), async (c) =>
      c.json(await downloads.originals(c.req.valid('json').keys), 200),
    )
    .openapi(createRoute({ ...catalogRoutes.getMatches, middleware: reader }), async (c) => {
      return c.json(await readMatch(c.req.valid('query').key), 200);
    })
    .openapi(createRoute({ ...indexRoutes.getIndex, middleware: reader }), async (c) =>
      c.json(await steer.state(), 200),
    )
    .openapi(createRoute({ ...indexRoutes.rebuild, middleware: admin }), async (c) =>
      c.json({ runId: await steer.rebuild() }, 202),
    )
    .openapi(createRoute({ ...indexRoutes.getRun, middleware: admin }), async (c) =>
      c.json(await steer.run(c.req.valid('param').runId), 200),
    )
    .openapi(createRoute({ ...indexRoutes.listVersions, middleware: admin }), async (c) =>
      c.json({ versions: await steer.versions() }, 200),
    )
    .openapi(createRoute({ ...indexRoutes.getVersionFiles, middleware: admin }), async (c) =>
      c.json(await downloads.version(c.req.valid('param').version), 200),
    )
    .openapi(createRoute({ ...indexRoutes.rollback, middleware: [admin, jsonBody] }), async (c) =>
      c.json(await steer.rollback(c.req.valid('json').version), 200),
    )
    .post(
      '/v1/items/batch',
      admin,
      readsJson(batchOfAnything, batchBody),
      async (c): Promise<RouteConfigToTypedResponse<typeof catalogRoutes.putItems>> =>
        c.json({ outcomes: await putItems(c.req.valid('json').items, { deadlineMs: fetchUntilMs(c) }) }, 200),
    );
  // Not of the chain: Hono's types know no parameter with slashes in it.
  app.get('/v1/matches/:key{.+}', reader, async (c) => c.json(await readMatch(c.req.param('key')), 200));
  return app;
}

/** Pictures are fetched until then, so that what became of them can still be told. */
const fetchUntilMs = (c: Context<ApiEnvironment>): number => c.get('deadlineMs') - answerMs;
const answerMs = 4000;
