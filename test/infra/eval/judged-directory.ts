import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Rows are written as JSON, strings as they are. */
export interface JudgedFiles {
  readonly items?: readonly unknown[];
  readonly queries?: readonly unknown[];
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
}

/** A judged directory of its own under the system's folder for temporary files. */
export async function writeJudgedDirectory({ items, queries, files = {} }: JudgedFiles): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tuwen-judged-'));
  const lines = (rows: readonly unknown[]) =>
    rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`).join('');
  const all = {
    ...(items && { 'items.jsonl': lines(items) }),
    ...(queries && { 'queries.jsonl': lines(queries) }),
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}
