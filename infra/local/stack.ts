import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { createTables } from '../../shared/catalog/create-tables.ts';
import { bundleFunctions } from '../bundles.ts';
import { hostArchitecture } from '../sharp-package.ts';
import { takeDataDirectory } from './data-directory.ts';
import { maxReceives, type ObjectQueues, openObjectQueues } from './events/object-queues.ts';
import { startSchedule } from './events/schedule.ts';
import { functionEnvironments } from './function-environments.ts';
import { createGateway } from './gateway.ts';
import { createLambdaHost, type HostedFunction, type LambdaHost } from './lambda/functions.ts';
import { createInvokeApi } from './lambda/invoke-api.ts';
import { createS3Server } from './s3/server.ts';
import { type LocalSettings, readLocalSettings, StartError } from './settings.ts';

export interface StackOptions {
  readonly port?: number;
  readonly s3Port?: number;
  readonly dynamodbPort?: number;
  readonly dataDirectory?: string;
  /** Everything else, by its name in the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds between looks for what changed. 0 leaves it to whoever asks for a rebuild. */
  readonly scheduleMs?: number;
  /** Stops sandboxes between invocations, as Lambda does. */
  readonly freeze?: boolean;
  /** The Node that runs the functions; default the one that runs this. */
  readonly nodeFile?: string | undefined;
  readonly onError?: (error: unknown) => void;
  /** Runs when objects are taken but nothing is published yet, such as the import of a demo catalog. */
  readonly prepare?: (preparation: Preparation) => Promise<void>;
}

export interface Preparation {
  readonly directory: string;
  readonly s3Url: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Object events not handled yet. */
  waiting(): number;
}

/** The whole product on this machine. */
export interface Stack {
  /** Where the API is, such as `http://127.0.0.1:8787`. */
  readonly url: string;
  readonly s3Url: string;
  readonly dynamodbUrl: string;
  /** For `aws lambda invoke --endpoint-url`. */
  readonly lambdaUrl: string;
  readonly bucket: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly host: LambdaHost;
  /** Object events not handled yet. */
  waiting(): number;
  /** Ends everything this started, in order; what was not handled yet comes again at the next start. */
  close(): Promise<void>;
}

export const bucket = 'tuwen';
export const credentials = { accessKeyId: 'tuwen', secretAccessKey: 'tuwen-local' };
const scheduleEveryMs = 2000;
const readyTimeoutMs = 60_000;

/**
 * Starts S3, DynamoDB, the functions, their triggers and the HTTP API, and resolves when search answers.
 *
 * @throws StartError naming the setting to mend: a port in use, a directory that can't be written, a bad value
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  // AWS's own notice, which nobody who runs this can act on.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const settings = settingsOf(options);
  const { onError = () => {}, scheduleMs = scheduleEveryMs } = options;
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    // The last that was started is the first to end; a second call waits for nothing new.
    for (let end = closing.pop(); end; end = closing.pop()) await end();
  };
  try {
    const data = await takeDataDirectory(settings.TUWEN_DATA_DIR);
    closing.push(() => data.release());
    const bundling = bundleFunctions({
      outDirectory: `dist/functions-${hostArchitecture}`,
      architecture: hostArchitecture,
    });
    bundling.catch(() => {});

    let openQueues: (queues: ObjectQueues) => void = () => {};
    const queuesOpen = new Promise<ObjectQueues>((resolve) => {
      openQueues = resolve;
    });
    const gateway = createServer();
    const url = await listen(gateway, settings.TUWEN_PORT, 'TUWEN_PORT');
    closing.push(() => end(gateway));

    const s3 = createS3Server({
      directory: await data.folder('s3'),
      buckets: [bucket],
      region: 'us-east-1',
      credentials,
      corsOrigins: [url, url.replace('127.0.0.1', 'localhost')],
      onError,
      // Kept by the server until the queues have it; what came before the last end is told again now.
      onObjectEvent: async (event) => (await queuesOpen).take(event),
    });
    const s3Port = await s3
      .listen(settings.TUWEN_S3_PORT)
      .catch(portFault('TUWEN_S3_PORT', settings.TUWEN_S3_PORT));
    closing.push(() => s3.close());
    const s3Url = `http://127.0.0.1:${s3Port.port}`;

    const dynamodb = dynalite({
      path: await data.folder('dynamodb'),
      createTableMs: 0,
      deleteTableMs: 0,
      updateTableMs: 0,
    });
    const dynamodbUrl = await listen(dynamodb, settings.TUWEN_DYNAMODB_PORT, 'TUWEN_DYNAMODB_PORT');
    closing.push(() => end(dynamodb));
    await prepareTables(dynamodbUrl);

    const lambdaServer = createServer();
    const lambdaUrl = await listen(lambdaServer, 0, 'the Lambda port');
    closing.push(() => end(lambdaServer));

    const logs = await data.folder('logs');
    const bundles = await bundling;
    const environments = functionEnvironments({
      settings,
      s3Url,
      dynamodbUrl,
      lambdaUrl,
      bucket,
      credentials,
      maxReceives,
    });
    const functions = environments.map(
      ({ name, ...environment }): HostedFunction => ({
        name,
        ...environment,
        directory: bundles[name],
        logFile: join(logs, `${name}.log`),
        freeze: options.freeze ?? false,
        nodeFile: options.nodeFile,
      }),
    );
    const host = createLambdaHost(functions);
    closing.push(() => host.close());
    lambdaServer.on('request', createInvokeApi(host, onError));

    host.warm('catalog');
    const queues = openObjectQueues({ directory: await data.folder('queues'), host, onError });
    closing.push(() => queues.close());
    openQueues(queues);
    const waiting = () => queues.waiting();
    await options.prepare?.({ directory: data.path, s3Url, bucket, credentials, waiting });
    // Publishes what is there, if only an empty version; then search has something to load.
    await firstPublication(host);
    gateway.on('request', createGateway(host, onError));
    await untilSearchAnswers(url);
    if (scheduleMs > 0) {
      const schedule = startSchedule({ host, everyMs: scheduleMs, onError });
      closing.push(() => schedule.close());
    }
    return {
      url,
      s3Url,
      dynamodbUrl,
      lambdaUrl,
      bucket,
      credentials,
      host,
      waiting,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function settingsOf({
  port,
  s3Port,
  dynamodbPort,
  dataDirectory,
  environment = {},
}: StackOptions): LocalSettings {
  return readLocalSettings({
    ...environment,
    ...(port !== undefined && { TUWEN_PORT: String(port) }),
    ...(s3Port !== undefined && { TUWEN_S3_PORT: String(s3Port) }),
    ...(dynamodbPort !== undefined && { TUWEN_DYNAMODB_PORT: String(dynamodbPort) }),
    ...(dataDirectory !== undefined && { TUWEN_DATA_DIR: dataDirectory }),
  });
}

async function prepareTables(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  try {
    await createTables(client, 'tuwen');
  } finally {
    client.destroy();
  }
}

async function firstPublication(host: LambdaHost): Promise<void> {
  const outcome = await host.invoke('reindex', { schedule: {} });
  if ('error' in outcome) throw startFault(outcome.error.errorMessage);
  const { status, run } = JSON.parse(outcome.payload) as {
    status: string;
    run?: { error?: { detail: string } };
  };
  if (status === 'failed') throw startFault(run?.error?.detail ?? 'the index could not be built');
}

/** What a function says of its settings begins with `bad settings:` or names one. */
function startFault(message: string): StartError {
  return new StartError(message.replace(/^bad settings: /, ''));
}

async function untilSearchAnswers(url: string): Promise<void> {
  const startedMs = Date.now();
  for (;;) {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(30_000) }).catch(
      () => undefined,
    );
    if (answer?.ok) return;
    if (Date.now() - startedMs > readyTimeoutMs)
      throw new StartError(
        `search did not answer within ${readyTimeoutMs / 1000} s: ${await answer?.text()}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @returns the URL */
async function listen(
  server: Pick<Server, 'listen' | 'once' | 'off' | 'address'>,
  port: number,
  setting: string,
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  }).catch(portFault(setting, port));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function portFault(setting: string, port: number) {
  return (error: unknown): never => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      throw new StartError(
        `${setting}: port ${port} is in use; end what uses it, or set ${setting} to another (0 takes a free one)`,
      );
    if (code === 'EACCES')
      throw new StartError(`${setting}: port ${port} may not be used; set ${setting} to one above 1023`);
    throw error;
  };
}

function end(server: Pick<Server, 'close'> & { closeAllConnections?(): void }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections?.();
  });
}
