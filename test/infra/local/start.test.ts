import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** `npm start` as a process of its own, as whoever runs it sees it. */

let directory: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-start-'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
});

function start(settings: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['infra/run.mjs', 'infra/local/start.ts'], {
    env: {
      PATH: process.env.PATH,
      TUWEN_PORT: '0',
      TUWEN_S3_PORT: '0',
      TUWEN_DYNAMODB_PORT: '0',
      TUWEN_DATA_DIR: join(directory, 'data'),
      TUWEN_DEMO: '0',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  const exited = once(child, 'close').then(([status]) => status as number | null);
  return { child, said, exited };
}

async function untilReady({ child, said }: ReturnType<typeof start>): Promise<string> {
  await expect
    .poll(() => said.out.includes('ready ') || child.exitCode !== null, { timeout: 100_000, interval: 20 })
    .toBe(true);
  const url = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m.exec(said.out)?.[1];
  if (!url) throw new Error(`not ready: ${said.out}${said.err}`);
  return url;
}

/** Resolves in the middle of the start. @returns the lock's path */
async function untilLocked({ child, said }: ReturnType<typeof start>): Promise<string> {
  const lock = join(directory, 'data/lock.json');
  const isThere = () =>
    access(lock).then(
      () => true,
      () => child.exitCode !== null || child.signalCode !== null,
    );
  await expect.poll(isThere, { timeout: 60_000, interval: 10 }).toBe(true);
  if (child.exitCode !== null || child.signalCode !== null)
    throw new Error(`ended with ${child.signalCode ?? child.exitCode}: ${said.out}${said.err}`);
  return lock;
}

describe('npm start', () => {
  it('answers from the line on that says so, keeps others off its directory and port, and ends with 0', async () => {
    const keys = { TUWEN_SEARCH_KEY: 'for-searching', TUWEN_ADMIN_KEY: 'for-all' };
    const running = start(keys);
    const url = await untilReady(running);
    const search = (key: string) =>
      fetch(`${url}/v1/search?text=red+dress`, { headers: { authorization: `Bearer ${key}` } });
    const answer = await search('for-searching');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ results: [] });
    expect((await search('another')).status).toBe(401);

    const second = start();
    expect(await second.exited).toBe(1);
    expect(second.said.err).toMatch(/^TUWEN_DATA_DIR: \S+ is held by process \d+; [^\n]+\n$/);
    const third = start({ TUWEN_DATA_DIR: join(directory, 'other'), TUWEN_PORT: new URL(url).port });
    expect(await third.exited).toBe(1);
    expect(third.said.err).toMatch(/^TUWEN_PORT: port \d+ is in use; [^\n]+\n$/);
    expect((await search('for-searching')).status).toBe(200);

    // npm hands on what the terminal has sent already.
    running.child.kill('SIGTERM');
    running.child.kill('SIGTERM');
    expect(await running.exited).toBe(0);
    expect(running.said.err).toBe('');
    await expect(access(join(directory, 'data/lock.json'))).rejects.toThrow();
    await expect(fetch(url)).rejects.toThrow();
  }, 120_000);

  it('ends with 0 in the middle of the start too, and leaves the directory free', async () => {
    const running = start();
    const lock = await untilLocked(running);
    running.child.kill('SIGINT');
    expect(await running.exited).toBe(0);
    expect(running.said).toEqual({ out: '', err: '' });
    await expect(access(lock)).rejects.toThrow();
  }, 90_000);

  it('takes a directory whose last holder was killed', async () => {
    const killed = start();
    const lock = await untilLocked(killed);
    killed.child.kill('SIGKILL');
    await killed.exited;
    await access(lock);
    await untilReady(start());
  }, 120_000);

  it('refuses a wrong setting in one line that names it', async () => {
    const refused = start({ TUWEN_PORT: 'eighty' });
    expect(await refused.exited).toBe(1);
    expect(refused.said).toEqual({
      out: '',
      err: 'TUWEN_PORT: expected a port from 1 to 65535, or 0 for a free one\n',
    });
  }, 60_000);

  it('refuses a data directory that cannot be written', async () => {
    const file = join(directory, 'file');
    await writeFile(file, '');
    const refused = start({ TUWEN_DATA_DIR: join(file, 'data') });
    expect(await refused.exited).toBe(1);
    expect(refused.said.err).toMatch(/^TUWEN_DATA_DIR: \S+ cannot be written \(ENOTDIR\); [^\n]+\n$/);
  }, 60_000);

  it('refuses a port that something else has, for each of its servers', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const port = String((other.address() as AddressInfo).port);
    try {
      for (const setting of ['TUWEN_S3_PORT', 'TUWEN_DYNAMODB_PORT']) {
        const refused = start({ [setting]: port });
        expect(await refused.exited).toBe(1);
        expect(refused.said.err).toMatch(new RegExp(`^${setting}: port ${port} is in use; [^\\n]+\\n$`));
      }
    } finally {
      other.close();
    }
  }, 60_000);
});
