import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The bytes of objects and parts, in files with random names: a key never becomes a path, so that it may be
 * `../x`, 1,024 bytes long, or differ from another only in case.
 */
export interface Files {
  /** Writes all chunks, or leaves nothing behind. @returns the file's name */
  write(chunks: AsyncIterable<Uint8Array>): Promise<string>;
  /** @throws ENOENT where it was removed */
  open(file: string): Promise<FileHandle>;
  /** Who has the file open can read on. */
  remove(files: Iterable<string>): Promise<void>;
}

/** Removes what an interrupted process left: everything but the files in `keep`. */
export async function openFiles(directory: string, keep: ReadonlySet<string>): Promise<Files> {
  const incoming = join(directory, 'incoming');
  const objects = join(directory, 'objects');
  await rm(incoming, { recursive: true, force: true });
  await Promise.all([mkdir(incoming, { recursive: true }), mkdir(objects, { recursive: true })]);
  const folders = new Set(await readdir(objects));
  for (const folder of folders) {
    for (const file of await readdir(join(objects, folder))) {
      if (!keep.has(file)) await rm(join(objects, folder, file), { force: true });
    }
  }

  const pathOf = (file: string) => join(objects, folderOf(file), file);

  return {
    async write(chunks) {
      const file = randomBytes(16).toString('hex');
      const path = join(incoming, file);
      try {
        const handle = await open(path, 'wx');
        try {
          await writeFile(handle, chunks);
        } finally {
          await handle.close();
        }
        if (!folders.has(folderOf(file))) {
          await mkdir(join(objects, folderOf(file)), { recursive: true });
          folders.add(folderOf(file));
        }
        await rename(path, pathOf(file));
        return file;
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },
    open: (file) => open(pathOf(file), 'r'),
    async remove(files) {
      for (const file of files) await rm(pathOf(file), { force: true });
    },
  };
}

/** One of 256, so that no folder grows large. */
function folderOf(file: string): string {
  return file.slice(0, 2);
}
