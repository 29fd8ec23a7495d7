import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { CREDENTIALS, REGION } from './credentials.ts';
import { someBytes, startS3, temporaryDirectory } from './start-s3.ts';

const hasAws = spawnSync('aws', ['--version']).status === 0;
if (!hasAws) console.warn('The aws CLI is not installed: its tests are skipped.');

/** Runs the CLI against the server, away from whatever this machine is set up with. */
function awsFor(endpoint: string, home: string) {
  return async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('aws', ['--endpoint-url', endpoint, ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: home,
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        AWS_DEFAULT_REGION: REGION,
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    return stdout;
  };
}

it.skipIf(!hasAws)(
  '20 MB copied there and back by the aws CLI are the same, byte for byte',
  { timeout: 60_000 },
  async () => {
    const { endpoint } = await startS3();
    const home = await temporaryDirectory();
    const aws = awsFor(endpoint, home);
    const bytes = someBytes(20_000_000);
    await writeFile(join(home, 'there'), bytes);
    await aws('s3', 'cp', '--quiet', join(home, 'there'), 's3://tuwen/uploads/big file+.bin');
    await aws('s3', 'cp', '--quiet', 's3://tuwen/uploads/big file+.bin', join(home, 'back'));
    expect((await readFile(join(home, 'back'))).equals(bytes)).toBe(true);
    const url = (await aws('s3', 'presign', 's3://tuwen/uploads/big file+.bin')).trim();
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(bytes)).toBe(true);
  },
);

it.skipIf(!hasAws)(
  'buckets made, synchronised, listed and emptied by the aws CLI are as it says',
  { timeout: 60_000 },
  async () => {
    const { endpoint } = await startS3();
    const home = await temporaryDirectory();
    const aws = awsFor(endpoint, home);
    const from = join(home, 'from');
    await mkdir(join(from, '红'), { recursive: true });
    await Promise.all([
      writeFile(join(from, 'a b+.txt'), 'one'),
      writeFile(join(from, '红', '裙.txt'), 'two'),
    ]);
    await aws('s3', 'mb', 's3://other');
    await aws('s3', 'sync', from, 's3://other/x');
    expect(await aws('s3', 'sync', from, 's3://other/x')).toBe('');
    expect(await aws('s3', 'ls', '--recursive', 's3://other')).toMatch(
      / 3 x\/a b\+\.txt\n.* 3 x\/红\/裙\.txt\n$/,
    );
    await aws('s3', 'rm', '--recursive', 's3://other');
    // Which S3 refuses where anything is left.
    await aws('s3', 'rb', 's3://other');
  },
);
