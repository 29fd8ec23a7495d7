import type { Hono } from 'hono';
import { handle, type LambdaContext } from 'hono/aws-lambda';
import type { ApiEnvironment } from './api.ts';

/** An HTTP API event, payload format 2.0, as far as we look into it. */
export interface HttpEvent {
  readonly version: '2.0';
  readonly rawPath: string;
  readonly requestContext: { readonly http: { readonly method: string } };
}

export function isHttpEvent(event: unknown): event is HttpEvent {
  return typeof event === 'object' && event !== null && 'rawPath' in event && 'requestContext' in event;
}

/**
 * The Lambda handler of an app. API Gateway hands over a decoded path, from which Hono would build a URL:
 * an id with a `#` or a `%` in it would be cut or decoded twice. So it is escaped again first.
 */
export function serveHttp(app: Hono<ApiEnvironment>) {
  const serve = handle(app);
  return (event: HttpEvent, context: LambdaContext) => {
    const rawPath = event.rawPath.split('/').map(encodeURIComponent).join('/');
    return serve({ ...event, rawPath } as unknown as Parameters<typeof serve>[0], context);
  };
}
