import type { EmbeddingStore } from './catalog/embedding-store.ts';
import type { ItemStore } from './catalog/item-store.ts';
import type { PictureStore } from './catalog/picture-store.ts';
import { type Content, embedMissing } from './embed-missing.ts';
import type { Embedder } from './embedding/embedder.ts';
import { TuwenError } from './error.ts';
import { limits, type Picture, padSequencer } from './item.ts';
import { keys } from './keys.ts';
import type { ObjectStore } from './objects/object-store.ts';

/** Checks a picture and brings it into the one form we keep; `hash` is the SHA-256 of the WebP bytes. */
export type NormalisePicture = (
  bytes: Uint8Array,
) => Promise<{ webp: Uint8Array; hash: string; width: number; height: number }>;

export interface IngestDependencies {
  readonly objects: Pick<ObjectStore, 'head' | 'get' | 'put'>;
  readonly items: Pick<ItemStore, 'get' | 'attach' | 'detach'>;
  readonly pictures: PictureStore;
  readonly normalise: NormalisePicture;
}

export interface PictureEvent {
  readonly key: string;
  readonly itemId: string;
  /** S3's, or '' when nobody told us and we looked. */
  readonly sequencer: string;
}

/**
 * Brings the catalog in line with one object under `catalog/`, whatever the event said: what is there
 * now is attached, what is gone is detached. So events may come twice, late or out of order. To embed what
 * it returns is left to the caller, who may have more of them, and may have looked up together what is `known`
 * of their keys.
 */
export type IngestPicture = (
  event: PictureEvent,
  known?: ReadonlyMap<string, Picture>,
) => Promise<ReadPicture | undefined>;

/** How often an object may change under our hands before the event is left to a later delivery. */
const maxChanges = 5;

export function createIngestPicture(dependencies: IngestDependencies): IngestPicture {
  const { objects, items, pictures } = dependencies;

  return (event, known) => ingest(event, known, 0);

  async function ingest(
    event: PictureEvent,
    lookedUp: ReadonlyMap<string, Picture> | undefined,
    changes: number,
  ): Promise<ReadPicture | undefined> {
    const { key, itemId } = event;
    const again = () => {
      if (changes < maxChanges) return ingest(event, undefined, changes + 1);
      throw new TuwenError('conflict', `${key} changed ${maxChanges} times while it was read`, {
        retryable: true,
      });
    };
    const known = (lookedUp ?? (await pictures.getMany([key]))).get(key);
    const there = known && (await objects.head(key));
    const unchanged = known && there?.etag === known.etag;
    const taken: ReadPicture | undefined = unchanged ? { picture: known } : await takeIn(event);
    if (!taken) {
      await items.detach(itemId, key);
      // Whoever fetches it by its URL may be telling right now that it can't be had.
      await pictures.forgetObject(key);
      // It may have come back while we took it off; then its own event may already be over.
      return (await objects.head(key)) ? again() : undefined;
    }
    if (unchanged && (await items.get(itemId))?.attached.includes(key)) return taken;
    const { created } = await items.attach(itemId, key);
    // An item that was deleted since we read this picture must not come back with it.
    if (created && !(await objects.head(key))) return again();
    return taken;
  }

  /** Keeps the normalised picture and what is known of it; undefined when there is no such object. */
  async function takeIn({ key, sequencer }: PictureEvent): Promise<ReadPicture | undefined> {
    const read = await readPicture(dependencies, key, sequencer === '' ? '' : padSequencer(sequencer));
    if (!read) return undefined;
    const { picture, webp } = read;
    if (webp) await objects.put(keys.derived(picture.hash!), webp, derivedOptions);
    await pictures.put(picture);
    return read;
  }
}

/** Embeds pictures that were taken in and have no embedding by that model yet, all together. */
export async function embedPictures(
  {
    objects,
    embeddings,
    embedder,
  }: {
    objects: Pick<ObjectStore, 'get'>;
    embeddings: EmbeddingStore;
    embedder: Embedder;
  },
  taken: readonly ReadPicture[],
  options: { deadlineMs: number },
): Promise<void> {
  const contents = taken.flatMap(({ picture: { hash }, webp }): Content[] =>
    hash ? [{ key: `image:${hash}`, load: async () => webp ?? loadDerived(objects, hash) }] : [],
  );
  await embedMissing({ embeddings, embedder }, contents, options);
}

export interface ReadPicture {
  readonly picture: Picture;
  /** The normalised picture; absent where it could not be read, and `picture.error` says why. */
  readonly webp?: Uint8Array;
}

/** Reads, checks and normalises the object; undefined when it has gone meanwhile. */
export async function readPicture(
  { objects, normalise }: Pick<IngestDependencies, 'normalise'> & { objects: Pick<ObjectStore, 'get'> },
  key: string,
  sequencer: string,
): Promise<ReadPicture | undefined> {
  const found = await objects.get(key, { maxBytes: limits.storedPictureBytes }).catch(faultOf);
  if (!found) return undefined;
  const { etag } = found;
  if ('error' in found) return { picture: { key, etag, sequencer, error: found.error } };
  try {
    const { webp, hash, width, height } = await normalise(found.body);
    return { picture: { key, etag, sequencer, hash, width, height }, webp };
  } catch (error) {
    if (!isOfThePicture(error)) throw error;
    return { picture: { key, etag, sequencer, error: { code: error.code, detail: error.message } } };
  }
}

/** The name is the content's hash, so whoever has a copy may keep it. */
const derivedOptions = { contentType: 'image/webp', cacheControl: 'public, max-age=31536000, immutable' };

/** Whether the picture itself is at fault, so that trying again cannot help. */
export function isOfThePicture(error: unknown): error is TuwenError {
  if (!(error instanceof TuwenError)) return false;
  return ['too_large', 'unsupported_media_type', 'unreadable_picture'].includes(error.code);
}

function faultOf(error: unknown) {
  if (!isOfThePicture(error)) throw error;
  return { etag: '', error: { code: error.code, detail: error.message } };
}

export async function loadDerived(objects: Pick<ObjectStore, 'get'>, hash: string): Promise<Uint8Array> {
  const derived = await objects.get(keys.derived(hash));
  if (!derived) throw new TuwenError('internal', `expected ${keys.derived(hash)}, found nothing`);
  return derived.body;
}
