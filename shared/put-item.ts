import pLimit from 'p-limit';
import { sameContent } from './catalog/item-content.ts';
import type { ItemStore } from './catalog/item-store.ts';
import { TuwenError } from './error.ts';
import type { Item, ItemContent } from './item.ts';
import type { ObjectStore } from './objects/object-store.ts';
import { forsakenBy, nameByKeys } from './picture-urls.ts';
import { createRemovePicture } from './remove-picture.ts';
import { createStorePictures, type PictureFault, type StorePicturesDependencies } from './store-pictures.ts';

export interface PutItemResult {
  readonly item: Item;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** Of pictures named by URL, those that could not be fetched; the item is stored all the same. */
  readonly faults: PictureFault[];
}

export interface PutItemOptions {
  /** Until when pictures are fetched. */
  readonly deadlineMs: number;
  /** What a read has just shown; equal content then writes nothing, and reads nothing again. */
  readonly seen?: { readonly known: Item | undefined };
}

/**
 * Stores what the user says of an item, then the pictures that it names by URL; those whose URLs it names no
 * more go. In this order, so that no picture creates the item, and whoever puts the same again mends what
 * was cut off in between.
 */
export type PutItem = (id: string, content: ItemContent, options: PutItemOptions) => Promise<PutItemResult>;

const writesAtOnce = 16;

export type PutItemDependencies = StorePicturesDependencies & {
  readonly objects: Pick<ObjectStore, 'delete'>;
  readonly items: Pick<ItemStore, 'put' | 'drop'>;
};

export function createPutItem(dependencies: PutItemDependencies): PutItem {
  const { items } = dependencies;
  const storePictures = createStorePictures(dependencies);
  const removePicture = createRemovePicture(dependencies);
  const limit = pLimit(writesAtOnce);

  return async (id, given, { deadlineMs, seen }) => {
    const { content, urls } = nameByKeys(id, given);
    const { item, outcome } = await limit(() => write(id, content, seen));
    const forsaken = forsakenBy(item);
    for (const key of forsaken) await removePicture(id, key).catch(ignoreGone);
    const attached = item.attached.filter((key) => !forsaken.includes(key));
    const missing = urls.filter(({ key }) => !attached.includes(key));
    const faults = await storePictures(missing, { deadlineMs });
    return { item: { ...item, attached }, outcome, faults };
  };

  async function write(id: string, content: ItemContent, seen: PutItemOptions['seen']) {
    const known = seen?.known;
    if (known && !known.implicit && sameContent(known, content))
      return { item: known, outcome: 'unchanged' as const };
    return items.put(id, content, seen);
  }
}

function ignoreGone(error: unknown): void {
  if (!(error instanceof TuwenError) || error.code !== 'not_found') throw error;
}
