import { TuwenError } from '../error.ts';
import { compareUtf8 } from '../item.ts';
import { keys } from '../keys.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { isFiniteFloat16 } from '../scan/float16.ts';
import { PLANE_BYTES_PER_ROW } from '../scan/int8-plane.ts';
import { createPrefixBuilder, type PrefixBuilder } from '../scan/prefix-builder.ts';
import { createListBuilder, type ListOptions } from './build-lists.ts';
import { encodeManifest, INDEX_FORMAT, type Manifest, type ShardEntry } from './manifest.ts';
import { measureMemory } from './memory-plan.ts';
import { CONTENT_HASH_BYTES, encodeShard, type IndexItem } from './shard.ts';

/**
 * Writes a version shard by shard; it holds one shard in memory. Nobody sees the version before
 * `finish` has written its manifest.
 */
export interface VersionWriter {
  /**
   * Adds an item; ids must come in UTF-8 byte order. Resolves when a full shard, if any, is stored.
   *
   * @throws TuwenError `internal` on an id out of order or twice, an item without rows, a vector of
   *   other dimensions or with a component that is not finite.
   */
  add(item: IndexItem): Promise<void>;
  /** Stores the last shard, the lists of fast mode where they are wanted, and the manifest. @throws TuwenError `conflict` if the version exists. */
  finish(): Promise<Manifest>;
}

export interface VersionWriterOptions {
  readonly objects: ObjectStore;
  readonly version: string;
  readonly model: string;
  readonly dimensions: number;
  /**
   * A shard is closed before it grows beyond this, apart from its prefix plane (128 bytes a row at most); an item
   * larger than that has a shard to itself.
   */
  readonly shardBytes?: number;
  /** What the version takes of the memory of whoever searches it. By default with all of it in memory. */
  readonly residentBytesOf?: (version: Pick<Manifest, 'dimensions' | 'shards' | 'lists'>) => number;
  /** What makes the prefix planes of shards, if any are made; by default where they make searches faster. */
  readonly prefixes?: PrefixBuilder | 'none';
  /** Makes lists for fast mode, where there are rows enough. Default: none. */
  readonly lists?: ListOptions;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

export function createVersionWriter(options: VersionWriterOptions): VersionWriter {
  const { objects, version, model, dimensions, shardBytes = 64 * 1024 * 1024, clock = Date.now } = options;
  const {
    residentBytesOf = ({ dimensions, shards, lists }) =>
      measureMemory(dimensions, shards, { lists }).residentBytes,
  } = options;
  const { prefixes = createPrefixBuilder(dimensions) } = options;
  const shards: ShardEntry[] = [];
  const builder = options.lists && createListBuilder(objects, dimensions, options.lists);
  let pending: IndexItem[] = [];
  let pendingBytes = 0;
  let lastId: string | undefined;

  async function storeShard(): Promise<void> {
    const { bytes, rows, tensors } = encodeShard(pending, {
      dimensions,
      model,
      ...(prefixes !== 'none' && { prefixes }),
    });
    const key = keys.shard(version, shards.length);
    await objects.put(key, bytes, { contentType: 'application/octet-stream' });
    const ids = { firstId: pending[0]!.id, lastId: pending.at(-1)!.id };
    shards.push({ key, rows, items: pending.length, bytes: bytes.byteLength, ...ids, tensors });
    pending = [];
    pendingBytes = 0;
  }

  return {
    async add(item) {
      checkItem(item, dimensions, lastId);
      lastId = item.id;
      builder?.sample.add(item);
      const bytes = estimateBytes(item, dimensions);
      if (pending.length > 0 && pendingBytes + bytes > shardBytes) await storeShard();
      pending.push(item);
      pendingBytes += bytes;
    },
    async finish() {
      if (pending.length > 0) await storeShard();
      const written = {
        format: INDEX_FORMAT as typeof INDEX_FORMAT,
        version,
        model,
        dimensions,
        items: shards.reduce((sum, { items }) => sum + items, 0),
        rows: shards.reduce((sum, { rows }) => sum + rows, 0),
        builtAt: new Date(clock()).toISOString(),
        shards,
      };
      const lists = await builder?.finish(written);
      const residentBytes = residentBytesOf({ dimensions, shards, ...(lists && { lists }) });
      const manifest: Manifest = { ...written, residentBytes, ...(lists && { lists }) };
      await storeManifest(objects, manifest);
      return manifest;
    },
  };
}

/** The client may have sent the manifest twice, so meeting our own is no conflict. */
async function storeManifest(objects: ObjectStore, manifest: Manifest): Promise<void> {
  const key = keys.manifest(manifest.version);
  const body = encodeManifest(manifest);
  try {
    await objects.put(key, body, { contentType: 'application/json', ifAbsent: true });
  } catch (error) {
    if (!(error instanceof TuwenError && error.code === 'conflict')) throw error;
    const stored = await objects.get(key);
    if (stored && Buffer.from(stored.body).equals(Buffer.from(body))) return;
    throw new TuwenError('conflict', `expected version ${manifest.version} to be new, found it complete`, {
      cause: error,
    });
  }
}

function checkItem({ id, rows }: IndexItem, dimensions: number, lastId: string | undefined): void {
  if (lastId !== undefined && compareUtf8(id, lastId) <= 0)
    throw wrong(`ids in ascending UTF-8 byte order, found ${id} after ${lastId}`);
  if (id === '') throw wrong('an id, found an empty one');
  if (rows.length === 0) throw wrong(`a row or more of ${id}, found none`);
  for (const { vector, contentHash } of rows) {
    if (vector.length !== dimensions)
      throw wrong(`vectors of ${dimensions} dimensions, found ${vector.length} in ${id}`);
    if (!vector.every(isFiniteFloat16)) throw wrong(`finite components, found another in ${id}`);
    if (contentHash.byteLength !== CONTENT_HASH_BYTES)
      throw wrong(`content hashes of ${CONTENT_HASH_BYTES} bytes, found ${contentHash.byteLength} in ${id}`);
  }
}

/** What an item adds to a shard, or a little more, as if no other item shared its terms. */
function estimateBytes({ id, attributes, rows }: IndexItem, dimensions: number): number {
  const perRow = dimensions * 3 + PLANE_BYTES_PER_ROW + Buffer.byteLength(id) + 4 + 1 + CONTENT_HASH_BYTES;
  return rows.length * perRow + 8 + 2 * Buffer.byteLength(JSON.stringify(attributes));
}

function wrong(expected: string): TuwenError {
  return new TuwenError('internal', `version writer: expected ${expected}`);
}
