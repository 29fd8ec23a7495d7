import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLambdaHost, type LambdaHost } from '../../../../infra/local/lambda/functions.ts';
import { createInvokeApi } from '../../../../infra/local/lambda/invoke-api.ts';

const sources = {
  echo: `export const handler = async (event, context) => ({ event, id: context.awsRequestId, left: context.getRemainingTimeInMillis(), env: Object.keys(process.env) });`,
  counter: `let calls = 0; let ticks = 0; setInterval(() => ticks++, 5).unref();
    export const handler = async ({ sleepMs = 0 }) => { const before = ticks; await new Promise((r) => setTimeout(r, sleepMs)); return { pid: process.pid, calls: ++calls, before }; };`,
  faulty: `export const handler = async ({ how }) => { if (how === 'throw') throw new TypeError('no good'); if (how === 'exit') process.exit(3); if (how === 'stray') process.send({ type: 'result', id: 'another', result: '"stray"' }); if (how === 'hang') await new Promise(() => setInterval(() => {}, 1000)); return how === 'stray' ? 'the reply' : how; };`,
  broken: `throw new Error('bad settings: X: expected');`,
};

let directory: string;
let host: LambdaHost;
let frozen: LambdaHost;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-host-'));
  for (const [name, source] of Object.entries(sources)) {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'handler.mjs'), source);
  }
  const functionOf = (name: string, freeze = false) => ({
    name,
    directory: join(directory, name),
    memoryMb: 128,
    timeoutMs: name === 'faulty' ? 1500 : 20_000,
    environment: { GIVEN: '1' },
    logFile: join(directory, `${name}.log`),
    maxSandboxes: name === 'counter' ? 2 : 1,
    freeze,
  });
  host = createLambdaHost(Object.keys(sources).map((name) => functionOf(name)));
  frozen = createLambdaHost([functionOf('counter', true)]);
});

afterAll(async () => {
  await host.close();
  await frozen.close();
  await rm(directory, { recursive: true, force: true });
});

const resultOf = async (of: LambdaHost, name: string, event: unknown) => {
  const outcome = await of.invoke(name, event);
  return 'payload' in outcome ? JSON.parse(outcome.payload) : outcome;
};

describe('the Lambda host', () => {
  it('hands the event over with a context, and nothing of its own environment', async () => {
    const result = await resultOf(host, 'echo', { text: '红 "quoted"' });
    expect(result.event).toEqual({ text: '红 "quoted"' });
    expect(result.left).toBeGreaterThan(10_000);
    expect(result.env).toContain('GIVEN');
    expect(result.env).not.toContain('HOME');
  });

  it('keeps a sandbox warm, gives each one event at a time and opens no more than it may', async () => {
    const results = await Promise.all(
      Array.from({ length: 6 }, () => resultOf(host, 'counter', { sleepMs: 20 })),
    );
    expect(new Set(results.map(({ pid }) => pid)).size).toBeLessThanOrEqual(2);
    expect(results.map(({ calls }) => calls).reduce((a, b) => a + b)).toBeGreaterThanOrEqual(6 + 6);
  });

  it('reports what a handler throws, and goes on in the same sandbox', async () => {
    expect(await resultOf(host, 'faulty', { how: 'throw' })).toMatchObject({
      error: { errorType: 'TypeError', errorMessage: 'no good' },
    });
    expect(await resultOf(host, 'faulty', { how: 'well' })).toBe('well');
  });

  it('takes nothing else that the process sends for the reply', async () => {
    expect(await resultOf(host, 'faulty', { how: 'stray' })).toBe('the reply');
  });

  it('survives a handler that ends its process, or that never answers', async () => {
    expect(await resultOf(host, 'faulty', { how: 'exit' })).toMatchObject({
      error: { errorType: 'Runtime.ExitError' },
    });
    expect(await resultOf(host, 'faulty', { how: 'hang' })).toMatchObject({
      error: { errorType: 'Sandbox.Timedout' },
    });
    expect(await resultOf(host, 'faulty', { how: 'well' })).toBe('well');
  });

  it('says why a function does not start', async () => {
    expect(await resultOf(host, 'broken', {})).toMatchObject({
      error: { errorMessage: 'bad settings: X: expected' },
    });
    expect(await readFile(join(directory, 'broken.log'), 'utf8')).toContain('bad settings');
  });

  it('refuses payloads over 6 MB', async () => {
    const text = 'x'.repeat(6 * 1024 * 1024);
    expect(await resultOf(host, 'echo', { text })).toMatchObject({
      error: { errorType: 'RequestTooLargeException' },
    });
  });

  it('stops time in a frozen sandbox between invocations, and thaws it for the next', async () => {
    const first = await resultOf(frozen, 'counter', {});
    await new Promise((resolve) => setTimeout(resolve, 600));
    const second = await resultOf(frozen, 'counter', {});
    expect(second).toMatchObject({ pid: first.pid, calls: 2 });
    // A timer of 5 ms would have fired a hundred times.
    expect(second.before - first.before).toBeLessThan(50);
  });
});

describe('the Invoke API', () => {
  it('answers the SDK: results, errors, asynchronous events, unknown functions', async () => {
    const taken: unknown[] = [];
    const take = (name: string, event: unknown) => void taken.push({ name, event });
    const server = createServer(createInvokeApi({ host, take, accessKeyId: 'a', onError: () => {} }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const client = new LambdaClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    const invoke = (FunctionName: string, event: unknown, more = {}) =>
      client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));
    try {
      const reply = await invoke('arn:aws:lambda:us-east-1:000000000000:function:echo', { a: 1 });
      expect(JSON.parse(reply.Payload!.transformToString())).toMatchObject({ event: { a: 1 } });
      const failed = await invoke('faulty', { how: 'throw' });
      expect(failed).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
      expect(JSON.parse(failed.Payload!.transformToString())).toMatchObject({
        errorType: 'TypeError',
        errorMessage: 'no good',
        trace: expect.any(Array),
      });
      expect((await invoke('echo', { b: 2 }, { InvocationType: 'Event' })).StatusCode).toBe(202);
      expect(taken).toEqual([{ name: 'echo', event: { b: 2 } }]);
      expect((await invoke('echo', {}, { InvocationType: 'DryRun' })).StatusCode).toBe(204);
      const large = { text: 'x'.repeat(6 * 1024 * 1024) };
      await expect(invoke('echo', large)).rejects.toMatchObject({ name: 'RequestTooLargeException' });
      await expect(
        client.send(new InvokeCommand({ FunctionName: 'echo', Payload: Buffer.from('{"a":') })),
      ).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
      const stranger = new LambdaClient({
        endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'other', secretAccessKey: 'b' },
        maxAttempts: 1,
      });
      await expect(stranger.send(new InvokeCommand({ FunctionName: 'echo' }))).rejects.toMatchObject({
        name: 'UnrecognizedClientException',
      });
      expect(
        (await fetch(`${endpoint}/2015-03-31/functions/echo/invocations`, { method: 'POST' })).status,
      ).toBe(403);
      await expect(invoke('nobody', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    } finally {
      client.destroy();
      server.close();
      server.closeAllConnections();
    }
  });
});
