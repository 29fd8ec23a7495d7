import type { IncomingMessage, ServerResponse } from 'node:http';

/** What the HTTP API answers itself for pages of other origins, where some are allowed. */
export interface Cors {
  /** Whether this was a preflight, which is answered then. */
  answerPreflight(request: IncomingMessage, response: ServerResponse): boolean;
  headers(request: IncomingMessage): Record<string, string>;
}

/** As infra/aws/http-endpoint.ts sets it up. */
export function createCors(allowedOrigins: readonly string[]): Cors {
  function headers({ headers: { origin } }: IncomingMessage): Record<string, string> {
    if (origin === undefined || !allowedOrigins.includes(origin)) return {};
    return {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'retry-after,x-request-id',
      vary: 'Origin',
    };
  }

  return {
    headers,
    answerPreflight(request, response) {
      const isPreflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'];
      if (allowedOrigins.length === 0 || !isPreflight) return false;
      const allowed = headers(request);
      const more = {
        'access-control-allow-methods': 'GET,POST,PUT,DELETE',
        'access-control-allow-headers': 'authorization,content-type,x-api-key',
        'access-control-max-age': '3600',
      };
      response.writeHead(204, Object.keys(allowed).length > 0 ? { ...allowed, ...more } : {});
      response.end();
      return true;
    },
  };
}
