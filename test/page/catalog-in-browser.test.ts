import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageAssets } from '../../functions/web/assets.ts';
import { en } from '../../functions/web/page/strings/en.ts';
import { browserFile, faultsOf, launchBrowser, openPage } from './browser.ts';
import { buildPage, origin, servePage } from './page-on-memory.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const skipped = browserFile ? '' : ' (skipped: found no chromium; apt-get install chromium)';
if (skipped) console.warn(`the catalog in a browser${skipped}`);

const { catalog: words, common } = en;

describe.skipIf(!browserFile)(`the catalog in a browser${skipped}`, () => {
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
    ({ page, faults } = await openPage(browser, { locale: 'en-GB', viewport: { width: 1280, height: 800 } }));
    served = await servePage(page, assets);
    for (let i = 0; i < 120; i++) await put(`sku-${String(i).padStart(3, '0')}`, `Item ${i}`);
  });
  afterEach(async () => {
    expect(faults).toEqual([]);
    await page.context().close();
  });

  const put = (id: string, title: string) => served.catalog('PUT', `/v1/items/${id}`, { title });
  const titleOf = async (id: string) => (await served.catalog('GET', `/v1/items/${id}`)).body.title;
  const go = (hash: string) => page.goto(`${origin}/#/${hash}`);
  const rows = () => page.locator('.items tbody th a').allTextContents();
  const link = (name: string) => page.getByRole('link', { name, exact: true });
  const form = () => page.getByRole('dialog', { name: words.editTitle });
  const title = () => form().getByLabel(words.title, { exact: true });
  const question = () => page.getByRole('dialog', { name: words.leaveTitle });
  const leave = () => question().getByRole('button', { name: words.leave, exact: true });
  const focused = () => page.evaluate(() => document.activeElement?.tagName.toLowerCase());

  describe('keeps what has been edited', () => {
    beforeEach(async () => {
      await go('index');
      await link(en.nav.catalog).click();
      await link('Item 7').click();
      await title().fill('Edited');
    });

    it('when the back button is pressed, until the question is answered', async () => {
      await page.goBack();
      await question().waitFor();
      expect(new URL(page.url()).hash).toBe('#/catalog/sku-007');
      expect(await faultsOf(page)).toEqual([]);
      await question().getByRole('button', { name: common.cancel }).press('Enter');
      await question().waitFor({ state: 'detached' });
      expect(await title().inputValue()).toBe('Edited');
      // As often as it is pressed.
      await page.goBack();
      await question().waitFor();
      await leave().press('Enter');
      await form().waitFor({ state: 'detached' });
      expect(new URL(page.url()).hash).toBe('#/catalog');
      expect(await titleOf('sku-007')).toBe('Item 7');
      // The history is as it would have been.
      await page.goBack();
      await page.getByRole('heading', { level: 1, name: en.index.heading }).waitFor();
      await page.goForward();
      await page.goForward();
      expect(await title().inputValue()).toBe('Item 7');
    });

    it('when another address is typed', async () => {
      await page.evaluate(() => location.assign('#/match'));
      await question().waitFor();
      expect(await title().inputValue()).toBe('Edited');
      await leave().click();
      await page.getByRole('heading', { level: 1, name: en.match.heading }).waitFor();
    });

    it('when Escape is pressed again and again', async () => {
      for (let i = 0; i < 5; i++) {
        await page.keyboard.press('Escape');
        await page.waitForTimeout(50);
      }
      expect(await form().isVisible()).toBe(true);
      expect(await title().inputValue()).toBe('Edited');
    });

    it('when the tab is closed', async () => {
      const asks = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
      expect(await asks()).toBe(true);
      await form().getByRole('button', { name: common.save }).click();
      await form().waitFor({ state: 'detached' });
      expect(await asks()).toBe(false);
    });

    it('and asks nothing once it is saved', async () => {
      await form().getByRole('button', { name: common.save }).click();
      await link('Edited').waitFor();
      expect(new URL(page.url()).hash).toBe('#/catalog');
      await page.goBack();
      await page.getByRole('heading', { level: 1, name: en.index.heading }).waitFor();
      expect(await question().count()).toBe(0);
    });

    it('from being lost to another tab, and what that has written, too', async () => {
      await put('sku-007', 'Written elsewhere');
      const save = form().getByRole('button', { name: common.save });
      await save.click();
      await form().getByText(words.changedMeanwhile).waitFor();
      expect(await titleOf('sku-007')).toBe('Written elsewhere');
      expect(await faultsOf(page)).toEqual([]);
      await save.click();
      await form().waitFor({ state: 'detached' });
      expect(await titleOf('sku-007')).toBe('Edited');
    });

    it('from adding unasked what another tab has deleted', async () => {
      await served.catalog('DELETE', '/v1/items/sku-007');
      await form().getByRole('button', { name: common.save }).click();
      await form().getByText(words.deletedMeanwhile).waitFor();
      expect((await served.catalog('GET', '/v1/items/sku-007')).status).toBe(404);
    });
  });

  it('has each page of the list in the address, and comes back to it from an item', async () => {
    await go('catalog');
    await link('Item 0').waitFor();
    const first = await rows();
    await link(words.nextPage).click();
    await link('Item 50').waitFor();
    const second = await rows();
    expect([first.length, second.length]).toEqual([50, 50]);
    expect(new Set([...first, ...second]).size).toBe(100);
    expect(await focused()).toBe('h1');
    expect(await faultsOf(page)).toEqual([]);

    const item = link('Item 80');
    await item.scrollIntoViewIfNeeded();
    const scrolledTo = await page.evaluate(() => scrollY);
    await item.click();
    await title().waitFor();
    await page.keyboard.press('Escape');
    await form().waitFor({ state: 'detached' });
    expect(await rows()).toEqual(second);
    expect(await page.evaluate(() => scrollY)).toBe(scrolledTo);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Item 80');

    // By way of another view, and after a reload.
    await link(en.nav.match).click();
    await page.getByRole('heading', { level: 1, name: en.match.heading }).waitFor();
    await page.goBack();
    await link('Item 50').waitFor();
    expect(await rows()).toEqual(second);
    await page.reload();
    await link('Item 50').waitFor();
    expect(await rows()).toEqual(second);

    await link(words.nextPage).click();
    await link('Item 119').waitFor();
    expect((await rows()).length).toBe(20);
    expect(await link(words.nextPage).count()).toBe(0);
    await link(words.previousPage).click();
    await link('Item 50').waitFor();
    await link(words.firstPage).click();
    await link('Item 0').waitFor();
    expect(await rows()).toEqual(first);
  });

  it('says so where an address names no page', async () => {
    await go('catalog?after=nonsense');
    await page.getByRole('alert').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await link(words.firstPage).click();
    await link('Item 0').waitFor();
  });

  it('sets the focus down beside what is deleted', async () => {
    await go('catalog');
    await page.getByRole('button', { name: words.deleteLabel('Item 3'), exact: true }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: common.delete }).press('Enter');
    await page.getByText(words.deleted('sku-003')).waitFor();
    await expect.poll(focused).not.toBe('body');
    // And on it goes with Tab from there.
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true);
  });
});
