import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type FoundRoute, findRoute } from './find-route.ts';

/**
 * A request as an HTTP API hands it to a function, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface HttpEvent {
  readonly version: '2.0';
  readonly routeKey: string;
  /** Decoded, and cut at a `?` that comes out of that. */
  readonly rawPath: string;
  /** As it was sent. */
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  /** Names in lower case; what came more than once is joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: object;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export function httpEventOf(
  request: IncomingMessage,
  body: Buffer,
  requestId: string,
): { event: HttpEvent; route: FoundRoute['route'] } {
  const [rawPath, rawQueryString] = pathOf(request.url ?? '/');
  const { route, routeKey, pathParameters } = findRoute(request.method ?? 'GET', rawPath);
  const { cookie, ...headers } = headersOf(request);
  const queryStringParameters = queryOf(rawQueryString);
  const event: HttpEvent = {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookie && { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(queryStringParameters && { queryStringParameters }),
    ...(pathParameters && { pathParameters }),
    requestContext: contextOf(request, { rawPath, routeKey, requestId }),
    ...bodyOf(body, headers),
  };
  return { event, route };
}

function pathOf(url: string): [rawPath: string, rawQueryString: string] {
  const [, path = '/', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  return [decodePath(path).split('?')[0]!, query];
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, values = []] of Object.entries(request.headersDistinct))
    joined[name] = values.join(name === 'cookie' ? '; ' : ',');
  const { remoteAddress = '', localPort = 0 } = request.socket;
  const { 'x-forwarded-for': before } = joined;
  return {
    ...joined,
    'x-amzn-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
    'x-forwarded-for': before ? `${before}, ${remoteAddress}` : remoteAddress,
    'x-forwarded-port': String(localPort),
    'x-forwarded-proto': 'http',
  };
}

function queryOf(rawQueryString: string): Record<string, string> | undefined {
  const query = new URLSearchParams(rawQueryString);
  const names = [...new Set(query.keys())];
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [name, query.getAll(name).join(',')]));
}

function contextOf(
  request: IncomingMessage,
  { rawPath, routeKey, requestId }: { rawPath: string; routeKey: string; requestId: string },
): object {
  const now = new Date();
  return {
    accountId: '000000000000',
    apiId: 'local',
    domainName: (request.headers.host ?? 'localhost').replace(/:\d+$/, ''),
    domainPrefix: 'local',
    http: {
      method: request.method,
      path: rawPath,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '',
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId,
    routeKey,
    stage: '$default',
    time: logTime(now),
    timeEpoch: now.getTime(),
  };
}

/** `23/Nov/2026:09:30:00 +0000` */
function logTime(now: Date): string {
  const [, day, month, year, time] = /, (\d+) (\w+) (\d+) (\S+)/.exec(now.toUTCString())!;
  return `${day}/${month}/${year}:${time} +0000`;
}

/** Text comes as it is, anything else, a form and what is compressed in base64. */
function bodyOf(body: Buffer, headers: Readonly<Record<string, string>>) {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = /^(text\/|application\/(json|javascript|xml|[^;]*\+json)\b)/i.test(
    headers['content-type'] ?? '',
  );
  const isPlain = isText && !headers['content-encoding'];
  return { body: body.toString(isPlain ? 'utf8' : 'base64'), isBase64Encoded: !isPlain };
}

export const newRequestId = (): string => randomUUID();
