import { Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput, TimeWindow } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { BundledFunction } from './bundled-function.ts';

export interface RebuildScheduleProps<Schema extends z.ZodType> {
  readonly target: BundledFunction<Schema>;
  readonly everyMinutes: number;
  /** Keeps ticks that could not be delivered. */
  readonly failures: IQueue;
}

/** Every so many minutes the index is brought in line with the catalog; where nothing changed, nothing happens. */
export class RebuildSchedule<Schema extends z.ZodType> extends Construct {
  constructor(scope: Construct, id: string, props: RebuildScheduleProps<Schema>) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    props.target.grantInvoke(role);
    props.failures.grantSendMessages(role);
    new Schedule(this, 'Schedule', {
      description: 'Brings the index in line with the catalog',
      schedule: ScheduleExpression.rate(Duration.minutes(props.everyMinutes)),
      timeWindow: TimeWindow.off(),
      // The target of aws-scheduler-targets would grant every version of the function too.
      target: {
        bind: () => ({
          arn: props.target.function.functionArn,
          role,
          input: ScheduleTargetInput.fromObject({ schedule: {} }),
          deadLetterConfig: { arn: props.failures.queueArn },
          // The next tick comes anyway; an older one has nothing to add.
          retryPolicy: {
            maximumEventAgeInSeconds: Math.max(60, props.everyMinutes * 60),
            maximumRetryAttempts: 2,
          },
        }),
      },
    });
  }
}
