import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedObjects } from '../../infra/local/seed-objects.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { freeStack } from '../free-stack.ts';

/** What each event in events/ is for, and what its function answers. */
const expected: Record<string, [name: string, reply: unknown]> = {
  'search-text.json': ['search', { statusCode: 200, body: { results: [], index: { vectors: 0 } } }],
  'search-query-string.json': ['search', { statusCode: 200, body: { results: [] } }],
  'search-batch.json': [
    'search',
    { statusCode: 200, body: { answers: [{ results: [] }, { problem: { code: 'not_found' } }] } },
  ],
  'search-facets.json': ['search', { statusCode: 200, body: { attributes: {} } }],
  'search-form.json': ['search', { statusCode: 200, body: { results: [] } }],
  'health.json': ['search', { statusCode: 200, body: { status: 'ok' } }],
  'put-item.json': ['catalog', { statusCode: 201, body: { id: 'dress 1' } }],
  'put-items.json': [
    'catalog',
    { statusCode: 200, body: { outcomes: [{ status: 'created' }, { code: 'invalid_id' }] } },
  ],
  'create-upload.json': ['catalog', { statusCode: 201, body: { method: 'PUT' } }],
  'index.json': ['catalog', { statusCode: 200, body: { dimensions: 256 } }],
  'not-found.json': ['web', { statusCode: 404, body: { code: 'not_found' } }],
  'openapi.json': ['web', { statusCode: 200, body: { openapi: '3.1.0' } }],
  'docs.json': ['web', { statusCode: 200, body: expect.stringContaining('POST /v1/search/batch') }],
  'web-root.json': ['web', { statusCode: 200 }],
  'upload-created.json': ['ingest', { batchItemFailures: [] }],
  'catalog-picture-created.json': ['ingest', { batchItemFailures: [] }],
  'catalog-picture-deleted.json': ['ingest', { batchItemFailures: [] }],
  'import-created.json': ['import', { batchItemFailures: [] }],
  'search-picture.json': ['search', { statusCode: 200, body: { results: [] } }],
  'similar.json': ['search', { statusCode: 404, body: { code: 'not_found' } }],
  'match.json': ['search', { results: [], index: { vectors: 0 } }],
  'get-item.json': ['catalog', { statusCode: 404, body: { code: 'not_found' } }],
  'get-match.json': ['catalog', { body: {} }],
  'upload-deleted.json': ['ingest', { batchItemFailures: [] }],
  'import-continue.json': ['import', null],
  'embed-ahead.json': ['reindex', { status: 'embedded' }],
  'schedule.json': ['reindex', { status: expect.stringMatching(/^(succeeded|idle)$/) }],
  'rebuild.json': ['reindex', { status: 'succeeded' }],
  'rebuild-continue.json': ['reindex', { status: 'succeeded' }],
  // Goes on by itself, so it comes last.
  'ask-rebuild.json': ['catalog', { statusCode: 202 }],
};

// The Node that Lambda runs may be named, so that the same bundles are tried on it too.
const nodes = [undefined, ...(process.env.TUWEN_NODE24 ? [process.env.TUWEN_NODE24] : [])];

describe.each(nodes)('every event through its bundled handler in a fresh process (node: %s)', (nodeFile) => {
  let directory: string;
  let stack: Stack;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tuwen-events-'));
    stack = await startStack({
      ...freeStack,
      dataDirectory: directory,
      scheduleMs: 0,
      nodeFile,
    });
  });
  afterAll(async () => {
    await stack?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('has an expectation for every file', async () => {
    expect((await readdir('events')).sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(expected))('%s', async (file, [name, reply]) => {
    const event = await seedObjects(JSON.parse(await readFile(join('events', file), 'utf8')), stack);
    const outcome = await stack.host.invoke(name, event);
    if ('error' in outcome) throw new Error(outcome.error.errorMessage);
    const result = JSON.parse(outcome.payload);
    const isJson = result?.headers?.['content-type']?.includes('json');
    expect(isJson ? { ...result, body: JSON.parse(result.body) } : result).toMatchObject(reply as object);
  });
});

if (!process.env.TUWEN_NODE24) console.log('events on Node 24: skipped, TUWEN_NODE24 names no Node 24');
