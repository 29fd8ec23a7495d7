import type { CatalogItem } from './api/catalog.ts';
import type { PictureStore } from './catalog/picture-store.ts';
import { type Attributes, type Item, type Picture, picturesOf } from './item.ts';
import { keys } from './keys.ts';
import type { ObjectStore } from './objects/object-store.ts';

/** An item as people see it, its pictures as URLs that a browser can open for an hour. */
export interface ShownItem {
  title: string;
  description?: string;
  attributes: Attributes;
  images: string[];
}

export type ShowItems = (items: readonly Item[]) => Promise<ShownItem[]>;

const urlSeconds = 3600;

/** Shows items with their normalised pictures; those not yet handled, and unreadable ones, are left out. */
export function createShowItems(dependencies: {
  readonly pictures: Pick<PictureStore, 'getMany'>;
  readonly objects: Pick<ObjectStore, 'presignGet'>;
}): ShowItems {
  const { pictures, objects } = dependencies;
  return async (items) => {
    const known = await pictures.getMany(items.flatMap(picturesOf));
    return Promise.all(
      items.map(async (item) => {
        const hashes = picturesOf(item).map((key) => known.get(key)?.hash);
        const present = [...new Set(hashes.filter((hash) => hash !== undefined))];
        const sign = (hash: string) =>
          objects.presignGet(keys.derived(hash), { expiresInSeconds: urlSeconds });
        return {
          title: item.title,
          ...(item.description === undefined ? {} : { description: item.description }),
          attributes: item.attributes,
          images: await Promise.all(present.map(sign)),
        };
      }),
    );
  };
}

/** An item as the catalog's routes show it, with what became of each of its pictures. */
export type ShowCatalogItems = (items: readonly Item[]) => Promise<CatalogItem[]>;

export function createShowCatalogItems(dependencies: {
  readonly pictures: Pick<PictureStore, 'getMany'>;
  readonly objects: Pick<ObjectStore, 'presignGet'>;
}): ShowCatalogItems {
  const { pictures, objects } = dependencies;

  async function showPicture(key: string, picture: Picture | undefined) {
    if (!picture) return { key, status: 'pending' as const };
    const { hash, width, height, error } = picture;
    if (!hash) return { key, status: 'failed' as const, ...(error && { error }) };
    const url = await objects.presignGet(keys.derived(hash), { expiresInSeconds: urlSeconds });
    return { key, status: 'ready' as const, url, ...(width && { width }), ...(height && { height }) };
  }

  return async (items) => {
    const known = await pictures.getMany(items.flatMap(picturesOf));
    return Promise.all(
      items.map(async (item) => ({
        id: item.id,
        title: item.title,
        ...(item.description === undefined ? {} : { description: item.description }),
        attributes: item.attributes,
        images: [...item.images],
        pictures: await Promise.all(picturesOf(item).map((key) => showPicture(key, known.get(key)))),
        createdAt: item.createdAt,
        updatedAt: item.updatedAt,
      })),
    );
  };
}
