import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { LambdaHost } from './functions.ts';

const asyncAttempts = 3;
const asyncDelayMs = 1000;

/**
 * Lambda's Invoke API, as the SDK and `aws lambda invoke --endpoint-url` speak it.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function createInvokeApi(host: LambdaHost, onError: (error: unknown) => void): RequestListener {
  return (request, response) => {
    handle(request, response).catch((error) => {
      onError(error);
      send(
        response,
        500,
        { Type: 'Service', message: 'internal' },
        { 'x-amzn-errortype': 'ServiceException' },
      );
    });
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://local').pathname;
    const name = decodeURIComponent(path.match(/^\/2015-03-31\/functions\/([^/]+)\/invocations$/)?.[1] ?? '');
    if (request.method !== 'POST' || !host.has(name)) {
      const message = `Function not found: ${name || path}`;
      send(response, 404, { Type: 'User', message }, { 'x-amzn-errortype': 'ResourceNotFoundException' });
      return;
    }
    let event: unknown;
    try {
      event = JSON.parse((await bodyOf(request)) || '{}');
    } catch {
      const message = 'Could not parse request body into json';
      send(
        response,
        400,
        { Type: 'User', message },
        { 'x-amzn-errortype': 'InvalidRequestContentException' },
      );
      return;
    }
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type === 'DryRun') return send(response, 204);
    if (type === 'Event') {
      void invokeLater(name, event);
      return send(response, 202);
    }
    const outcome = await host.invoke(name, event);
    const headers = { 'x-amz-executed-version': '$LATEST' };
    if ('payload' in outcome) return sendText(response, 200, outcome.payload, headers);
    const isTooLarge = outcome.error.errorType === 'RequestTooLargeException';
    if (isTooLarge)
      return send(
        response,
        413,
        { Type: 'User', message: outcome.error.errorMessage },
        { 'x-amzn-errortype': 'RequestTooLargeException' },
      );
    send(response, 200, outcome.error, { ...headers, 'x-amz-function-error': 'Unhandled' });
  }

  /** Lambda tries an asynchronous event twice more. */
  async function invokeLater(name: string, event: unknown): Promise<void> {
    for (let attempt = 1; attempt <= asyncAttempts; attempt++) {
      const outcome = await host.invoke(name, event);
      if ('payload' in outcome || outcome.error.errorType === 'Host.Closed') return;
      onError(new Error(`${name}: ${outcome.error.errorMessage}`));
      await new Promise((resolve) => setTimeout(resolve, asyncDelayMs * attempt).unref());
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(
  response: ServerResponse,
  status: number,
  body?: unknown,
  headers: Record<string, string> = {},
): void {
  sendText(response, status, body === undefined ? '' : JSON.stringify(body), headers);
}

function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Record<string, string>,
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': 'local', ...headers });
  response.end(text);
}
