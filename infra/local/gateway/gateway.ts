import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { readBody } from '../http-body.ts';
import type { LambdaHost } from '../lambda/functions.ts';
import type { Outcome } from '../lambda/sandbox.ts';
import { createCors } from './cors.ts';
import { httpEventOf, newRequestId } from './http-event.ts';
import { type GatewayProblem, sendProblem, sendReply } from './http-reply.ts';

export interface GatewayOptions {
  readonly host: Pick<LambdaHost, 'invoke'>;
  readonly onError: (error: unknown) => void;
  /** Origins whose pages may ask. */
  readonly allowedOrigins?: readonly string[];
  /** An HTTP API answers within this time or not at all. */
  readonly timeoutMs?: number;
}

/** Of a request to an HTTP API; Lambda's own, smaller one comes after. */
const requestBytes = 10 * 1024 * 1024;
const late = Symbol('late');

/**
 * API Gateway's HTTP API on this machine: finds the route, hands the request to its function in payload
 * format 2.0 and gives back what the function says.
 */
export function createGateway(options: GatewayOptions): RequestListener {
  const { host, onError, allowedOrigins = [], timeoutMs = 30_000 } = options;
  const cors = createCors(allowedOrigins);

  return (request, response) => {
    const requestId = newRequestId();
    handle(request, response, requestId).catch((error) => {
      // Callers may go away whenever they like.
      if (!request.destroyed || response.writable) onError(error);
      if (response.headersSent || !response.writable) response.destroy();
      else refuse(response, 'failed', requestId, {});
    });
  };

  async function handle(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    if (cors.answerPreflight(request, response)) return;
    const headers = cors.headers(request);
    const body = await readBody(request, requestBytes);
    if (!body) return refuse(response, 'tooLarge', requestId, headers);
    const { event, route } = httpEventOf(request, body, requestId);
    const outcome = await within(timeoutMs, host.invoke(route.function, event));
    if (outcome === late) return refuse(response, 'late', requestId, headers);
    if ('payload' in outcome) return sendReply(request, response, JSON.parse(outcome.payload), headers);
    const { errorType, errorMessage } = outcome.error;
    if (errorType === 'RequestTooLargeException') return refuse(response, 'tooLarge', requestId, headers);
    if (errorType !== 'Host.Closed') onError(new Error(`${route.function}: ${errorType}: ${errorMessage}`));
    const isLate = errorType === 'Sandbox.Timedout' || errorType === 'Host.Closed';
    refuse(response, isLate ? 'late' : 'failed', requestId, headers);
  }
}

/** Answers while the functions are not there yet. */
export const refuseUntilReady: RequestListener = (request, response) => {
  request.resume();
  refuse(response, 'starting', newRequestId(), { 'retry-after': '1' });
};

const refusals = {
  tooLarge: {
    status: 413,
    code: 'too_large',
    message: 'Request Entity Too Large',
    detail: 'expected a request under 6 MB, binary ones under 4.5 MB; POST /v1/uploads takes larger pictures',
  },
  late: {
    status: 503,
    code: 'not_ready',
    message: 'Service Unavailable',
    detail: 'there was no answer in time; try again',
  },
  failed: {
    status: 500,
    code: 'internal',
    message: 'Internal Server Error',
    detail: 'something went wrong on our side',
  },
  starting: {
    status: 503,
    code: 'not_ready',
    message: 'Service Unavailable',
    detail: 'this is being started; try again in a moment',
  },
} as const satisfies Record<string, Omit<GatewayProblem, 'requestId' | 'headers'>>;

function refuse(
  response: ServerResponse,
  why: keyof typeof refusals,
  requestId: string,
  headers: Readonly<Record<string, string>>,
): void {
  sendProblem(response, { ...refusals[why], requestId, headers });
}

/** The function goes on where it took too long; nobody reads what it says. */
async function within(timeoutMs: number, outcome: Promise<Outcome>): Promise<Outcome | typeof late> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), timeoutMs);
  });
  try {
    return await Promise.race([outcome, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
