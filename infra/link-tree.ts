import { copyFile, link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Puts a file or a folder elsewhere by hard links, which take neither time nor room; copies where there can be
 * none. `wants` chooses files by their path within the folder.
 */
export async function linkTree(
  from: string,
  to: string,
  wants: (path: string) => boolean = () => true,
): Promise<void> {
  if ((await stat(from)).isFile()) return linkFile(from, to);
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(from.length + 1);
    if (entry.isFile() && wants(path)) await linkFile(join(from, path), join(to, path));
  }
}

async function linkFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await link(from, to).catch(async () => {
    await rm(to, { force: true });
    await copyFile(from, to);
  });
}
