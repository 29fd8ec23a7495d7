import { describe, expect, test } from 'vitest';
import { synthesize } from './synthesize.ts';

const deployed = synthesize({ schedule: 7, ingestConcurrency: 9 });
const queues = deployed.resources('AWS::SQS::Queue');
const mappings = deployed.resources('AWS::Lambda::EventSourceMapping');

/** `${Id.Arn}` → the resource of that id. */
const referred = (type: string, reference: string) =>
  deployed.resource(type, reference.replace(/^\$\{(\w+).*$/, '$1'));

describe.each([
  ['uploads/', 'Ingest', ['Object Created', 'Object Deleted'], { batch: 5, window: 0, concurrency: 9 }],
  ['catalog/', 'Ingest', ['Object Created', 'Object Deleted'], { batch: 10, window: 2, concurrency: 9 }],
  ['imports/', 'Import', ['Object Created'], { batch: 1, window: 0, concurrency: 2 }],
])('objects under %s', (prefix, target, kinds, { batch, window, concurrency }) => {
  const rule = deployed
    .resources('AWS::Events::Rule')
    .find(({ Properties }) => JSON.stringify(Properties.EventPattern).includes(`"${prefix}"`))!;
  const [ruleTarget] = rule.Properties.Targets;
  const queue = referred('AWS::SQS::Queue', ruleTarget.Arn);
  const mapping = mappings.find(({ Properties }) => Properties.EventSourceArn === ruleTarget.Arn)!;

  test('come as events of our bucket alone', () => {
    expect(rule.Properties.EventPattern).toEqual({
      source: ['aws.s3'],
      'detail-type': kinds,
      detail: {
        bucket: { name: [expect.stringMatching(/^\$\{StateObjectsBucket/)] },
        object: { key: [{ prefix }] },
      },
    });
  });

  test('wait in a queue of their own, that keeps what is given up', () => {
    const { maxReceiveCount, deadLetterTargetArn } = queue.Properties.RedrivePolicy;
    expect(maxReceiveCount).toBeGreaterThanOrEqual(3);
    const deadLetters = referred('AWS::SQS::Queue', deadLetterTargetArn);
    expect(deadLetters.Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
    expect(ruleTarget.DeadLetterConfig.Arn).toBe(deadLetterTargetArn);
  });

  test('are not delivered again within six times the timeout of the function', () => {
    const { Timeout } = referred('AWS::Lambda::Function', mapping.Properties.FunctionName).Properties;
    expect(queue.Properties.VisibilityTimeout).toBe(6 * Timeout);
  });

  test('reach the function in batches of which single ones may fail', () => {
    expect(mapping.Properties).toMatchObject({
      FunctionName: expect.stringMatching(new RegExp(`^\\$\\{${target}Function`)),
      BatchSize: batch,
      MaximumBatchingWindowInSeconds: window,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: concurrency },
    });
  });
});

test('an upload is given up while its match is still waited for', () => {
  const { VisibilityTimeout, RedrivePolicy } = deployed.resource(
    'AWS::SQS::Queue',
    'IngestUploadsQueue',
  ).Properties;
  expect(VisibilityTimeout * (RedrivePolicy.maxReceiveCount - 1)).toBeLessThan(3600);
  const { Variables } = deployed.resource('AWS::Lambda::Function', 'IngestFunction').Properties.Environment;
  expect(Variables.TUWEN_MAX_RECEIVES).toBe(String(RedrivePolicy.maxReceiveCount));
});

describe('every queue', () => {
  test.each(queues.map((queue) => [queue.logicalId, queue] as const))(
    'is encrypted and takes TLS alone: %s',
    (_, queue) => {
      expect(queue.Properties.SqsManagedSseEnabled).toBe(true);
      const policy = deployed
        .resources('AWS::SQS::QueuePolicy')
        .find(({ Properties }) => Properties.Queues.includes(`\${${queue.logicalId}}`))!;
      expect(policy.Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    },
  );

  test('that keeps what failed raises an alarm from the first message on', () => {
    const watched = deployed
      .resources('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible');
    const failures = queues.filter(({ Properties }) => !Properties.RedrivePolicy);
    expect(watched.map(({ Properties }) => Properties.Dimensions[0].Value).sort()).toEqual(
      failures.map(({ logicalId }) => `\${${logicalId}.QueueName}`).sort(),
    );
    for (const { Properties } of watched) expect(Properties.Threshold).toBe(1);
  });
});

test('errors of functions behind no HTTP answer, and 5xx of the others, raise an alarm', () => {
  const alarms = deployed.resources('AWS::CloudWatch::Alarm');
  const functions = alarms
    .filter(({ Properties }) => Properties.MetricName === 'Errors')
    .map(({ Properties }) => Properties.Dimensions[0].Value.replace(/^\$\{([A-Z][a-z]+).*$/, '$1'));
  expect(functions.sort()).toEqual(['Import', 'Ingest', 'Reindex', 'Search']);
  expect(alarms.filter(({ Properties }) => Properties.MetricName === '5xx')).toHaveLength(1);
  // Ten are free of charge: nothing bills while nobody searches.
  expect(alarms).toHaveLength(10);
});

describe('the schedule', () => {
  const { Properties } = deployed.resource('AWS::Scheduler::Schedule', '');

  test('wakes the rebuilding every so many minutes', () => {
    expect(Properties.ScheduleExpression).toBe('rate(7 minutes)');
    expect(Properties.Target.Arn).toMatch(/^\$\{ReindexFunction/);
    expect(JSON.parse(Properties.Target.Input)).toEqual({ schedule: {} });
  });

  test('keeps ticks that could not be delivered, and tries them again no longer than until the next', () => {
    expect(Properties.Target.DeadLetterConfig.Arn).toMatch(/^\$\{ReindexFailedQueue/);
    expect(Properties.Target.RetryPolicy).toEqual({
      MaximumEventAgeInSeconds: 7 * 60,
      MaximumRetryAttempts: 2,
    });
  });
});
