import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { z } from 'zod';

/** A message as SQS hands it to a function. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string; readonly SentTimestamp: string };
  readonly messageAttributes: Record<string, never>;
  readonly md5OfBody: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

export interface QueueOptions {
  readonly name: string;
  /** Where messages are kept, so that none is lost when the host ends. */
  readonly file: string;
  readonly batchSize: number;
  /** Waits this long for a batch to fill. */
  readonly windowMs: number;
  /** Batches under way at once. */
  readonly maxConcurrency: number;
  /** Deliveries before a message goes to the dead letters. */
  readonly maxReceives: number;
  /** After a failed delivery, times the deliveries so far. */
  readonly retryMs: number;
  /** Handles a batch; the ids of the messages that failed. */
  readonly consume: (records: readonly QueueRecord[]) => Promise<readonly string[]>;
  readonly onDead: (record: QueueRecord) => void;
}

/** SQS with its event source mapping and dead-letter queue, in one process, kept in a journal. */
export interface Queue {
  /** Kept when this returns. */
  send(body: string): void;
  /** Messages that are neither done nor dead. */
  size(): number;
  /** Takes no more; resolves when what is under way has ended. Undone messages come again at the next start. */
  close(): Promise<void>;
}

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentMs: number;
  receives: number;
  visibleMs: number;
}

const journalLine = z.union([
  z.object({ add: z.object({ id: z.string(), body: z.string(), sentMs: z.number() }) }),
  z.object({ received: z.string() }),
  z.object({ done: z.string() }),
]);

export function openQueue(options: QueueOptions): Queue {
  const { batchSize, windowMs, maxConcurrency, maxReceives, retryMs } = options;
  const messages = readJournal(options.file);
  const journal = openSync(options.file, 'a');
  const underWay = new Set<Promise<void>>();
  const taken = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isOpen = true;

  const note = (line: z.input<typeof journalLine>) => appendFileSync(journal, `${JSON.stringify(line)}\n`);

  /** Starts as many batches as may run; sleeps until the next message can be seen. */
  function pump(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!isOpen) return;
    const now = Date.now();
    while (underWay.size < maxConcurrency) {
      const visible = [...messages.values()].filter(
        ({ id, visibleMs }) => !taken.has(id) && visibleMs <= now,
      );
      const isDue = visible.length >= batchSize || visible.some(({ sentMs }) => now - sentMs >= windowMs);
      if (!isDue) break;
      const batch = visible.slice(0, batchSize);
      const work = deliver(batch).finally(() => {
        underWay.delete(work);
        pump();
      });
      underWay.add(work);
    }
    const waiting = [...messages.values()].filter(({ id }) => !taken.has(id));
    if (waiting.length === 0 || underWay.size >= maxConcurrency) return;
    const nextMs = Math.min(
      ...waiting.map(({ visibleMs, sentMs }) => Math.max(visibleMs, sentMs + windowMs)),
    );
    timer = setTimeout(pump, Math.max(5, nextMs - now));
  }

  async function deliver(batch: readonly Message[]): Promise<void> {
    for (const message of batch) {
      taken.add(message.id);
      message.receives++;
      note({ received: message.id });
    }
    const records = batch.map((message) => recordOf(message, options.name));
    const failed = new Set(
      await options.consume(records).catch(() => records.map(({ messageId }) => messageId)),
    );
    for (const [i, message] of batch.entries()) {
      taken.delete(message.id);
      const isDead = failed.has(message.id) && message.receives >= maxReceives;
      if (failed.has(message.id) && !isDead) {
        message.visibleMs = Date.now() + retryMs * message.receives;
        continue;
      }
      if (isDead) options.onDead(records[i]!);
      messages.delete(message.id);
      note({ done: message.id });
    }
  }

  pump();
  return {
    send(body) {
      const message = { id: randomUUID(), body, sentMs: Date.now(), receives: 0, visibleMs: 0 };
      note({ add: { id: message.id, body, sentMs: message.sentMs } });
      messages.set(message.id, message);
      pump();
    },
    size: () => messages.size,
    async close() {
      isOpen = false;
      clearTimeout(timer);
      await Promise.all(underWay);
      closeSync(journal);
    },
  };
}

/** What the journal says is not done yet; rewrites it to just that. */
function readJournal(file: string): Map<string, Message> {
  const messages = new Map<string, Message>();
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  for (const line of lines) {
    // The last line is half a line if the host was killed while it wrote.
    const parsed = journalLine.safeParse(parse(line));
    if (!parsed.success) continue;
    if ('add' in parsed.data)
      messages.set(parsed.data.add.id, { ...parsed.data.add, receives: 0, visibleMs: 0 });
    else if ('done' in parsed.data) messages.delete(parsed.data.done);
    else {
      const received = messages.get(parsed.data.received);
      if (received) received.receives++;
    }
  }
  const kept = [...messages.values()].flatMap(({ id, body, sentMs, receives }) => [
    JSON.stringify({ add: { id, body, sentMs } }),
    ...Array.from({ length: receives }, () => JSON.stringify({ received: id })),
  ]);
  writeFileSync(`${file}.tmp`, kept.map((line) => `${line}\n`).join(''));
  renameSync(`${file}.tmp`, file);
  return messages;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function recordOf({ id, body, sentMs, receives }: Message, name: string): QueueRecord {
  return {
    messageId: id,
    receiptHandle: `${id}#${receives}`,
    body,
    attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: String(sentMs) },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${name}`,
    awsRegion: 'us-east-1',
  };
}
