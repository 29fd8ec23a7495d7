import type { ItemStore } from './catalog/item-store.ts';
import type { PictureStore } from './catalog/picture-store.ts';
import { TuwenError } from './error.ts';
import { keys } from './keys.ts';
import type { ObjectStore } from './objects/object-store.ts';

/**
 * Takes one picture off an item. Its own, under `catalog/<id>/`, is deleted; another item's, which this one
 * only names, stays where it is.
 *
 * @throws TuwenError `not_found` where the item has no such picture and there is no such object of it.
 */
export type RemovePicture = (id: string, key: string) => Promise<void>;

export function createRemovePicture(dependencies: {
  readonly objects: Pick<ObjectStore, 'head' | 'delete'>;
  readonly items: Pick<ItemStore, 'drop'>;
  readonly pictures: Pick<PictureStore, 'delete'>;
}): RemovePicture {
  const { objects, items, pictures } = dependencies;
  return async (id, key) => {
    // Off the item first: whatever comes in between, the event of the deletion brings both in line.
    const isDropped = await items.drop(id, key);
    const isOwn = key.startsWith(keys.catalog(id));
    if (!isDropped && !(isOwn && (await objects.head(key))))
      throw new TuwenError(
        'not_found',
        `the item ${JSON.stringify(id)} has no picture ${JSON.stringify(key)}; GET /v1/items/{id} lists those it has`,
      );
    if (!isOwn) return;
    await objects.delete([key]);
    await pictures.delete([key]);
  };
}
