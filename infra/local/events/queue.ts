import { createHash, randomUUID } from 'node:crypto';
import { type KeptMessage, openJournal } from './queue-journal.ts';

/** A message as SQS hands it to a function. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    readonly ApproximateReceiveCount: string;
    readonly SentTimestamp: string;
    readonly SenderId: string;
    readonly ApproximateFirstReceiveTimestamp: string;
  };
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
  /** Handles a batch; the ids of the messages that failed, or `closed` when the host ended it. */
  readonly consume: (records: readonly QueueRecord[]) => Promise<readonly string[] | 'closed'>;
  readonly onDead: (record: QueueRecord) => void;
}

/** SQS with its event source mapping and dead-letter queue, in one process, kept in a journal. */
export interface Queue {
  /** Kept when this returns. @throws Error once it was stopped. */
  send(body: string): void;
  /** Messages that are neither done nor dead. */
  size(): number;
  /** Delivers no more; what is under way may end. */
  stop(): void;
  /** Resolves when what is under way has ended. Undone messages come again at the next start. */
  close(): Promise<void>;
}

export function openQueue(options: QueueOptions): Queue {
  const { batchSize, windowMs, maxConcurrency, maxReceives, retryMs } = options;
  const journal = openJournal(options.file);
  /** To be delivered, the oldest first. */
  let visible: { message: KeptMessage; sinceMs: number }[] = [];
  const underWay = new Set<Promise<void>>();
  const hidden = new Set<NodeJS.Timeout>();
  let size = 0;
  let window: NodeJS.Timeout | undefined;
  let isOpen = true;

  function show(message: KeptMessage): void {
    visible.push({ message, sinceMs: Date.now() });
    pump();
  }

  /** Starts as many batches as may run; where one is not full yet, waits for the rest of its window. */
  function pump(): void {
    while (isOpen && underWay.size < maxConcurrency && visible.length > 0) {
      const leftMs = visible[0]!.sinceMs + windowMs - Date.now();
      if (visible.length < batchSize && leftMs > 0) {
        window ??= setTimeout(() => {
          window = undefined;
          pump();
        }, leftMs);
        return;
      }
      const batch = visible.slice(0, batchSize).map(({ message }) => message);
      visible = visible.slice(batchSize);
      const work = deliver(batch).finally(() => {
        underWay.delete(work);
        pump();
      });
      underWay.add(work);
    }
  }

  async function deliver(batch: readonly KeptMessage[]): Promise<void> {
    const atMs = Date.now();
    for (const message of batch) {
      message.receives++;
      message.firstReceivedMs ??= atMs;
    }
    journal.write(...batch.map(({ id }) => ({ received: id, atMs })));
    const records = batch.map((message) => recordOf(message, options.name));
    const failed = await options.consume(records).catch(() => records.map(({ messageId }) => messageId));
    if (failed === 'closed') {
      journal.write(...batch.map(({ id }) => ({ returned: id })));
      return;
    }
    for (const [i, message] of batch.entries()) settle(message, records[i]!, failed.includes(message.id));
    if (size === 0) journal.clear();
  }

  function settle(message: KeptMessage, record: QueueRecord, hasFailed: boolean): void {
    if (hasFailed && message.receives < maxReceives) {
      const timer = setTimeout(() => {
        hidden.delete(timer);
        show(message);
      }, retryMs * message.receives);
      hidden.add(timer);
      return;
    }
    if (hasFailed) options.onDead(record);
    journal.write({ done: message.id });
    size--;
  }

  function stop(): void {
    isOpen = false;
    clearTimeout(window);
    for (const timer of hidden) clearTimeout(timer);
  }

  size = journal.messages.length;
  for (const message of journal.messages) show(message);
  return {
    send(body) {
      if (!isOpen) throw new Error(`the queue ${options.name} takes no more`);
      const message = { id: randomUUID(), body, sentMs: Date.now(), firstReceivedMs: undefined, receives: 0 };
      journal.write({ add: { id: message.id, body, sentMs: message.sentMs } });
      size++;
      show(message);
    },
    size: () => size,
    stop,
    async close() {
      stop();
      await Promise.all(underWay);
      journal.close();
    },
  };
}

function recordOf(message: KeptMessage, name: string): QueueRecord {
  const { id, body, sentMs, receives, firstReceivedMs = sentMs } = message;
  return {
    messageId: id,
    receiptHandle: `${id}#${receives}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentMs),
      SenderId: 'AIDALOCAL',
      ApproximateFirstReceiveTimestamp: String(firstReceivedMs),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${name}`,
    awsRegion: 'us-east-1',
  };
}
