import pLimit from 'p-limit';
import type { ItemStore } from './catalog/item-store.ts';
import type { PictureStore } from './catalog/picture-store.ts';
import { type ErrorCode, TuwenError } from './error.ts';
import type { ObjectStore } from './objects/object-store.ts';
import type { FetchPicture } from './picture/fetch-picture.ts';
import { contentTypeOf, pictureTypeOf } from './picture/sniff-picture.ts';
import { describeUrl, type PictureUrl } from './picture-urls.ts';

export interface StorePicturesDependencies {
  readonly objects: Pick<ObjectStore, 'head' | 'put'>;
  readonly items: Pick<ItemStore, 'get'>;
  readonly pictures: PictureStore;
  /** Fetches from public addresses only. */
  readonly fetchPicture: FetchPicture;
  readonly clock: () => number;
}

/** A picture that could not be fetched; `detail` names its URL without what may be secret in it. */
export interface PictureFault {
  readonly key: string;
  readonly code: ErrorCode;
  readonly detail: string;
}

/**
 * Fetches pictures that items name by URL and stores them under their keys, from where they go the way of
 * all pictures. What is there already is not fetched again. Of what can't be fetched the reason is kept, so
 * that the item shows it in place of a picture that never comes.
 *
 * @returns those that could not be fetched, in the order given
 */
export type StorePictures = (
  urls: readonly PictureUrl[],
  options: { deadlineMs: number },
) => Promise<PictureFault[]>;

/** Of 10 MB each at most, in a function of 512 MB; and one shop's server is spared more. */
export const fetchesAtOnce = 8;
/** With less than this left nothing is fetched. */
const leastMs = 500;

export function createStorePictures(dependencies: StorePicturesDependencies): StorePictures {
  const { objects, items, pictures, fetchPicture, clock } = dependencies;
  const limit = pLimit(fetchesAtOnce);

  return async (given, { deadlineMs }) => {
    // Two URLs may differ in nothing that is sent.
    const urls = [...new Map(given.map((url) => [url.key, url])).values()];
    if (urls.length === 0) return [];
    const known = await pictures.getMany(urls.map(({ key }) => key));
    // Let all of them end, whatever becomes of one.
    const settled = await Promise.allSettled(
      urls.map((url) => limit(() => store(url, { isKnown: known.has(url.key), deadlineMs }))),
    );
    const faults = settled.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    });
    return faults.filter((fault) => fault !== undefined);
  };

  async function store(
    { itemId, url, key }: PictureUrl,
    { isKnown, deadlineMs }: { isKnown: boolean; deadlineMs: number },
  ): Promise<PictureFault | undefined> {
    if (await objects.head(key)) return undefined;
    // Why it could not be fetched last time.
    if (isKnown) await pictures.delete([key]);
    try {
      if (clock() >= deadlineMs - leastMs) throw outOfTime();
      const bytes = await fetchPicture(url, { deadlineMs });
      const contentType = contentTypeOf[pictureTypeOf(bytes)];
      // Deleted or described anew while we fetched, it must not get the picture all the same.
      if (!(await items.get(itemId))?.images.includes(key)) return undefined;
      await objects.put(key, bytes, { contentType, ifAbsent: true });
      return undefined;
    } catch (error) {
      if (error instanceof TuwenError && error.code === 'conflict') return undefined;
      if (!isOfThePicture(error)) throw error;
      const detail = `${describeUrl(url)}: ${error.message}`;
      await pictures.put({ key, etag: '', sequencer: '', error: { code: error.code, detail } });
      return { key, code: error.code, detail };
    }
  }
}

function isOfThePicture(error: unknown): error is TuwenError {
  if (!(error instanceof TuwenError)) return false;
  return ['unreachable_picture', 'too_large', 'unsupported_media_type'].includes(error.code);
}

function outOfTime(): TuwenError {
  return new TuwenError(
    'unreachable_picture',
    'there was no time left to fetch it; what names it can be sent again',
    { retryable: true },
  );
}
