import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { examplePath } from '../../functions/web/docs/curl.ts';
import { type Operation, operationsOf } from '../../functions/web/docs/operations.ts';
import { createOpenApi } from '../../functions/web/openapi.ts';
import { errorCodes } from '../../shared/api/problems.ts';
import { createApps } from './apps.ts';

const document = createOpenApi();
const operations = operationsOf(document);

/** What the examples speak of. */
async function shop() {
  const shop = createApps();
  const { world } = shop;
  await world.items.put('jeans-blue-01', {
    title: 'Blue straight jeans 蓝色直筒牛仔裤',
    attributes: { category: 'jeans', colour: 'blue' },
  });
  await world.items.put('dress', { title: 'red dress', attributes: { category: 'dress' } });
  const picture = await world.upload('catalog/jeans-blue-01/front.jpg', 'blue jeans');
  await world.ingestPicture({ ...picture, itemId: 'jeans-blue-01' }, world);
  await world.publish();
  await world.matchUpload(await world.upload('uploads/shoe.jpg', 'red shoe'), {
    deadlineMs: world.deadlineMs,
    lastTry: false,
  });
  return shop;
}

function bodyOf({ mediaType, example }: Operation['bodies'][number]): unknown {
  if (mediaType !== 'multipart/form-data') return example;
  const form = new FormData();
  for (const [name, value] of Object.entries(example as Record<string, string>)) form.set(name, value);
  return form;
}

/** What takes something away, or needs what another makes, comes after it. */
const late = ['getRun', 'rollback', 'deletePicture', 'deleteItem'];
const inOrder = [...operations].sort((a, b) => late.indexOf(a.operationId) - late.indexOf(b.operationId));

describe('the document', () => {
  it('is valid OpenAPI 3.1 to a public validator', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  it('has an example of every operation that runs', async () => {
    const { search, catalog } = await shop();
    // No example can know what a version will be called.
    const { version } = (await catalog('GET', '/v1/index')).body;
    const pathOf = (operation: Operation) =>
      examplePath(operation).replace(/(?<=\/versions\/)[^/]+/, version);
    for (const operation of inOrder) {
      const { method, path, bodies, operationId } = operation;
      const send = /^\/(health|v1\/search)|\/similar$/.test(path) ? search : catalog;
      const sent = bodies.length > 0 ? bodies.map(bodyOf) : [undefined];
      for (const body of sent) {
        const answer = await send(method.toUpperCase(), pathOf(operation), body);
        expect([operationId, answer.status, answer.body]).toEqual([
          operationId,
          expect.toSatisfy((status: number) => status < 300),
          answer.body,
        ]);
        for (const outcome of answer.body?.answers ?? []) expect(outcome).not.toHaveProperty('problem');
        for (const outcome of answer.body?.outcomes ?? []) expect(outcome.status).not.toBe('failed');
      }
    }
  });

  it('knows every route that an app answers, and no other', async () => {
    const { apps } = createApps();
    const answered = [...apps.search.routes, ...apps.catalog.routes]
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)(\{\.\+\})?/g, '{$1}')}`);
    const told = operations.map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(answered)].sort()).toEqual(told.sort());
  });

  it('names every operation once, and lists the codes of its problems', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { responses, path } of operations) {
      expect(responses.map(({ status }) => status)).toContain('500');
      if (path !== '/health') expect(responses.map(({ status }) => status)).toContain('401');
    }
    const listed = JSON.stringify(operations.map(({ responses }) => responses));
    // Of rows and uploads, told inside answers; and codes that no route gives.
    const others = ['invalid_row', 'not_processed', 'rate_limited', 'method_not_allowed'];
    for (const code of errorCodes.filter((known) => !others.includes(known)))
      expect(listed).toContain(`"${code}"`);
  });

  it('tells how to send a key, and that health wants none', () => {
    expect(document.components?.securitySchemes).toMatchObject({
      bearer: { type: 'http', scheme: 'bearer' },
      key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
    });
    expect(document.paths?.['/health']?.get?.security).toEqual([]);
  });
});

describe('the web function', () => {
  it('serves the document', async () => {
    const { apps } = createApps();
    const response = await apps.web.request('/openapi.json');
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('serves a reader of it that asks nothing of anybody else and runs no script', async () => {
    const { apps } = createApps();
    const headers = { host: 'api.shop.example', 'x-forwarded-proto': 'https' };
    const response = await apps.web.request('/docs', { headers });
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    const page = await response.text();
    for (const { operationId, path, summary } of operations) {
      expect(page).toContain(`<article id="${operationId}">`);
      expect(page).toContain(`<code>${path}</code>`);
      expect(page).toContain(summary.replaceAll('"', '&quot;').replaceAll("'", '&#39;'));
    }
    expect(page).toContain('https://api.shop.example/v1/search');
    expect(page).not.toMatch(/<script|style=|<img|\son\w+=|\[object|undefined/);
    const asked = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target!);
    for (const target of asked) expect(target).toMatch(/^(#|\/$|\/docs\/style\.css$|\/openapi\.json$)/);
    // Every link within the page leads somewhere.
    for (const target of asked.filter((each) => each.startsWith('#')))
      expect(page).toContain(`id="${target.slice(1)}"`);
    const style = await apps.web.request('/docs/style.css');
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(await style.text()).not.toMatch(/url\(|@import/);
  });

  it('puts nothing of a host that is none into the page', async () => {
    const { apps } = createApps();
    const response = await apps.web.request('/docs', { headers: { host: '"><script>alert(1)</script>' } });
    expect(await response.text()).not.toContain('<script');
  });
});
