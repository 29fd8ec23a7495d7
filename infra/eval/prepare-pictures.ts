import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { TuwenError } from '../../shared/error.ts';
import { normalisePicture } from '../../shared/picture/normalise-picture.ts';
import type { JudgedSet } from './judged-set.ts';
import { createProblems } from './problems.ts';
import { type PicturePath, picturesOf } from './read-judged-set.ts';

/** What `derived/` is to the product: pictures as models see them. */
export interface PreparedPictures {
  /** By path within the judged directory. */
  readonly hashes: ReadonlyMap<string, PictureHash>;
  /** The normalised picture: WebP bytes. */
  load(hash: string): Promise<Uint8Array>;
}

export interface PictureHash {
  /** Hexadecimal SHA-256 of the normalised picture. */
  readonly hash: string;
}

/** Decoding runs on threads of its own. */
const atOnce = 4;

/**
 * Normalises every picture of the set once, whatever the number of embedders, before any is embedded and
 * perhaps paid for. They are kept in `folder`, since a large set would not fit into memory.
 *
 * @throws EvaluationError listing pictures that can't be read
 */
export async function preparePictures(
  { directory, items, queries }: JudgedSet,
  { folder, onProgress }: { folder: string; onProgress: (done: number, total: number) => void },
): Promise<PreparedPictures> {
  const problems = createProblems();
  const hashes = new Map<string, PictureHash>();
  const distinct = new Map<string, PicturePath>();
  for (const picture of picturesOf(items, queries))
    if (!distinct.has(picture.path)) distinct.set(picture.path, picture);
  const fileOf = (hash: string) => join(folder, `${hash}.webp`);
  const limit = pLimit(atOnce);
  let done = 0;

  async function prepare({ path, place }: PicturePath): Promise<void> {
    try {
      const { hash, webp } = await normalisePicture(await readFile(join(directory, path)));
      await writeFile(fileOf(hash), webp);
      hashes.set(path, { hash });
    } catch (error) {
      if (!(error instanceof TuwenError)) throw error;
      problems.add(place, `${path}: ${error.message}`);
    }
    onProgress(++done, distinct.size);
  }

  await limit.map(distinct.values(), prepare);
  problems.refuse();
  return { hashes, load: (hash) => readFile(fileOf(hash)) };
}
