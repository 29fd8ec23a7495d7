import { Duration, RemovalPolicy, Size, Validations } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { GivenEnvironment } from '../../functions/settings.ts';
import type { Alarms } from './alarms.ts';

/** What all functions of a deployment have in common. */
export interface FunctionDefaults {
  readonly architecture: Architecture;
  readonly logDays: number;
  readonly tracing: boolean;
  readonly alarms: Alarms;
}

export interface BundledFunctionProps<Schema extends z.ZodType> {
  readonly defaults: FunctionDefaults;
  readonly description: string;
  /** A directory with `handler.mjs`, which exports `handler`, and what it needs. */
  readonly bundle: string;
  readonly memoryMb: number;
  readonly timeout: Duration;
  /** Of /tmp. */
  readonly storage?: Size;
  readonly environment: GivenEnvironment<Schema>;
  /** Where it hands what it could not finish to a fresh invocation of itself: what keeps those that fail for good. */
  readonly continuation?: { readonly failures: IQueue };
}

/** A function as all of ours are: Node 24, a role and a log of its own, no permission but what is granted. */
export class BundledFunction<Schema extends z.ZodType> extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly timeout: Duration;
  readonly #alarms: Alarms;

  constructor(scope: Construct, id: string, props: BundledFunctionProps<Schema>) {
    super(scope, id);
    const { defaults } = props;
    this.#alarms = defaults.alarms;
    this.timeout = props.timeout;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: defaults.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // AWSLambdaBasicExecutionRole would let it write every log group of the account.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: defaults.architecture,
      handler: 'handler.handler',
      code: Code.fromAsset(props.bundle),
      role: this.role,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      ephemeralStorageSize: props.storage ?? Size.mebibytes(512),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...(props.continuation && { recursiveLoop: RecursiveLoop.ALLOW }),
      tracing: defaults.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: present(props.environment),
    });
    if (props.continuation) this.#continueInFreshInvocations(props.continuation.failures);
    if (defaults.tracing)
      Validations.of(this.role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray knows no resources: xray:PutTraceSegments and PutTelemetryRecords take none but *.',
      });
  }

  /** Raised when invocations end in an error that no queue keeps. */
  alarmOnErrors(description: string): void {
    this.#alarms.raise(this, 'Errors', {
      metric: this.function.metricErrors({ period: Duration.minutes(5) }),
      threshold: 3,
      description,
    });
  }

  /** Exactly this function: the L2's grant takes in its versions and aliases, of which there are none. */
  grantInvoke(role: IRole): void {
    role.addToPrincipalPolicy(this.#mayInvoke());
  }

  /** Lambda would end it after 16 hops; our own limit and lease bound it. */
  #continueInFreshInvocations(failures: IQueue): void {
    // In a policy of its own: the function waits for its role's policy, which so must not wait for the function.
    new Policy(this, 'InvokeItself', { statements: [this.#mayInvoke()], roles: [this.role] });
    this.function.configureAsyncInvoke({
      maxEventAge: Duration.hours(6),
      retryAttempts: 2,
      onFailure: new SqsDestination(failures),
    });
  }

  #mayInvoke(): PolicyStatement {
    return new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [this.function.functionArn],
    });
  }
}

function present(environment: object): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}
