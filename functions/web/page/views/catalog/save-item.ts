import { api, type CatalogItem, type ItemBody } from '../../api.ts';
import { uploadPicture } from '../../pictures/upload-picture.ts';
import { ApiProblem } from '../../request.ts';
import { sleep } from '../../wait.ts';

const lookEveryMs = 1000;
const looks = 20;

export interface Save {
  readonly id: string;
  readonly body: ItemBody;
  /** Keys of pictures that are to go. */
  readonly removed: readonly string[];
  readonly added: readonly File[];
}

export interface Saved {
  readonly item: CatalogItem;
  /** Of the pictures that were added. */
  readonly keys: readonly string[];
}

/**
 * Writes the item, removes pictures of it, and stores its new ones. Done again after it has failed half way, it does
 * the rest.
 */
export async function saveItem({ id, body, removed, added }: Save, signal: AbortSignal): Promise<Saved> {
  // Another item's picture is only named here, and so is gone from this one with its name.
  const images = (body.images ?? []).filter((key) => !removed.includes(key));
  const written = await api.putItem(id, { ...body, images }, signal);
  // First, since a picture that was removed may be added again: it has the same name.
  for (const key of removed) if (key.startsWith(`catalog/${id}/`)) await remove(id, key, signal);
  const keys: string[] = [];
  for (const picture of added) keys.push(await uploadPicture(picture, { itemId: id, signal }));
  return {
    item: { ...written, pictures: written.pictures.filter(({ key }) => !removed.includes(key)) },
    keys,
  };
}

/** One that is gone already need not be removed. */
async function remove(id: string, key: string, signal: AbortSignal): Promise<void> {
  try {
    await api.deletePicture(id, key, signal);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 404) throw error;
  }
}

/** Tells of the item until the pictures that were added have been read, or it takes too long. */
export async function watchPictures(
  { item: { id }, keys }: Saved,
  onChanged: (item: CatalogItem) => void,
  signal: AbortSignal,
): Promise<void> {
  const isRead = ({ pictures }: CatalogItem) =>
    keys.every((key) => pictures.some((picture) => picture.key === key && picture.status !== 'pending'));
  try {
    for (let look = 0; look < looks && keys.length > 0; look++) {
      await sleep(lookEveryMs, signal);
      const now = await api.item(id, signal);
      onChanged(now);
      if (isRead(now)) return;
    }
  } catch {
    // What was saved is saved; the list shows the rest when it is read again.
  }
}

/** What is in the catalog under an id, which is not what was seen of it. */
export interface Surprise {
  readonly id: string;
  readonly found: CatalogItem | undefined;
}

/**
 * Somebody else, or another tab, may have written the item since it was read here.
 *
 * @param seen what was there when it was looked at last, if anything
 */
export async function surpriseOf(
  id: string,
  seen: CatalogItem | undefined,
  signal: AbortSignal,
): Promise<Surprise | undefined> {
  const found = await api.item(id, signal).catch((error) => {
    if (error instanceof ApiProblem && error.status === 404) return undefined;
    throw error;
  });
  return contentOf(found) === contentOf(seen) ? undefined : { id, found };
}

/** What a save replaces; the state of pictures changes by itself. */
function contentOf(item: CatalogItem | undefined): string | undefined {
  if (!item) return undefined;
  const { title, description, attributes, images } = item;
  return JSON.stringify([title, description, Object.entries(attributes).sort(), images]);
}
