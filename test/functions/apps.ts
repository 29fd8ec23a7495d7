import { createCatalogApp } from '../../functions/catalog/app.ts';
import type { Keys } from '../../functions/http/keys.ts';
import { createSearchApp } from '../../functions/search/app.ts';
import { createWebApp } from '../../functions/web/app.ts';
import { createDownloads } from '../../shared/create-downloads.ts';
import { createListFacets } from '../../shared/list-facets.ts';
import { createPutItem } from '../../shared/put-item.ts';
import { createPutItems } from '../../shared/put-items.ts';
import { createReadMatch } from '../../shared/read-match.ts';
import { createRemoveItem } from '../../shared/remove-item.ts';
import { createRemovePicture } from '../../shared/remove-picture.ts';
import { createShowCatalogItems, createShowItems } from '../../shared/show-items.ts';
import { createSteerIndex } from '../../shared/steer-index.ts';
import { createWorld, type WorldOptions } from '../world.ts';
import { checkAnswer } from './check-answer.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} } as never;

/** The apps on a world of memory stores; requests go through `app.request()`. */
export function createApps(options: { keys?: Keys } & WorldOptions = {}) {
  const world = createWorld(options);
  const keys = async () => options.keys ?? ('open' as const);
  const started: string[] = [];
  const stores = { items: world.items, pictures: world.pictures, matches: world.matches, runs: world.runs };
  const { objects, versions, runLog, clock } = world;
  const search = createSearchApp({
    keys,
    searchItems: world.searchItems,
    listFacets: createListFacets({ live: world.live }),
    live: world.live,
    log: silent,
    now: clock,
  });
  const putItem = createPutItem({ ...stores, objects, fetchPicture: world.fetchPicture, clock });
  let runs = 0;
  const catalog = createCatalogApp({
    keys,
    log: silent,
    now: clock,
    items: world.items,
    putItem,
    putItems: createPutItems({ putItem }),
    showItems: createShowCatalogItems({ ...stores, objects }),
    removeItem: createRemoveItem({ ...stores, objects }),
    removePicture: createRemovePicture({ ...stores, objects }),
    readMatch: createReadMatch({ ...stores, objects, clock, show: createShowItems({ ...stores, objects }) }),
    steer: createSteerIndex({
      ...stores,
      versions,
      runLog,
      startRebuild: async (runId) => void started.push(runId),
      newRunId: () => `asked-${++runs}`,
    }),
    downloads: createDownloads({ objects, versions, clock }),
    objects,
    newName: () => 'name',
  });
  const noFile = { name: 'none', type: 'text/plain', bytes: new Uint8Array() };
  const assets = { script: noFile, stylesheet: noFile, icon: noFile };
  const web = createWebApp({ log: silent, now: clock, assets, bucketUrl: 'https://bucket.example/' });
  const requestTo =
    (app: { request: typeof web.request }) =>
    async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const raw = body instanceof Uint8Array || typeof body === 'string' || body instanceof FormData;
      const response = await app.request(path, {
        method,
        headers: raw || body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer = text === '' ? undefined : JSON.parse(text);
      checkAnswer(method, path, response.status, answer);
      return { status: response.status, headers: response.headers, body: answer };
    };
  return {
    world,
    search: requestTo(search),
    catalog: requestTo(catalog),
    apps: { search, catalog, web },
    started,
  };
}
