import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3Server } from '../../infra/local/s3/server.ts';

/** An S3 server of its own, over HTTP, in a temporary folder. */
export interface TestS3 {
  readonly endpoint: string;
  readonly client: S3Client;
  /** Signs uploads. */
  readonly presignClient: S3Client;
  /** A new, empty bucket. */
  bucket(): Promise<string>;
  close(): Promise<void>;
}

export async function startS3(): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'tuwen-s3-'));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test-secret' };
  const server = createS3Server({ directory, buckets: [], region: 'us-east-1', credentials });
  const { port } = await server.listen(0);
  const endpoint = `http://127.0.0.1:${port}`;
  const config = { endpoint, region: 'us-east-1', credentials, forcePathStyle: true };
  const client = new S3Client(config);
  const presignClient = new S3Client({ ...config, requestChecksumCalculation: 'WHEN_REQUIRED' });
  let buckets = 0;
  return {
    endpoint,
    client,
    presignClient,
    async bucket() {
      const name = `test-${buckets++}`;
      await client.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    },
    async close() {
      client.destroy();
      presignClient.destroy();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
