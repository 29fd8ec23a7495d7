import { createServer, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundleFunctions, type FunctionName } from '../bundles.ts';
import { type DataDirectory, takeDataDirectory } from './data-directory.ts';
import { createEnding, type Ending } from './ending.ts';
import { openAsyncInvocations } from './events/async-invocations.ts';
import { maxReceives, type ObjectQueues, openObjectQueues } from './events/object-queues.ts';
import { startSchedule } from './events/schedule.ts';
import { functionEnvironments } from './function-environments.ts';
import { createGateway, refuseUntilReady } from './gateway/gateway.ts';
import { createLambdaHost, type HostedFunction, type LambdaHost } from './lambda/functions.ts';
import { createInvokeApi } from './lambda/invoke-api.ts';
import { endServer, listen } from './listen.ts';
import { embedAhead, publishPending, untilSearchAnswers, warm } from './readiness.ts';
import { bucket, type Credentials, isPublished, startDynamodb, startS3 } from './services.ts';
import { type LocalSettings, readLocalSettings } from './settings.ts';

export interface StackOptions {
  readonly port?: number;
  readonly s3Port?: number;
  readonly dynamodbPort?: number;
  readonly dataDirectory?: string;
  /** Everything else, by its name in the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds between looks for what changed. 0 leaves it to whoever asks for a rebuild. */
  readonly scheduleMs?: number;
  /** Starts functions before anybody asks for them, as soon as search answers. Default true. */
  readonly warmAll?: boolean;
  /** Stops sandboxes between invocations, as Lambda does. */
  readonly freeze?: boolean;
  /** The Node that runs the functions; default the one that runs this. */
  readonly nodeFile?: string | undefined;
  readonly onError?: (error: unknown) => void;
  /** Told in plain words what differs from what one might expect. */
  readonly onNotice?: (notice: string) => void;
  /** Runs once for a data directory, such as the import of a demo catalog; again where it did not come to its end. */
  readonly prepare?: (preparation: Preparation) => Promise<void>;
  /** Told early in the start that `prepare` will run, for what it can begin without the stack. */
  readonly foresee?: () => void;
  /** Ends the start where it is; what was begun is ended cleanly. */
  readonly signal?: AbortSignal;
}

export interface Preparation {
  readonly s3Url: string;
  readonly bucket: string;
  readonly credentials: Credentials;
  /** Object events not handled yet. */
  waiting(): number;
  /** Embeds what is there so far, for whoever publishes it in the end. */
  embed(): Promise<void>;
  readonly signal: AbortSignal;
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
  readonly credentials: Credentials;
  readonly host: LambdaHost;
  /** Object events not handled yet. */
  waiting(): number;
  /** Ends everything this started, in order; what was not handled yet comes again at the next start. */
  close(): Promise<void>;
}

export const localCredentials: Credentials = { accessKeyId: 'tuwen', secretAccessKey: 'tuwen-local' };
const scheduleEveryMs = 2000;
/** What is under way when the stack is closed may end by itself within this time. */
const graceMs = 2000;

/**
 * Starts S3, DynamoDB, the functions, their triggers and the HTTP API, and resolves when search answers.
 *
 * @throws StartError naming the setting to mend: a port in use, a directory that can't be written, a bad value
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  // AWS's own notice, which nobody who runs this can act on.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const settings = settingsOf(options);
  const ending = createEnding(options.signal);
  const starting = start(settings, options, ending);
  try {
    return await Promise.race([starting, ending.aborted]);
  } catch (error) {
    starting.catch(() => {});
    await ending.close();
    throw error;
  }
}

async function start(settings: LocalSettings, options: StackOptions, ending: Ending): Promise<Stack> {
  const { onError = () => {}, onNotice = () => {}, scheduleMs = scheduleEveryMs, warmAll = true } = options;
  const credentials = credentialsOf(settings);
  const data = await takeDataDirectory(settings.TUWEN_DATA_DIR);
  ending.add(() => data.release());
  const bundling = bundleFunctions({ outDirectory: bundleDirectory, architecture: 'host' });
  bundling.catch(() => {});

  // All ports first, so that one that is taken is told at once.
  const gateway = createServer(refuseUntilReady);
  const url = await listen(gateway, settings.TUWEN_PORT, 'TUWEN_PORT');
  ending.add(() => endServer(gateway));
  const lambda = createServer(refuseUntilReady);
  const lambdaUrl = await listen(lambda, settings.TUWEN_LAMBDA_PORT, 'TUWEN_LAMBDA_PORT');
  ending.add(() => endServer(lambda));
  let openQueues: (queues: ObjectQueues) => void = () => {};
  const queuesOpen = new Promise<ObjectQueues>((resolve) => {
    openQueues = resolve;
  });
  const s3 = await startS3({
    settings,
    credentials,
    data,
    corsOrigins: [url, url.replace('127.0.0.1', 'localhost')],
    onError,
    // Kept by the server until the queues have it; what came before the last end is told again now.
    onObjectEvent: async (event) => {
      const open = await queuesOpen;
      if (ending.signal.aborted) return never;
      open.take(event);
    },
  });
  ending.add(() => s3.close());
  const isNew = !(await isPublished(s3.url, credentials));
  const isPrepared = !(isNew || (await data.isUnfinished()));
  if (!isPrepared && !s3.isForeign) options.foresee?.();
  const dynamodb = await startDynamodb({ settings, credentials, data });
  ending.add(() => dynamodb.close());
  if (s3.isForeign)
    onNotice(
      `AWS_ENDPOINT_URL_S3: ${s3.url} sends no events here, so uploads, pictures and imports wait for ever`,
    );

  const environment = {
    settings,
    s3Url: s3.url,
    dynamodbUrl: dynamodb.url,
    lambdaUrl,
    bucket,
    credentials,
    maxReceives,
  };
  const host = createLambdaHost(await hostedFunctions(environment, await bundling, data, options));
  const queueing = { directory: await data.folder('queues'), host, onError };
  const queues = openObjectQueues(queueing);
  const invocations = openAsyncInvocations(queueing);
  const triggers: Trigger[] = [queues, invocations];
  ending.add(() => endFunctions(host, triggers));
  openQueues(queues);
  const { accessKeyId } = credentials;
  answerWith(lambda, createInvokeApi({ host, take: invocations.take, accessKeyId, onError }));

  const waiting = () => queues.waiting();
  const { signal } = ending;
  if (!isPrepared) {
    const embed = () => embedAhead(host);
    const preparation = { s3Url: s3.url, bucket, credentials, waiting, embed, signal };
    await data.finish(async () => {
      if (!s3.isForeign) await options.prepare?.(preparation);
      // Before the first version search has nothing to load but its code; an older one it would keep for seconds.
      await Promise.all([publishPending(host, signal), isNew && warm(host, ['search'])]);
    });
  }
  await warm(host, ['search', 'reindex']);
  answerWith(gateway, createGateway({ host, onError }));
  await untilSearchAnswers(url, signal);
  if (warmAll)
    warm(host, ['catalog', 'ingest', 'import', 'web']).catch((error) => {
      if (!signal.aborted) onError(error);
    });
  if (scheduleMs > 0) triggers.push(startSchedule({ host, everyMs: scheduleMs, onError }));
  return {
    url,
    s3Url: s3.url,
    dynamodbUrl: dynamodb.url,
    lambdaUrl,
    bucket,
    credentials,
    host,
    waiting,
    close: ending.close,
  };
}

/** What is never answered for stays the server's to tell again at the next start. */
const never = new Promise<never>(() => {});

const bundleDirectory = fileURLToPath(new URL('../../dist/functions-host', import.meta.url));

function answerWith(server: Server, listener: RequestListener): void {
  server.removeAllListeners('request').on('request', listener);
}

interface Trigger {
  /** Invokes nothing any more. */
  stop(): void;
  /** Resolves when what it invoked has ended. */
  close(): Promise<void>;
}

/** What runs may end, but nobody waits long for it: it comes again at the next start. */
async function endFunctions(host: LambdaHost, triggers: readonly Trigger[]): Promise<void> {
  for (const trigger of triggers) trigger.stop();
  const ended = Promise.all(triggers.map((trigger) => trigger.close()));
  const tooLate = new AbortController();
  await Promise.race([ended, sleep(graceMs, undefined, { signal: tooLate.signal }).catch(() => {})]);
  tooLate.abort();
  await host.close();
  await ended;
}

async function hostedFunctions(
  environment: Parameters<typeof functionEnvironments>[0],
  bundles: Readonly<Record<FunctionName, string>>,
  data: DataDirectory,
  { freeze = false, nodeFile, onError = () => {} }: StackOptions,
): Promise<HostedFunction[]> {
  const logs = await data.folder('logs');
  const temporary = await data.folder('tmp');
  return functionEnvironments(environment).map((shape) => ({
    ...shape,
    environment: { ...shape.environment, TMPDIR: temporary },
    directory: bundles[shape.name],
    logFile: join(logs, `${shape.name}.log`),
    onWarning: onError,
    freeze,
    nodeFile,
  }));
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

/** Our own, unless they are for services of the user's. */
function credentialsOf(settings: LocalSettings): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  const isForeign = settings.AWS_ENDPOINT_URL_S3 ?? settings.AWS_ENDPOINT_URL_DYNAMODB;
  return isForeign && accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : localCredentials;
}
