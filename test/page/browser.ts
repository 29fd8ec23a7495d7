import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** The browser of the machine; none is ever downloaded. */
export const browserFile = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => existsSync(path));

/** With a fresh profile, and quiet: it asks nobody but the page's own server for anything. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: browserFile!,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Pages live for seconds here: to compile what they run takes more than it saves.
      '--js-flags=--jitless',
    ],
  });

export interface Opened {
  readonly page: Page;
  /** Origins that were asked for anything. */
  readonly origins: ReadonlySet<string>;
  /** What the page did that its policy forbids, and what it failed at. */
  readonly faults: readonly string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions): Promise<Opened> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const origins = new Set<string>();
  const faults: string[] = [];
  await page.exposeFunction('tellFault', (fault: string) => faults.push(fault));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      Reflect.get(window, 'tellFault')(`${violatedDirective} ${blockedURI}`),
    );
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http')) origins.add(origin);
  });
  return { page, origins, faults };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with what is shown, and a page that is wider than its window. */
export async function faultsOf(page: Page): Promise<string[]> {
  // Through the debugger, to which the page's policy does not apply, and once for a document.
  if (!(await page.evaluate(() => Reflect.has(window, 'axe')))) await page.evaluate(axe);
  const found: string[] = await page.evaluate(async () => {
    const run = Reflect.get(window, 'axe').run as (
      root: Document,
      options: object,
    ) => Promise<{ violations: { id: string; nodes: { target: string[]; html: string }[] }[] }>;
    const { violations } = await run(document, { resultTypes: ['violations'] });
    const told = violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, html }) => `${id}: ${target.join(' ')} ${html.slice(0, 120)}`),
    );
    const { scrollWidth } = document.documentElement;
    return scrollWidth > innerWidth ? [...told, `${scrollWidth} pixels wide in ${innerWidth}`] : told;
  });
  return found;
}
