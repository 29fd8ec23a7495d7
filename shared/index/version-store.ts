import { z } from 'zod';
import { TuwenError } from '../error.ts';
import { compareUtf8 } from '../item.ts';
import { keys } from '../keys.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { decodeManifest, type Manifest } from './manifest.ts';
import { type VerifyOptions, verifyVersion } from './verify-version.ts';

/** The versions of the index in the bucket, and the pointer that says which of them is live. */
export interface VersionStore {
  /** The live version, or undefined where nothing was ever published. */
  current(): Promise<CurrentVersion | undefined>;
  /** @throws TuwenError `not_found` where there is no such complete version, `corrupt_index`. */
  manifest(version: string): Promise<Manifest>;
  /**
   * Reads every shard back against the manifest's checksums.
   *
   * @throws TuwenError `corrupt_index` naming the shard and the tensor, `not_found`.
   */
  verify(version: string): Promise<void>;
  /**
   * Verifies the version (unless this store already has: versions don't change), then makes it live if
   * the pointer is still the one seen: `expected` is the `etag` of `current()`, or undefined where there
   * was none. Not pinned unless `pinned` says so.
   *
   * @throws TuwenError `conflict` when another version was published meanwhile (`extra.winner`).
   */
  publish(
    version: string,
    options: { expected: string | undefined; pinned?: boolean },
  ): Promise<CurrentVersion>;
  /** Makes an older (or any) complete version live and pins it. @throws TuwenError `not_found`, `conflict`. */
  rollback(version: string): Promise<CurrentVersion>;
  /** Pins or unpins what is live. @throws TuwenError `not_found` where nothing is live. */
  pin(): Promise<CurrentVersion>;
  unpin(): Promise<CurrentVersion>;
  /** Complete versions, newest first. */
  list(): Promise<Manifest[]>;
  /** Deletes a version that is not live. @throws TuwenError `conflict` when it is. */
  remove(version: string): Promise<void>;
  /**
   * Removes all but the `keep` newest complete versions, the live one and those in `never`; and what was
   * begun more than `abandonedAfterMs` (default one day) ago and has no manifest. Returns what it removed.
   */
  prune(options: { keep: number; never?: readonly string[]; abandonedAfterMs?: number }): Promise<string[]>;
}

export interface CurrentVersion {
  readonly version: string;
  readonly model: string;
  readonly dimensions: number;
  /** Scheduled builds don't replace a pinned version. */
  readonly pinned: boolean;
  /** Of the pointer itself: pass it to `publish` as `expected`. */
  readonly etag: string;
}

export interface VersionStoreOptions {
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly verify?: VerifyOptions;
}

export function createVersionStore(objects: ObjectStore, options: VersionStoreOptions = {}): VersionStore {
  const { clock = Date.now } = options;
  const verified = new Set<string>();

  async function current(): Promise<CurrentVersion | undefined> {
    const stored = await objects.get(keys.current);
    return stored && { ...decodePointer(stored.body), etag: stored.etag };
  }

  async function manifest(version: string): Promise<Manifest> {
    const found = await findManifest(version);
    if (found) return found;
    throw new TuwenError('not_found', `expected a complete version ${version}, found none`);
  }

  async function findManifest(version: string): Promise<Manifest | undefined> {
    const key = keys.manifest(version);
    const stored = await objects.get(key);
    if (!stored) return undefined;
    const decoded = decodeManifest(stored.body, key);
    if (decoded.version === version) return decoded;
    throw new TuwenError('corrupt_index', `${key}: expected version ${version}, found ${decoded.version}`);
  }

  async function verify(found: Manifest): Promise<void> {
    await verifyVersion(objects, found, options.verify);
    verified.add(found.version);
  }

  async function swap(pointer: Pointer, expected: string | undefined): Promise<CurrentVersion> {
    const condition = expected === undefined ? { ifAbsent: true } : { ifMatch: expected };
    for (let attempt = 1; ; attempt++) {
      try {
        const { etag } = await objects.put(keys.current, JSON.stringify(pointer), {
          contentType: 'application/json',
          cacheControl: 'no-store',
          ...condition,
        });
        return { ...pointer, etag };
      } catch (error) {
        if (!(error instanceof TuwenError && error.code === 'conflict')) throw error;
        const winner = await current();
        // A client that sent the same write twice meets its own: then we won.
        if (winner?.version === pointer.version && winner.pinned === pointer.pinned) return winner;
        // S3 refuses one of two simultaneous writes even where both would then fail: look again.
        if (winner?.etag === expected && attempt < 3) continue;
        throw new TuwenError(
          'conflict',
          `expected to publish ${pointer.version}, found ${winner?.version ?? 'nothing'} published meanwhile`,
          { cause: error, extra: winner ? { winner: winner.version } : {} },
        );
      }
    }
  }

  /** Changes the pointer whatever it is now; tries again when it moves meanwhile. */
  async function change(next: (seen: CurrentVersion | undefined) => Pointer): Promise<CurrentVersion> {
    for (let attempt = 1; ; attempt++) {
      const seen = await current();
      try {
        return await swap(next(seen), seen?.etag);
      } catch (error) {
        const isBeaten = error instanceof TuwenError && error.code === 'conflict';
        if (!isBeaten || attempt >= 3) throw error;
      }
    }
  }

  function setPinned(pinned: boolean): Promise<CurrentVersion> {
    return change((seen) => {
      if (!seen) throw new TuwenError('not_found', 'expected a live version, found none');
      const { version, model, dimensions } = seen;
      return { version, model, dimensions, pinned };
    });
  }

  async function newestFirst(): Promise<string[]> {
    const versions: string[] = [];
    for await (const version of objects.listFolders(keys.versions)) versions.push(version);
    return versions.sort((a, b) => compareUtf8(b, a));
  }

  async function removeObjects(version: string): Promise<void> {
    // The manifest first: what is left, should the rest fail, is no version.
    await objects.delete([keys.manifest(version)]);
    const rest: string[] = [];
    for await (const { key } of objects.list(keys.version(version))) rest.push(key);
    if (rest.length > 0) await objects.delete(rest);
  }

  return {
    current,
    manifest,
    async verify(version) {
      await verify(await manifest(version));
    },
    async publish(version, { expected, pinned = false }) {
      const found = await manifest(version);
      if (!verified.has(version)) await verify(found);
      const { model, dimensions } = found;
      return swap({ version, model, dimensions, pinned }, expected);
    },
    async rollback(version) {
      const { model, dimensions } = await manifest(version);
      return change(() => ({ version, model, dimensions, pinned: true }));
    },
    pin: () => setPinned(true),
    unpin: () => setPinned(false),
    async list() {
      const manifests: Manifest[] = [];
      for (const version of await newestFirst()) {
        const found = await findManifest(version);
        if (found) manifests.push(found);
      }
      return manifests;
    },
    async remove(version) {
      if ((await current())?.version === version)
        throw new TuwenError('conflict', `expected a version that is not live, found ${version} live`);
      await removeObjects(version);
    },
    async prune({ keep, never = [], abandonedAfterMs = 24 * 60 * 60 * 1000 }) {
      const live = await current();
      const kept = new Set([...never, ...(live ? [live.version] : [])]);
      const removed: string[] = [];
      let complete = 0;
      for (const version of await newestFirst()) {
        if (await objects.head(keys.manifest(version))) {
          complete++;
          if (complete <= keep) continue;
        } else if (clock() - (timeOfVersionId(version) ?? clock()) <= abandonedAfterMs) continue;
        if (kept.has(version)) continue;
        await removeObjects(version);
        removed.push(version);
      }
      return removed;
    },
  };
}

const pointerSchema = z.object({
  version: z.string().min(1),
  model: z.string().min(1),
  dimensions: z.int().min(1),
  pinned: z.boolean(),
});

type Pointer = z.infer<typeof pointerSchema>;

function decodePointer(bytes: Uint8Array): Pointer {
  try {
    return pointerSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new TuwenError(
      'corrupt_index',
      `${keys.current}: expected version, model, dimensions and pinned, found something else`,
      { cause },
    );
  }
}

/** A version id that sorts by its time: `20261123T211500123Z-1f3a9c`. `random` gives [0, 1). */
export function createVersionId(nowMs: number, random: () => number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:.]/g, '');
  const suffix = Math.floor(random() * 0x1000000);
  return `${time}-${suffix.toString(16).padStart(6, '0')}`;
}

/** When the id was made, in milliseconds since 1970; undefined for what createVersionId did not make. */
function timeOfVersionId(version: string): number | undefined {
  const parts = version.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-[0-9a-f]{6}$/);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second, millisecond] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`);
  return Number.isNaN(time) ? undefined : time;
}
