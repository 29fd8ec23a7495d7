import { mkdir, open, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { CatalogItem } from '../../shared/api/catalog.ts';
import { limits } from '../../shared/item.ts';
import type { Context } from './context.ts';
import { download } from './download.ts';
import { picturePathOf } from './export-path.ts';
import { CallFailure, Failure, Stopped } from './failure.ts';
import { all } from './import-rows.ts';
import { type MappedPicture, mapName, readPictureMap } from './picture-map.ts';

export interface ExportedCatalog {
  items: number;
  pictures: number;
  /** Pictures read now; the others were there from before. */
  downloaded: number;
  /** Pictures that items name and that are not in the bucket. */
  gone: string[];
}

const itemsPerPage = 50;
const keysPerRequest = 100;
const downloadsAtOnce = 8;

/** Writes `items.jsonl`, the pictures as they were uploaded, and which file is which picture. */
export async function exportCatalog(
  { api, output, stop }: Context,
  directory: string,
  { expected }: { expected: number },
): Promise<ExportedCatalog> {
  await mkdir(directory, { recursive: true });
  const before = await readPictureMap(directory);
  const now = new Map<string, MappedPicture>();
  const taken = new Set<string>();
  const done: ExportedCatalog = { items: 0, pictures: 0, downloaded: 0, gone: [] };
  const limit = pLimit(downloadsAtOnce);
  const bar = output.progress({ name: 'catalog', total: expected, unit: 'items' });
  const partial = join(directory, 'items.jsonl.part');
  const rows = await open(partial, 'w');
  // Begun anew at the end; until then it only grows, so that a stop loses nothing.
  const map = await open(join(directory, mapName), 'a');

  async function fetchPicture(key: string, url: string): Promise<void> {
    if (stop.aborted) throw new Stopped('stopped; the same command goes on from here');
    const path = picturePathOf(key, taken);
    const file = join(directory, path);
    const known = before.get(key);
    const isHere = known?.path === path && (await sizeOf(file)) === known.bytes;
    const found = await download(api.http, { url, file, etag: isHere ? known.etag : undefined });
    if (found.status === 'gone') return;
    const { etag, bytes } = found.status === 'stored' ? found : known!;
    const picture = { key, path, etag, bytes };
    now.set(key, picture);
    if (found.status === 'unchanged') return;
    done.downloaded++;
    await map.write(`\n${JSON.stringify(picture)}\n`);
  }

  async function fetchPictures(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += keysPerRequest) {
      const { files } = (await api.originals(keys.slice(start, start + keysPerRequest))).value;
      await all(files.map(({ key, url }) => limit(() => fetchPicture(key, url))));
    }
  }

  try {
    let cursor: string | undefined;
    do {
      if (stop.aborted) throw new Stopped('stopped; the same command goes on from here');
      const page = (await api.itemPage(cursor, itemsPerPage)).value;
      const keys = [...new Set(page.items.flatMap(({ pictures }) => pictures.map(({ key }) => key)))];
      await fetchPictures(keys.filter((key) => !now.has(key)));
      for (const item of page.items) {
        await rows.write(`${JSON.stringify(rowOf(item, now))}\n`);
        for (const { key } of item.pictures) if (!now.has(key)) done.gone.push(key);
      }
      done.items += page.items.length;
      bar.update(done.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  } catch (error) {
    throw error instanceof CallFailure && error.status === 404 && /no route/.test(error.message)
      ? new Failure(`${api.url} is of a version that cannot be exported: ${error.message}`)
      : error;
  } finally {
    bar.stop();
    await rows.close();
    await map.close();
  }
  done.pictures = now.size;
  await replace(
    join(directory, mapName),
    [...now.values()].map((picture) => `${JSON.stringify(picture)}\n`).join(''),
  );
  await rename(partial, join(directory, 'items.jsonl'));
  return done;
}

/** As an import has it. What an item names beyond the pictures of its folder is never more than a row may name. */
function rowOf(item: CatalogItem, pictures: ReadonlyMap<string, MappedPicture>) {
  const { id, title, description, attributes, images } = item;
  const named = item.pictures
    .map(({ key }) => pictures.get(key)?.path ?? (images.includes(key) ? key : undefined))
    .filter((name) => name !== undefined)
    .slice(0, limits.images);
  return {
    id,
    title,
    ...(description !== undefined && { description }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(named.length > 0 && { images: named }),
  };
}

const sizeOf = async (file: string): Promise<number | undefined> =>
  (await stat(file).catch(() => undefined))?.size;

async function replace(file: string, content: string): Promise<void> {
  await writeFile(`${file}.part`, content);
  await rename(`${file}.part`, file);
}
