import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { LambdaHost } from '../lambda/functions.ts';
import { openQueue, type QueueRecord } from './queue.ts';

/** Lambda tries an asynchronous event twice more. */
const attempts = 3;
/** More than there are functions: a run of a quarter of an hour must not keep others waiting. */
const atOnce = 16;

/** Events handed over by `InvocationType: Event`; kept until the function has taken them or they are given up. */
export interface AsyncInvocations {
  /** Kept when this returns. */
  take(name: string, event: unknown): void;
  stop(): void;
  close(): Promise<void>;
}

export function openAsyncInvocations(options: {
  readonly directory: string;
  readonly host: Pick<LambdaHost, 'invoke'>;
  readonly onError: (error: unknown) => void;
  readonly retryMs?: number;
}): AsyncInvocations {
  const { directory, host, onError, retryMs = 1000 } = options;
  const queue = openQueue({
    name: 'invocations',
    file: join(directory, 'invocations.jsonl'),
    batchSize: 1,
    windowMs: 0,
    maxConcurrency: atOnce,
    maxReceives: attempts,
    retryMs,
    consume: ([record]) => consume(record!),
    onDead: (record) => {
      appendFileSync(join(directory, 'invocations.dead.jsonl'), `${JSON.stringify(record)}\n`);
      onError(new Error(`given up after ${attempts} attempts: ${record.body}`));
    },
  });

  async function consume({ messageId, body }: QueueRecord): Promise<string[] | 'closed'> {
    const { name, event } = invocation.parse(JSON.parse(body));
    const outcome = await host.invoke(name, event);
    if ('payload' in outcome) return [];
    if (outcome.error.errorType === 'Host.Closed') return 'closed';
    onError(new Error(`${name}: ${outcome.error.errorType}: ${outcome.error.errorMessage}`));
    return [messageId];
  }

  return {
    take: (name, event) => queue.send(JSON.stringify({ name, event })),
    stop: () => queue.stop(),
    close: () => queue.close(),
  };
}

const invocation = z.object({ name: z.string(), event: z.unknown() });
