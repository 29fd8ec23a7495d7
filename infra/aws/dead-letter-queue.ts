import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';

/** Where work ends that nobody could do: kept for two weeks, and an alarm from the first one on. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  /** `of`: what it belongs to, for people. */
  constructor(scope: Construct, id: string, props: { readonly alarms: Alarms; readonly of: string }) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    props.alarms.raise(this, 'NotEmpty', {
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      threshold: 1,
      description: `${props.of}: something was given up. Read the queue, mend the cause, then redrive it.`,
    });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is a dead-letter queue itself: of a queue, of a schedule or of asynchronous invocations.',
    });
  }
}
