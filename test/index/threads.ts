import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type LoadOptions, loadVersion } from '../../shared/index/load-version.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import type { Manifest } from '../../shared/index/manifest.ts';
import type { ThreadSettings } from '../../shared/index/scan-threads.ts';
import type { ObjectStore } from '../../shared/objects/object-store.ts';

/** What threads of search run, bundled as the functions are. */
export function threadFile(): Promise<URL> {
  ours ??= threadFileAfter('');
  return ours;
}

let ours: Promise<URL> | undefined;

/** The same, behind some JavaScript. */
export async function threadFileAfter(code: string): Promise<URL> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../functions/search/scan-thread.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: code },
    write: false,
  });
  const code64 = Buffer.from(outputFiles[0]!.contents).toString('base64');
  return new URL(`data:text/javascript;base64,${code64}`);
}

/** Searched by threads however small it is, once all of them are there. */
export async function loadThreaded(
  objects: ObjectStore,
  manifest: Manifest,
  { count, ...others }: Partial<ThreadSettings> & { count: number },
  options: LoadOptions = {},
): Promise<LoadedVersion> {
  const file = await threadFile();
  const onLost = (error: unknown) => {
    throw error;
  };
  const threads = { count, file, worthBytes: 0, onLost, ...others };
  const version = await loadVersion(objects, manifest, { ...options, threads });
  await untilThreads(version, count);
  return version;
}

export async function untilThreads(version: LoadedVersion, count: number): Promise<void> {
  while (version.threads < count) await sleep(5);
}

/** How long others are given to take their first task of a search; that many milliseconds only where none comes. */
const PATIENCE_MS = 10_000;

/**
 * Lets this thread take a task of a search only after another took one, and hesitate before each further one, so
 * that others have their share of a small search however busy the machine is.
 *
 * @returns how many tasks those took
 */
export async function hesitating(run: () => Promise<void>): Promise<number> {
  const { add } = Atomics;
  const idle = new Int32Array(new SharedArrayBuffer(4));
  const hesitate = () => Atomics.wait(idle, 0, 0, 0.2);
  let last = -1;
  let ofOthers = 0;
  Atomics.add = ((array: Int32Array, index: number, value: number) => {
    const since = performance.now();
    do hesitate();
    while (Atomics.load(array, index) === 0 && performance.now() - since < PATIENCE_MS);
    const task = add(array, index, value);
    // Each search counts from 0.
    if (task <= last) last = -1;
    ofOthers += task - last - 1;
    last = task;
    return task;
  }) as typeof Atomics.add;
  try {
    await run();
    return ofOthers;
  } finally {
    Atomics.add = add;
  }
}
