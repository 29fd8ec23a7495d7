import { constants, copyFile, link, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface LinkOptions {
  /** Chooses files by their path within the folder. */
  readonly wants?: (path: string) => boolean;
  /** For files that may be written over in place, which would show through a link. */
  readonly isCopied?: boolean;
}

/**
 * Puts a file or a folder elsewhere by hard links, which take neither time nor room; copies where there can be
 * none.
 */
export async function linkTree(from: string, to: string, options: LinkOptions = {}): Promise<void> {
  const { wants = () => true, isCopied = false } = options;
  const put = async (source: string, target: string) => {
    await mkdir(dirname(target), { recursive: true });
    if (isCopied) await copy(source, target);
    else await link(source, target).catch(() => copy(source, target));
  };
  if ((await stat(from)).isFile()) return put(from, to);
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(from.length + 1);
    if (entry.isFile() && wants(path)) await put(join(from, path), join(to, path));
  }
}

function copy(from: string, to: string): Promise<void> {
  return copyFile(from, to, constants.COPYFILE_FICLONE);
}
