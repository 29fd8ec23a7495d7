import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { Alarms } from './alarms.ts';
import type { TuwenBucket } from './bucket.ts';
import type { BundledFunction } from './bundled-function.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';

export interface ObjectEventsProps<Schema extends z.ZodType> {
  readonly bucket: TuwenBucket;
  /** Such as `uploads/`. */
  readonly prefix: string;
  readonly kinds: readonly ('Object Created' | 'Object Deleted')[];
  readonly target: BundledFunction<Schema>;
  /** Events handed over at once. */
  readonly batchSize: number;
  /** How long a batch may be waited for. */
  readonly window: Duration;
  /** Invocations at a time; 2 is the least that Lambda takes. */
  readonly concurrency: number;
  /** Deliveries of an event before it is given up. */
  readonly maxReceives: number;
  readonly alarms: Alarms;
}

/**
 * What happens to objects under a prefix, brought to a function: EventBridge, a queue that holds it until
 * it is done, a dead-letter queue for what can't be. A queue for each prefix, so that a catalog being
 * brought in does not keep a single upload waiting.
 */
export class ObjectEvents<Schema extends z.ZodType> extends Construct {
  constructor(scope: Construct, id: string, props: ObjectEventsProps<Schema>) {
    super(scope, id);
    const { queue: deadLetters } = new DeadLetterQueue(this, 'DeadLetters', {
      alarms: props.alarms,
      of: `Objects under ${props.prefix}`,
    });
    const queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // What AWS asks for: a batch that is throttled or tried again must not be delivered a second time meanwhile.
      visibilityTimeout: Duration.seconds(6 * props.target.timeout.toSeconds()),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: props.maxReceives },
    });
    new Rule(this, 'Rule', {
      description: `${props.kinds.join(', ')} under ${props.prefix}`,
      eventPattern: {
        source: ['aws.s3'],
        detailType: [...props.kinds],
        detail: { bucket: { name: [props.bucket.name] }, object: { key: [{ prefix: props.prefix }] } },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters })],
    });
    props.target.function.addEventSource(
      new SqsEventSource(queue, {
        batchSize: props.batchSize,
        maxBatchingWindow: props.window,
        maxConcurrency: props.concurrency,
        reportBatchItemFailures: true,
      }),
    );
  }
}
