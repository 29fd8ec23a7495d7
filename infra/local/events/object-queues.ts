import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ingestSandboxes } from '../function-environments.ts';
import type { LambdaHost } from '../lambda/functions.ts';
import type { ObjectEvent } from '../s3/store/records.ts';
import { bridgeEventOf } from './object-event.ts';
import { openQueue, type Queue, type QueueRecord } from './queue.ts';

/** How often a message is delivered; ingest is told, so that it can record what fails on the last try. */
export const maxReceives = 4;

export interface ObjectRule {
  /** Of the queue. */
  readonly name: string;
  readonly prefix: string;
  readonly types: readonly ObjectEvent['type'][];
  readonly function: string;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly maxConcurrency: number;
}

/** Which changes go to which function: the rules and queues of the deployed stack. */
const rules: readonly ObjectRule[] = [
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
    maxConcurrency: ingestSandboxes,
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
];

export interface ObjectQueues {
  /** Hands a change to the queues that want it; kept when this returns. */
  take(event: ObjectEvent): void;
  /** Messages not done yet. */
  waiting(): number;
  /** Delivers no more. */
  stop(): void;
  close(): Promise<void>;
}

export interface ObjectQueuesOptions {
  readonly directory: string;
  readonly host: Pick<LambdaHost, 'invoke'>;
  readonly onError: (error: unknown) => void;
  readonly rules?: readonly ObjectRule[];
  /** After a failed delivery, times the deliveries so far. */
  readonly retryMs?: number;
}

/** EventBridge's rules and SQS's queues between the bucket and the functions. */
export function openObjectQueues(options: ObjectQueuesOptions): ObjectQueues {
  const { directory, host, onError, retryMs = 2000 } = options;
  const queues = (options.rules ?? rules).map((rule): { rule: ObjectRule; queue: Queue } => ({
    rule,
    queue: openQueue({
      ...rule,
      file: join(directory, `${rule.name}.jsonl`),
      maxReceives,
      retryMs,
      consume: (records) => consume(rule.function, records),
      onDead: (record) => {
        appendFileSync(join(directory, `${rule.name}.dead.jsonl`), `${JSON.stringify(record)}\n`);
        onError(new Error(`${rule.name}: given up after ${maxReceives} deliveries: ${record.body}`));
      },
    }),
  }));

  async function consume(name: string, records: readonly QueueRecord[]): Promise<string[] | 'closed'> {
    const all = records.map(({ messageId }) => messageId);
    const outcome = await host.invoke(name, { Records: records });
    if ('error' in outcome) {
      if (outcome.error.errorType === 'Host.Closed') return 'closed';
      onError(new Error(`${name}: ${outcome.error.errorType}: ${outcome.error.errorMessage}`));
      return all;
    }
    const failed = failuresIn(outcome.payload);
    // As Lambda does: a reply that names no message of the batch says nothing about any of them.
    return failed?.every((id) => all.includes(id)) ? failed : all;
  }

  return {
    take(event) {
      for (const { rule, queue } of queues)
        if (event.key.startsWith(rule.prefix) && rule.types.includes(event.type))
          queue.send(JSON.stringify(bridgeEventOf(event)));
    },
    waiting: () => queues.reduce((sum, { queue }) => sum + queue.size(), 0),
    stop() {
      for (const { queue } of queues) queue.stop();
    },
    async close() {
      await Promise.all(queues.map(({ queue }) => queue.close()));
    },
  };
}

const batchResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish(),
});

/** The ids that a function gave back; undefined where it is not what Lambda understands. */
function failuresIn(payload: string): string[] | undefined {
  const parsed = batchResponse.nullable().safeParse(JSON.parse(payload));
  if (!parsed.success) return undefined;
  return parsed.data?.batchItemFailures?.map(({ itemIdentifier }) => itemIdentifier) ?? [];
}
