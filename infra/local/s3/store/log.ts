import { appendFileSync, closeSync, ftruncateSync, openSync } from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { type Change, changeSchema } from './records.ts';

/** An append-only file of changes, one line of JSON each. */
export interface Log {
  /** The operating system holds the lines when this returns; a failed append leaves the log as it was. */
  append(changes: readonly Change[]): void;
  close(): void;
}

/**
 * Reads the log and opens it for more. A last line without its end, as kill -9 can leave one, was never
 * acknowledged and is cut off. There is no fsync: what the operating system holds survives the process, not a
 * power cut, and a local stack need not pay for more.
 * @throws Error that names the line where the log is damaged
 */
export async function openLog(path: string): Promise<{ log: Log; changes: Change[] }> {
  const bytes = await readFile(path).catch(orEmpty);
  const end = bytes.lastIndexOf('\n') + 1;
  const lines = bytes.toString('utf8', 0, end).split('\n');
  lines.pop();
  const changes = lines.map((line, at) => parseLine(line, `${path}:${at + 1}`));

  const descriptor = openSync(path, 'a');
  let size = end;
  let isDamaged = false;
  if (end < bytes.length) ftruncateSync(descriptor, end);
  return {
    changes,
    log: {
      append(more) {
        const text = more.map((change) => `${JSON.stringify(change)}\n`).join('');
        if (isDamaged) throw new Error(`Expected a log that could be mended, found ${path} cut short.`);
        try {
          appendFileSync(descriptor, text);
        } catch (error) {
          // A full disk can leave half a line, to which the next would be glued.
          isDamaged = true;
          ftruncateSync(descriptor, size);
          isDamaged = false;
          throw error;
        }
        size += Buffer.byteLength(text);
      },
      close: () => closeSync(descriptor),
    },
  };
}

/** Puts a log of these changes in the place of the one at `path`, all or nothing. */
export async function rewriteLog(path: string, changes: Iterable<Change>): Promise<void> {
  const beside = `${path}.new`;
  const handle = await open(beside, 'w');
  try {
    await writeFile(handle, inBlocks(changes));
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(beside, path);
}

const BLOCK_LINES = 1000;

async function* inBlocks(changes: Iterable<Change>): AsyncGenerator<string, void> {
  let lines: string[] = [];
  for (const change of changes) {
    lines.push(`${JSON.stringify(change)}\n`);
    if (lines.length < BLOCK_LINES) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}

function parseLine(line: string, where: string): Change {
  try {
    return changeSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new Error(`Expected a change of the local S3 at ${where}, found: ${line.slice(0, 200)}`, {
      cause: error,
    });
  }
}

function orEmpty(error: NodeJS.ErrnoException): Buffer {
  if (error.code === 'ENOENT') return Buffer.alloc(0);
  throw error;
}
