import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { catalogEnvironment } from '../../../functions/catalog/env.ts';
import { keySource } from '../../../functions/http/keys.ts';
import { importEnvironment } from '../../../functions/import/env.ts';
import { ingestEnvironment } from '../../../functions/ingest/env.ts';
import { reindexEnvironment } from '../../../functions/reindex/env.ts';
import { searchEnvironment } from '../../../functions/search/env.ts';
import { readSettings } from '../../../functions/settings.ts';
import { webEnvironment } from '../../../functions/web/env.ts';
import { type FunctionName, functionNames } from '../../../infra/bundles.ts';
import { type Synthesized, synthesize } from './synthesize.ts';

const schemas = {
  search: searchEnvironment,
  catalog: catalogEnvironment,
  ingest: ingestEnvironment,
  import: importEnvironment,
  reindex: reindexEnvironment,
  web: webEnvironment,
};

const deployed = synthesize();
const elsewhere = synthesize({
  architecture: 'x86_64',
  searchMemoryMb: 6000,
  searchRows: 'disk',
  searchThreads: 3,
  searchStorageMb: 1000,
  embedder: 'dashscope',
  dashscopeSecret: 'tuwen/dashscope',
  dashscopeModel: 'tongyi-embedding-vision-plus',
  dashscopeBaseUrl: 'https://dashscope-intl.aliyuncs.com',
  dashscopeDimensions: 1152,
  onnxModel: 'clip',
  uploadDays: 3,
  keepVersions: 2,
  tracing: true,
});

const functionOf = ({ resource }: Synthesized, name: FunctionName) =>
  resource('AWS::Lambda::Function', `${name[0]!.toUpperCase()}${name.slice(1)}Function`).Properties;

/** The settings of a function, read as it reads them when it starts. */
function settingsOf<Schema extends z.ZodType>(
  from: Synthesized,
  name: FunctionName,
  schema: Schema,
): z.output<Schema> {
  const { Environment, MemorySize } = functionOf(from, name);
  const byLambda = { AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize) };
  return readSettings(schema, { ...Environment.Variables, ...byLambda });
}

describe.each(functionNames)('the function %s', (name) => {
  test('runs on Node 24 and arm64 by default, in at most 3,008 MB', () => {
    const { Runtime, Architectures, Handler, MemorySize } = functionOf(deployed, name);
    expect({ Runtime, Architectures, Handler }).toEqual({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'handler.handler',
    });
    expect(MemorySize).toBeLessThanOrEqual(3008);
    expect(functionOf(elsewhere, name).Architectures).toEqual(['x86_64']);
  });

  test.each([
    ['by default', deployed],
    ['with other settings', elsewhere],
  ])('is given every setting it needs, and none that it does not know: %s', (_, from) => {
    const schema = schemas[name];
    expect(() => settingsOf(from, name, schema)).not.toThrow();
    const given = Object.keys(functionOf(from, name).Environment.Variables);
    expect(Object.keys(schema.shape)).toEqual(expect.arrayContaining(given));
  });

  test('keeps its log for the days set and no longer', () => {
    const { LogGroup } = functionOf(deployed, name).LoggingConfig;
    const log = deployed.resource('AWS::Logs::LogGroup', LogGroup.slice(2, -1));
    expect(log.Properties.RetentionInDays).toBe(30);
  });

  test('reserves no concurrency, which new accounts have none to spare of', () => {
    expect(functionOf(deployed, name)).not.toHaveProperty('ReservedConcurrentExecutions');
  });
});

test.each(['import', 'reindex'] as const)(
  '%s may invoke itself for as long as our own limit lets it',
  (name) => {
    expect(functionOf(deployed, name).RecursiveLoop).toBe('Allow');
    const config = deployed
      .resources('AWS::Lambda::EventInvokeConfig')
      .find(({ logicalId }) => logicalId.toLowerCase().startsWith(name))!;
    expect(config.Properties.MaximumRetryAttempts).toBe(2);
    const { Destination } = config.Properties.DestinationConfig.OnFailure;
    expect(Destination).toMatch(new RegExp(`^\\$\\{${name}FailedQueue\\w+\\.Arn\\}$`, 'i'));
  },
);

test('no other function may loop', () => {
  for (const name of ['search', 'catalog', 'ingest', 'web'] as const)
    expect(functionOf(deployed, name)).not.toHaveProperty('RecursiveLoop');
});

test('searching, what may be published and what rebuilds it follow searchMemoryMb', () => {
  expect(functionOf(elsewhere, 'search').MemorySize).toBe(6000);
  expect(functionOf(elsewhere, 'reindex').MemorySize).toBe(6000);
  expect(settingsOf(elsewhere, 'reindex', reindexEnvironment).TUWEN_SEARCH_MEMORY_MB).toBe(6000);
});

test('searching is told by how many threads', () => {
  expect(settingsOf(deployed, 'search', schemas.search)).toMatchObject({ TUWEN_SEARCH_THREADS: 'auto' });
  expect(settingsOf(elsewhere, 'search', schemas.search)).toMatchObject({ TUWEN_SEARCH_THREADS: 3 });
});

test('both have the disk for fp16 rows that is set, beside room for a model, and know where rows go', () => {
  for (const name of ['search', 'reindex'] as const) {
    expect(functionOf(deployed, name).EphemeralStorage.Size).toBe(2048 + 2 * (3008 - 768));
    expect(settingsOf(deployed, name, schemas[name])).toMatchObject({
      TUWEN_SEARCH_ROWS: 'auto',
      TUWEN_SEARCH_STORAGE_MB: 2 * (3008 - 768),
    });
    expect(functionOf(elsewhere, name).EphemeralStorage.Size).toBe(2048 + 1000);
    expect(settingsOf(elsewhere, name, schemas[name])).toMatchObject({
      TUWEN_SEARCH_ROWS: 'disk',
      TUWEN_SEARCH_STORAGE_MB: 1000,
    });
  }
});

test('the settings of the embedder reach all that embed', () => {
  for (const name of ['search', 'ingest', 'reindex'] as const)
    expect(settingsOf(elsewhere, name, schemas[name])).toMatchObject({
      TUWEN_EMBEDDER: 'dashscope',
      DASHSCOPE_SECRET_ID: 'tuwen/dashscope',
      DASHSCOPE_BASE_URL: 'https://dashscope-intl.aliyuncs.com',
      DASHSCOPE_MODEL: 'tongyi-embedding-vision-plus',
      DASHSCOPE_DIMENSIONS: 1152,
      TUWEN_ONNX_MODEL: 'clip',
    });
});

test('other settings reach the function that they are for', () => {
  expect(settingsOf(elsewhere, 'ingest', ingestEnvironment).TUWEN_UPLOAD_DAYS).toBe(3);
  expect(settingsOf(elsewhere, 'reindex', reindexEnvironment).TUWEN_KEEP_VERSIONS).toBe(2);
});

test.each(['search', 'catalog'] as const)('%s asks callers for the keys of the secrets', async (name) => {
  const values: Record<string, string> = {};
  for (const { logicalId } of deployed.resources('AWS::SecretsManager::Secret'))
    values[`\${${logicalId}}`] = `the value of ${logicalId}`;
  const settings = settingsOf(deployed, name, schemas[name]);
  const keys = await keySource(settings, async (id) => values[id]!)();
  expect(keys).toEqual({
    searchKey: expect.stringContaining('KeysSearch'),
    adminKey: expect.stringContaining('KeysAdmin'),
  });
});

test('no secret stands in the template', () => {
  for (const name of functionNames) {
    const variables = Object.keys(functionOf(elsewhere, name).Environment.Variables);
    for (const secret of ['TUWEN_SEARCH_KEY', 'TUWEN_ADMIN_KEY', 'DASHSCOPE_API_KEY', 'TUWEN_OPEN'])
      expect(variables).not.toContain(secret);
  }
  expect(elsewhere.json).not.toContain('{{resolve:');
});
