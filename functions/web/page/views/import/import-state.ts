import { createStore } from '../../store.ts';
import type { Fault, ImportRow } from './read-rows.ts';

/** An import under way or done. It outlives the view, so that one may look at other things meanwhile. */
export interface ImportJob {
  readonly name: string;
  readonly phase: 'pictures' | 'rows' | 'checks' | 'done' | 'stopped';
  readonly done: number;
  readonly total: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly badRows: number;
  readonly badPictures: number;
  readonly unread: number;
  readonly unused: number;
  readonly faults: readonly Fault[];
  /** Of what stopped it altogether, such as a key that may not. */
  readonly error?: unknown;
}

export const importJob = createStore<ImportJob | undefined>(undefined);

export const isOver = ({ phase }: ImportJob): boolean => phase === 'done' || phase === 'stopped';

export const change = (part: Partial<ImportJob>): void =>
  importJob.update((job) => job && { ...job, ...part });

export const count = (name: 'done' | 'created' | 'updated' | 'unchanged', more = 1): void =>
  importJob.update((job) => job && { ...job, [name]: job[name] + more });

/** Rows or pictures that did not go in, one for each fault. */
export function addFaults(kind: 'badRows' | 'badPictures', faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  importJob.update(
    (job) => job && { ...job, [kind]: job[kind] + faults.length, faults: [...job.faults, ...faults] },
  );
}

export const idOf = ({ row }: ImportRow): string | undefined =>
  typeof row.id === 'string' ? row.id : undefined;
