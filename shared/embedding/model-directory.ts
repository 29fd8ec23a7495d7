import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TuwenError } from '../error.ts';
import type { ObjectInfo, ObjectStore } from '../objects/object-store.ts';
import { calibrationFile } from './calibration.ts';
import { chooseModelFiles, type Weights } from './onnx/model-files.ts';

/**
 * Brings a model's files from the bucket, under `prefix` (`models/<name>/`), into a directory of their own
 * below `parent`, and tells its path; only the weights that are used. The directory is named by what is
 * in it: where it is already there nothing is read, and a new upload gets another. It appears whole or not.
 *
 * @returns undefined where there is no object under the prefix.
 * @throws TuwenError `embedder_failed` where files are missing or change meanwhile, and what the store throws.
 */
export async function fetchModelDirectory(
  objects: Pick<ObjectStore, 'list' | 'stream'>,
  prefix: string,
  parent: string,
  weights?: Weights,
): Promise<string | undefined> {
  const found = new Map<string, ObjectInfo>();
  for await (const object of objects.list(prefix)) found.set(object.key.slice(prefix.length), object);
  if (found.size === 0) return undefined;
  const { all } = chooseModelFiles(prefix, new Set(found.keys()), weights);
  const parts = all.map((path) => ({ path, object: found.get(path)! }));

  const content = parts.map(({ path, object }) => [path, object.etag, object.bytes]);
  const name = createHash('sha256')
    .update(JSON.stringify([prefix, content]))
    .digest('hex')
    .slice(0, 24);
  const directory = join(parent, name);
  if (await exists(directory)) return directory;

  const unfinished = join(parent, `${name}.${randomUUID()}`);
  try {
    for (const { path, object } of parts) {
      const file = join(unfinished, path);
      await mkdir(dirname(file), { recursive: true });
      await fetchObject(objects, object, file);
    }
    await rename(unfinished, directory).catch(async (error) => {
      // Another request of this process may have been quicker.
      if (!(await exists(directory))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return directory;
}

/**
 * Keeps a model's files in the bucket under `prefix`, so that a later deployment that ships other weights
 * can still embed queries for a version made with these. config.json comes last: where it is, all is.
 * The calibration, which the name of a model says nothing of, is brought up to date each time.
 */
export async function publishModelDirectory(
  objects: Pick<ObjectStore, 'head' | 'get' | 'put'>,
  { directory, files }: { readonly directory: string; readonly files: readonly string[] },
  prefix: string,
): Promise<void> {
  const last = 'config.json';
  if (files.includes(calibrationFile)) await publishCalibration(objects, directory, prefix);
  if (await objects.head(prefix + last)) return;
  const others = files.filter((file) => file !== last && file !== calibrationFile);
  for (const path of [...others, last]) {
    const contentType = path.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    await objects
      .put(prefix + path, await readFile(join(directory, path)), { contentType, ifAbsent: true })
      .catch((error) => {
        // The name of a model holds a hash of its files: what is already there is the same.
        if (!(error instanceof TuwenError && error.code === 'conflict')) throw error;
      });
  }
}

async function publishCalibration(
  objects: Pick<ObjectStore, 'get' | 'put'>,
  directory: string,
  prefix: string,
): Promise<void> {
  const content = await readFile(join(directory, calibrationFile));
  const there = await objects.get(prefix + calibrationFile);
  if (there && content.equals(there.body)) return;
  await objects.put(prefix + calibrationFile, content, { contentType: 'application/json' });
}

async function fetchObject(
  objects: Pick<ObjectStore, 'stream'>,
  { key, etag, bytes }: ObjectInfo,
  file: string,
): Promise<void> {
  const fail = (problem: string, cause?: unknown) =>
    new TuwenError('embedder_failed', `expected ${key} to have ${bytes} bytes; ${problem}`, {
      retryable: true,
      cause,
    });
  const object = await objects.stream(key, { ifMatch: etag });
  if (!object) throw fail('it is gone');
  const target = createWriteStream(file);
  await pipeline(Readable.from(object.body), target).catch((cause) => {
    const full = cause?.code === 'ENOSPC';
    throw fail(full ? 'there is no room for it on this disk' : 'it could not be read', cause);
  });
  if (target.bytesWritten !== bytes) throw fail(`found ${target.bytesWritten}`);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
