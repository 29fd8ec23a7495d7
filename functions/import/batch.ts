import { z } from '@hono/zod-openapi';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { ImportItems } from '../../shared/import-items.ts';
import { roleOf } from '../../shared/keys.ts';
import type { Log } from '../log.ts';
import { parseObjectEvent } from '../object-event.ts';

/** What an import that was not finished hands to the next invocation. */
export const continuation = z.strictObject({
  import: z.strictObject({ key: z.string().min(1), etag: z.string().min(1), hop: z.int().min(0) }),
});
export type Continuation = z.infer<typeof continuation>;

export interface ImportBatchOptions {
  readonly bucket: string;
  readonly importItems: ImportItems;
  readonly goOn: (continuation: Continuation) => Promise<void>;
  readonly log: Log;
}

/** Of 15 minutes each: a week of importing; more is a loop, not an import. */
const maxHops = 700;

/** Handles object-created events under `imports/`, and continuations of what took longer than one invocation. */
export function createImportBatch({ bucket, importItems, goOn, log }: ImportBatchOptions) {
  async function run(key: string, etag: string, hop: number, deadlineMs: number): Promise<void> {
    const role = roleOf(key);
    if (role.kind !== 'import') {
      log.info({ message: 'nothing to import', key });
      return;
    }
    const { status } = await importItems({ key, etag, format: role.format }, { deadlineMs });
    log.info({ message: 'import', key, status, hop });
    if (status !== 'continue') return;
    if (hop >= maxHops) throw new Error(`${key}: gave up after ${maxHops} invocations`);
    await goOn({ import: { key, etag, hop: hop + 1 } });
  }

  return {
    async events(event: SQSEvent, { deadlineMs }: { deadlineMs: number }): Promise<SQSBatchResponse> {
      const failures: { itemIdentifier: string }[] = [];
      for (const { messageId, body } of event.Records) {
        try {
          const { bucket: name, key, etag, deleted } = parseObjectEvent(body);
          if (name !== bucket) throw new Error(`expected an event of ${bucket}, found one of ${name}`);
          if (!deleted && etag) await run(key, etag, 0, deadlineMs);
        } catch (error) {
          log.error({ messageId, message: String(error), stack: (error as Error).stack });
          failures.push({ itemIdentifier: messageId });
        }
      }
      return { batchItemFailures: failures };
    },
    async continue(next: Continuation, { deadlineMs }: { deadlineMs: number }): Promise<void> {
      const { key, etag, hop } = next.import;
      await run(key, etag, hop, deadlineMs);
    },
  };
}
