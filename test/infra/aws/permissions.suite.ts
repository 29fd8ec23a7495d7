import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { tables } from '../../../shared/catalog/tables.ts';
import { synthesize } from './synthesize.ts';

const deployed = synthesize();
const withDashScope = synthesize({
  embedder: 'dashscope',
  dashscopeSecret: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:dashscope-AbCdEf',
  tracing: true,
  alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:ops',
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** What a role may do: resources by action, named as people do. */
function permissionsOf(from: typeof deployed, role: string): Record<string, string[]> {
  const allowed = new Map<string, Set<string>>();
  for (const { Properties } of from.resources('AWS::IAM::Policy')) {
    if (!Properties.Roles.some((name: string) => name.startsWith(`\${${role}Role`))) continue;
    for (const statement of Properties.PolicyDocument.Statement as Statement[]) {
      expect(statement.Effect).toBe('Allow');
      for (const action of list(statement.Action))
        for (const resource of list(statement.Resource))
          allowed.set(action, (allowed.get(action) ?? new Set()).add(nameOf(resource)));
    }
  }
  return Object.fromEntries([...allowed].map(([action, resources]) => [action, [...resources].sort()]));
}

/** `${StateObjectsBucket1A2B3C4D.Arn}/index/*` → `bucket/index/*`. */
const nameOf = (resource: string): string =>
  resource.replace(/\$\{(\w+?)(?:[0-9A-F]{8})?(?:\.Arn)?\}/g, '$1').replace(/^StateObjectsBucket/, 'bucket');

const objects = (permissions: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(permissions).filter(([action]) => action.startsWith('s3:')));

describe('objects in the bucket', () => {
  const write = (...keys: string[]) => ({ 's3:PutObject': keys, 's3:AbortMultipartUpload': keys });

  test('search reads what it answers with and writes nothing', () => {
    expect(objects(permissionsOf(deployed, 'Search'))).toEqual({
      's3:ListBucket': ['bucket'],
      's3:GetObject': [
        'bucket/catalog/*',
        'bucket/derived/*',
        'bucket/index/*',
        'bucket/models/*',
        'bucket/uploads/*',
      ],
    });
  });

  test('catalog writes pictures and the pointer, and deletes pictures of items alone', () => {
    expect(objects(permissionsOf(deployed, 'Catalog'))).toEqual({
      's3:ListBucket': ['bucket'],
      's3:GetObject': ['bucket/catalog/*', 'bucket/derived/*', 'bucket/index/*', 'bucket/uploads/*'],
      's3:DeleteObject': ['bucket/catalog/*'],
      ...write('bucket/catalog/*', 'bucket/index/current.json', 'bucket/uploads/*'),
    });
  });

  test('ingest writes normalised pictures and nothing of the index', () => {
    expect(objects(permissionsOf(deployed, 'Ingest'))).toEqual({
      's3:ListBucket': ['bucket'],
      's3:GetObject': [
        'bucket/catalog/*',
        'bucket/derived/*',
        'bucket/index/current.json',
        'bucket/models/*',
        'bucket/uploads/*',
      ],
      ...write('bucket/derived/*'),
    });
  });

  test('import reads imports, writes reports, and keeps the pictures that rows name by URL', () => {
    expect(objects(permissionsOf(deployed, 'Import'))).toEqual({
      's3:ListBucket': ['bucket'],
      's3:GetObject': ['bucket/catalog/*', 'bucket/imports/*'],
      's3:DeleteObject': ['bucket/catalog/*'],
      ...write('bucket/catalog/*', 'bucket/imports/*.report.json'),
    });
  });

  test('reindex writes and removes versions, and leaves pictures of items alone', () => {
    expect(objects(permissionsOf(deployed, 'Reindex'))).toEqual({
      's3:ListBucket': ['bucket'],
      's3:GetObject': ['bucket/catalog/*', 'bucket/derived/*', 'bucket/index/*', 'bucket/models/*'],
      's3:DeleteObject': ['bucket/index/*'],
      ...write('bucket/derived/*', 'bucket/index/*', 'bucket/models/*'),
    });
  });
});

describe('records in the tables', () => {
  test.each([
    ['Search', { get: ['items', 'pictures'], list: [], write: [] }],
    [
      'Catalog',
      {
        get: ['items', 'matches', 'pictures', 'runs'],
        list: ['items'],
        write: ['items', 'pictures', 'runs'],
      },
    ],
    [
      'Ingest',
      {
        get: ['embeddings', 'items', 'matches', 'pictures'],
        list: [],
        write: ['embeddings', 'items', 'matches', 'pictures'],
      },
    ],
    ['Import', { get: ['items', 'pictures', 'runs'], list: [], write: ['items', 'pictures', 'runs'] }],
    [
      'Reindex',
      {
        get: ['embeddings', 'items', 'pictures', 'runs'],
        list: ['items'],
        write: ['embeddings', 'items', 'pictures', 'runs'],
      },
    ],
  ])('%s reaches those of its own tables alone', (role, { get, list: listed, write }) => {
    const named = (names: readonly string[]) =>
      names.map((name) => `StateTables${name[0]!.toUpperCase()}${name.slice(1)}`);
    const withIndexes = listed.flatMap((name) => [
      ...named([name]),
      ...tables[name as keyof typeof tables].indexes.map((index) => `${named([name])}/index/${index.name}`),
    ]);
    const permissions = permissionsOf(deployed, role);
    expect(permissions['dynamodb:GetItem']).toEqual(named(get));
    expect(permissions['dynamodb:Scan'] ?? []).toEqual(withIndexes);
    expect(permissions['dynamodb:PutItem'] ?? []).toEqual(named(write));
    expect(permissions['dynamodb:UpdateItem'] ?? []).toEqual(named(write));
    expect(permissions['dynamodb:DeleteItem'] ?? []).toEqual(named(write));
  });
});

describe('everything else', () => {
  test('web may write its log and nothing more', () => {
    expect(permissionsOf(deployed, 'Web')).toEqual({
      'logs:CreateLogStream': ['WebLogs'],
      'logs:PutLogEvents': ['WebLogs'],
    });
  });

  test('functions invoke only whom they have work for', () => {
    const invoked = (role: string) => permissionsOf(deployed, role)['lambda:InvokeFunction'] ?? [];
    expect(invoked('Search')).toEqual([]);
    expect(invoked('Catalog')).toEqual(['ReindexFunction']);
    expect(invoked('Ingest')).toEqual(['SearchFunction']);
    expect(invoked('Import')).toEqual(['ImportFunction']);
    expect(invoked('Reindex')).toEqual(['ReindexFunction']);
    expect(invoked('ReindexTimer')).toEqual(['ReindexFunction']);
  });

  test('secrets are read by those who check keys and those who embed', () => {
    const read = (role: string) => permissionsOf(withDashScope, role)['secretsmanager:GetSecretValue'] ?? [];
    const dashScope = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:dashscope-AbCdEf';
    expect(read('Search')).toEqual(['StateKeysAdmin', 'StateKeysSearch', dashScope]);
    expect(read('Catalog')).toEqual(['StateKeysAdmin', 'StateKeysSearch']);
    expect(read('Ingest')).toEqual([dashScope]);
    expect(read('Reindex')).toEqual([dashScope]);
    expect(read('Import')).toEqual([]);
  });

  test('no action and no resource is a wildcard', () => {
    for (const { logicalId, Properties } of deployed.resources('AWS::IAM::Policy'))
      for (const statement of Properties.PolicyDocument.Statement as Statement[]) {
        for (const action of list(statement.Action)) expect(action, logicalId).not.toContain('*');
        for (const resource of list(statement.Resource))
          expect(resource, logicalId).toMatch(
            /^\$\{StateObjectsBucket\w+\.Arn\}\/[a-z]+\/\*(\.report\.json)?$|^[^*]+$/,
          );
      }
  });

  test('no role has a policy that AWS manages', () => {
    for (const { Properties } of deployed.resources('AWS::IAM::Role'))
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});

test.each([
  ['by default', deployed],
  ['with everything switched on', withDashScope],
])('cdk-nag finds nothing that is not acknowledged: %s', (_, { app, stack }) => {
  expect(new AwsSolutionsChecks(app).validateScope(stack).violations).toEqual([]);
});

test('every acknowledgement gives its reason', () => {
  const reasons = deployed.stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:acknowledged-rules'))
    .flatMap(({ data }) => Object.values(data as Record<string, string>));
  expect(reasons.length).toBeGreaterThan(0);
  for (const reason of reasons) expect(reason.length).toBeGreaterThan(60);
});
