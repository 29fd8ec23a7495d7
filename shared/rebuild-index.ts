import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EmbeddingStore } from './catalog/embedding-store.ts';
import type { ItemStore } from './catalog/item-store.ts';
import type { PictureStore } from './catalog/picture-store.ts';
import type { RunStore } from './catalog/run-store.ts';
import type { Embedder } from './embedding/embedder.ts';
import { TuwenError } from './error.ts';
import type { ListOptions } from './index/build-lists.ts';
import { type Capacity, fitVersion, placeRows } from './index/capacity.ts';
import { createVersionId, type VersionStore } from './index/version-store.ts';
import { createVersionWriter } from './index/version-writer.ts';
import type { IngestPicture } from './ingest-picture.ts';
import type { ObjectStore } from './objects/object-store.ts';
import { embedCatalog } from './rebuild/embed-catalog.ts';
import { noVectors } from './rebuild/known-vectors.ts';
import {
  type CatalogContents,
  type KnownVectors,
  readCatalog,
  type WantedItem,
} from './rebuild/read-catalog.ts';
import { type Run, type RunLog, type RunReporter, runLease } from './rebuild/run-log.ts';

export interface RebuildDependencies {
  readonly objects: ObjectStore;
  readonly items: ItemStore;
  readonly pictures: PictureStore;
  readonly embeddings: EmbeddingStore;
  readonly runs: RunStore;
  readonly runLog: RunLog;
  readonly versions: VersionStore;
  /** The embedder that the catalog shall be kept in. */
  readonly embedder: () => Promise<Embedder>;
  /** For pictures that nobody has told us of. */
  readonly ingestPicture: IngestPicture;
  /** The vectors that a version already has, so that they need not be fetched or paid for again. */
  readonly knownVectors: (version: string) => Promise<KnownVectors>;
  /** Makes the model available to whoever has to embed queries for a version built by it. */
  readonly publishModel: (model: string) => Promise<void>;
  readonly clock: () => number;
  readonly random: () => number;
  readonly newRunId: () => string;
  /** What the search function can hold. */
  readonly capacity: Capacity;
  readonly keepVersions: number;
  /** How lists of fast mode are made, where not by default. */
  readonly lists?: ListOptions;
  readonly log: (event: Record<string, unknown>) => void;
}

export type RebuildTrigger =
  | { readonly kind: 'schedule' }
  /** Somebody asked for it: builds even where nothing changed, and ends a pin. */
  | { readonly kind: 'rebuild'; readonly runId: string }
  | { readonly kind: 'continue'; readonly runId: string; readonly hop: number };

export type RebuildOutcome =
  | { readonly status: 'idle' }
  | { readonly status: 'busy'; readonly runId: string }
  /** Time is up: what was embedded is kept; a fresh invocation is to go on. */
  | { readonly status: 'continue'; readonly runId: string; readonly hop: number }
  | { readonly status: 'succeeded' | 'failed'; readonly run: Run };

/** Before this much of an invocation is left, no further batch is begun. */
const reserveMs = 60_000;
/** A run that would go on longer than this many invocations is stuck. */
const maxHops = 200;

/**
 * Builds a version of the index from the catalog and makes it live. One run at a time, under a lease;
 * embeds only what has no embedding for this content and this model; publishes by conditional write.
 */
export function createRebuildIndex(dependencies: RebuildDependencies) {
  const { items, versions, runs, runLog, clock } = dependencies;

  return async (trigger: RebuildTrigger, options: { deadlineMs: number }): Promise<RebuildOutcome> => {
    const embedder = await dependencies.embedder();
    if (trigger.kind === 'schedule' && !(await isDue(embedder))) return { status: 'idle' };

    const runId = trigger.kind === 'schedule' ? dependencies.newRunId() : trigger.runId;
    const { acquired, holder } = await runs.acquire(runLease.name, runId, runLease.ttlMs);
    if (!acquired) return { status: 'busy', runId: holder };
    const hop = trigger.kind === 'continue' ? trigger.hop : 0;
    const asked = trigger.kind === 'rebuild' || (await runLog.read(runId))?.asked === true;
    const run = runLog.begin(runId, { asked });
    try {
      const version = await build(run, { embedder, asked, deadlineMs: options.deadlineMs });
      if (version === undefined) {
        if (hop >= maxHops) throw new TuwenError('internal', `gave up after ${maxHops} invocations`);
        return { status: 'continue', runId, hop: hop + 1 };
      }
      // In this order: a run that nobody holds and that has told no end is lost.
      const succeeded = await run.succeed(version);
      await runs.release(runLease.name, runId);
      return { status: 'succeeded', run: succeeded };
    } catch (error) {
      dependencies.log({ level: 'error', runId, message: String(error), cause: error });
      const failed = await run.fail(error);
      await runs.release(runLease.name, runId);
      return { status: 'failed', run: failed };
    }
  };

  /** Reads one object and one page of an index, nothing more. */
  async function isDue(embedder: Embedder): Promise<boolean> {
    const current = await versions.current();
    if (!current) return true;
    // A pin keeps the old model alive; the new one has been built once and waits.
    if (current.model !== embedder.model && !current.pinned) return true;
    return (await items.countPending(1)) > 0;
  }

  /** The new version's id, or undefined when the time did not suffice. */
  async function build(
    run: RunReporter,
    { embedder, asked, deadlineMs }: { embedder: Embedder; asked: boolean; deadlineMs: number },
  ): Promise<string | undefined> {
    // All of it is read before the catalog: whatever changes later shows as a conflict or stays pending.
    const current = await versions.current();
    const pending = await items.pending();
    const wanted = await readCatalog(dependencies, { keepAlive: run.keepAlive });
    const known =
      current?.model === embedder.model ? await dependencies.knownVectors(current.version) : noVectors;
    try {
      return await buildFrom(run, { embedder, asked, deadlineMs, current, pending, wanted, known });
    } finally {
      await known.close();
    }
  }

  async function buildFrom(run: RunReporter, from: BuildInput): Promise<string | undefined> {
    const { embedder, asked, deadlineMs, current, pending, wanted, known } = from;
    const inTime = () => clock() < deadlineMs - reserveMs;
    const embedded = await embedCatalog({ ...dependencies, embedder }, wanted, known, {
      deadlineMs,
      onProgress: async (done, total) => {
        await run.progress(done, total);
        return inTime();
      },
    });
    if (!embedded.complete) return undefined;

    const version = createVersionId(clock(), dependencies.random);
    const manifest = await write(
      run,
      version,
      embedder,
      wanted.items,
      (key) => known.get(key) ?? embedded.vectors.get(key),
      () => !inTime(),
    );
    try {
      fitVersion(manifest, dependencies.capacity);
    } catch (error) {
      await versions.remove(version);
      throw error;
    }
    await dependencies.publishModel(embedder.model);
    await versions.verify(version);
    if (!current?.pinned || asked) await versions.publish(version, { expected: current?.etag });
    await items.published(pending);
    const live = await versions.current();
    const removed = await versions.prune({
      keep: dependencies.keepVersions + 1,
      never: live ? [live.version, version] : [version],
    });
    dependencies.log({
      level: 'info',
      message: 'built',
      version,
      rows: manifest.rows,
      items: manifest.items,
      removed,
    });
    return version;
  }

  async function write(
    run: RunReporter,
    version: string,
    embedder: Embedder,
    wanted: readonly WantedItem[],
    vectorOf: (key: WantedItem['rows'][number]['key']) => Uint16Array | undefined,
    isOver: () => boolean,
  ) {
    const { objects } = dependencies;
    const { model, dimensions } = embedder;
    const pause = async () => {
      await nextTurn();
      await run.keepAlive();
    };
    const writer = createVersionWriter({
      objects,
      version,
      model,
      dimensions,
      clock,
      lists: { ...dependencies.lists, pause, isOver },
      residentBytesOf: (written) => placeRows(written, dependencies.capacity).residentBytes,
    });
    for (const item of wanted) {
      const rows = item.rows.flatMap(({ key, modality }) => {
        const vector = vectorOf(key);
        return vector ? [{ modality, vector, contentHash: contentHashOf(key) }] : [];
      });
      // An item of which the model refuses everything can't be found, but must not stop the others.
      if (rows.length > 0) await writer.add({ id: item.id, attributes: item.attributes, rows });
      await run.keepAlive();
    }
    return writer.finish();
  }
}

interface BuildInput {
  readonly embedder: Embedder;
  readonly asked: boolean;
  readonly deadlineMs: number;
  readonly current: Awaited<ReturnType<VersionStore['current']>>;
  readonly pending: Awaited<ReturnType<ItemStore['pending']>>;
  readonly wanted: CatalogContents;
  readonly known: KnownVectors;
}

/**
 * Embeds what a build would have to embed and keeps it, but builds nothing: a build that comes later has so much less
 * to do. It may run beside one, and be stopped wherever it is. Tells how many contents have their vectors now.
 *
 * @throws TuwenError what the embedder or a store throws
 */
export function createEmbedAhead(dependencies: RebuildDependencies) {
  const { clock } = dependencies;
  return async ({ deadlineMs }: { deadlineMs: number }) => {
    const embedder = await dependencies.embedder();
    const wanted = await readCatalog(dependencies, { keepAlive: async () => {} });
    const { vectors } = await embedCatalog({ ...dependencies, embedder }, wanted, noVectors, {
      deadlineMs,
      onProgress: async () => clock() < deadlineMs - reserveMs,
    });
    return { status: 'embedded' as const, contents: vectors.size };
  };
}

/** The first 16 bytes of the content's SHA-256. */
export function contentHashOf(key: `${'text' | 'image'}:${string}`): Uint8Array {
  return Buffer.from(key.slice(key.indexOf(':') + 1, key.indexOf(':') + 33), 'hex');
}
