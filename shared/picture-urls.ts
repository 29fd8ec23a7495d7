import { createHash } from 'node:crypto';
import type { Item, ItemContent } from './item.ts';
import { keys } from './keys.ts';

/** A picture that an item names by its URL, and the key that it is kept under. */
export interface PictureUrl {
  readonly itemId: string;
  readonly url: string;
  readonly key: string;
}

export const isPictureUrl = (image: string): boolean => /^https:\/\//i.test(image);

/** The content as it is kept, keys in place of URLs, and what those stand for. */
export function nameByKeys(
  itemId: string,
  content: ItemContent,
): { content: ItemContent; urls: readonly PictureUrl[] } {
  const { images = [] } = content;
  const urls = images
    .filter(isPictureUrl)
    .map((url): PictureUrl => ({ itemId, url, key: keyOfUrl(itemId, url) }));
  if (urls.length === 0) return { content, urls };
  const keyOf = new Map(urls.map(({ url, key }) => [url, key]));
  return { content: { ...content, images: images.map((image) => keyOf.get(image) ?? image) }, urls };
}

/**
 * Pictures that the item has only because it once named their URLs, and does so no more. All others under
 * `catalog/<id>/` were put there by somebody.
 */
export function forsakenBy({ id, images, attached }: Item): string[] {
  const folder = keys.catalog(id);
  return attached.filter((key) => ofUrl.test(key.slice(folder.length)) && !images.includes(key));
}

/** What a URL says of a place, without what may be secret in it: user, password, query and fragment. */
export function describeUrl(url: string): string {
  if (!URL.canParse(url)) return 'a URL';
  const { origin, pathname } = new URL(url);
  const place = `${origin}${pathname}`;
  return place.length <= placeCharacters ? place : `${place.slice(0, placeCharacters)}…`;
}

/** In a report, the reason has to fit in behind it. */
const placeCharacters = 200;

/** Of 128 bits, which tell any two URLs apart. */
const hashDigits = 32;
const ofUrl = /^url-[0-9a-f]{32}(\.[a-z]{3,4})?$/;

/** The same URL has the same key every time, so that nothing is fetched twice. */
function keyOfUrl(itemId: string, url: string): string {
  const { origin, pathname, search } = new URL(url);
  const hash = createHash('sha256')
    .update(`${origin}${pathname}${search}`)
    .digest('hex')
    .slice(0, hashDigits);
  // For people who look into the bucket; what a picture is shows in its bytes alone.
  const [extension = ''] = /\.(jpe?g|png|webp|gif|avif)$/i.exec(pathname) ?? [];
  return `${keys.catalog(itemId)}url-${hash}${extension.toLowerCase()}`;
}
