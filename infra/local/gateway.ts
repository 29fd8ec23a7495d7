import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Route, routes } from '../routes.ts';
import type { LambdaHost } from './lambda/functions.ts';

/** Of a request to an HTTP API; Lambda's own, smaller one comes after. */
const requestBytes = 10 * 1024 * 1024;

interface FunctionResponse {
  readonly statusCode?: number;
  readonly headers?: Record<string, string | number | boolean>;
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/**
 * API Gateway's HTTP API on this machine: finds the route, hands the request to its function in payload
 * format 2.0 and gives back what the function says.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function createGateway(host: LambdaHost, onError: (error: unknown) => void): RequestListener {
  return (request, response) => {
    handle(request, response).catch((error) => {
      onError(error);
      if (response.headersSent) response.destroy();
      else sendMessage(response, 500, 'Internal Server Error');
    });
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (!body) {
      sendMessage(response, 413, 'Request Entity Too Large');
      return;
    }
    const [rawPath, rawQueryString] = pathOf(request.url ?? '/');
    const route = routeOf(request.method ?? 'GET', rawPath);
    const event = eventOf(request, body, { rawPath, rawQueryString, route });
    const outcome = await host.invoke(route.function, event);
    if ('payload' in outcome) return sendResponse(request, response, JSON.parse(outcome.payload));
    if (outcome.error.errorType === 'RequestTooLargeException')
      return sendMessage(response, 413, 'Request Entity Too Large');
    onError(new Error(`${route.function}: ${outcome.error.errorType}: ${outcome.error.errorMessage}`));
    const isLate = outcome.error.errorType === 'Sandbox.Timedout';
    sendMessage(response, isLate ? 503 : 500, isLate ? 'Service Unavailable' : 'Internal Server Error');
  }
}

/** As API Gateway hands it over: the path decoded, and cut at a `?` that comes out of that. */
function pathOf(url: string): [rawPath: string, rawQueryString: string] {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  return [decodePath(path).split('?')[0]!, mark < 0 ? '' : url.slice(mark + 1)];
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export function routeOf(method: string, path: string): Route {
  const matching = routes.filter(
    (route) => (route.method === 'ANY' || route.method === method) && matches(route.path, path),
  );
  // The most specific wins: without a variable, then without a greedy one, then $default.
  return matching.sort((a, b) => rank(a) - rank(b) || b.path.length - a.path.length)[0]!;
}

function rank({ path, method }: Route): number {
  const specific = path === '$default' ? 3 : path.includes('+}') ? 2 : path.includes('{') ? 1 : 0;
  return specific * 2 + (method === 'ANY' ? 1 : 0);
}

function matches(pattern: string, path: string): boolean {
  if (pattern === '$default') return true;
  const expression = pattern
    .split('/')
    .map((part) =>
      /^\{.*\+\}$/.test(part) ? '.+' : /^\{.*\}$/.test(part) ? '[^/]+' : part.replaceAll('.', '\\.'),
    )
    .join('/');
  return new RegExp(`^${expression}$`, 's').test(path);
}

function eventOf(
  request: IncomingMessage,
  body: Buffer,
  { rawPath, rawQueryString, route }: { rawPath: string; rawQueryString: string; route: Route },
) {
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
  const query = new URLSearchParams(rawQueryString);
  const names = [...new Set(query.keys())];
  const queryStringParameters = Object.fromEntries(names.map((name) => [name, query.getAll(name).join(',')]));
  const now = new Date();
  const isText = /^(text\/|application\/(json|javascript|xml|.*\+json|x-www-form-urlencoded))/i.test(
    headers['content-type'] ?? '',
  );
  return {
    version: '2.0',
    routeKey: route.path === '$default' ? '$default' : `${route.method} ${route.path}`,
    rawPath,
    rawQueryString,
    ...(cookie && { cookies: cookie.split('; ') }),
    headers,
    ...(names.length > 0 && { queryStringParameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: request.headers.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.path === '$default' ? '$default' : `${route.method} ${route.path}`,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** A structured response, or any other JSON, which API Gateway takes for the body of a 200. */
function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  result: FunctionResponse | string | null,
): void {
  if (typeof result !== 'object' || result === null || result.statusCode === undefined) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(typeof result === 'string' ? result : JSON.stringify(result));
    return;
  }
  const {
    statusCode,
    headers = {},
    multiValueHeaders = {},
    cookies = [],
    body = '',
    isBase64Encoded,
  } = result;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  for (const [name, values] of Object.entries(multiValueHeaders)) response.setHeader(name, values);
  if (cookies.length > 0) response.setHeader('set-cookie', [...cookies]);
  response.statusCode = statusCode;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

function sendMessage(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message }));
}

/** Undefined where it is too large; the rest of it is then not read. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > requestBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
