import { api, type CatalogItem, type ItemBody } from '../../api.ts';
import { uploadPicture } from '../../pictures/upload-picture.ts';
import { ApiProblem } from '../../request.ts';
import { sleep } from '../../wait.ts';

const lookEveryMs = 1000;
const looks = 20;

/** Writes the item, then stores its new pictures. */
export async function saveItem(id: string, body: ItemBody, pictures: readonly File[]): Promise<CatalogItem> {
  const saved = await api.putItem(id, body);
  for (const picture of pictures) await uploadPicture(picture, { itemId: id });
  return saved;
}

/** Tells of the item until the pictures that were added have been read, or it takes too long. */
export async function watchPictures(
  { id, pictures }: CatalogItem,
  added: number,
  onChanged: (item: CatalogItem) => void,
): Promise<void> {
  for (let look = 0; look < looks && added > 0; look++) {
    await sleep(lookEveryMs);
    const now = await api.item(id).catch(() => undefined);
    if (!now) return;
    onChanged(now);
    const isSettled = now.pictures.every(({ status }) => status !== 'pending');
    if (isSettled && now.pictures.length >= pictures.length + added) return;
  }
}

export async function isTaken(id: string): Promise<boolean> {
  try {
    await api.item(id);
    return true;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return false;
    throw error;
  }
}
