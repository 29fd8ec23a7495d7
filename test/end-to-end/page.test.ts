import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { en } from '../../functions/web/page/strings/en.ts';
import { zh } from '../../functions/web/page/strings/zh.ts';
import { demoCatalog } from '../../infra/local/demo/catalog.ts';
import { renderProduct } from '../../infra/local/demo/render-product.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { freeStack } from '../free-stack.ts';
import { browserFile, faultsOf, launchBrowser, type Opened, openPage } from '../page/browser.ts';

/** The page as people have it: a real browser on the running stack. */

vi.setConfig({ testTimeout: 90_000, hookTimeout: 180_000 });

const skipped = browserFile ? '' : ' (skipped: found no chromium; apt-get install chromium)';
if (skipped) console.warn(`the page in a browser${skipped}`);

const keys = { TUWEN_SEARCH_KEY: 'search-key-of-the-test', TUWEN_ADMIN_KEY: 'admin-key-of-the-test' };
const hostile = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';

let directory: string;
let stack: Stack;
let browser: Browser;
let pictures: Record<string, Buffer>;

const products = demoCatalog();
async function draw(category: string, colour: string): Promise<Buffer> {
  const found = products.find(
    ({ attributes }) => attributes.category === category && attributes.colour === colour,
  );
  if (!found) throw new Error(`the demo has no ${colour} ${category}`);
  return Buffer.from(await renderProduct(found.svg, { width: 320 }));
}

const things = [
  ['dress-red', 'Red dress 红色连衣裙', 'dress', 'red', 59],
  ['dress-blue', 'Blue dress 蓝色连衣裙', 'dress', 'blue', 49],
  ['watch-black', 'Black watch 黑色手表', 'watch', 'black', 120],
  ['bag-brown', 'Brown handbag 棕色手提包', 'handbag', 'brown', 80],
] as const;

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keys.TUWEN_ADMIN_KEY}` },
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function storePicture(itemId: string, picture: Buffer): Promise<void> {
  const wanted = { contentType: 'image/jpeg', size: picture.length, itemId };
  const { url, headers } = (await call('POST', '/v1/uploads', wanted)).body;
  const { 'content-length': _, ...signed } = headers;
  const stored = await fetch(url, { method: 'PUT', headers: signed, body: new Uint8Array(picture) });
  if (!stored.ok) throw new Error(`the picture of ${itemId} was not stored: ${stored.status}`);
}

describe.skipIf(!browserFile)(`the page in a browser${skipped}`, () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tuwen-page-'));
    const environment = keys;
    [stack, browser] = await Promise.all([
      startStack({ ...freeStack, dataDirectory: directory, environment }),
      launchBrowser(),
    ]);
    pictures = {};
    for (const [id, title, category, colour, price] of things) {
      pictures[id] = await draw(category, colour);
      const size = category === 'dress' ? 38 : 1;
      await call('PUT', `/v1/items/${id}`, { title, attributes: { category, colour, price, size } });
      await storePicture(id, pictures[id]);
    }
    await call('PUT', '/v1/items/hostile', {
      title: `Hostile ${hostile}`,
      description: hostile,
      attributes: { [hostile.slice(0, 60)]: hostile, colour: 'red', category: 'dress' },
    });
    // With all their vectors: each has a text, and four of them a picture.
    const isPublished = async () => expect((await call('GET', '/v1/index')).body).toMatchObject(published);
    const published = { items: 5, vectors: 9, pending: 0 };
    await vi.waitFor(isPublished, { timeout: 120_000, interval: 300 });
    const isFound = async () =>
      expect((await call('POST', '/v1/search', { text: 'dress' })).body.index.vectors).toBe(9);
    await vi.waitFor(isFound, { timeout: 30_000, interval: 300 });
  });

  afterAll(async () => {
    await browser?.close();
    await stack?.close();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  const places = [
    { name: 'in English on a desk', words: en, locale: 'en-GB', viewport: { width: 1280, height: 800 } },
    {
      name: 'in Chinese on a phone',
      words: zh,
      locale: 'zh-CN',
      viewport: { width: 360, height: 740 },
      hasTouch: true,
    },
  ] as const;

  describe.each(places)('$name', ({ words, name: _, ...options }) => {
    let opened: Opened;
    let page: Page;
    const prefix = options.locale === 'zh-CN' ? 'zh' : 'en';

    beforeAll(async () => {
      opened = await openPage(browser, options);
      page = opened.page;
    });
    afterAll(() => page.context().close());

    const go = (hash: string) => page.goto(`${stack.url}/#/${hash}`);
    const cards = () => page.locator('.card .card-title').allTextContents();
    const settled = async () => {
      await page.waitForSelector('.card .card-title');
      await page.waitForSelector('.results:not([aria-busy])');
    };
    const nextSearch = async (act: () => Promise<unknown>) => {
      const [request] = await Promise.all([
        page.waitForRequest((asked) => asked.url().endsWith('/v1/search') && asked.method() === 'POST'),
        act(),
      ]);
      await request.response();
      await settled();
      return request.postDataJSON();
    };
    const file = (name: string, buffer: Buffer, mimeType = 'image/jpeg') => ({ name, buffer, mimeType });

    it('asks for a key once, and says what the product is', async () => {
      await page.goto(stack.url);
      await page.getByLabel(words.key.field, { exact: true }).fill('wrong');
      await page.getByRole('button', { name: words.key.use }).click();
      await page.getByText(words.key.wrong).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await page.getByLabel(words.key.field, { exact: true }).fill(keys.TUWEN_ADMIN_KEY);
      await page.getByRole('button', { name: words.key.use }).click();
      await page.locator('.strip img').first().waitFor();
      await page.getByRole('heading', { level: 1, name: words.search.heroTitle }).waitFor();
      expect(await page.title()).toBe(words.shell.title);
      expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain(
        keys.TUWEN_ADMIN_KEY,
      );
      expect(await faultsOf(page)).toEqual([]);
    });

    it('searches by words with the keyboard alone, and the address brings it back', async () => {
      await page
        .getByRole('textbox', { name: words.search.field })
        .fill(prefix === 'zh' ? '红色连衣裙' : 'red dress');
      await nextSearch(() => page.keyboard.press('Enter'));
      expect((await cards())[0]).toBe('Red dress 红色连衣裙');
      expect(await page.locator('.timing').textContent()).toMatch(/\d/);
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('textbox', { name: words.search.field }).fill('watch');
      await nextSearch(() => page.keyboard.press('Enter'));
      await page.goBack();
      await settled();
      expect((await cards())[0]).toBe('Red dress 红色连衣裙');
      expect(await page.getByRole('textbox', { name: words.search.field }).inputValue()).toMatch(/red|红/);
    });

    it('searches by a picture from a file, by drop and by paste, by a part of it, and with words beside it', async () => {
      await go('search');
      const choose = page.getByLabel(words.search.addPictureLabel);
      const whole = await nextSearch(() => choose.setInputFiles(file('w.jpg', pictures['watch-black']!)));
      expect((await cards())[0]).toBe('Black watch 黑色手表');
      expect(whole.image.base64).toBe(pictures['watch-black']!.toString('base64'));
      expect(await faultsOf(page)).toEqual([]);

      for (const [kind, id, title] of [
        ['drop', 'bag-brown', 'Brown handbag 棕色手提包'],
        ['paste', 'dress-blue', 'Blue dress 蓝色连衣裙'],
      ] as const) {
        await nextSearch(() => handOver(page, kind, pictures[id]!));
        expect((await cards())[0]).toBe(title);
      }

      const frame = page.locator('.crop img');
      await frame.scrollIntoViewIfNeeded();
      const box = (await frame.boundingBox())!;
      const part = await nextSearch(async () => {
        await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.2);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.5);
        await page.mouse.move(box.x + box.width * 0.8, box.y + box.height * 0.7);
        await page.mouse.up();
      });
      expect(part.image.base64).not.toBe(pictures['dress-blue']!.toString('base64'));
      expect(page.url()).toMatch(/crop=\d+-\d+-\d+-\d+/);
      await page.locator('.crop-part').focus();
      const moved = await nextSearch(() => page.keyboard.press('ArrowDown'));
      expect(moved.image.base64).not.toBe(part.image.base64);

      // What stands in the box counts without having been sent by itself.
      await page.getByRole('textbox', { name: words.search.field }).fill('red');
      const both = await nextSearch(() => page.getByRole('button', { name: words.search.cropReset }).click());
      expect(both).toMatchObject({
        text: 'red',
        image: { base64: pictures['dress-blue']!.toString('base64') },
      });
      const slider = page.getByRole('slider', { name: words.search.mix });
      const mixed = await nextSearch(() => slider.press('ArrowRight'));
      expect(mixed.weights).toEqual({ text: 0.9, image: 1.1 });
      expect(await faultsOf(page)).toEqual([]);
    });

    it('brings a picture back with a reload, and says so where the browser does not have it', async () => {
      await page.reload();
      await giveKey(page, words);
      await settled();
      await page.locator('.crop img').waitFor();
      await go('search?picture=0123456789abcdef');
      await page.getByText(words.search.pictureGone).waitFor();
    });

    it('leaves out what is unwanted, and finds more like and not like a result', async () => {
      await go('search?text=dress');
      await settled();
      await page.getByText(words.search.options, { exact: true }).click();
      await page.getByLabel(words.search.without, { exact: true }).fill('blue');
      const without = await nextSearch(() => page.keyboard.press('Enter'));
      expect(without.without).toEqual({ text: 'blue' });
      const like = page.getByRole('link', { name: `${words.search.moreLike}: Red dress` });
      const liked = await nextSearch(() => like.click());
      expect(liked).toMatchObject({ itemId: 'dress-red' });
      expect(await cards()).not.toContain('Red dress 红色连衣裙');
      const unlike = page.getByRole('link', { name: `${words.search.notLike}: Blue dress` });
      const unliked = await nextSearch(() => unlike.click());
      expect(unliked.without).toEqual({ itemId: 'dress-blue' });
      await page.getByText(words.search.unlike, { exact: true }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
    });

    it('filters by what the index holds', async () => {
      const colours = {
        values: [
          { value: 'red', count: 2 },
          { value: 'blue', count: 1 },
        ],
        distinct: 2,
      };
      const attributes = { colour: colours, price: { min: 49, max: 120, count: 4 } };
      await page.route('**/v1/search/facets?*', (route) => route.fulfill({ json: { attributes } }));
      await page.goto('about:blank');
      await go('search?text=dress');
      await giveKey(page, words);
      await settled();
      if (prefix === 'zh') await page.locator('.filters summary').click();
      const byColour = await nextSearch(() => page.getByRole('checkbox', { name: /blue/ }).check());
      expect(byColour.filter).toEqual({ colour: { $in: ['blue'] } });
      expect(await cards()).toEqual(['Blue dress 蓝色连衣裙']);
      const byPrice = await nextSearch(async () => {
        await page.getByLabel(words.search.most, { exact: true }).fill('100');
        await page.keyboard.press('Enter');
      });
      expect(byPrice.filter).toEqual({ colour: { $in: ['blue'] }, price: { $lte: 100 } });
      expect(await faultsOf(page)).toEqual([]);
      // Was found before, and so is there at once.
      await page.getByRole('button', { name: words.search.clearFilters }).click();
      await expect.poll(async () => (await cards()).length).toBeGreaterThan(1);
      await page.unroute('**/v1/search/facets?*');
    });

    it('filters by numbers that are few, each of them a value', async () => {
      await page.goto('about:blank');
      await go('search?text=black');
      await giveKey(page, words);
      await settled();
      if (prefix === 'zh') await page.locator('.filters summary').click();
      const bySize = await nextSearch(() => page.getByRole('checkbox', { name: /^38/ }).check());
      expect(bySize.filter).toEqual({ size: { $in: [38] } });
      expect((await cards()).sort()).toEqual(['Blue dress 蓝色连衣裙', 'Red dress 红色连衣裙']);
      expect(await page.getByRole('checkbox', { name: /^38/ }).isChecked()).toBe(true);
    });

    it('leaves out what is not close where that is wanted, and says so where nothing is', async () => {
      await go('search?text=qwzx');
      await settled();
      await page.getByRole('checkbox', { name: words.search.onlyClose }).check();
      await page.getByRole('heading', { name: words.search.nothingClose }).waitFor();
      expect(await page.getByRole('status').filter({ hasText: words.search.nothingClose }).count()).toBe(1);
      expect(await cards()).toEqual([]);
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('button', { name: words.search.showNearest }).click();
      await settled();
      expect((await cards()).length).toBeGreaterThan(0);
      await page.goBack();
      await page.getByRole('heading', { name: words.search.nothingClose }).waitFor();
      // What is asked for next is asked for in the same way.
      await page.getByRole('textbox', { name: words.search.field }).fill('Red dress 红色连衣裙');
      const close = await nextSearch(() => page.keyboard.press('Enter'));
      expect(close.minMatch).toBe(0.5);
      expect((await cards())[0]).toBe('Red dress 红色连衣裙');
      expect(page.url()).toContain('close=1');
    });

    it('shows what a catalog says as words, whatever it says', async () => {
      await go('search?text=hostile');
      await settled();
      expect((await cards()).some((title) => title === `Hostile ${hostile}`)).toBe(true);
      await page.getByRole('button', { name: 'Hostile' }).click();
      await page.getByRole('dialog').getByText(hostile, { exact: true }).first().waitFor();
      await page.keyboard.press('Escape');
      await go('catalog/hostile');
      await page.getByRole('dialog').getByLabel(words.catalog.title, { exact: true }).waitFor();
      expect(await page.locator('main img[src="x"], main script, dialog script').count()).toBe(0);
      await page.keyboard.press('Escape');
      expect(await page.title()).toBe(`${words.nav.catalog} · Tuwen 图文`);
    });

    it('matches uploads, each with its progress, and says which failed and why', async () => {
      await go('match');
      await page
        .getByLabel(words.match.choose)
        .setInputFiles([
          file('bag.jpg', pictures['bag-brown']!),
          file('junk.jpg', Buffer.from('this is no picture')),
        ]);
      await page.getByText(words.match.summary(1, 1, 2)).waitFor();
      expect(await page.locator('.matches .match-title').first().textContent()).toContain('Brown handbag');
      await page.locator('.upload .badge-danger').waitFor();
      const reason = await page.locator('.upload:has(.badge-danger)').textContent();
      expect(reason).toContain('expected a picture in JPEG');
      if (prefix === 'zh') expect(reason).toContain(zh.problems.unsupported_media_type);
      expect(await faultsOf(page)).toEqual([]);
    });

    it('adds, edits and deletes an item with its picture', async () => {
      const id = `added-${prefix}`;
      await go('catalog');
      await page.getByRole('link', { name: words.catalog.add }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(words.catalog.id, { exact: false }).first().fill(id);
      await dialog.getByLabel(words.catalog.title, { exact: true }).fill('Added scarf 围巾');
      await dialog.getByRole('button', { name: words.catalog.addAttribute }).click();
      await dialog.getByLabel(words.catalog.attribute, { exact: true }).fill('price');
      await dialog.getByLabel(`${words.catalog.value} price`).fill('12.5');
      await dialog.getByLabel(words.catalog.addPictures).setInputFiles(file('a.jpg', pictures['dress-red']!));
      expect(await faultsOf(page)).toEqual([]);
      await dialog.getByRole('button', { name: words.common.save }).click();
      await page.getByText(words.catalog.saved(id)).waitFor();
      const item = async () => (await call('GET', `/v1/items/${id}`)).body;
      await expect.poll(async () => (await item()).pictures.length, { timeout: 30_000 }).toBe(1);
      expect(await item()).toMatchObject({ title: 'Added scarf 围巾', attributes: { price: 12.5 } });

      await page.getByRole('link', { name: words.catalog.editLabel('Added scarf 围巾') }).click();
      const title = dialog.getByLabel(words.catalog.title, { exact: true });
      // As when somebody opens the choice of files and leaves it without one.
      await dialog.getByLabel(words.catalog.addPictures).dispatchEvent('cancel');
      await title.fill('Given up');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: words.catalog.leaveTitle }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await page.keyboard.press('Escape');
      expect(await title.inputValue()).toBe('Given up');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: words.catalog.leave, exact: true }).click();
      await dialog.first().waitFor({ state: 'detached' });
      await page.getByRole('link', { name: words.catalog.editLabel('Added scarf 围巾') }).click();
      await title.fill('Edited scarf');
      await dialog.getByRole('button', { name: words.common.save }).click();
      await page.getByRole('link', { name: words.catalog.editLabel('Edited scarf') }).waitFor();
      expect(await item()).toMatchObject({ title: 'Edited scarf', attributes: { price: 12.5 } });

      const open = page.getByRole('link', { name: words.catalog.editLabel('Edited scarf') });
      await open.click();
      await dialog.getByRole('button', { name: words.catalog.removePicture(1) }).click();
      await dialog.getByText(words.catalog.pictureLeaves).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await dialog.getByRole('button', { name: words.catalog.keepPicture(1) }).click();
      await dialog.getByRole('button', { name: words.catalog.removePicture(1) }).click();
      expect((await item()).pictures.length).toBe(1);
      await dialog.getByRole('button', { name: words.common.save }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await item()).toMatchObject({ title: 'Edited scarf', pictures: [] });

      // The same picture comes back, and once however often it is added.
      for (const _ of [1, 2]) {
        await open.click();
        await dialog
          .getByLabel(words.catalog.addPictures)
          .setInputFiles(file('a.jpg', pictures['dress-red']!));
        await dialog.getByRole('button', { name: words.common.save }).click();
        await dialog.waitFor({ state: 'detached' });
        const states = async () => (await item()).pictures.map(({ status }: { status: string }) => status);
        await expect.poll(states, { timeout: 30_000 }).toEqual(['ready']);
      }

      await page.getByRole('button', { name: words.catalog.deleteLabel('Edited scarf') }).click();
      await page.getByRole('dialog').getByRole('button', { name: words.common.delete }).click();
      await page.getByText(words.catalog.deleted(id)).waitFor();
      expect((await call('GET', `/v1/items/${id}`)).status).toBe(404);
      expect(await faultsOf(page)).toEqual([]);
    });

    it('imports a file with its pictures, and lists what did not go in by line and reason', async () => {
      const csv = [
        'id,title,images,price',
        `i-${prefix}-1,"Hat, grey 帽子",hat.jpg,19.9`,
        `i/${prefix},Bad id,,1`,
        `i-${prefix}-2,Bad picture,junk.jpg,5`,
        `i-${prefix}-3,Lost picture,lost.jpg,6`,
        `i-${prefix}-4,Picture elsewhere,https://127.0.0.1/hat.png,7`,
      ].join('\r\n');
      await go('catalog?import=1');
      const choose = () =>
        page
          .getByLabel(words.import.choose, { exact: true })
          .setInputFiles([
            file('shop.csv', Buffer.from(csv), 'text/csv'),
            file('hat.jpg', pictures['dress-red']!),
            file('junk.jpg', Buffer.from('this is no picture')),
          ]);
      const run = async () => {
        await page.getByRole('button', { name: words.import.start }).click();
        await page.getByRole('button', { name: words.import.another }).waitFor({ timeout: 60_000 });
        return page.locator('.faults tbody tr').allTextContents();
      };
      const item = async (n: number) => (await call('GET', `/v1/items/i-${prefix}-${n}`)).body;
      await choose();
      expect(await faultsOf(page)).toEqual([]);
      const asksBeforeLeaving = () =>
        page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
      let asksMeanwhile = false;
      await page.route('**/v1/items/batch', async (route) => {
        asksMeanwhile = await asksBeforeLeaving();
        await route.continue();
      });
      const lines = await run();
      await page.unroute('**/v1/items/batch');
      expect([asksMeanwhile, await asksBeforeLeaving()]).toEqual([true, false]);
      expect(lines.map((line) => line[0])).toEqual(['3', '4', '5', '6']);
      expect(lines[0]).toContain('expected an item id');
      expect(lines[1]).toContain('junk.jpg');
      expect(lines[2]).toContain(words.import.missing('lost.jpg'));
      expect(lines[3]).toContain('127.0.0.1');
      if (prefix === 'zh') {
        expect(lines[0]).toContain(zh.problems.invalid_id);
        expect(lines[1]).toContain(zh.problems.unsupported_media_type);
        expect(lines[3]).toContain(zh.problems.unreachable_picture);
      }
      const first = [await item(1), await item(2)];
      expect(first[0]).toMatchObject({
        title: 'Hat, grey 帽子',
        attributes: { price: 19.9 },
        pictures: [{ status: 'ready' }],
      });
      expect(await faultsOf(page)).toEqual([]);

      // Again, and nothing changes: pictures are named by what they hold.
      await page.getByRole('button', { name: words.import.another }).click();
      await choose();
      expect(await run()).toEqual(lines);
      const figures = await page.locator('.figures > div').allTextContents();
      expect(figures.slice(0, 3)).toEqual([
        `${words.import.created}0`,
        `${words.import.updated}0`,
        `${words.import.unchanged}4`,
      ]);
      const withoutUrls = (value: unknown) =>
        JSON.stringify(value, (key, part) => (key === 'url' ? '' : part));
      expect(withoutUrls([await item(1), await item(2)])).toEqual(withoutUrls(first));
      await page.getByRole('button', { name: words.import.another }).click();
    });

    it('rebuilds with progress, and rolls back after a question', async () => {
      await go('index');
      await page.getByRole('button', { name: words.index.rebuild }).click();
      await page.locator('.rebuild .note-good').waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: words.index.rollback }).first().click();
      await page.getByRole('dialog').getByText(words.index.rollbackTitle).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('dialog').getByRole('button', { name: words.index.goLive }).click();
      await page.getByText(words.index.pinned).waitFor();
      expect((await call('GET', '/v1/index')).body.pinned).toBe(true);
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('button', { name: words.index.unpin }).click();
      await page.getByText(words.index.pinned).waitFor({ state: 'detached' });
    });

    it('says when there is no connection, and goes on when it is back', async () => {
      await go('search?text=dress');
      await settled();
      await page.context().setOffline(true);
      await page.getByText(words.common.offline).waitFor();
      await page.getByRole('textbox', { name: words.search.field }).fill('bag');
      await page.keyboard.press('Enter');
      await page.getByText(words.common.unreachable).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await page.context().setOffline(false);
      await nextSearch(() => page.getByRole('button', { name: words.common.retry }).click());
    });

    it('asked nobody but its own server and bucket, and broke no rule of its policy', () => {
      expect([...opened.origins].sort()).toEqual([stack.url, stack.s3Url].sort());
      expect(opened.faults).toEqual([]);
    });
  });

  it('asks nobody again who would give no key', async () => {
    const { page } = await openPage(browser, { locale: 'en-GB' });
    await page.clock.install();
    await page.goto(`${stack.url}/#/index`);
    const dialog = page.getByRole('dialog', { name: en.key.title });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: en.common.retry }).first().waitFor();
    // The view looks by itself every few seconds, where it may.
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.clock.runFor(30_000);
    await page.evaluate(() => document.visibilityState);
    expect(asked).toEqual([]);
    expect(await dialog.count()).toBe(0);
    await page.context().close();
  });

  it.each([
    { locale: 'zh-CN', viewport: { width: 1280, height: 800 } },
    { locale: 'en-GB', viewport: { width: 360, height: 740 } },
  ] as const)(
    'is as sound in $locale at $viewport.width pixels by night, and switches its language',
    async (options) => {
      const { page } = await openPage(browser, { ...options, colorScheme: 'dark' });
      const [own, other] = options.locale === 'zh-CN' ? [zh, en] : [en, zh];
      await page.goto(stack.url);
      await giveKey(page, own);
      await page.locator('.strip img').first().waitFor();
      expect(await faultsOf(page)).toEqual([]);
      for (const [hash, shown] of [
        ['search?text=dress', '.card .card-title'],
        ['match', '.drop'],
        ['catalog', '.items tbody tr'],
        ['catalog?import=1', '.drop'],
        ['index', '.table tbody tr'],
      ] as const) {
        await page.evaluate((to) => location.assign(`#/${to}`), hash);
        await page.locator(shown).first().waitFor();
        expect([hash, await faultsOf(page)]).toEqual([hash, []]);
      }
      await page.getByRole('button', { name: own.nav.otherLanguageLabel }).click();
      await page.getByRole('heading', { level: 1, name: other.index.heading }).waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(
        options.locale === 'zh-CN' ? 'en' : 'zh-Hans',
      );
      await page.context().close();
    },
  );
});

async function giveKey(page: Page, words: { key: { field: string; use: string } }): Promise<void> {
  await page.getByLabel(words.key.field, { exact: true }).fill(keys.TUWEN_ADMIN_KEY);
  await page.getByRole('button', { name: words.key.use }).click();
}

/** As if somebody had dropped or pasted the picture. */
async function handOver(page: Page, kind: 'drop' | 'paste', picture: Buffer): Promise<void> {
  await page.evaluate(
    ([kind, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], 'picture.jpg', { type: 'image/jpeg' }));
      dispatchEvent(
        kind === 'drop'
          ? new DragEvent('drop', { dataTransfer: transfer, cancelable: true })
          : new ClipboardEvent('paste', { clipboardData: transfer, cancelable: true }),
      );
    },
    [kind, picture.toString('base64')] as const,
  );
}
