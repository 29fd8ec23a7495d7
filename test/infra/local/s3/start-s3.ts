import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { createS3Server, type S3ServerOptions } from '../../../../infra/local/s3/server.ts';
import { CREDENTIALS, REGION } from './credentials.ts';

export type LocalS3 = Awaited<ReturnType<typeof startS3>>;

/** A directory that is gone when the test is over. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tuwen-s3-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A server of its own for one test, on a free port. */
export async function startS3(options: Partial<S3ServerOptions> = {}) {
  const directory = options.directory ?? (await temporaryDirectory());
  const server = createS3Server({
    buckets: ['tuwen'],
    region: REGION,
    credentials: CREDENTIALS,
    onError: (error) => {
      throw error;
    },
    ...options,
    directory,
  });
  const { port } = await server.listen(0);
  onTestFinished(() => server.close());
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    server,
    port,
    endpoint,
    directory,
    client: (config: S3ClientConfig = {}) => createClient(endpoint, config),
    /** The names of all files that hold bytes of objects or parts, complete or not. */
    dataFiles: async () => {
      const files = await readdir(join(directory, 'objects'), { recursive: true });
      return files.filter((name) => /[0-9a-f]{32}$/.test(name));
    },
  };
}

export function createClient(endpoint: string, config: S3ClientConfig = {}): S3Client {
  const client = new S3Client({
    endpoint,
    region: REGION,
    credentials: CREDENTIALS,
    forcePathStyle: true,
    maxAttempts: 1,
    ...config,
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** The name and status of what a call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> {
  const error = await call.then(
    () => undefined,
    (reason) => reason,
  );
  return { name: error?.name ?? 'nothing', status: error?.$metadata?.httpStatusCode };
}

/** Bytes that differ from place to place and are the same in every run. */
export function someBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 12345;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}
