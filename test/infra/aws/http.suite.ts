import { describe, expect, test } from 'vitest';
import { routes } from '../../../infra/routes.ts';
import { synthesize } from './synthesize.ts';

const deployed = synthesize();
const opened = synthesize({ allowedOrigins: 'https://shop.example', requestsPerSecond: 20, logDays: 7 });

describe('routes', () => {
  test('are those of infra/routes.ts, each answered by its function in payload format 2.0', () => {
    const found = deployed.resources('AWS::ApiGatewayV2::Route').map(({ Properties }) => {
      const id = Properties.Target.replace(/^integrations\/\$\{(\w+)\}$/, '$1');
      const integration = deployed.resource('AWS::ApiGatewayV2::Integration', id).Properties;
      expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
      return [
        Properties.RouteKey,
        integration.IntegrationUri.replace(/^\$\{([A-Z][a-z]+)Function.*$/, '$1').toLowerCase(),
      ];
    });
    const wanted = routes.map((route) => [
      route.path === '$default' ? '$default' : `${route.method} ${route.path}`,
      route.function,
    ]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
  });

  test('reach their functions, the one that takes the rest included', () => {
    // The gateway names itself `<api>/<stage>/$default` there, which a pattern with three parts does not match.
    const permissions = deployed.resources('AWS::Lambda::Permission').map(({ Properties }) => Properties);
    expect(permissions).toHaveLength(3);
    for (const { Principal, SourceArn } of permissions) {
      expect(Principal).toBe('apigateway.amazonaws.com');
      expect(SourceArn).toMatch(/:execute-api:[^:]*AWS::Region[^/]*\/\*\/\*$/);
    }
  });
});

describe('callers', () => {
  test('are throttled', () => {
    expect(opened.resource('AWS::ApiGatewayV2::Stage', '').Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
    });
  });

  test('from other origins are let in where they are named, and nowhere else', () => {
    const api = (from: typeof opened) => from.resource('AWS::ApiGatewayV2::Api', '').Properties;
    expect(api(deployed)).not.toHaveProperty('CorsConfiguration');
    expect(api(opened).CorsConfiguration).toMatchObject({
      AllowOrigins: ['https://shop.example'],
      AllowMethods: ['GET', 'POST', 'PUT', 'DELETE'],
      AllowHeaders: ['authorization', 'content-type', 'x-api-key'],
    });
  });

  test('are told where to call and how to read their keys', () => {
    const outputs = deployed.template.toJSON().Outputs;
    expect(Object.keys(outputs).sort()).toEqual(['BucketName', 'Endpoint', 'ReadAdminKey', 'ReadSearchKey']);
    expect(JSON.stringify(outputs.ReadSearchKey)).toMatch(
      /aws secretsmanager get-secret-value .*StateKeysSearch/,
    );
    expect(JSON.stringify(outputs.ReadAdminKey)).toMatch(
      /aws secretsmanager get-secret-value .*StateKeysAdmin/,
    );
  });
});

describe('the access log', () => {
  const settings = opened.resource('AWS::ApiGatewayV2::Stage', '').Properties.AccessLogSettings;

  test('is a line of JSON with what an operator asks for', () => {
    expect(Object.keys(JSON.parse(settings.Format))).toEqual(
      expect.arrayContaining(['requestId', 'time', 'method', 'path', 'route', 'status', 'ms']),
    );
  });

  test('holds no query string, header or body', () => {
    const logged: string[] = settings.Format.match(/\$context\.[\w.]+/g);
    expect(logged).not.toHaveLength(0);
    for (const variable of logged)
      expect(variable).not.toMatch(/querystring|header|authorizer|userAgent|body|\.protocol$/i);
  });

  test('is kept for the days set', () => {
    const id = settings.DestinationArn.replace(/^\$\{(\w+)\.Arn\}$/, '$1');
    expect(opened.resource('AWS::Logs::LogGroup', id).Properties.RetentionInDays).toBe(7);
  });
});
