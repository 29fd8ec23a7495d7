import { createHash } from 'node:crypto';
import { createMemoryEmbeddingStore } from '../shared/catalog/memory-embedding-store.ts';
import { createMemoryItemStore } from '../shared/catalog/memory-item-store.ts';
import { createMemoryMatchStore } from '../shared/catalog/memory-match-store.ts';
import { createMemoryPictureStore } from '../shared/catalog/memory-picture-store.ts';
import { createMemoryRunStore } from '../shared/catalog/memory-run-store.ts';
import { parseCalibration } from '../shared/embedding/calibration.ts';
import { createEmbedder } from '../shared/embedding/caller.ts';
import { TuwenError } from '../shared/error.ts';
import type { ListOptions } from '../shared/index/build-lists.ts';
import type { Capacity } from '../shared/index/capacity.ts';
import { createLiveIndex } from '../shared/index/live-index.ts';
import { type LoadOptions, loadVersion } from '../shared/index/load-version.ts';
import { createVersionStore } from '../shared/index/version-store.ts';
import {
  createIngestPicture,
  embedPictures,
  type NormalisePicture,
  type PictureEvent,
} from '../shared/ingest-picture.ts';
import { createMatchUpload } from '../shared/match-upload.ts';
import { createMemoryObjectStore } from '../shared/objects/memory-object-store.ts';
import type { FetchPicture } from '../shared/picture/fetch-picture.ts';
import { createReadQueryPicture } from '../shared/read-query-picture.ts';
import { knownVectorsOf } from '../shared/rebuild/known-vectors.ts';
import { createRunLog } from '../shared/rebuild/run-log.ts';
import { createEmbedAhead, createRebuildIndex, type RebuildDependencies } from '../shared/rebuild-index.ts';
import { createSearchItems } from '../shared/search-items.ts';
import { createShowItems } from '../shared/show-items.ts';
import { createHashAdapter, type HashAdapterOptions } from './embedding/fake-adapter.ts';

export interface WorldOptions {
  readonly adapter?: HashAdapterOptions;
  readonly capacityBytes?: number;
  /** Of the search function, as rebuilding knows it. */
  readonly capacity?: Capacity;
  /** What the model's calibration.json says; without it the model has none. */
  readonly calibration?: unknown;
  /** How lists of fast mode are made. */
  readonly lists?: ListOptions;
  /** How search loads versions. */
  readonly load?: Pick<LoadOptions, 'worthBytes'>;
  /** Without it there is no network. */
  readonly fetchPicture?: FetchPicture;
}

/**
 * The whole product on memory stores and a model that knows words: a "picture" is `picture of <words>`
 * and lies where the words lie, with a GIF's first bytes where its type matters. The clock stands still until a test moves it.
 */
export function createWorld(options: WorldOptions = {}) {
  let now = Date.UTC(2026, 10, 23);
  const clock = () => now;
  const random = seeded(1);
  const objects = createMemoryObjectStore({ clock });
  const fetchPicture =
    options.fetchPicture ??
    (async () => {
      throw new TuwenError('unreachable_picture', 'no network here');
    });
  const stores = {
    items: createMemoryItemStore({ clock }),
    pictures: createMemoryPictureStore(),
    embeddings: createMemoryEmbeddingStore({ clock }),
    matches: createMemoryMatchStore({ clock }),
    runs: createMemoryRunStore({ clock }),
  };
  const models = new Map<string, ReturnType<typeof model>>();
  const model = (adapterOptions: HashAdapterOptions) => {
    const content = options.calibration;
    const calibration = content ? parseCalibration(JSON.stringify(content), 'calibration.json') : undefined;
    const adapter = createHashAdapter({
      shows: wordsOf,
      ...(calibration && { calibration }),
      ...adapterOptions,
    });
    return { adapter, embedder: createEmbedder(adapter, { clock, firstDelayMs: 1 }) };
  };
  let configured = model(options.adapter ?? {});
  models.set(configured.adapter.model, configured);
  const embedderFor = async (name: string) => {
    const known = models.get(name);
    if (!known) throw new TuwenError('wrong_model', `no model ${name}`);
    return known.embedder;
  };

  const versions = createVersionStore(objects, { clock });
  const live = createLiveIndex({
    versions,
    load: (manifest, loadOptions) => loadVersion(objects, manifest, { ...loadOptions, ...options.load }),
    capacityBytes: options.capacityBytes ?? 1 << 30,
    clock,
  });
  const show = createShowItems({ ...stores, objects });
  const readPicture = createReadQueryPicture({
    objects,
    normalise: normaliseWords,
    fetchPicture,
  });
  const searchItems = createSearchItems({
    live,
    embedderFor,
    readPicture,
    items: stores.items,
    show,
    now: clock,
  });
  const takePicture = createIngestPicture({ ...stores, objects, normalise: normaliseWords });
  const ingestPicture = async (event: PictureEvent, options: { deadlineMs: number }) => {
    const taken = await takePicture(event);
    const { embedder } = configured;
    if (taken) await embedPictures({ objects, embeddings: stores.embeddings, embedder }, [taken], options);
    return taken?.picture;
  };
  const matchUpload = createMatchUpload({
    ...stores,
    objects,
    normalise: normaliseWords,
    liveModel: async () => (await versions.current())?.model,
    embedderFor,
    match: searchItems.match,
    clock,
    keepMs: 7 * 24 * 3_600_000,
  });
  const runLog = createRunLog({ runs: stores.runs, clock });
  const logged: Record<string, unknown>[] = [];
  let runs = 0;
  const ofRebuild: RebuildDependencies = {
    ...stores,
    objects,
    runLog,
    versions,
    embedder: async () => configured.embedder,
    ingestPicture: takePicture,
    knownVectors: async (version) =>
      knownVectorsOf(await loadVersion(objects, await versions.manifest(version))),
    publishModel: async () => {},
    clock,
    random,
    newRunId: () => `run-${++runs}`,
    capacity: options.capacity ?? {
      memoryBytes: options.capacityBytes ?? 1 << 30,
      storageBytes: 0,
      rows: 'auto',
    },
    keepVersions: 3,
    ...(options.lists && { lists: options.lists }),
    log: (event) => logged.push(event),
  };
  const rebuild = createRebuildIndex(ofRebuild);

  let events = 0;
  return {
    objects,
    ...stores,
    versions,
    live,
    searchItems,
    ingestPicture,
    matchUpload,
    rebuild,
    embedAhead: createEmbedAhead(ofRebuild),
    runLog,
    logged,
    clock,
    fetchPicture,
    get adapter() {
      return configured.adapter;
    },
    get deadlineMs() {
      return now + 60_000;
    },
    pass(ms: number) {
      now += ms;
    },
    /** The deployment now embeds by another model. */
    changeModel(adapterOptions: HashAdapterOptions) {
      configured = model(adapterOptions);
      models.set(configured.adapter.model, configured);
    },
    /** Stores a picture as a user would; returns the event that S3 would send. */
    async upload(key: string, words: string) {
      await objects.put(key, `picture of ${words}`, { contentType: 'image/jpeg' });
      return { key, sequencer: String(++events).padStart(16, '0') };
    },
    /** Publishes what waits, as the schedule does, and lets the search function see it. */
    async publish() {
      const outcome = await rebuild({ kind: 'schedule' }, { deadlineMs: now + 900_000 });
      now += 11_000;
      return outcome;
    },
    /** Ids found by words. */
    async find(text: string, more: Record<string, unknown> = {}) {
      const answer = await searchItems.search(queryOf({ text, ...more }), {
        deadlineMs: Date.now() + 60_000,
      });
      return answer.results.map(({ id }) => id);
    },
  };
}

const defaults = {
  weights: { text: 1, image: 1, itemId: 1, without: 0.5 },
  against: 'any',
  topK: 10,
} as const;
export const queryOf = (query: Record<string, unknown>) =>
  ({ ...defaults, ...query }) as unknown as Parameters<ReturnType<typeof createSearchItems>['search']>[0];

/** Anything that begins so is a picture here; `broken` is not. */
export const normaliseWords: NormalisePicture = async (bytes) => {
  const words = wordsOf(bytes);
  if (words === undefined)
    throw new TuwenError('unreadable_picture', 'expected a picture, found something else');
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { webp: bytes, hash, width: 480, height: 600 };
};

function wordsOf(bytes: Uint8Array): string | undefined {
  return Buffer.from(bytes)
    .toString('utf8')
    .match(/^(?:GIF89a)?picture of (.*)$/)?.[1];
}

/** Numbers from 0 to 1 that only the seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
