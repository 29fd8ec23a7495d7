import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
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

/** Up to this size a file is written and read in one go: to hand it to another thread takes several times as long. */
export const smallBytes = 256 * 1024;

/** Removes what an interrupted process left: everything but the files in `keep`. */
export async function openFiles(directory: string, keep: ReadonlySet<string>): Promise<Files> {
  const objects = join(directory, 'objects');
  await mkdir(objects, { recursive: true });
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
      const path = pathOf(file);
      const rest = chunks[Symbol.asyncIterator]();
      try {
        const first = await readFirst(rest, smallBytes);
        if (!folders.has(folderOf(file))) {
          mkdirSync(join(objects, folderOf(file)), { recursive: true });
          folders.add(folderOf(file));
        }
        // Nothing refers to it yet: half a file is nobody's, and swept at the next start.
        if (first.isAll) writeFileSync(path, Buffer.concat(first.chunks), { flag: 'wx' });
        else await writeFile(path, joined(first.chunks, rest), { flag: 'wx' });
        return file;
      } catch (error) {
        await rest.return?.();
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

/** Chunks until there are more than so many bytes, or no more. */
async function readFirst(
  chunks: AsyncIterator<Uint8Array>,
  maxBytes: number,
): Promise<{ chunks: Uint8Array[]; isAll: boolean }> {
  const first: Uint8Array[] = [];
  for (let bytes = 0; bytes <= maxBytes; ) {
    const next = await chunks.next();
    if (next.done) return { chunks: first, isAll: true };
    first.push(next.value);
    bytes += next.value.byteLength;
  }
  return { chunks: first, isAll: false };
}

async function* joined(
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield* first;
  yield* { [Symbol.asyncIterator]: () => rest };
}
