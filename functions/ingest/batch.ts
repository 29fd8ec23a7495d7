import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import pLimit from 'p-limit';
import { TuwenError } from '../../shared/error.ts';
import type { IngestPicture } from '../../shared/ingest-picture.ts';
import { roleOf } from '../../shared/keys.ts';
import type { MatchUpload } from '../../shared/match-upload.ts';
import type { Log } from '../log.ts';
import { parseObjectEvent } from '../object-event.ts';

export interface IngestBatchOptions {
  readonly bucket: string;
  readonly ingestPicture: IngestPicture;
  readonly matchUpload: MatchUpload;
  /** Deliveries of a message before the queue gives it up. */
  readonly maxReceives: number;
  readonly log: Log;
}

/** Pictures of one batch handled side by side: decoding one overlaps with fetching the next. */
const picturesAtOnce = 2;

/**
 * Handles a batch of object events. What a retry can mend is given back to the queue, message by
 * message; what it can't is recorded where users look, and its neighbours go on.
 */
export function createIngestBatch(options: IngestBatchOptions) {
  const { bucket, ingestPicture, matchUpload, maxReceives, log } = options;

  return async (event: SQSEvent, { deadlineMs }: { deadlineMs: number }): Promise<SQSBatchResponse> => {
    const limit = pLimit(picturesAtOnce);
    const outcomes = await Promise.all(
      event.Records.map((record) => limit(() => tryHandle(record, deadlineMs))),
    );
    const failed = event.Records.filter((_, i) => !outcomes[i]);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

  /** Whether the message is done with. */
  async function tryHandle(record: SQSRecord, deadlineMs: number): Promise<boolean> {
    try {
      await handle(record, deadlineMs);
      return true;
    } catch (error) {
      const known = error instanceof TuwenError ? error : undefined;
      const { messageId } = record;
      log.error({ messageId, code: known?.code, message: String(error), stack: (error as Error).stack });
      // Nothing is gained by delivering it again; the queue would only do so until it gives up.
      return known !== undefined && !known.retryable && known.code !== 'internal';
    }
  }

  async function handle(record: SQSRecord, deadlineMs: number): Promise<void> {
    const event = parseObjectEvent(record.body);
    if (event.bucket !== bucket)
      throw new Error(`expected an event of ${bucket}, found one of ${event.bucket}`);
    const role = roleOf(event.key);
    const { sequencer } = event;
    const lastTry = Number(record.attributes.ApproximateReceiveCount) >= maxReceives;
    if (role.kind === 'upload') await matchUpload({ key: role.key, sequencer }, { deadlineMs, lastTry });
    else if (role.kind === 'picture')
      await ingestPicture({ key: role.key, itemId: role.itemId, sequencer }, { deadlineMs });
    else log.warn({ message: 'nothing to do for this object', key: event.key, kind: role.kind });
  }
}
