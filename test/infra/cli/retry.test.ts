import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createApi } from '../../../infra/cli/api.ts';
import { Passing, retryAfterMs, withRetries } from '../../../infra/cli/retry.ts';

const signal = new AbortController().signal;

/** Fails as told, then succeeds; tells how long was waited between the attempts. */
async function retried(failures: readonly unknown[], random = () => 1) {
  const waits: number[] = [];
  let attempts = 0;
  const outcome = await withRetries(
    async () => {
      const failure = failures[attempts++];
      if (failure) throw failure;
      return 'done';
    },
    { signal, random, wait: async (ms) => void waits.push(ms) },
  ).catch((error: unknown) => error);
  return { outcome, attempts, waits };
}

describe('retries', () => {
  it('wait up to twice as long each time, at random from nothing on', async () => {
    const failures = Array.from({ length: 5 }, () => new Passing(new Error('busy')));
    expect((await retried(failures)).waits).toEqual([300, 600, 1200, 2400, 4800]);
    expect((await retried(failures, () => 0)).waits).toEqual([0, 0, 0, 0, 0]);
  });

  it('wait at least as long as the other side asks', async () => {
    expect((await retried([new Passing(new Error('busy'), 7000)], () => 0)).waits).toEqual([7000]);
  });

  it('end at once where the other side asks for more than a minute', async () => {
    const cause = new Error('come back tomorrow');
    expect(await retried([new Passing(cause, 86_400_000)])).toEqual({
      outcome: cause,
      attempts: 1,
      waits: [],
    });
  });

  it('end with the last cause after six attempts, and at once with what waiting cannot mend', async () => {
    const failures = Array.from({ length: 9 }, (_, i) => new Passing(i));
    expect(await retried(failures)).toMatchObject({ outcome: 5, attempts: 6 });
    const final = new Error('no');
    expect(await retried([final])).toMatchObject({ outcome: final, attempts: 1 });
  });

  it('read seconds and dates', () => {
    const now = Date.parse('2026-11-25T12:00:00Z');
    expect(retryAfterMs('3', now)).toBe(3000);
    expect(retryAfterMs('Wed, 25 Nov 2026 12:00:05 GMT', now)).toBe(5000);
    expect(retryAfterMs('Wed, 25 Nov 2026 11:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });
});

describe('calls', () => {
  let server: Server | undefined;
  afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

  async function apiTo(listener: RequestListener) {
    server = createServer(listener);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const waits: number[] = [];
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const wait = async (ms: number) => void waits.push(ms);
    return { api: createApi({ url, key: 'secret', signal, random: () => 0, wait }), waits, url };
  }
  const run = { runId: 'a' };

  it('are made again when the service is not ready, and carry the key', async () => {
    const keys: unknown[] = [];
    const { api, waits } = await apiTo((request, response) => {
      keys.push(request.headers.authorization);
      if (keys.length < 3) response.writeHead(503, { 'retry-after': '2' }).end('{}');
      else response.end(JSON.stringify(run));
    });
    expect((await api.rebuild()).value).toEqual(run);
    expect(keys).toEqual(['Bearer secret', 'Bearer secret', 'Bearer secret']);
    expect(waits).toEqual([2000, 2000]);
    await api.close();
  });

  it('are made again when the connection breaks in the middle of the answer', async () => {
    let calls = 0;
    const { api } = await apiTo((_, response) => {
      if (++calls > 1) response.end(JSON.stringify(run));
      else {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"run');
        setTimeout(() => response.destroy(), 50);
      }
    });
    expect((await api.rebuild()).value).toEqual(run);
    await api.close();
  });

  it('end with what the problem says, and follow no redirect', async () => {
    const problem = { code: 'forbidden', detail: 'expected an admin key', requestId: 'r', status: 403 };
    let path = '';
    const { api } = await apiTo((request, response) => {
      path = request.url ?? '';
      if (path.endsWith('rebuild')) response.writeHead(403).end(JSON.stringify(problem));
      else response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await expect(api.rebuild()).rejects.toMatchObject({ status: 403, message: 'expected an admin key' });
    await expect(api.index()).rejects.toMatchObject({ status: 302 });
    expect(path).toBe('/v1/index');
    await api.close();
  });

  it('say so where something else answers', async () => {
    const { api } = await apiTo((_, response) => response.end('<html>'));
    await expect(api.index()).rejects.toThrow('expected JSON, found "<html>"; is --url right?');
    await api.close();
  });
});
