import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAsyncInvocations } from '../../../../infra/local/events/async-invocations.ts';
import { maxReceives, openObjectQueues } from '../../../../infra/local/events/object-queues.ts';
import type { QueueRecord } from '../../../../infra/local/events/queue.ts';
import type { Outcome } from '../../../../infra/local/lambda/sandbox.ts';
import type { ObjectEvent } from '../../../../infra/local/s3/store/records.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-events-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

type Invoke = (name: string, event: { Records: QueueRecord[] }) => Promise<Outcome>;
const open = (invoke: Invoke) =>
  openObjectQueues({ directory, host: { invoke: invoke as never }, onError: () => {}, retryMs: 5 });
const reply = (value: unknown): Outcome => ({ payload: JSON.stringify(value) });
const empty = (queues: { waiting(): number }) =>
  expect.poll(() => queues.waiting(), { timeout: 10_000 }).toBe(0);
const keysIn = ({ Records }: { Records: QueueRecord[] }) =>
  Records.map(({ body }) => JSON.parse(body).detail.object.key);

const created = (key: string): ObjectEvent => ({
  type: 'created',
  bucket: 'tuwen',
  key,
  sequencer: '0066F1A2B3C4D5E6F7',
  time: '2026-11-23T09:30:00.123Z',
  size: 5,
  etag: '5d41402abc4b2a76b9719d911017c592',
  reason: 'PutObject',
});
const deleted = (key: string): ObjectEvent => ({
  type: 'deleted',
  bucket: 'tuwen',
  key,
  sequencer: '0066F1A2B3C4D5E6F8',
  time: '2026-11-23T09:30:01Z',
  reason: 'DeleteObject',
});

describe('object events', () => {
  it('reach the function of their prefix, created and deleted ones; imports only when created', async () => {
    const seen: [string, string][] = [];
    const queues = open(async (name, event) => {
      for (const key of keysIn(event)) seen.push([name, key]);
      return reply({ batchItemFailures: [] });
    });
    queues.take(created('uploads/a.jpg'));
    queues.take(deleted('uploads/b.jpg'));
    queues.take(created('catalog/1/a.jpg'));
    queues.take(created('imports/a.jsonl'));
    queues.take(deleted('imports/b.jsonl'));
    queues.take(created('index/current.json'));
    queues.take(created('derived/x.webp'));
    await empty(queues);
    expect(seen.sort()).toEqual([
      ['import', 'imports/a.jsonl'],
      ['ingest', 'catalog/1/a.jpg'],
      ['ingest', 'uploads/a.jpg'],
      ['ingest', 'uploads/b.jpg'],
    ]);
    await queues.close();
  });

  it('come as EventBridge sends them, the key plain', async () => {
    const bodies: unknown[] = [];
    const queues = open(async (_, { Records }) => {
      bodies.push(...Records.map(({ body }) => JSON.parse(body)));
      return reply(null);
    });
    queues.take(created('uploads/鞋 1+1 %41.jpg'));
    queues.take(deleted('uploads/b.jpg'));
    await empty(queues);
    expect(bodies).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'Object Created',
        source: 'aws.s3',
        account: '000000000000',
        time: '2026-11-23T09:30:00Z',
        region: 'us-east-1',
        resources: ['arn:aws:s3:::tuwen'],
        detail: {
          version: '0',
          bucket: { name: 'tuwen' },
          object: {
            key: 'uploads/鞋 1+1 %41.jpg',
            size: 5,
            etag: '5d41402abc4b2a76b9719d911017c592',
            sequencer: '0066F1A2B3C4D5E6F7',
          },
          'request-id': expect.any(String),
          requester: '000000000000',
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
      expect.objectContaining({
        'detail-type': 'Object Deleted',
        detail: expect.objectContaining({
          object: { key: 'uploads/b.jpg', sequencer: '0066F1A2B3C4D5E6F8' },
          reason: 'DeleteObject',
        }),
      }),
    ]);
    await queues.close();
  });

  it('are delivered again where the function gave them back, and only those', async () => {
    const batches: string[][] = [];
    const queues = open(async (_, event) => {
      batches.push(keysIn(event));
      const bad = event.Records.filter(
        ({ body, attributes }) => body.includes('bad.jpg') && attributes.ApproximateReceiveCount === '1',
      );
      return reply({ batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) });
    });
    queues.take(created('catalog/1/good.jpg'));
    queues.take(created('catalog/1/bad.jpg'));
    await empty(queues);
    expect(batches).toEqual([['catalog/1/good.jpg', 'catalog/1/bad.jpg'], ['catalog/1/bad.jpg']]);
    await queues.close();
  });

  it.each([
    ['fails', { error: { errorType: 'Error', errorMessage: 'x' } }],
    ['names a message that was not in the batch', reply({ batchItemFailures: [{ itemIdentifier: 'x' }] })],
    ['replies nonsense', reply('done')],
  ])('are all kept for another delivery when the function %s', async (_, outcome: Outcome) => {
    let deliveries = 0;
    const queues = open(async () => (++deliveries < 2 ? outcome : reply({})));
    queues.take(created('uploads/a.jpg'));
    await empty(queues);
    expect(deliveries).toBe(2);
    await queues.close();
  });

  it('end in a file of dead letters after the last delivery', async () => {
    let deliveries = 0;
    const queues = open(async () => {
      deliveries++;
      return { error: { errorType: 'Error', errorMessage: 'x' } };
    });
    queues.take(created('uploads/a.jpg'));
    await empty(queues);
    expect(deliveries).toBe(maxReceives);
    const dead = await readFile(join(directory, 'uploads.dead.jsonl'), 'utf8');
    expect(JSON.parse(dead)).toMatchObject({ attributes: { ApproximateReceiveCount: String(maxReceives) } });
    await queues.close();
  });
});

describe('asynchronous invocations', () => {
  const openInvocations = (invoke: (name: string, event: unknown) => Promise<Outcome>) =>
    openAsyncInvocations({ directory, host: { invoke }, onError: () => {}, retryMs: 5 });

  it('are tried twice more where the function fails, then given up', async () => {
    const events: unknown[] = [];
    const invocations = openInvocations(async (name, event) => {
      events.push([name, event]);
      return { error: { errorType: 'Error', errorMessage: 'x' } };
    });
    invocations.take('reindex', { rebuild: { runId: '1' } });
    await expect.poll(() => events.length, { timeout: 10_000 }).toBe(3);
    await expect
      .poll(() => readFile(join(directory, 'invocations.dead.jsonl'), 'utf8').catch(() => ''))
      .toContain('reindex');
    expect(events[2]).toEqual(['reindex', { rebuild: { runId: '1' } }]);
    await invocations.close();
  });

  it('that the end of the host broke off come again at the next start', async () => {
    const first = openInvocations(async () => ({
      error: { errorType: 'Host.Closed', errorMessage: 'closed' },
    }));
    first.take('reindex', { continue: { runId: '1', hop: 2 } });
    await first.close();
    const events: unknown[] = [];
    const second = openInvocations(async (_, event) => {
      events.push(event);
      return reply(null);
    });
    await expect.poll(() => events, { timeout: 10_000 }).toEqual([{ continue: { runId: '1', hop: 2 } }]);
    await second.close();
  });
});
