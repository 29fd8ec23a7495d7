import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import dynalite from 'dynalite';
import { createTables } from '../../shared/catalog/create-tables.ts';
import { keys } from '../../shared/keys.ts';
import type { DataDirectory } from './data-directory.ts';
import { endServer, listen, portFault } from './listen.ts';
import { createS3Server } from './s3/server.ts';
import type { ObjectEvent } from './s3/store/records.ts';
import { type LocalSettings, StartError } from './settings.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A service that functions speak to; `close` ends it if it is ours. */
export interface Service {
  readonly url: string;
  /** Whether it is one of the user's own, such as MinIO. */
  readonly isForeign: boolean;
  close(): Promise<void>;
}

export const bucket = 'tuwen';
export const region = 'us-east-1';
export const tablePrefix = 'tuwen';
const callMs = 20_000;

/** S3 of our own, or the one that `AWS_ENDPOINT_URL_S3` names. */
export async function startS3(options: {
  readonly settings: LocalSettings;
  readonly credentials: Credentials;
  readonly data: DataDirectory;
  readonly corsOrigins: readonly string[];
  readonly onObjectEvent: (event: ObjectEvent) => Promise<void>;
  readonly onError: (error: unknown) => void;
}): Promise<Service> {
  const { settings, credentials, data, onError } = options;
  const { TUWEN_S3_PORT: port, AWS_ENDPOINT_URL_S3: foreignUrl } = settings;
  if (foreignUrl && !isAt(foreignUrl, port)) {
    await createBucket(foreignUrl, credentials);
    return { url: foreignUrl, isForeign: true, close: async () => {} };
  }
  const server = createS3Server({
    directory: await data.folder('s3'),
    buckets: [bucket],
    region,
    credentials,
    corsOrigins: options.corsOrigins,
    onError,
    onObjectEvent: options.onObjectEvent,
  });
  const listening = await server.listen(port).catch(portFault('TUWEN_S3_PORT', port));
  return { url: `http://127.0.0.1:${listening.port}`, isForeign: false, close: () => server.close() };
}

/** DynamoDB on disk, or the one that `AWS_ENDPOINT_URL_DYNAMODB` names, with our tables. */
export async function startDynamodb(options: {
  readonly settings: LocalSettings;
  readonly credentials: Credentials;
  readonly data: DataDirectory;
}): Promise<Service> {
  const { settings, credentials, data } = options;
  const { TUWEN_DYNAMODB_PORT: port, AWS_ENDPOINT_URL_DYNAMODB: foreignUrl } = settings;
  if (foreignUrl && !isAt(foreignUrl, port)) {
    await prepareTables(foreignUrl, credentials).catch(foreignFault('AWS_ENDPOINT_URL_DYNAMODB', foreignUrl));
    return { url: foreignUrl, isForeign: true, close: async () => {} };
  }
  const path = await data.folder('dynamodb');
  const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const url = await listen(server, port, 'TUWEN_DYNAMODB_PORT');
  const close = () => endServer(server);
  try {
    await prepareTables(url, credentials);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, isForeign: false, close };
}

/** Whether anything was ever published. */
export async function isPublished(s3Url: string, credentials: Credentials): Promise<boolean> {
  return withS3(s3Url, credentials, async (client) => {
    try {
      const command = new HeadObjectCommand({ Bucket: bucket, Key: keys.current });
      await client.send(command, { abortSignal: AbortSignal.timeout(callMs) });
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'NotFound') return false;
      throw error;
    }
  });
}

/** The settings that the aws CLI wants for our own S3 must not keep us from starting it. */
function isAt(url: string, port: number): boolean {
  const { hostname, port: given } = new URL(url);
  return ['127.0.0.1', 'localhost'].includes(hostname) && Number(given) === port;
}

async function createBucket(url: string, credentials: Credentials): Promise<void> {
  await withS3(url, credentials, (client) =>
    client.send(new CreateBucketCommand({ Bucket: bucket }), { abortSignal: AbortSignal.timeout(callMs) }),
  ).catch((error) => {
    if (!(error instanceof Error && error.name === 'BucketAlreadyOwnedByYou'))
      foreignFault('AWS_ENDPOINT_URL_S3', url)(error);
  });
}

async function prepareTables(endpoint: string, credentials: Credentials): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region, credentials });
  try {
    await createTables(client, tablePrefix);
  } finally {
    client.destroy();
  }
}

async function withS3<T>(
  url: string,
  credentials: Credentials,
  use: (client: S3Client) => Promise<T>,
): Promise<T> {
  const client = new S3Client({ endpoint: url, region, credentials, forcePathStyle: true, maxAttempts: 2 });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

function foreignFault(setting: string, url: string) {
  return (error: unknown): never => {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new StartError(
      `${setting}: ${url} does not answer as expected (${reason}); unset it to use our own`,
    );
  };
}
