import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import pLimit from 'p-limit';
import { TuwenError } from '../../shared/error.ts';
import type { IngestPicture, ReadPicture } from '../../shared/ingest-picture.ts';
import type { Picture } from '../../shared/item.ts';
import { roleOf } from '../../shared/keys.ts';
import type { MatchUpload } from '../../shared/match-upload.ts';
import type { Log } from '../log.ts';
import { parseObjectEvent } from '../object-event.ts';

export interface IngestBatchOptions {
  readonly bucket: string;
  /** What is known of the objects under these keys; absent where nothing is. */
  readonly knownPictures: (keys: readonly string[]) => Promise<ReadonlyMap<string, Picture>>;
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
  const { bucket, knownPictures, ingestPicture, embed, matchUpload, maxReceives, log } = options;

  return async (event: SQSEvent, { deadlineMs }: { deadlineMs: number }): Promise<SQSBatchResponse> => {
    const limit = pLimit(picturesAtOnce);
    const failed = new Set<string>();
    const taken = new Map<string, ReadPicture>();
    const known = await lookUp(event.Records);
    const handleAll = event.Records.map((record) =>
      limit(async () => {
        const { messageId } = record;
        const isDone = await attempt(messageId, async () => {
          const picture = await handle(record, known, deadlineMs);
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

  /** Of all pictures at once; where that fails, each will ask for itself, and fail for itself. */
  async function lookUp(records: readonly SQSRecord[]): Promise<ReadonlyMap<string, Picture> | undefined> {
    try {
      const roles = records.map(({ body }) => roleOf(parseObjectEvent(body).key));
      return await knownPictures(roles.flatMap((role) => (role.kind === 'picture' ? [role.key] : [])));
    } catch {
      return undefined;
    }
  }

  async function handle(
    record: SQSRecord,
    known: ReadonlyMap<string, Picture> | undefined,
    deadlineMs: number,
  ): Promise<ReadPicture | undefined> {
    const event = parseObjectEvent(record.body);
    if (event.bucket !== bucket)
      throw new Error(`expected an event of ${bucket}, found one of ${event.bucket}`);
    const role = roleOf(event.key);
    const { sequencer } = event;
    if (role.kind === 'picture')
      return ingestPicture({ key: role.key, itemId: role.itemId, sequencer }, known);
    const lastTry = Number(record.attributes.ApproximateReceiveCount) >= maxReceives;
    if (role.kind === 'upload') await matchUpload({ key: role.key, sequencer }, { deadlineMs, lastTry });
    else log.warn({ message: 'nothing to do for this object', key: event.key, kind: role.kind });
    return undefined;
  }
}
