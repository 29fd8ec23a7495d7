import type { PageAssets } from './assets.ts';
import type { Language } from './language.ts';
import { en } from './page/strings/en.ts';
import { zh } from './page/strings/zh.ts';

const strings = { en, zh };

/** The document into which the script draws the page; the page then picks its language by itself. */
export function renderShell({ assets, language }: { assets: PageAssets; language: Language }): string {
  const { title, description, needsScript } = strings[language].shell;
  return `<!doctype html>${(
    <html lang={language === 'zh' ? 'zh-Hans' : 'en'}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={description} />
        <title>{title}</title>
        <link rel="icon" href={`/assets/${assets.icon.name}`} type="image/svg+xml" />
        <link rel="stylesheet" href={`/assets/${assets.stylesheet.name}`} />
        <script type="module" src={`/assets/${assets.script.name}`} />
      </head>
      <body>
        <div id="page" />
        <noscript>
          <p class="no-script">{needsScript}</p>
        </noscript>
      </body>
    </html>
  )}`;
}
