import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** What threads of search run, bundled as the functions are. */
export function threadFile(): Promise<URL> {
  shared ??= bundle('');
  return shared;
}

let shared: Promise<URL> | undefined;

/** The same, behind a few lines of JavaScript. */
export async function threadFileAfter(code: string): Promise<URL> {
  return bundle(code);
}

async function bundle(banner: string): Promise<URL> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../functions/search/scan-thread.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: banner },
    write: false,
  });
  const directory = await mkdtemp(join(tmpdir(), 'tuwen-thread-'));
  const file = join(directory, 'scan-thread.mjs');
  await writeFile(file, outputFiles[0]!.contents);
  return pathToFileURL(file);
}
