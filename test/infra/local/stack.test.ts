import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createS3Server } from '../../../infra/local/s3/server.ts';
import { type Stack, type StackOptions, startStack } from '../../../infra/local/stack.ts';
import { freeStack } from '../../free-stack.ts';

/** What only the whole stack can show; what the product answers is tested end to end. */

let directory: string;
let stack: Stack | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-stack-'));
});
afterEach(async () => {
  await stack?.close();
  stack = undefined;
  await rm(directory, { recursive: true, force: true });
});

async function start(options: StackOptions = {}): Promise<Stack> {
  stack = await startStack({ ...freeStack, dataDirectory: join(directory, 'data'), ...options });
  return stack;
}

const soon = { timeout: 60_000, interval: 200 };

async function put(url: string, id: string): Promise<number> {
  const body = JSON.stringify({ title: `A thing called ${id}` });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${url}/v1/items/${id}`, { method: 'PUT', body, headers })).status;
}

async function found(url: string): Promise<string[]> {
  const answer = await fetch(`${url}/v1/search?text=thing`);
  const { results } = (await answer.json()) as { results: { id: string }[] };
  return results.map(({ id }) => id).sort();
}

describe('the local stack', () => {
  it.runIf(process.platform === 'linux')(
    'stands still between invocations when it is frozen, and finds what was written nevertheless',
    async () => {
      const { url, host } = await start({ freeze: true });
      const stateOf = async (name: string) => {
        const states = host.pids(name).map(async (pid) => {
          const text = await readFile(`/proc/${pid}/stat`, 'utf8');
          return text.slice(text.lastIndexOf(')') + 2)[0];
        });
        return (await Promise.all(states)).join('');
      };
      expect(await put(url, 'one')).toBe(201);
      await expect.poll(() => stateOf('catalog'), soon).toBe('T');
      await expect.poll(() => stateOf('search'), soon).toBe('T');
      await expect.poll(() => found(url), soon).toEqual(['one']);
      expect(await put(url, 'two')).toBe(201);
      await expect.poll(() => found(url), soon).toEqual(['one', 'two']);
    },
    120_000,
  );

  it('goes on after a function was killed, and keeps what was asked of it asynchronously', async () => {
    const { url, host, lambdaUrl, credentials } = await start({ scheduleMs: 0 });
    for (const pid of host.pids('search')) process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await fetch(`${url}/health`)).status, soon).toBe(200);
    await put(url, 'one');
    const lambda = new LambdaClient({ endpoint: lambdaUrl, region: 'us-east-1', credentials });
    const Payload = JSON.stringify({ schedule: {} });
    await lambda.send(new InvokeCommand({ FunctionName: 'reindex', InvocationType: 'Event', Payload }));
    lambda.destroy();
    await expect.poll(() => found(url), soon).toEqual(['one']);
  }, 120_000);

  it('works on an S3 of the user, and says that no events come from there', async () => {
    const credentials = { accessKeyId: 'theirs', secretAccessKey: 'their-secret' };
    const theirs = createS3Server({
      directory: join(directory, 'theirs'),
      buckets: [],
      region: 'us-east-1',
      credentials,
    });
    const { port } = await theirs.listen(0);
    try {
      const notices: string[] = [];
      const { url, s3Url } = await start({
        environment: {
          AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        },
        onNotice: (notice) => notices.push(notice),
        prepare: async () => {
          throw new Error('there is nothing to prepare without events');
        },
      });
      expect(s3Url).toBe(`http://127.0.0.1:${port}`);
      expect(notices.join()).toMatch(/^AWS_ENDPOINT_URL_S3: .*no events/);
      expect(await put(url, 'one')).toBe(201);
      await expect.poll(() => found(url), soon).toEqual(['one']);
      await stack?.close();
    } finally {
      await theirs.close();
    }
  }, 120_000);

  it('ends what it had begun when the start is ended, and prepares again at the next one', async () => {
    const ending = new AbortController();
    let asked: AbortSignal | undefined;
    const starting = start({
      signal: ending.signal,
      prepare: ({ signal }) => {
        asked = signal;
        ending.abort();
        return new Promise(() => {});
      },
    });
    await expect(starting).rejects.toThrow('the start was ended');
    expect(asked?.aborted).toBe(true);
    // Neither ports nor directory are held any more, and what was cut short is done again, once.
    let prepared = 0;
    const prepare = async () => {
      prepared++;
    };
    await (await start({ prepare })).close();
    expect(prepared).toBe(1);
    await start({ prepare });
    expect(prepared).toBe(1);
  }, 120_000);

  it('starts what nobody has asked for once search answers, unless told not to', async () => {
    const running = ({ host }: Stack) =>
      ['catalog', 'ingest', 'import', 'web'].filter((name) => host.pids(name).length > 0);
    const first = await start();
    expect(running(first)).toEqual([]);
    await first.close();
    const { warmAll: _, ...ports } = freeStack;
    stack = await startStack({ ...ports, dataDirectory: join(directory, 'data') });
    const second = stack;
    await expect.poll(() => running(second), soon).toEqual(['catalog', 'ingest', 'import', 'web']);
  }, 120_000);
});
