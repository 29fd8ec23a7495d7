import type { ItemStore } from './catalog/item-store.ts';
import type { PictureStore } from './catalog/picture-store.ts';
import { TuwenError } from './error.ts';
import { keys } from './keys.ts';
import type { ObjectStore } from './objects/object-store.ts';

/**
 * Deletes an item, then its pictures under `catalog/<id>/`. Stopped in between, the pictures' own
 * events would bring an item back; deleting it once more ends that too.
 *
 * @throws TuwenError `not_found` where there is neither an item nor a picture of it.
 */
export type RemoveItem = (id: string) => Promise<void>;

export function createRemoveItem(dependencies: {
  readonly objects: Pick<ObjectStore, 'list' | 'delete'>;
  readonly items: Pick<ItemStore, 'get' | 'delete'>;
  readonly pictures: Pick<PictureStore, 'delete'>;
}): RemoveItem {
  const { objects, items, pictures } = dependencies;
  return async (id) => {
    // Of pictures that could not be fetched there is a record and no object.
    const named = (await items.get(id))?.images.filter((key) => key.startsWith(keys.catalog(id))) ?? [];
    const existed = await items.delete(id);
    const found: string[] = [];
    for await (const { key } of objects.list(keys.catalog(id))) found.push(key);
    if (!existed && found.length === 0)
      throw new TuwenError('not_found', `there is no item with the id ${JSON.stringify(id)}`);
    await objects.delete(found);
    await pictures.delete([...found, ...named]);
  };
}
