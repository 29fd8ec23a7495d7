import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const structured = z.looseObject({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/**
 * Sends what a function replied: a structured response, or any other JSON, which API Gateway takes for the
 * body of a 200.
 *
 * @throws Error where there is a `statusCode` but not what belongs to it
 */
export function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  result: unknown,
  corsHeaders: Readonly<Record<string, string>>,
): void {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    response.writeHead(200, { 'content-type': 'application/json', ...corsHeaders });
    response.end(typeof result === 'string' ? result : JSON.stringify(result));
    return;
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = structured.parse(result);
  response.statusCode = statusCode;
  response.setHeader('content-type', 'text/plain;charset=UTF-8');
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, String(value));
  for (const [name, value] of Object.entries(corsHeaders)) response.setHeader(name, value);
  if (cookies?.length) response.setHeader('set-cookie', cookies);
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length === 0 && !headers?.['content-type']) response.removeHeader('content-type');
  const hasNoBody = request.method === 'HEAD' || statusCode === 204 || statusCode === 304;
  if (statusCode !== 204 && statusCode !== 304 && !response.hasHeader('content-length'))
    response.setHeader('content-length', bytes.length);
  response.end(hasNoBody ? undefined : bytes);
}

/** A refusal of the gateway's own. `message` is all that API Gateway says; the rest is our problem document. */
export function sendProblem(
  response: ServerResponse,
  { status, code, message, detail, requestId, headers = {} }: GatewayProblem,
): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
  const problem = { type: 'about:blank', title: message, status, code, detail, requestId };
  response.end(JSON.stringify({ ...problem, message }));
}

export interface GatewayProblem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly detail: string;
  readonly requestId: string;
  readonly headers?: Readonly<Record<string, string>>;
}
