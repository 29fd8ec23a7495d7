import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Files, openFiles } from './files.ts';
import { openLog, rewriteLog } from './log.ts';
import { createOutbox, type OnObjectEvent } from './outbox.ts';
import type { Change, ObjectEvent } from './records.ts';
import { createState, type State } from './state.ts';

/** Buckets, objects and uploads on disk, with their index in memory. */
export interface Store {
  readonly state: Omit<State, 'apply' | 'changes' | 'files' | 'sequence'>;
  readonly files: Files;
  readonly now: () => number;
  /**
   * Makes changes all at once and one commit after another: `decide` sees the state that its changes will be made
   * to, and refuses by throwing. Resolves when they are in the log; then, and not before, they can be seen.
   * @param decide `sequence` is this commit's own number, above all that were given out before
   */
  commit(decide: (sequence: number) => readonly Change[]): Promise<void>;
  /** Waits for commits under way; later ones are refused. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly directory: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Without it nothing is owed to anybody. */
  readonly onObjectEvent?: OnObjectEvent | undefined;
  readonly onError: (error: unknown) => void;
  readonly retryMs: number;
}

/** More changes than this and twice what they left: the log is rewritten at the start. */
const REWRITE_FROM = 1000;

/** One process at a time: the directory is swept at the start. @throws Error where log or directory can't be used */
export async function openStore(options: StoreOptions): Promise<Store> {
  await mkdir(options.directory, { recursive: true });
  const state = createState();
  const path = join(options.directory, 'log.jsonl');
  const log = await openCompactLog(path, state);
  const files = await openFiles(options.directory, state.files());

  let last: Promise<unknown> = Promise.resolve();
  let isOpen = true;

  function commit(decide: (sequence: number) => readonly Change[]): Promise<void> {
    const result = last.then(async () => {
      if (!isOpen) throw new Error('Expected an open store, found a closed one.');
      const changes = decide(nextSequence()).filter((change) => change.op !== 'owe' || outbox !== undefined);
      log.append(changes);
      const freed = changes.flatMap((change) => state.apply(change));
      for (const change of changes) if (change.op === 'owe') outbox?.deliver(change.event);
      // Made already: a file that stays is swept at the next start.
      await files.remove(freed).catch(options.onError);
    });
    last = result.catch(() => undefined);
    return result;
  }

  /** Begins with the time, so that events stay in order for who remembers a directory that was deleted since. */
  function nextSequence(): number {
    return Math.max(state.sequence() + 1, Math.floor(options.now()) * 1024);
  }

  const { onObjectEvent } = options;
  const outbox =
    onObjectEvent &&
    createOutbox({
      onObjectEvent,
      settle: ({ sequencer }: ObjectEvent) => commit(() => [{ op: 'delivered', sequencer }]),
      onError: options.onError,
      retryMs: options.retryMs,
    });
  for (const event of [...state.owed.values()]) outbox?.deliver(event);

  return {
    state,
    files,
    now: options.now,
    commit,
    async close() {
      outbox?.close();
      await last;
      isOpen = false;
      await last;
      log.close();
    },
  };
}

async function openCompactLog(path: string, state: State) {
  const { log, changes } = await openLog(path);
  for (const change of changes) state.apply(change);
  const compact = [...state.changes()];
  if (changes.length < REWRITE_FROM || changes.length < 2 * compact.length) return log;
  log.close();
  await rewriteLog(path, compact);
  return (await openLog(path)).log;
}
