import { describe, expect, test } from 'vitest';
import { tables } from '../../../shared/catalog/tables.ts';
import { synthesize } from './synthesize.ts';

const deployed = synthesize({ uploadDays: 3, allowedOrigins: 'https://shop.example' });
const bucket = deployed.resource('AWS::S3::Bucket', 'State');

describe('the bucket', () => {
  test('is closed to the public, encrypted and versioned', () => {
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    expect(JSON.stringify(bucket.Properties.BucketEncryption)).toContain('AES256');
  });

  test('refuses what does not come over TLS 1.2, and allows nobody anything by itself', () => {
    const policy = deployed.resource('AWS::S3::BucketPolicy', 'State');
    const statements = policy.Properties.PolicyDocument.Statement;
    expect(statements.map(({ Effect, Condition }: never) => ({ Effect, Condition }))).toEqual([
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Effect: 'Deny', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } },
    ]);
  });

  test('forgets uploads after the days set, and old versions of every object', () => {
    const rules = bucket.Properties.LifecycleConfiguration.Rules;
    expect(rules).toEqual([
      expect.objectContaining({
        Prefix: 'uploads/',
        ExpirationInDays: 3,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      }),
      expect.objectContaining({ Prefix: 'index/', NoncurrentVersionExpiration: { NoncurrentDays: 7 } }),
      expect.objectContaining({
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        ExpiredObjectDeleteMarker: true,
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      }),
    ]);
    expect(rules.filter((rule: object) => 'ExpirationInDays' in rule)).toHaveLength(1);
    expect(rules[2]).not.toHaveProperty('Prefix');
  });

  test('takes uploads from our page and from the origins allowed, from no others', () => {
    expect(bucket.Properties.CorsConfiguration.CorsRules).toEqual([
      expect.objectContaining({
        AllowedOrigins: [expect.stringMatching(/^\$\{HttpApi\w+\.ApiEndpoint\}$/), 'https://shop.example'],
        AllowedMethods: ['PUT', 'POST', 'GET', 'HEAD'],
      }),
    ]);
  });

  test('tells EventBridge of its objects without a custom resource', () => {
    expect(bucket.Properties.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
    expect(deployed.json).not.toMatch(/Custom::|CustomResource|python/i);
  });
});

describe('the tables', () => {
  test.each(Object.entries(tables))(
    '%s: on demand, with recovery to any moment and its keys',
    (name, definition) => {
      const table = deployed.resource(
        'AWS::DynamoDB::Table',
        `StateTables${name[0]!.toUpperCase()}${name.slice(1)}`,
      );
      expect(table.Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
        KeySchema: [{ AttributeName: definition.partitionKey, KeyType: 'HASH' }],
      });
      expect(table.Properties.TimeToLiveSpecification).toEqual(
        definition.timeToLive && { AttributeName: definition.timeToLive, Enabled: true },
      );
      const indexes: { IndexName: string }[] = table.Properties.GlobalSecondaryIndexes ?? [];
      expect(indexes.map(({ IndexName }) => IndexName)).toEqual(
        definition.indexes.map((index) => index.name),
      );
    },
  );

  test('are those of the catalog and no others', () => {
    expect(deployed.resources('AWS::DynamoDB::Table')).toHaveLength(Object.keys(tables).length);
  });
});

describe('what is kept', () => {
  const kept = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret'];

  test('outlives the stack', () => {
    for (const resource of kept.flatMap(deployed.resources))
      expect(resource, resource.logicalId).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      });
  });

  test('goes with the stack where that is asked for', () => {
    const passing = synthesize({ removalPolicy: 'destroy' });
    for (const resource of kept.flatMap(passing.resources)) {
      expect(resource, resource.logicalId).toMatchObject({ DeletionPolicy: 'Delete' });
      expect(resource.Properties.DeletionProtectionEnabled ?? false).toBe(false);
    }
  });
});

test('the keys of callers are two secrets of random letters and digits', () => {
  const secrets = deployed.resources('AWS::SecretsManager::Secret');
  expect(secrets).toHaveLength(2);
  for (const { Properties } of secrets) {
    expect(Properties.GenerateSecretString).toMatchObject({ PasswordLength: 43, ExcludePunctuation: true });
    expect(Properties).not.toHaveProperty('SecretString');
  }
});
