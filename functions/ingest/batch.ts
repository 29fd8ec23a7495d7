import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import pLimit from 'p-limit';
import { TuwenError } from '../../shared/error.ts';
import type { IngestPicture, ReadPicture } from '../../shared/ingest-picture.ts';
import { roleOf } from '../../shared/keys.ts';
import type { MatchUpload } from '../../shared/match-upload.ts';
import type { Log } from '../log.ts';
import { parseObjectEvent } from '../object-event.ts';

export interface IngestBatchOptions {
  readonly bucket: string;
  readonly ingestPicture: IngestPicture;
  /** Embeds what was taken in, all together: fewer calls than one by one. */
  readonly embed: (taken: readonly ReadPicture[], options: { deadlineMs: number }) => Promise<void>;
  readonly matchUpload: MatchUpload;
  /** Deliveries of a message before the queue gives it up. */
  readonly maxReceives: number;
  readonly log: Log;
}

/** Pictures of one batch handled side by side: decoding one overlaps with fetching the next. */
const picturesAtOnce = 4;

/**
 * Handles a batch of object events. What a retry can mend is given back to the queue, message by
 * message; what it can't is recorded where users look, and its neighbours go on.
 */
export function createIngestBatch(options: IngestBatchOptions) {
  const { bucket, ingestPicture, embed, matchUpload, maxReceives, log } = options;

  return async (event: SQSEvent, { deadlineMs }: { deadlineMs: number }): Promise<SQSBatchResponse> => {
    const limit = pLimit(picturesAtOnce);
    const failed = new Set<string>();
    const taken = new Map<string, ReadPicture>();
    const handleAll = event.Records.map((record) =>
      limit(async () => {
        const { messageId } = record;
        const isDone = await attempt(messageId, async () => {
          const picture = await handle(record, deadlineMs);
          if (picture) taken.set(messageId, picture);
        });
        if (!isDone) failed.add(messageId);
      }),
    );
    await Promise.all(handleAll);
    // Pictures are attached by now; should they not be embedded here, the next build does it.
    const embedAll = () => embed([...taken.values()], { deadlineMs });
    if (taken.size > 0 && !(await attempt([...taken.keys()].join(' '), embedAll)))
      for (const messageId of taken.keys()) failed.add(messageId);
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  };

  /** Whether the message is done with. */
  async function attempt(messageId: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const known = error instanceof TuwenError ? error : undefined;
      log.error({ messageId, code: known?.code, message: String(error), stack: (error as Error).stack });
      // Nothing is gained by delivering it again; the queue would only do so until it gives up.
      return known !== undefined && !known.retryable && known.code !== 'internal';
    }
  }

  async function handle(record: SQSRecord, deadlineMs: number): Promise<ReadPicture | undefined> {
    const event = parseObjectEvent(record.body);
    if (event.bucket !== bucket)
      throw new Error(`expected an event of ${bucket}, found one of ${event.bucket}`);
    const role = roleOf(event.key);
    const { sequencer } = event;
    if (role.kind === 'picture') return ingestPicture({ key: role.key, itemId: role.itemId, sequencer });
    const lastTry = Number(record.attributes.ApproximateReceiveCount) >= maxReceives;
    if (role.kind === 'upload') await matchUpload({ key: role.key, sequencer }, { deadlineMs, lastTry });
    else log.warn({ message: 'nothing to do for this object', key: event.key, kind: role.kind });
    return undefined;
  }
}
