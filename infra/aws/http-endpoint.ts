import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  HttpIntegrationType,
  HttpMethod,
  HttpRoute,
  HttpRouteIntegration,
  type HttpRouteIntegrationConfig,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Route } from '../routes.ts';
import type { Alarms } from './alarms.ts';

export interface HttpEndpointProps {
  readonly allowedOrigins: readonly string[];
  readonly requestsPerSecond: number;
  readonly logDays: number;
  readonly alarms: Alarms;
}

/** Where callers knock: an HTTP API (payload format 2.0), throttled, with an access log. */
export class HttpEndpoint extends Construct {
  readonly url: string;
  readonly #api: HttpApi;

  constructor(scope: Construct, id: string, props: HttpEndpointProps) {
    super(scope, id);
    const { allowedOrigins, requestsPerSecond } = props;
    this.#api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      ...(allowedOrigins.length > 0 && {
        corsPreflight: {
          allowOrigins: [...allowedOrigins],
          allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
          allowHeaders: ['authorization', 'content-type', 'x-api-key'],
          exposeHeaders: ['retry-after', 'x-request-id'],
          maxAge: Duration.hours(1),
        },
      }),
    });
    this.url = this.#api.apiEndpoint;
    const accessLog = new LogGroup(this, 'AccessLog', {
      // Under this prefix the delivery needs no entry in the account's resource policy, whose size is limited.
      logGroupName: `/aws/vendedlogs/${Stack.of(this).stackName}/http`,
      retention: props.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: 2 * requestsPerSecond },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(logLine),
      },
    });
    props.alarms.raise(this, 'ServerErrors', {
      metric: this.#api.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
      threshold: 5,
      description: 'The API answered with 5xx: look into its access log, then into the log of the function.',
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The functions themselves check the key of a caller, in constant time and before they load anything, and ' +
        'so do the same locally; an authorizer would be one more invocation for each request.',
    });
  }

  serve(routes: readonly Route[], functions: Readonly<Record<Route['function'], IFunction>>): void {
    const integrations = {
      search: this.#integrate('search', functions.search),
      catalog: this.#integrate('catalog', functions.catalog),
      web: this.#integrate('web', functions.web),
    };
    for (const { method, path, function: name } of routes)
      new HttpRoute(this, `${method} ${path}`, {
        httpApi: this.#api,
        routeKey: path === '$default' ? HttpRouteKey.DEFAULT : HttpRouteKey.with(path, HttpMethod[method]),
        integration: integrations[name],
      });
  }

  /**
   * One permission a function. The one that HttpLambdaIntegration makes for all routes ends in three stars, which
   * the route `$default` does not match; one for each route would outgrow a function's policy.
   */
  #integrate(name: string, target: IFunction): HttpRouteIntegration {
    const { httpApiId } = this.#api;
    target.addPermission(`Invoke-${name}`, {
      scope: this,
      principal: new ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(this).formatArn({
        service: 'execute-api',
        resource: httpApiId,
        resourceName: '*/*',
      }),
    });
    return new FunctionIntegration(name, target);
  }
}

/** The function gets the whole request, in payload format 2.0. */
class FunctionIntegration extends HttpRouteIntegration {
  readonly #target: IFunction;

  constructor(id: string, target: IFunction) {
    super(id);
    this.#target = target;
  }

  override bind(): HttpRouteIntegrationConfig {
    return {
      type: HttpIntegrationType.AWS_PROXY,
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      uri: this.#target.functionArn,
    };
  }
}

/**
 * One line of JSON for a request. The path has no query string, in which people put what they search for;
 * no header either, in which their keys are.
 */
const logLine = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  path: '$context.path',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  functionMs: '$context.integrationLatency',
  error: '$context.integrationErrorMessage',
});
