import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { LambdaHost } from '../lambda/functions.ts';
import type { ObjectEvent } from '../s3/store/records.ts';
import { bridgeEventOf } from './object-event.ts';
import { openQueue, type Queue, type QueueRecord } from './queue.ts';

/** How often a message is delivered; ingest is told, so that it can record what fails on the last try. */
export const maxReceives = 4;

/** Which changes go to which function: the rules and queues of the deployed stack. */
const rules = [
  {
    name: 'uploads',
    prefix: 'uploads/',
    types: ['created', 'deleted'],
    function: 'ingest',
    batchSize: 5,
    windowMs: 0,
    maxConcurrency: 2,
  },
  {
    name: 'pictures',
    prefix: 'catalog/',
    types: ['created', 'deleted'],
    function: 'ingest',
    batchSize: 10,
    windowMs: 50,
    maxConcurrency: 2,
  },
  {
    name: 'imports',
    prefix: 'imports/',
    types: ['created'],
    function: 'import',
    batchSize: 1,
    windowMs: 0,
    maxConcurrency: 2,
  },
] as const;

export interface ObjectQueues {
  /** Hands a change to the queues that want it; kept when this returns. */
  take(event: ObjectEvent): void;
  /** Messages not done yet. */
  waiting(): number;
  close(): Promise<void>;
}

/** EventBridge's rules and SQS's queues between the bucket and the functions. */
export function openObjectQueues(options: {
  readonly directory: string;
  readonly host: LambdaHost;
  readonly onError: (error: unknown) => void;
}): ObjectQueues {
  const { directory, host, onError } = options;
  const queues = rules.map((rule): { rule: (typeof rules)[number]; queue: Queue } => ({
    rule,
    queue: openQueue({
      ...rule,
      file: join(directory, `${rule.name}.jsonl`),
      maxReceives,
      retryMs: 2000,
      consume: (records) => consume(rule.function, records),
      onDead: (record) => {
        appendFileSync(join(directory, `${rule.name}.dead.jsonl`), `${JSON.stringify(record)}\n`);
        onError(new Error(`${rule.name}: given up after ${maxReceives} deliveries: ${record.body}`));
      },
    }),
  }));

  async function consume(name: string, records: readonly QueueRecord[]): Promise<string[]> {
    const outcome = await host.invoke(name, { Records: records });
    if ('error' in outcome) {
      onError(new Error(`${name}: ${outcome.error.errorType}: ${outcome.error.errorMessage}`));
      return records.map(({ messageId }) => messageId);
    }
    const reply = batchResponse.parse(JSON.parse(outcome.payload));
    return reply?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) ?? [];
  }

  return {
    take(event) {
      for (const { rule, queue } of queues)
        if (event.key.startsWith(rule.prefix) && (rule.types as readonly string[]).includes(event.type))
          queue.send(JSON.stringify(bridgeEventOf(event)));
    },
    waiting: () => queues.reduce((sum, { queue }) => sum + queue.size(), 0),
    async close() {
      await Promise.all(queues.map(({ queue }) => queue.close()));
    },
  };
}

const batchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) })
  .nullable();
