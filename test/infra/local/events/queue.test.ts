import { appendFile, mkdtemp, rm } from 'node:fs/promises';
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
    const queue = open({
      consume: async (records) => {
        batches.push(bodies(records));
        return [];
      },
    });
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

  it('waits for a batch to fill, no longer than its window, and not at all for a full one', async () => {
    const batches: string[][] = [];
    const queue = open({
      batchSize: 3,
      windowMs: 400,
      consume: async (records) => {
        batches.push(bodies(records));
        return [];
      },
    });
    queue.send('a');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(batches).toEqual([]);
    for (const body of ['b', 'c', 'd']) queue.send(body);
    expect(batches).toEqual([['a', 'b', 'c']]);
    await empty(queue);
    expect(batches).toEqual([['a', 'b', 'c'], ['d']]);
    await queue.close();
  });

  it('does not count deliveries that the host itself broke off, and gives them again', async () => {
    const first = open({ consume: async () => 'closed' });
    first.send('cut short');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(first.size()).toBe(1);
    await first.close();
    const counts: string[] = [];
    const second = open({
      consume: async (records) => {
        counts.push(...records.map(({ attributes }) => attributes.ApproximateReceiveCount));
        return [];
      },
    });
    await empty(second);
    expect(counts).toEqual(['1']);
    await second.close();
  });

  it('refuses messages once it is stopped, rather than lose them', async () => {
    const queue = open({});
    queue.stop();
    expect(() => queue.send('late')).toThrow('takes no more');
    await queue.close();
  });

  it('reads past half a line that a kill left behind', async () => {
    const first = open({ consume: async () => 'closed' });
    first.send('whole');
    await first.close();
    await appendFile(join(directory, 'queue.jsonl'), '{"add":{"id":"ha');
    const seen: string[] = [];
    const second = open({
      consume: async (records) => {
        seen.push(...bodies(records));
        return [];
      },
    });
    await empty(second);
    expect(seen).toEqual(['whole']);
    await second.close();
  });

  it('hands messages over as SQS does', async () => {
    const records: QueueRecord[] = [];
    const queue = open({
      consume: async (batch) => {
        records.push(...batch);
        return [];
      },
    });
    queue.send('hello');
    await empty(queue);
    expect(records[0]).toEqual({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      body: 'hello',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {},
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:test',
      awsRegion: 'us-east-1',
    });
    await queue.close();
  });
});
