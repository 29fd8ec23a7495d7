import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchModelDirectory, publishModelDirectory } from '../../shared/embedding/model-directory.ts';
import { type OnnxModel, openOnnxModel } from '../../shared/embedding/onnx.ts';
import { keys } from '../../shared/keys.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import type { ObjectStore } from '../../shared/objects/object-store.ts';
import { calibrationOf } from './calibration.ts';

const clip = fileURLToPath(new URL('../fixtures/random-clip', import.meta.url));
const options = { contentType: 'application/octet-stream' };
let parent: string;
let model: OnnxModel;
let prefix: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tuwen-models-'));
  model = await openOnnxModel(clip);
  prefix = keys.model(model.model);
});
afterEach(() => rm(parent, { recursive: true }));

/** Counts what is read and written. */
function counting(objects: ObjectStore) {
  const counts = { streams: 0, puts: 0 };
  const store: ObjectStore = {
    ...objects,
    stream: (...given) => {
      counts.streams++;
      return objects.stream(...given);
    },
    put: (...given) => {
      counts.puts++;
      return objects.put(...given);
    },
  };
  return { counts, store };
}

async function namesIn(objects: ObjectStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { key } of objects.list('models/')) names.push(key);
  return names;
}

describe('a model in the bucket', () => {
  it('comes back as the very same model', async () => {
    const objects = createMemoryObjectStore();
    await publishModelDirectory(objects, model, prefix);
    const directory = await fetchModelDirectory(objects, prefix, parent);
    expect((await openOnnxModel(directory!)).model).toBe(model.model);
    for (const file of model.files)
      expect(await readFile(join(directory!, file))).toEqual(await readFile(join(clip, file)));
  });

  it('is stored with nothing that it does not need, config.json last, and once', async () => {
    const { counts, store } = counting(createMemoryObjectStore());
    const written: string[] = [];
    const put = store.put;
    store.put = (key, ...rest) => {
      written.push(key.slice(prefix.length));
      return put(key, ...rest);
    };
    await publishModelDirectory(store, model, prefix);
    expect([...written].sort()).toEqual([...model.files].sort());
    expect(written.at(-1)).toBe('config.json');
    await publishModelDirectory(store, model, prefix);
    expect(counts.puts).toBe(model.files.length);
  });

  it('is completed where an earlier attempt stopped half-way', async () => {
    const objects = createMemoryObjectStore();
    await objects.put(`${prefix}tokenizer.json`, await readFile(join(clip, 'tokenizer.json')), options);
    await publishModelDirectory(objects, model, prefix);
    expect(await namesIn(objects)).toHaveLength(model.files.length);
  });

  it('is read once, also by two requests at once, and leaves nothing unfinished', async () => {
    const { counts, store } = counting(createMemoryObjectStore());
    await publishModelDirectory(store, model, prefix);
    const [first, second] = await Promise.all([1, 2].map(() => fetchModelDirectory(store, prefix, parent)));
    expect(first).toBe(second);
    counts.streams = 0;
    expect(await fetchModelDirectory(store, prefix, parent)).toBe(first);
    expect(counts.streams).toBe(0);
    expect(await readdir(parent)).toHaveLength(1);
  });

  it('is read anew where another was put in its place', async () => {
    const objects = createMemoryObjectStore();
    await publishModelDirectory(objects, model, prefix);
    const before = await fetchModelDirectory(objects, prefix, parent);
    await objects.put(`${prefix}config.json`, '{"model_type": "clip"}', options);
    const after = await fetchModelDirectory(objects, prefix, parent);
    expect(after).not.toBe(before);
    expect(await readFile(join(after!, 'config.json'), 'utf8')).toBe('{"model_type": "clip"}');
  });

  it('is read without the weights that are not used, and without foreign files', async () => {
    const { counts, store } = counting(createMemoryObjectStore());
    await publishModelDirectory(store, model, prefix);
    for (const name of ['onnx/text_model_q4.onnx', 'README.md', '../escaped', 'sub/folder/', 'onnx/'])
      await store.put(prefix + name, 'x', options);
    const directory = await fetchModelDirectory(store, prefix, parent);
    expect(counts.streams).toBe(model.files.length);
    expect((await readdir(directory!)).sort()).toEqual([
      'config.json',
      'onnx',
      'preprocessor_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(await readdir(parent)).toHaveLength(1);
  });

  it('is not there, rather than half there, when reading stops or an object changes', async () => {
    const objects = createMemoryObjectStore();
    await publishModelDirectory(objects, model, prefix);
    const breaking = (how: 'stops' | 'short' | 'gone'): ObjectStore => ({
      ...objects,
      async stream(key, given) {
        const object = await objects.stream(key, given);
        if (!object || !key.endsWith('vision_model.onnx')) return object;
        if (how === 'gone') return undefined;
        async function* body() {
          yield new Uint8Array(10);
          if (how === 'stops') throw new Error('connection reset');
        }
        return { ...object, body: body() };
      },
    });
    for (const how of ['stops', 'short', 'gone'] as const)
      await expect(fetchModelDirectory(breaking(how), prefix, parent)).rejects.toMatchObject({
        code: 'embedder_failed',
        retryable: true,
      });
    expect(await readdir(parent)).toEqual([]);
    expect(await fetchModelDirectory(objects, prefix, parent)).toBeDefined();
  });

  it('brings its calibration along, and a new one in place of an earlier', async () => {
    const calibrated = join(parent, 'calibrated');
    await cp(clip, calibrated, { recursive: true });
    const objects = createMemoryObjectStore();
    // Published before anybody calibrated it.
    await publishModelDirectory(objects, model, prefix);
    const seen = new Set<string | undefined>();
    for (const most of [0.5, 0.9]) {
      const content = JSON.stringify(calibrationOf({ cosines: [0, 1], matches: [0, most] }));
      await writeFile(join(calibrated, 'calibration.json'), content);
      await publishModelDirectory(objects, await openOnnxModel(calibrated), prefix);
      const directory = await fetchModelDirectory(objects, prefix, join(parent, 'fetched'));
      expect(await readFile(join(directory!, 'calibration.json'), 'utf8')).toBe(content);
      const fetched = await openOnnxModel(directory!);
      expect(fetched.model).toBe(model.model);
      seen.add(fetched.calibration?.name);
    }
    expect(seen.size).toBe(2);
  });

  it('has its calibration written only where it changed', async () => {
    const calibrated = join(parent, 'calibrated');
    await cp(clip, calibrated, { recursive: true });
    const content = JSON.stringify(calibrationOf({ cosines: [0, 1], matches: [0, 1] }));
    await writeFile(join(calibrated, 'calibration.json'), content);
    const { counts, store } = counting(createMemoryObjectStore());
    const opened = await openOnnxModel(calibrated);
    for (let i = 0; i < 2; i++) await publishModelDirectory(store, opened, prefix);
    expect(counts.puts).toBe(opened.files.length);
  });

  it('is undefined where there is nothing, and an error where weights are missing', async () => {
    const objects = createMemoryObjectStore();
    expect(await fetchModelDirectory(objects, prefix, parent)).toBeUndefined();
    await objects.put(`${prefix}config.json`, '{}', options);
    await expect(fetchModelDirectory(objects, prefix, parent)).rejects.toThrow('no .onnx file');
    await writeFile(join(parent, 'untouched'), '');
  });
});
