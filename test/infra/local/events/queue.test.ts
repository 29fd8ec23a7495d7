import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openQueue, type QueueOptions, type QueueRecord } from '../../../../infra/local/events/queue.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-queue-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (options: Partial<QueueOptions>) =>
  openQueue({
    name: 'test',
    file: join(directory, 'queue.jsonl'),
    batchSize: 10,
    windowMs: 10,
    maxConcurrency: 2,
    maxReceives: 3,
    retryMs: 5,
    consume: async () => [],
    onDead: () => {},
    ...options,
  });
const empty = (queue: { size(): number }) => expect.poll(() => queue.size(), { timeout: 10_000 }).toBe(0);
const bodies = (records: readonly QueueRecord[]) => records.map(({ body }) => body);

describe('the queue', () => {
  it('delivers each message once, in batches no larger than asked for', async () => {
    const batches: string[][] = [];
    const queue = open({ consume: async (records) => (batches.push(bodies(records)), []) });
    for (let i = 0; i < 25; i++) queue.send(`${i}`);
    await empty(queue);
    expect(batches.flat().sort()).toEqual(Array.from({ length: 25 }, (_, i) => `${i}`).sort());
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(10);
    await queue.close();
  });

  it('delivers again what failed, and only that', async () => {
    const seen: string[] = [];
    const queue = open({
      consume: async (records) => {
        seen.push(...bodies(records));
        return records
          .filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1')
          .map(({ messageId }) => messageId);
      },
    });
    queue.send('good');
    queue.send('bad');
    await empty(queue);
    expect(seen.sort()).toEqual(['bad', 'bad', 'good']);
    await queue.close();
  });

  it('gives a message up after so many deliveries, and tells of it', async () => {
    const dead: QueueRecord[] = [];
    let deliveries = 0;
    const queue = open({
      consume: async () => {
        deliveries++;
        throw new Error('always');
      },
      onDead: (record) => dead.push(record),
    });
    queue.send('hopeless');
    await empty(queue);
    expect(deliveries).toBe(3);
    expect(dead[0]).toMatchObject({ body: 'hopeless', attributes: { ApproximateReceiveCount: '3' } });
    await queue.close();
  });

  it('runs no more batches at once than it may', async () => {
    let running = 0;
    let most = 0;
    const queue = open({
      batchSize: 1,
      windowMs: 0,
      consume: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return [];
      },
    });
    for (let i = 0; i < 10; i++) queue.send(`${i}`);
    await empty(queue);
    expect(most).toBe(2);
    await queue.close();
  });

  it('keeps what was not handled across a restart, with the count of its deliveries', async () => {
    const first = open({
      consume: async (records) => records.map(({ messageId }) => messageId),
      retryMs: 60_000,
    });
    first.send('later');
    await expect.poll(() => first.size()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await first.close();
    const counts: string[] = [];
    const second = open({
      consume: async (records) => {
        counts.push(...records.map(({ attributes }) => attributes.ApproximateReceiveCount));
        return [];
      },
    });
    await empty(second);
    expect(counts).toEqual(['2']);
    await second.close();
    const third = open({});
    expect(third.size()).toBe(0);
    await third.close();
  });
});
