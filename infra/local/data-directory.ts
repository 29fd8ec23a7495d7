import { access, constants, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StartError } from './settings.ts';

export interface DataDirectory {
  readonly path: string;
  /** A folder in it, created where it is not there. */
  folder(name: string): Promise<string>;
  release(): Promise<void>;
}

/**
 * Takes a data directory for this process alone: two hosts on one would undo each other's writes.
 *
 * @throws StartError when it can't be written or another process has it
 */
export async function takeDataDirectory(path: string): Promise<DataDirectory> {
  const directory = resolve(path);
  const lock = join(directory, 'lock');
  try {
    await mkdir(directory, { recursive: true });
    await access(directory, constants.W_OK | constants.X_OK);
    await claim(lock);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    throw new StartError(
      `TUWEN_DATA_DIR: ${directory} cannot be written (${reason}); name a directory that can`,
    );
  }
  return {
    path: directory,
    async folder(name) {
      const folder = join(directory, name);
      await mkdir(folder, { recursive: true });
      return folder;
    },
    release: () => rm(lock, { force: true }),
  };
}

async function claim(lock: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await writeFile(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (isRunning(holder))
      throw new StartError(
        `TUWEN_DATA_DIR: ${lock} is held by process ${holder}; end it or name another directory`,
      );
    // Left behind by a process that was killed.
    await rm(lock, { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
