import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import type { EmbeddingKey } from '../catalog/embedding-store.ts';
import type { ItemStore } from '../catalog/item-store.ts';
import type { PictureStore } from '../catalog/picture-store.ts';
import type { IngestPicture } from '../ingest-picture.ts';
import {
  type Attributes,
  compareUtf8,
  type Item,
  type Modality,
  type Picture,
  picturesOf,
  textOf,
} from '../item.ts';
import { roleOf } from '../keys.ts';

/** What an index version shall hold, in the order of ids. */
export interface CatalogContents {
  readonly items: readonly WantedItem[];
}

export interface WantedItem {
  readonly id: string;
  readonly attributes: Attributes;
  readonly rows: readonly {
    readonly modality: Modality;
    readonly key: EmbeddingKey;
    /** Of text rows; a picture is loaded from `derived/` when it has to be embedded. */
    readonly text?: string;
  }[];
}

/** Vectors that are already there, by content: fp16 bits [dimensions]. */
export interface KnownVectors {
  has(key: EmbeddingKey): boolean;
  get(key: EmbeddingKey): Uint16Array | undefined;
  /** Gives up what they lie in; none is asked for any more, and those that were given out are not used. */
  close(): Promise<void>;
}

/**
 * Reads every item and what is known of its pictures. A picture nobody told us of (it was there before
 * its item named it) is ingested now; one that is not there or can't be read has no row.
 */
export async function readCatalog(
  {
    items,
    pictures,
    ingestPicture,
  }: { items: ItemStore; pictures: PictureStore; ingestPicture: IngestPicture },
  { keepAlive }: { keepAlive: () => Promise<void> },
): Promise<CatalogContents> {
  const wanted: WantedItem[] = [];
  const limit = pLimit(4);
  for await (const page of items.all()) {
    const known = await pictures.getMany(page.flatMap(picturesOf));
    const unknown = [...new Set(page.flatMap(picturesOf))].filter((key) => !known.has(key));
    const found = await Promise.all(unknown.map((key) => limit(() => ingestUntold(key))));
    for (const picture of found) if (picture) known.set(picture.key, picture);
    for (const item of page) wanted.push(wantedOf(item, known));
    await keepAlive();
  }
  wanted.sort((a, b) => compareUtf8(a.id, b.id));
  return { items: wanted };

  async function ingestUntold(key: string): Promise<Picture | undefined> {
    const role = roleOf(key);
    if (role.kind !== 'picture') return undefined;
    return (await ingestPicture({ key, itemId: role.itemId, sequencer: '' }))?.picture;
  }
}

/**
 * The rows of an item, one for its text and one for each distinct picture of those that could be read.
 *
 * @param pictures by the keys that the item names
 */
export function wantedOf(item: Item, pictures: ReadonlyMap<string, Pick<Picture, 'hash'>>): WantedItem {
  const text = textOf(item);
  const hashes = picturesOf(item).map((key) => pictures.get(key)?.hash);
  return {
    id: item.id,
    attributes: item.attributes,
    rows: [
      { modality: 'text', key: `text:${createHash('sha256').update(text).digest('hex')}`, text },
      ...[...new Set(hashes)]
        .filter((hash) => hash !== undefined)
        .map((hash) => ({ modality: 'image' as const, key: `image:${hash}` as const })),
    ],
  };
}
