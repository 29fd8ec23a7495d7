import { describe, expect, it } from 'vitest';
import { createWebApp } from '../../functions/web/app.ts';
import type { Asset } from '../../functions/web/assets.ts';
import { languageOf } from '../../functions/web/language.ts';

const asset = (name: string, type: string): Asset => ({ name, type, bytes: new TextEncoder().encode(name) });
const app = createWebApp({
  log: { info() {}, warn() {}, error() {} } as unknown as Parameters<typeof createWebApp>[0]['log'],
  assets: {
    script: asset('page-A.js', 'text/javascript; charset=utf-8'),
    stylesheet: asset('page-B.css', 'text/css; charset=utf-8'),
    icon: asset('icon-C.svg', 'image/svg+xml'),
  },
  bucketUrl: 'https://shop.s3.eu-west-1.amazonaws.com/',
});

describe('the web function', () => {
  it('allows the page its own files and the bucket, and nothing inline', async () => {
    const policy = (await app.request('/')).headers.get('content-security-policy')!;
    const rules = Object.fromEntries(policy.split('; ').map((rule) => rule.split(/ (.*)/s).slice(0, 2)));
    expect(rules).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' blob: https://shop.s3.eu-west-1.amazonaws.com",
      'connect-src': "'self' https://shop.s3.eu-west-1.amazonaws.com",
    });
    expect(policy).not.toContain('unsafe');
  });

  it('serves a document in the language of the browser, which names its files', async () => {
    const document = async (language: string) =>
      (await app.request('/', { headers: { 'accept-language': language } })).text();
    expect(await document('zh-CN,zh;q=0.9,en;q=0.8')).toContain('<html lang="zh-Hans">');
    const english = await document('fr,en;q=0.5');
    expect(english).toContain('<html lang="en">');
    for (const name of ['page-A.js', 'page-B.css', 'icon-C.svg'])
      expect(english).toContain(`/assets/${name}`);
    expect(english).not.toMatch(/<script(?![^>]* src=)|<style| style=| on[a-z]+=/);
  });

  it('serves its files for ever, and a problem for any other', async () => {
    const script = await app.request('/assets/page-A.js');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await script.text()).toBe('page-A.js');
    const missing = await app.request('/assets/page-Z.js');
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ code: 'not_found' });
  });
});

describe('the language of a browser', () => {
  it.each([
    ['', 'en'],
    ['zh', 'zh'],
    ['zh-Hant-TW', 'zh'],
    ['en;q=0.4, zh;q=0.9', 'zh'],
    ['de, fr', 'en'],
    ['de, zh;q=0.1', 'zh'],
  ])('that accepts %j is %s', (accepted, language) => {
    expect(languageOf(accepted)).toBe(language);
  });
});
