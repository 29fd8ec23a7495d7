import type { ItemStore } from './catalog/item-store.ts';
import type { RunStore } from './catalog/run-store.ts';
import { TuwenError } from './error.ts';
import {
  type Checkpoint,
  type CheckpointStore,
  createCheckpointStore,
  errorsPerPart,
} from './import/checkpoint.ts';
import { columnsOf, observe, readCells } from './import/csv.ts';
import { takeImportLease } from './import/import-lease.ts';
import { type ImportFormat, readRows } from './import/read-rows.ts';
import { beginning, type ReadRecord } from './import/records.ts';
import { errorsListed, type ImportError, isReported, writeReport } from './import/report.ts';
import type { ItemContent } from './item.ts';
import { parseItemRow } from './item-schema.ts';
import type { ObjectInfo, ObjectStore } from './objects/object-store.ts';
import { isPictureUrl } from './picture-urls.ts';
import type { PutItem } from './put-item.ts';
import type { PictureFault } from './store-pictures.ts';

export interface ImportDependencies {
  readonly objects: Pick<ObjectStore, 'head' | 'get' | 'stream' | 'put'>;
  readonly items: Pick<ItemStore, 'getMany'>;
  readonly putItem: PutItem;
  readonly runs: RunStore;
  readonly clock: () => number;
  /** Names an invocation, so that only one at a time imports an object. */
  readonly newRunId?: () => string;
  readonly wait?: (ms: number) => Promise<void>;
}

export interface ImportSource {
  readonly key: string;
  /** Of the object that the event told of. */
  readonly etag: string;
  readonly format: ImportFormat;
}

/**
 * Imports the rows of one object under `imports/`: good rows become items, bad ones are reported with
 * their lines, as are pictures that could not be fetched, and a report object says that it is done. 'continue' means that time is up and a fresh
 * invocation is to go on from where this one was.
 *
 * The same event twice, a row that says what the item says already, and an object that was replaced
 * meanwhile (its own event imports it) change nothing. Where an id comes twice the later row wins.
 *
 * @throws TuwenError that trying again can mend; what was imported stays and is not imported again
 */
export type ImportItems = (
  source: ImportSource,
  options: { deadlineMs: number; signal?: AbortSignal },
) => Promise<{ status: 'done' | 'continue' }>;

/** Rows read, compared and written together; progress is stored after each such batch. */
const rowsPerBatch = 100;
/**
 * A batch with so many is full. With those of its last row, 31 at most, eight at once and ten seconds each, it
 * is done with in 40 s: before its lease of a minute runs out.
 */
const urlsPerBatch = 16;
/** No batch is begun when less than this is left of an invocation. */
const reserveMs = 55_000;

type Outcome = 'complete' | 'late' | 'superseded';

export function createImportItems(dependencies: ImportDependencies): ImportItems {
  const { objects, items, putItem, runs, clock } = dependencies;

  return async (source, { deadlineMs, signal }) => {
    const lease = await takeImportLease(dependencies, source, { deadlineMs: deadlineMs - reserveMs });
    if (!lease) return { status: 'done' };
    try {
      const there = await objects.head(source.key);
      if (there?.etag !== source.etag || (await isReported(objects, there))) return { status: 'done' };
      const checkpoints = createCheckpointStore(runs, source.key);
      const state = (await checkpoints.read(there)) ?? fresh(source, there);
      const outcome = await importObject(source, state, checkpoints, {
        isLate: () => signal?.aborted === true || clock() >= deadlineMs - reserveMs,
        isOurs: async () => {
          if (!lease.isDue()) return true;
          return (await lease.renew()) && (await objects.head(source.key))?.etag === source.etag;
        },
        deadlineMs,
      });
      return { status: outcome === 'late' ? 'continue' : 'done' };
    } finally {
      // What can't be given back runs out by itself.
      await lease.release().catch(() => undefined);
    }
  };

  async function importObject(
    source: ImportSource,
    state: Checkpoint,
    checkpoints: CheckpointStore,
    checks: Checks,
  ): Promise<Outcome> {
    try {
      if (state.phase === 'columns') {
        const outcome = await readColumns(source, state, checks);
        if (outcome !== 'superseded') await checkpoints.write(state);
        if (outcome !== 'complete') return outcome;
      }
      const outcome = await importRows(source, state, checkpoints, checks);
      if (outcome === 'complete') await finish(source, state, await checkpoints.errors(state), checkpoints);
      return outcome;
    } catch (error) {
      if (!(error instanceof TuwenError) || error.retryable) throw error;
      if (error.code === 'conflict') return 'superseded';
      if (error.code !== 'invalid_row' && error.code !== 'unsupported_media_type') throw error;
      const fault = { line: 1, code: error.code, detail: error.message };
      await finish(source, { imported: 0, unchanged: 0, failed: 1, picturesFailed: 0 }, [fault], checkpoints);
      return 'complete';
    }
  }

  /** What the columns of a CSV hold, from every row of it. */
  async function readColumns(source: ImportSource, state: Checkpoint, checks: Checks): Promise<Outcome> {
    let read = 0;
    for await (const record of readCells(await open(source, state), state.position)) {
      if (state.columns.length > 0) {
        if ('value' in record) observe(state.columns, record.value);
      } else {
        if ('fault' in record) throw new TuwenError('invalid_row', record.fault);
        state.columns = columnsOf(record.value);
      }
      state.position = record.next;
      if (++read % rowsPerBatch !== 0) continue;
      if (!(await checks.isOurs())) return 'superseded';
      if (checks.isLate()) return 'late';
    }
    if (state.columns.length === 0) throw new TuwenError('invalid_row', 'expected a header, found nothing');
    state.phase = 'rows';
    state.position = beginning;
    return 'complete';
  }

  async function importRows(
    source: ImportSource,
    state: Checkpoint,
    checkpoints: CheckpointStore,
    checks: Checks,
  ): Promise<Outcome> {
    let batch: CheckedRow[] = [];
    let urls = 0;
    for await (const record of readRows(source.format, await open(source, state), state)) {
      const row = checkRow(record);
      batch.push(row);
      if ('content' in row) urls += row.content.images?.filter(isPictureUrl).length ?? 0;
      if (batch.length < rowsPerBatch && urls < urlsPerBatch) continue;
      await importBatch(batch, state, checks);
      state.position = record.next;
      batch = [];
      urls = 0;
      await checkpoints.write(state);
      if (!(await checks.isOurs())) return 'superseded';
      if (checks.isLate()) return 'late';
    }
    await importBatch(batch, state, checks);
    if (source.format === 'jsonl' && state.imported + state.unchanged + state.failed === 0)
      throw new TuwenError('invalid_row', 'expected at least one row, found none');
    return 'complete';
  }

  async function open({ key, etag }: ImportSource, { position }: Checkpoint) {
    const found = await objects.stream(key, { ifMatch: etag, start: position.offset });
    if (!found) throw new TuwenError('conflict', `${key} is gone`);
    return found.body;
  }

  async function importBatch(
    rows: readonly CheckedRow[],
    state: Checkpoint,
    { deadlineMs }: Pick<Checks, 'deadlineMs'>,
  ): Promise<void> {
    // Writing the earlier ones as well would change an item back and forth with each import.
    const lastOf = new Map(rows.flatMap((row) => ('id' in row && 'content' in row ? [[row.id, row]] : [])));
    const known = await items.getMany([...lastOf.keys()]);
    const settled = await Promise.allSettled(
      rows.map(async (row): Promise<RowOutcome | ImportError> => {
        if (!('content' in row)) return row;
        if (lastOf.get(row.id) !== row) return { counted: 'unchanged', faults: [] };
        const { line, id, content } = row;
        try {
          const seen = { known: known.get(id) };
          const { outcome, faults } = await putItem(id, content, { deadlineMs, seen });
          return { counted: outcome === 'unchanged' ? outcome : 'imported', faults: faultsOf(row, faults) };
        } catch (error) {
          return errorOf(error, line, id);
        }
      }),
    );
    const outcomes = settled.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
    for (const outcome of outcomes) {
      if ('counted' in outcome) {
        state[outcome.counted]++;
        state.picturesFailed += outcome.faults.length;
        for (const fault of outcome.faults) list(state, fault);
      } else {
        state.failed++;
        list(state, outcome);
      }
    }
  }

  async function finish(
    { key, etag }: ImportSource,
    { imported, unchanged, failed, picturesFailed }: Counts,
    errors: readonly ImportError[],
    checkpoints: CheckpointStore,
  ): Promise<void> {
    if ((await objects.head(key))?.etag !== etag) return;
    await writeReport(objects, {
      source: { key, etag },
      finishedAt: new Date(clock()).toISOString(),
      imported,
      unchanged,
      failed,
      ...(picturesFailed > 0 && { picturesFailed }),
      errors: [...errors],
    });
    await checkpoints.forget();
  }
}

interface Checks {
  readonly isLate: () => boolean;
  /** Whether the lease is still ours and the object the one we import. */
  readonly isOurs: () => Promise<boolean>;
  /** When the invocation ends. */
  readonly deadlineMs: number;
}

type Counts = Pick<Checkpoint, 'imported' | 'unchanged' | 'failed' | 'picturesFailed'>;

function fresh({ etag, format }: ImportSource, { modifiedAt }: ObjectInfo): Checkpoint {
  return {
    etag,
    modifiedAt: modifiedAt.toISOString(),
    phase: format === 'csv' ? 'columns' : 'rows',
    position: beginning,
    columns: [],
    imported: 0,
    unchanged: 0,
    failed: 0,
    picturesFailed: 0,
    errorParts: 0,
    errors: [],
  };
}

/** Of a row that went in, with the pictures of it that could not be fetched. */
interface RowOutcome {
  readonly counted: 'imported' | 'unchanged';
  readonly faults: readonly ImportError[];
}

type CheckedRow = { line: number; id: string; content: ItemContent } | ImportError;

function checkRow(record: ReadRecord<unknown>): CheckedRow {
  const { line } = record;
  if ('fault' in record) return { line, code: 'invalid_row', detail: shorten(record.fault) };
  try {
    return { line, ...parseItemRow(record.value) };
  } catch (error) {
    return errorOf(error, line, idOf(record.value));
  }
}

/** @throws the error itself where it is not the row's fault */
function errorOf(error: unknown, line: number, id: string | undefined): ImportError {
  if (!(error instanceof TuwenError) || error.retryable || error.code === 'internal') throw error;
  return {
    line,
    ...(id !== undefined && { id: shorten(id) }),
    code: error.code,
    detail: shorten(error.message),
  };
}

function idOf(row: unknown): string | undefined {
  if (typeof row !== 'object' || row === null || !('id' in row)) return undefined;
  return typeof row.id === 'string' ? row.id : undefined;
}

function faultsOf(
  { line, id }: { line: number; id: string },
  faults: readonly PictureFault[],
): ImportError[] {
  return faults.map(({ code, detail }) => ({ line, id: shorten(id), code, detail: shorten(detail) }));
}

/** While there is room. */
function list(state: Checkpoint, error: ImportError): void {
  const listed = state.errorParts * errorsPerPart + state.errors.length;
  if (listed < errorsListed) state.errors.push(error);
}

/** A hundred errors have to fit into a record. */
function shorten(text: string): string {
  return text.length <= 400 ? text : `${text.slice(0, 400).replace(/[\ud800-\udbff]$/, '')}…`;
}
