import pLimit from 'p-limit';
import type { ItemStore } from './catalog/item-store.ts';
import { TuwenError } from './error.ts';
import { parseItemRow } from './item-schema.ts';

export interface ItemOutcome {
  readonly id: string;
  readonly status: 'created' | 'updated' | 'unchanged' | 'failed';
  readonly code?: string;
  readonly detail?: string;
}

/** Puts items one by one, each with its own outcome, in the order given: a bad one never stops its neighbours. */
export type PutItems = (rows: readonly unknown[]) => Promise<ItemOutcome[]>;

const writesAtOnce = 8;

export function createPutItems({ items }: { readonly items: Pick<ItemStore, 'put'> }): PutItems {
  return async (rows) => {
    const limit = pLimit(writesAtOnce);
    const queues = new Map<string, Promise<unknown>>();
    return Promise.all(
      rows.map(async (row) => {
        const id = idOf(row);
        try {
          const { id: valid, content } = parseItemRow(row);
          // Of two rows of one id the later has the last word.
          const turn = (queues.get(valid) ?? Promise.resolve()).then(() =>
            limit(() => items.put(valid, content)),
          );
          queues.set(
            valid,
            turn.catch(() => undefined),
          );
          const { outcome } = await turn;
          return { id: valid, status: outcome };
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
