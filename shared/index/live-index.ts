import { setTimeout as sleep } from 'node:timers/promises';
import { TuwenError } from '../error.ts';
import { type Completion, createCompletion } from './completion.ts';
import type { LoadOptions } from './load-version.ts';
import type { LoadedVersion } from './loaded-version.ts';
import type { Manifest } from './manifest.ts';
import type { VersionStore } from './version-store.ts';
import { isCorrupt, notReady, settles } from './waiting.ts';

/**
 * The live version, held in memory and renewed when the pointer moves. It relies on no timer of its own:
 * how old its knowledge is it works out from the clock at each acquire, so it may be frozen at any point.
 *
 * A new version is loaded beside the old one, which answers meanwhile; where both don't fit, the old one's
 * leases are awaited and its memory is used again, and requests wait. A failed load is never kept: the
 * version that is held goes on, and a later look tries again.
 *
 * Where nothing is held, a version answers before all of it is in (README.md, Cold start), and the rest is
 * read meanwhile; where that fails, a later request tries again.
 */
export interface LiveIndex {
  /** Begins loading without waiting. Failures go to `onEvent`; the next acquire tries again. */
  start(): void;
  /**
   * A lease on the live version; what it names never changes under it. Release it in `finally`, for a
   * version that doesn't fit beside it waits for that.
   *
   * @throws TuwenError `not_ready` (retryable) when nothing is loaded by `deadlineMs` (milliseconds since
   *   1970) or nothing was published yet; `corrupt_index`, `index_too_large`.
   */
  acquire(options: { deadlineMs: number }): Promise<Lease>;
  /** What is held now, without waiting or looking. */
  status(): LiveStatus;
}

export interface Lease {
  readonly version: LoadedVersion;
  /** May be called more than once. */
  release(): void;
}

export interface LiveStatus {
  /** The version that answers now. */
  readonly version: string | undefined;
  /** The version that is being loaded. */
  readonly loading: string | undefined;
  /** Why the latest look or load failed, until one succeeds. */
  readonly error: unknown;
}

export type LiveEvent =
  /** It answers from now on; `version.isWhole` tells whether the rest is still to come. */
  | {
      readonly type: 'loaded';
      readonly version: LoadedVersion;
      readonly loadMs: number;
      readonly inPlace: boolean;
    }
  | { readonly type: 'load_failed'; readonly version: string | undefined; readonly error: unknown }
  /** All of a version is in that answered before; `loadMs` counts from the beginning. */
  | { readonly type: 'completed'; readonly version: LoadedVersion; readonly loadMs: number }
  | { readonly type: 'complete_failed'; readonly version: string; readonly error: unknown };

export interface LiveIndexOptions {
  readonly versions: Pick<VersionStore, 'current' | 'manifest'>;
  /** Usually loadVersion with its objects. `memories` are blocks to use again. */
  readonly load: (
    manifest: Manifest,
    options: Pick<LoadOptions, 'memories' | 'answerFirst' | 'rowsMayWait' | 'clock'>,
  ) => Promise<LoadedVersion>;
  /** How much of memory versions may occupy together. */
  readonly capacityBytes: number;
  /**
   * What of it a version will occupy; default what its manifest says.
   *
   * @throws TuwenError `index_too_large`
   */
  readonly residentBytesOf?: (manifest: Manifest) => number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** The pointer is looked at no more often than this while it can be read. Default 5 s. */
  readonly refreshMs?: number;
  /**
   * When the held version was last known to be live longer ago than this, as after a freeze, a request
   * looks first, and waits up to patienceMs for what it finds. Defaults 10 s and 3 s.
   */
  readonly staleMs?: number;
  readonly patienceMs?: number;
  readonly onEvent?: (event: LiveEvent) => void;
}

export function createLiveIndex(options: LiveIndexOptions): LiveIndex {
  const { versions, load, capacityBytes, clock = Date.now, onEvent = () => {} } = options;
  const { residentBytesOf = (manifest) => manifest.residentBytes } = options;
  const { refreshMs = 5000, staleMs = 10_000, patienceMs = 3000 } = options;
  let held: Held | undefined;
  /** Replaced, but still leased. */
  const leaving = new Set<Held>();
  /** Blocks that no version uses: freed memory comes back late, so the next version gets these. */
  let spare: readonly WebAssembly.Memory[] = [];
  let isDraining = false;
  let loading: string | undefined;
  let updating: Promise<void> | undefined;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let knownLiveAtMs = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let error: unknown;
  /** A version that was found to be corrupt after it had answered: it doesn't answer again unless all is right. */
  let distrusted: string | undefined;
  let isAwaited = false;
  let onIdle = () => {};

  /** Looks, and loads what it finds; one at a time; never rejects. */
  function update(): Promise<void> {
    updating ??= look().finally(() => {
      updating = undefined;
    });
    return updating;
  }

  async function look(): Promise<void> {
    const startedAtMs = clock();
    lookedAtMs = startedAtMs;
    try {
      const current = await versions.current();
      if (!current)
        throw new TuwenError('not_ready', 'no version of the index is published yet', {
          retryable: true,
          retryAfterMs: 2000,
        });
      if (current.version !== held?.version.version) {
        loading = current.version;
        await replace(await versions.manifest(current.version));
      }
      knownLiveAtMs = startedAtMs;
      failures = 0;
      error = undefined;
    } catch (failure) {
      failures++;
      error = failure;
      onEvent({ type: 'load_failed', version: loading, error: failure });
    } finally {
      loading = undefined;
    }
  }

  async function replace(manifest: Manifest): Promise<void> {
    const startedAtMs = clock();
    const residentBytes = residentBytesOf(manifest);
    if (residentBytes > capacityBytes)
      throw new TuwenError(
        'index_too_large',
        `expected a version of at most ${capacityBytes} bytes, found ${manifest.version} of ${residentBytes}: raise searchMemoryMb`,
      );
    const inPlace = await makeRoom(residentBytes);
    const memories = spare;
    spare = [];
    try {
      const rowsMayWait = manifest.version !== distrusted;
      const answerFirst = !held && rowsMayWait;
      const version = await load(manifest, { clock, answerFirst, rowsMayWait, memories });
      const bytes = Math.max(residentBytes, bytesOf(memories));
      const replaced = held;
      held = hold(version, bytes, startedAtMs);
      if (replaced) {
        leaving.add(replaced);
        leaveIfIdle(replaced);
      }
      onEvent({ type: 'loaded', version, loadMs: clock() - startedAtMs, inPlace });
      held.completion.goOn();
    } catch (failure) {
      keepBlocks(memories);
      throw failure;
    } finally {
      isDraining = false;
    }
  }

  function hold(version: LoadedVersion, bytes: number, startedAtMs: number): Held {
    const of: Held = {
      version,
      bytes,
      leases: 0,
      completion: createCompletion({
        version,
        clock,
        retryMs: refreshMs,
        onCompleted: () => onEvent({ type: 'completed', version, loadMs: clock() - startedAtMs }),
        onFailed(failure) {
          // One that was replaced meanwhile needs no more.
          if (of !== held) return;
          onEvent({ type: 'complete_failed', version: version.version, error: failure });
          if (isCorrupt(failure)) giveUp(of, failure);
        },
      }),
    };
    return of;
  }

  function giveUp(of: Held, failure: unknown): void {
    distrusted = of.version.version;
    error = failure;
    held = undefined;
    leaving.add(of);
    leaveIfIdle(of);
  }

  /** Waits until the version fits; gives up the held one for it if it must. True if it did. */
  async function makeRoom(bytes: number): Promise<boolean> {
    const fits = () => {
      const taken = [...leaving, ...(held ? [held] : [])].reduce((sum, of) => sum + of.bytes, 0);
      return taken + Math.max(bytes, bytesOf(spare)) <= capacityBytes;
    };
    while (!fits() && leaving.size > 0) await idle();
    if (fits() || !held) return false;
    isDraining = true;
    const last = held;
    while (last.leases > 0) await idle();
    // It may have been given up meanwhile.
    if (held === last) {
      held = undefined;
      keepBlocks(await last.version.retire());
    }
    return true;
  }

  function keepBlocks(blocks: readonly WebAssembly.Memory[]): void {
    if (bytesOf(blocks) >= bytesOf(spare)) spare = blocks;
  }

  /** Resolves when some version's last lease is released. */
  function idle(): Promise<void> {
    return new Promise((resolve) => {
      onIdle = resolve;
    });
  }

  function leaveIfIdle(of: Held): void {
    if (of.leases > 0) return;
    if (leaving.has(of)) void leave(of);
    else onIdle();
  }

  /** Its memory counts as taken until nothing is read into it any more. */
  async function leave(of: Held): Promise<void> {
    const blocks = await of.version.retire();
    leaving.delete(of);
    spare = blocks;
    onIdle();
  }

  function lease(of: Held): Lease {
    let isReleased = false;
    of.leases++;
    return {
      version: of.version,
      release() {
        if (isReleased) return;
        isReleased = true;
        of.leases--;
        leaveIfIdle(of);
      },
    };
  }

  /** The version that may answer now. */
  function answering(): Held | undefined {
    return isDraining ? undefined : held;
  }

  /** Looks if it is time; waits for that only if what is held may have been replaced long ago. */
  async function refresh(deadlineMs: number): Promise<void> {
    const now = clock();
    // What fails again and again is tried less and less often.
    const isDue = now - lookedAtMs >= refreshMs * 2 ** Math.min(failures, 4);
    if (!isDue && !updating) return;
    const updated = update();
    if (now - knownLiveAtMs <= staleMs || isAwaited) return;
    // One request waits; the others need not.
    isAwaited = true;
    try {
      await settles(updated, Math.min(patienceMs, deadlineMs - now));
    } finally {
      isAwaited = false;
    }
  }

  return {
    start() {
      void update();
    },
    async acquire({ deadlineMs }) {
      if (answering()) await refresh(deadlineMs);
      for (;;) {
        const now = answering();
        if (now) {
          now.completion.goOn();
          return lease(now);
        }
        if (!(await settles(update(), deadlineMs - clock()))) throw notReady(error);
        if (answering()) continue;
        if (isFinal(error)) throw error;
        await sleep(Math.max(0, Math.min(200, deadlineMs - clock())));
        if (clock() >= deadlineMs) throw notReady(error);
      }
    },
    status: () => ({ version: held?.version.version, loading, error }),
  };
}

interface Held {
  readonly version: LoadedVersion;
  /** What it occupies; more than it needs where its block was used before. */
  readonly bytes: number;
  leases: number;
  readonly completion: Completion;
}

function bytesOf(memories: readonly WebAssembly.Memory[]): number {
  return memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}

/** What another try within the same request won't mend. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof TuwenError && ['not_ready', 'corrupt_index', 'index_too_large'].includes(error.code)
  );
}
