import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageAssets } from '../../functions/web/assets.ts';
import { en } from '../../functions/web/page/strings/en.ts';
import { browserFile, faultsOf, launchBrowser, openPage } from './browser.ts';
import { buildPage, origin, servePage } from './page-on-memory.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const skipped = browserFile ? '' : ' (skipped: found no chromium; apt-get install chromium)';
if (skipped) console.warn(`bad days in a browser${skipped}`);

const { import: words } = en;

describe.skipIf(!browserFile)(`bad days in a browser${skipped}`, () => {
  let browser: Browser;
  let assets: PageAssets;
  let page: Page;
  let served: Awaited<ReturnType<typeof servePage>>;
  let faults: readonly string[];

  beforeAll(async () => {
    [browser, assets] = await Promise.all([launchBrowser(), buildPage()]);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    ({ page, faults } = await openPage(browser, { locale: 'en-GB' }));
    served = await servePage(page, assets);
  });
  afterEach(async () => {
    expect(faults).toEqual([]);
    await page.context().close();
  });

  const file = (name: string, content: string | Buffer, mimeType = '') => ({
    name,
    buffer: Buffer.from(content),
    mimeType,
  });
  const status = async (id: string) => (await served.catalog('GET', `/v1/items/${id}`)).status;

  it('an import goes on where the server was gone, and writes nothing twice', async () => {
    const row = (i: number) => JSON.stringify({ id: `sku-${i}`, title: `Item ${i}` });
    const rows = Array.from({ length: 150 }, (_, i) => row(i)).join('\n');
    let requests = 0;
    await page.route('**/v1/items/batch', (route) => (++requests === 1 ? route.fallback() : route.abort()));
    await page.clock.install();
    await page.goto(`${origin}/#/catalog?import=1`);
    await page.getByLabel(words.choose, { exact: true }).setInputFiles([file('shop.jsonl', rows)]);
    await page.getByRole('button', { name: words.start }).click();
    const goOn = page.getByRole('button', { name: words.goOn });
    // Three attempts with pauses between them.
    await expect
      .poll(async () => {
        await page.clock.runFor(2000);
        return goOn.count();
      })
      .toBe(1);
    await page.getByText(en.common.unreachable).waitFor();
    expect([await status('sku-99'), await status('sku-100')]).toEqual([200, 404]);
    expect(await faultsOf(page)).toEqual([]);

    await page.unroute('**/v1/items/batch');
    await goOn.click();
    await page.getByText(words.noProblems).waitFor();
    const figures = await page.locator('.figures > div').allTextContents();
    expect(figures.slice(0, 3)).toEqual([`${words.created}50`, `${words.updated}0`, `${words.unchanged}100`]);
    expect(await status('sku-149')).toBe(200);
  });

  it.each([
    ['semicolons', 'id;title\r\n1;A', words.noCommas('id;title')],
    ['UTF-16', Buffer.from('\ufeffid,title\r\n1,A', 'utf16le'), words.utf16],
    ['no title', 'id,name\r\n1,A', words.noColumn('title', 'id, name')],
  ])('a spreadsheet with %s is told as such', async (_, content, reason) => {
    await page.goto(`${origin}/#/catalog?import=1`);
    await page.getByLabel(words.choose, { exact: true }).setInputFiles([file('shop.csv', content)]);
    await page.getByRole('button', { name: words.start }).click();
    await page.locator('.faults').getByText(reason, { exact: true }).waitFor();
  });

  it('a picture without a byte is told as one that cannot be read, without asking anybody', async () => {
    const asked: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && asked.push(request.url()));
    await page.goto(`${origin}/#/match`);
    const empty = file('empty.jpg', '', 'image/jpeg');
    await page.getByLabel(en.match.choose).setInputFiles([empty]);
    await page.getByText(en.picture.unreadable('empty.jpg')).waitFor();
    await page.goto(`${origin}/#/search`);
    await page.getByLabel(en.search.addPictureLabel).setInputFiles(empty);
    await page.getByRole('alert').getByText(en.picture.unreadable('empty.jpg')).waitFor();
    expect(asked).toEqual([]);
  });

  it('what is done in a view before its first frame is not taken back by it', async () => {
    // A machine that is too busy to draw.
    await page.addInitScript(() => {
      const now = requestAnimationFrame;
      Reflect.set(window, 'requestAnimationFrame', (draw: FrameRequestCallback) =>
        setTimeout(() => now(draw), 1000),
      );
    });
    await page.goto(`${origin}/#/search`);
    const field = page.getByRole('textbox', { name: en.search.field });
    await field.fill('red hat');
    await page.getByLabel(en.search.addPictureLabel).setInputFiles(file('empty.jpg', '', 'image/jpeg'));
    const alert = page.getByRole('alert').getByText(en.picture.unreadable('empty.jpg'));
    await alert.waitFor();
    // After the effects of the first frame.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
    expect([await field.inputValue(), await alert.count()]).toEqual(['red hat', 1]);
  });

  it('filters can be cleared where what there is to filter by cannot be had', async () => {
    await page.route('**/v1/search/facets?*', (route) => route.abort());
    await page.goto(`${origin}/#/search?text=dress&filter={"colour":["red"]}`);
    await page.getByRole('button', { name: en.search.clearFilters }).press('Enter');
    await expect.poll(() => new URL(page.url()).hash).not.toContain('filter');
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
  });
});
