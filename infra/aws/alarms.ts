import {
  type Alarm,
  Alarm as CloudWatchAlarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface AlarmOptions {
  readonly metric: IMetric;
  /** The alarm is raised at this value or above. */
  readonly threshold: number;
  /** What has happened, and what to do. */
  readonly description: string;
}

/**
 * What somebody should look at. Shown in CloudWatch, and told to a topic where one is set. There are ten of
 * them, as many as are free of charge.
 */
export class Alarms extends Construct {
  readonly #action: SnsAction | undefined;

  constructor(scope: Construct, id: string, props: { readonly topicArn: string | undefined }) {
    super(scope, id);
    if (props.topicArn) this.#action = new SnsAction(Topic.fromTopicArn(this, 'Topic', props.topicArn));
  }

  raise(scope: Construct, id: string, { metric, threshold, description }: AlarmOptions): Alarm {
    const alarm = new CloudWatchAlarm(scope, id, {
      metric,
      threshold,
      alarmDescription: description,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.#action) alarm.addAlarmAction(this.#action);
    return alarm;
  }
}
