import {
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import pLimit from 'p-limit';
import { TuwenError } from '../error.ts';

/** How the stores speak to DynamoDB: each call with a deadline, each failure as our own error. */

export interface DynamoOptions {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** From 0 to less than 1, for the jitter of retries. */
  readonly random?: () => number;
}

export type DynamoRecord = Record<string, unknown>;

/** Of one call with all the SDK's own retries. */
const callMs = 10_000;
const attempts = 8;

type Send<Output> = (options: { abortSignal: AbortSignal }) => Promise<Output>;

/** @throws TuwenError `internal` with `retryable`, or `too_large`. */
export async function call<Output>(send: Send<Output>): Promise<Output> {
  try {
    return await send({ abortSignal: AbortSignal.timeout(callMs) });
  } catch (error) {
    throw faultOf(error);
  }
}

/** As call, with undefined where the condition of the write did not hold. */
export async function conditional<Output>(send: Send<Output>): Promise<Output | undefined> {
  try {
    return await send({ abortSignal: AbortSignal.timeout(callMs) });
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined;
    throw faultOf(error);
  }
}

/** `#title = :title` → `{'#title': 'title'}`: every name is escaped, since many plain words are reserved. */
export function namesIn(...expressions: readonly (string | undefined)[]): Record<string, string> {
  const found = expressions.join(' ').matchAll(/#(\w+)/g);
  return Object.fromEntries([...found].map(([escaped, name]) => [escaped, name!]));
}

/**
 * Tries until `attempt` gives an outcome: what others' writes undo is read and decided again.
 *
 * @throws TuwenError `conflict` (retryable) when others were faster every time
 */
export async function decide<Outcome>(
  what: string,
  attempt: () => Promise<Outcome | undefined>,
  random: () => number,
): Promise<Outcome> {
  for (let tried = 0; tried < attempts; tried++) {
    if (tried > 0) await pause(tried, random);
    const outcome = await attempt();
    if (outcome !== undefined) return outcome;
  }
  throw new TuwenError('conflict', `${what} was changed by others ${attempts} times while it was written`, {
    retryable: true,
  });
}

const keysPerRead = 100;
const recordsPerWrite = 25;
const callsAtOnce = 4;

/** The records that exist, of any number of keys, read consistently. */
export async function readAll(
  { client, table, random = Math.random }: DynamoOptions,
  keyName: string,
  keys: Iterable<string>,
): Promise<DynamoRecord[]> {
  const distinct = [...new Set(keys)].map((key) => ({ [keyName]: key }));
  const records: DynamoRecord[] = [];
  await inChunks(distinct, keysPerRead, async (chunk) => {
    let rest: NonNullable<BatchGetCommandInput['RequestItems']> = {
      [table]: { Keys: chunk, ConsistentRead: true },
    };
    await untilNothingIsLeft(random, async () => {
      const reply = await call((options) =>
        client.send(new BatchGetCommand({ RequestItems: rest }), options),
      );
      records.push(...(reply.Responses?.[table] ?? []));
      rest = reply.UnprocessedKeys ?? {};
      return rest[table]?.Keys?.length ?? 0;
    });
  });
  return records;
}

type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

/** Unconditional writes, any number of them, of distinct keys. */
export async function writeAll(
  { client, table, random = Math.random }: DynamoOptions,
  requests: readonly WriteRequest[],
): Promise<void> {
  await inChunks(requests, recordsPerWrite, async (chunk) => {
    let rest: NonNullable<BatchWriteCommandInput['RequestItems']> = { [table]: chunk };
    await untilNothingIsLeft(random, async () => {
      const reply = await call((options) =>
        client.send(new BatchWriteCommand({ RequestItems: rest }), options),
      );
      rest = reply.UnprocessedItems ?? {};
      return rest[table]?.length ?? 0;
    });
  });
}

async function inChunks<T>(all: readonly T[], size: number, each: (chunk: T[]) => Promise<void>) {
  const limit = pLimit(callsAtOnce);
  const starts = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => i * size);
  await Promise.all(starts.map((start) => limit(() => each(all.slice(start, start + size)))));
}

/** DynamoDB may do a part of a batch and leave the rest to us; only standing still counts against the limit. */
async function untilNothingIsLeft(random: () => number, step: () => Promise<number>): Promise<void> {
  let before = Number.POSITIVE_INFINITY;
  for (let standing = 0; standing < attempts; ) {
    const left = await step();
    if (left === 0) return;
    standing = left < before ? 1 : standing + 1;
    before = left;
    await pause(standing, random);
  }
  throw new TuwenError('internal', 'DynamoDB left a part of a batch undone', { retryable: true });
}

/** Full jitter: anything from nothing to 50 ms, 100 ms, 200 ms … at most 2 s. */
async function pause(attempt: number, random: () => number): Promise<void> {
  const ms = random() * Math.min(2000, 25 * 2 ** attempt);
  await new Promise((resolve) => setTimeout(resolve, ms));
}

const throttled = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
]);

function faultOf(error: unknown): TuwenError {
  if (error instanceof TuwenError) return error;
  const { name, message } = error instanceof Error ? error : { name: 'unknown', message: '' };
  if (name === 'ValidationException' && /item size/i.test(message))
    return new TuwenError('too_large', 'expected a record of at most 400 KB', { cause: error });
  // Without a status nobody has answered: the connection failed, or our deadline ended it.
  const status = statusOf(error);
  const isOurs = error instanceof TypeError || error instanceof RangeError;
  const retryable = status === undefined ? !isOurs : status >= 500 || throttled.has(name);
  return new TuwenError('internal', `DynamoDB failed: ${name}`, { retryable, cause: error });
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
