import { TuwenError } from './error.ts';
import { parseItemRow } from './item-schema.ts';
import type { PutItem } from './put-item.ts';
import type { PictureFault } from './store-pictures.ts';

export interface ItemOutcome {
  readonly id: string;
  readonly status: 'created' | 'updated' | 'unchanged' | 'failed';
  readonly code?: string;
  readonly detail?: string;
  /** Those that it names by URL and that could not be fetched, though the item is stored. */
  readonly pictures?: PictureFault[];
}

/** Puts items one by one, each with its own outcome, in the order given: a bad one never stops its neighbours. */
export type PutItems = (rows: readonly unknown[], options: { deadlineMs: number }) => Promise<ItemOutcome[]>;

export function createPutItems({ putItem }: { readonly putItem: PutItem }): PutItems {
  return async (rows, options) => {
    const queues = new Map<string, Promise<unknown>>();
    return Promise.all(
      rows.map(async (row) => {
        const id = idOf(row);
        try {
          const { id: valid, content } = parseItemRow(row);
          // Of two rows of one id the later has the last word.
          const before = queues.get(valid) ?? Promise.resolve();
          const turn = before.then(() => putItem(valid, content, options));
          queues.set(
            valid,
            turn.catch(() => undefined),
          );
          const { outcome, faults } = await turn;
          return { id: valid, status: outcome, ...(faults.length > 0 && { pictures: faults }) };
        } catch (error) {
          if (!(error instanceof TuwenError)) throw error;
          if (error.code === 'internal') throw error;
          return { id, status: 'failed' as const, code: error.code, detail: error.message };
        }
      }),
    );
  };
}

function idOf(row: unknown): string {
  return typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string' ? row.id : '';
}
