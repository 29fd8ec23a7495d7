import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** `pictures.jsonl` of an export: which file is which picture. One a line; of two of one key the later counts. */
export const mapName = 'pictures.jsonl';

const mappedPicture = z.object({
  /** In the bucket. */
  key: z.string(),
  /** In the directory, with slashes. */
  path: z.string(),
  etag: z.string(),
  bytes: z.number(),
});
export type MappedPicture = z.infer<typeof mappedPicture>;

/** By their keys; empty where there is no map. */
export async function readPictureMap(directory: string): Promise<Map<string, MappedPicture>> {
  const text = await readFile(join(directory, mapName), 'utf8').catch(() => '');
  const found = new Map<string, MappedPicture>();
  for (const line of text.split('\n')) {
    const picture = decode(line);
    if (picture) found.set(picture.key, picture);
  }
  return found;
}

/** A line that was cut off in the middle says nothing. */
function decode(line: string): MappedPicture | undefined {
  try {
    return mappedPicture.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
