import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCors } from './cors.ts';
import { S3Error } from './errors.ts';
import { isBucketName } from './operations/buckets.ts';
import type { Service } from './operations/operation.ts';
import { postObject } from './operations/post-object.ts';
import { errorReply, type S3Reply, sendReply } from './reply.ts';
import { parseRequest, type S3Request } from './request.ts';
import { findOperation } from './router.ts';
import { authenticate } from './signing/authenticate.ts';
import type { Credentials, SigningRules } from './signing/credential.ts';
import type { OnObjectEvent } from './store/outbox.ts';
import { openStore, type Store } from './store/store.ts';

export interface S3ServerOptions {
  /** Where everything is kept; created where it is not there. One server at a time. */
  readonly directory: string;
  /** Created at the start where they are not there. */
  readonly buckets: readonly string[];
  readonly region: string;
  readonly credentials: Credentials;
  /** Origins whose pages may ask, such as `http://127.0.0.1:8787`, or `*`; none by default. */
  readonly corsOrigins?: readonly string[];
  /** Called when a change is kept, at least once for each, in order; called again later where it throws. */
  readonly onObjectEvent?: OnObjectEvent;
  /** Told of faults of the server and of failed events; writes to stderr by default. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** A connection on which nothing moves for so long is closed, and its upload dropped. */
  readonly idleTimeoutMs?: number;
  /** How long after a failed event it is tried again. */
  readonly eventRetryMs?: number;
}

export interface S3Server {
  /** Rejects with EADDRINUSE before anything in the directory is touched. */
  listen(port: number, host?: string): Promise<{ port: number }>;
  /** Ends open connections, waits for what they had begun, closes the store. */
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 30 * 60_000;

/** S3 on this machine, for the real clients: https://docs.aws.amazon.com/AmazonS3/latest/API/ */
export function createS3Server(options: S3ServerOptions): S3Server {
  const { region, credentials, now = Date.now, onError = console.error } = options;
  const rules: SigningRules = { region, credentials, now };
  const cors = createCors(options.corsOrigins ?? []);
  const underWay = new Set<Promise<void>>();
  let opening: Promise<Store> | undefined;

  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 20_000 });
  server.setTimeout(options.idleTimeoutMs ?? 120_000);
  server.on('request', (message, response) => track(handle(message, response, false)));
  // Without this Node would invite the upload before its signature is checked.
  server.on('checkContinue', (message, response) => track(handle(message, response, true)));

  async function handle(
    message: IncomingMessage,
    response: ServerResponse,
    isAwaitingContinue: boolean,
  ): Promise<void> {
    let isInvited = !isAwaitingContinue;
    const body: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]() {
        if (!isInvited) response.writeContinue();
        isInvited = true;
        // An error half way through must not take with it the connection that its reply goes over.
        return message.iterator({ destroyOnReturn: false });
      },
    };
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    const reply = await replyTo(message, body, requestId);
    const headers = {
      'x-amz-request-id': requestId,
      ...cors.headers(message.headers.origin),
      ...reply.headers,
    };
    try {
      await sendReply(response, { ...reply, headers }, message.method === 'HEAD');
      // What a refused upload still sends is read and dropped, so that the connection can be used again; whoever
      // stopped reading half way is still waiting for more, which would keep it from flowing.
      message.removeAllListeners('readable').resume();
    } catch (error) {
      // Readers may go away whenever they like.
      response.destroy();
      if (!isDisconnect(error)) onError(error);
    }
  }

  async function replyTo(
    message: IncomingMessage,
    body: AsyncIterable<Uint8Array>,
    requestId: string,
  ): Promise<S3Reply> {
    try {
      const request = parseRequest(message, body);
      if (request.method === 'OPTIONS') return cors.preflight(request.headers);
      const store = await opening;
      if (store === undefined) throw new Error('Expected requests to come after listen().');
      return await operate({ store, region }, request);
    } catch (error) {
      const path = (message.url ?? '').split('?')[0] ?? '';
      if (error instanceof S3Error) return errorReply(error, path, requestId);
      if (!message.destroyed || !isDisconnect(error)) onError(error);
      return errorReply(new S3Error('InternalError'), path, requestId);
    }
  }

  function operate(service: Service, request: S3Request): Promise<S3Reply> {
    const isForm =
      request.method === 'POST' &&
      request.key === '' &&
      /^multipart\/form-data/i.test(request.headers.get('content-type') ?? '');
    if (isForm) return postObject(service, request, rules);
    // Who is not known learns nothing, not even what this server can't do.
    const signed = authenticate(request, rules);
    return findOperation(signed)(service, signed);
  }

  function track(work: Promise<void>): void {
    const tracked = work.catch(onError).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  }

  async function open(): Promise<Store> {
    const store = await openStore({
      directory: options.directory,
      now,
      onObjectEvent: options.onObjectEvent,
      onError,
      retryMs: options.eventRetryMs ?? 1000,
    });
    const missing = options.buckets.filter((bucket) => !store.state.buckets.has(bucket));
    if (missing.length > 0) {
      await store.commit(() => missing.map((bucket) => ({ op: 'create-bucket', bucket, createdAt: now() })));
    }
    return store;
  }

  async function close(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    server.closeAllConnections();
    await closed;
    await Promise.all(underWay);
    const store = await opening?.catch(() => undefined);
    opening = undefined;
    await store?.close();
  }

  for (const bucket of options.buckets) {
    if (!isBucketName(bucket)) throw new Error(`Expected a bucket name as S3 takes it, found "${bucket}".`);
  }

  return {
    async listen(port, host = '127.0.0.1') {
      server.listen(port, host);
      await once(server, 'listening');
      // The port is ours, so no other server of these settings is at work in the directory.
      opening = open();
      try {
        await opening;
      } catch (error) {
        await close();
        throw error;
      }
      return { port: (server.address() as AddressInfo).port };
    },
    close,
  };
}

function isDisconnect(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return (
    code === 'ECONNRESET' ||
    code === 'ERR_STREAM_PREMATURE_CLOSE' ||
    code === 'EPIPE' ||
    code === 'ERR_STREAM_WRITE_AFTER_END'
  );
}
