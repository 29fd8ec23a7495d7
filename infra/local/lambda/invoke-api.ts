import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from '../http-body.ts';
import { type LambdaHost, payloadBytes } from './functions.ts';

export interface InvokeApiOptions {
  readonly host: Pick<LambdaHost, 'has' | 'invoke'>;
  /** Keeps an event of an asynchronous invocation. */
  readonly take: (name: string, event: unknown) => void;
  readonly accessKeyId: string;
  readonly onError: (error: unknown) => void;
}

/** Of an asynchronous invocation. */
const eventBytes = 1024 * 1024;

/**
 * Lambda's Invoke API, as the SDK and `aws lambda invoke --endpoint-url` speak it.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function createInvokeApi(options: InvokeApiOptions): RequestListener {
  const { host, onError } = options;
  return (request, response) => {
    handle(request, response).catch((error) => {
      const known = error instanceof InvokeError ? error : undefined;
      if (!known) onError(error);
      const { status, type, message } = known ?? new InvokeError(500, 'ServiceException', 'internal');
      if (response.headersSent) response.destroy();
      else send(response, status, JSON.stringify({ Type: 'User', message }), { 'x-amzn-errortype': type });
    });
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = nameIn(request);
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    const event = await readEvent(request, type === 'Event' ? eventBytes : payloadBytes);
    // Any page may send requests to this machine, but none with the key.
    if (!request.headers.authorization?.includes(`Credential=${options.accessKeyId}/`))
      throw new InvokeError(403, 'UnrecognizedClientException', 'The security token is invalid.');
    if (!host.has(name))
      throw new InvokeError(404, 'ResourceNotFoundException', `Function not found: ${name}`);
    if (type === 'DryRun') return send(response, 204);
    if (type === 'Event') {
      options.take(name, event);
      return send(response, 202);
    }
    if (type !== 'RequestResponse')
      throw new InvokeError(400, 'InvalidParameterValueException', `There is no invocation type ${type}`);
    const outcome = await host.invoke(name, event);
    const version = { 'x-amz-executed-version': '$LATEST' };
    if ('payload' in outcome) return send(response, 200, outcome.payload, version);
    const headers = { ...version, 'x-amz-function-error': 'Unhandled' };
    send(response, 200, JSON.stringify(outcome.error), headers);
  }
}

/** A refusal as Lambda words it. */
class InvokeError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

function nameIn({ method, url = '/' }: IncomingMessage): string {
  const path = url.split('?')[0]!;
  const name = path.match(/^\/2015-03-31\/functions\/([^/]+)\/invocations\/?$/)?.[1];
  if (method !== 'POST' || name === undefined)
    throw new InvokeError(404, 'UnknownOperationException', 'Only Invoke is known here.');
  try {
    return decodeURIComponent(name);
  } catch {
    throw new InvokeError(400, 'InvalidParameterValueException', 'The name of the function is malformed.');
  }
}

async function readEvent(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const body = await readBody(request, maxBytes);
  if (!body)
    throw new InvokeError(
      413,
      'RequestTooLargeException',
      `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`,
    );
  try {
    return JSON.parse(body.toString('utf8') || '{}');
  } catch (error) {
    throw new InvokeError(
      400,
      'InvalidRequestContentException',
      `Could not parse request body into json: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function send(
  response: ServerResponse,
  status: number,
  text = '',
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(text);
}
