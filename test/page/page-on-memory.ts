import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createWebApp } from '../../functions/web/app.ts';
import { type PageAssets, readAssets } from '../../functions/web/assets.ts';
import { bundlePage } from '../../infra/page-bundle.ts';
import { createApps } from '../functions/apps.ts';

/** What an address without a port is served under; no request leaves the browser. */
export const origin = 'http://tuwen.test';

export async function buildPage(): Promise<PageAssets> {
  const directory = await mkdtemp(join(tmpdir(), 'tuwen-page-'));
  try {
    await bundlePage(directory);
    return readAssets(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The page on a world of memory stores: for what is the page's own affair, without a stack to start. */
export async function servePage(page: Page, assets: PageAssets): Promise<ReturnType<typeof createApps>> {
  const world = createApps();
  const { search, catalog } = world.apps;
  const log = { info() {}, warn() {}, error() {} } as never;
  const web = createWebApp({ log, now: world.world.clock, assets, bucketUrl: 'https://bucket.example/' });
  await page.context().route('**/*', async (route) => {
    const asked = route.request();
    const { pathname } = new URL(asked.url());
    const app = /^\/v1\/search/.test(pathname) ? search : pathname.startsWith('/v1/') ? catalog : web;
    const body = asked.postDataBuffer();
    const answer = await app.request(asked.url(), {
      method: asked.method(),
      headers: asked.headers(),
      ...(body && { body: new Uint8Array(body) }),
    });
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    });
  });
  return world;
}
