import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmbedderRegistry, type RegistrySettings } from '../../shared/embedding/registry.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { text } from './contract.ts';
import { startDashscopeServer } from './dashscope-server.ts';

const clip = fileURLToPath(new URL('../fixtures/random-clip', import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tuwen-registry-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The random CLIP under another name, as if trained again. */
async function otherModel(name: string): Promise<string> {
  const directory = join(folder, name);
  await cp(clip, directory, { recursive: true });
  const config = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8'));
  await writeFile(
    join(directory, 'config.json'),
    JSON.stringify({ ...config, _name_or_path: `someone/${name}` }),
  );
  return directory;
}

const builtin: RegistrySettings = { embedder: 'builtin', builtinDirectory: clip };
const key = async (): Promise<string> => 'sk-1';
const soon = () => ({ role: 'query' as const, deadlineMs: Date.now() + 20_000 });

describe('the embedders', () => {
  it('are the built-in one where nothing else is chosen, made once', async () => {
    const registry = createEmbedderRegistry(builtin);
    const embedder = await registry.configured();
    expect(embedder.model).toMatch(/^random-clip@/);
    expect(await registry.configured()).toBe(embedder);
    expect(await registry.forModel(embedder.model)).toBe(embedder);
    await registry.warm();
    const [vector] = await embedder.embed([text('red dress')], soon());
    expect(vector).toHaveLength(embedder.dimensions);
  });

  it('are that of a directory, and still the built-in one for a version made with it', async () => {
    const builtinModel = (await createEmbedderRegistry(builtin).configured()).model;
    const directory = await otherModel('big-clip');
    const registry = createEmbedderRegistry({ ...builtin, embedder: 'onnx', onnx: { directory } });
    expect((await registry.configured()).model).toMatch(/^big-clip@/);
    expect((await registry.forModel(builtinModel)).model).toBe(builtinModel);
  });

  it('refuse a model that cannot be had, naming both', async () => {
    const registry = createEmbedderRegistry(builtin, {
      objects: createMemoryObjectStore(),
      temporaryDirectory: folder,
    });
    const { model } = await registry.configured();
    for (const asked of [
      'tuwen-builtin-1@0123456789ab',
      'dashscope/multimodal-embedding-v1/1024',
      'dashscope/x/1',
    ]) {
      const failure = await registry.forModel(asked).catch((error) => error);
      expect(failure).toMatchObject({ code: 'wrong_model', retryable: false });
      expect(failure.message).toContain(asked);
      expect(failure.message).toContain(model);
    }
  });

  it('tell what is wrong with the one that is configured, rather than that none was found', async () => {
    const directory = await otherModel('broken');
    const { model } = await createEmbedderRegistry({ ...builtin, builtinDirectory: directory }).configured();
    await writeFile(join(directory, 'calibration.json'), '{');
    const registry = createEmbedderRegistry({ ...builtin, builtinDirectory: directory });
    await expect(registry.forModel(model)).rejects.toMatchObject({
      code: 'embedder_failed',
      message: expect.stringContaining('calibration.json is no calibration: expected JSON'),
    });
  });

  it('find a model of an older deployment in the bucket, where it was kept', async () => {
    const objects = createMemoryObjectStore();
    const old = createEmbedderRegistry(
      { embedder: 'builtin', builtinDirectory: await otherModel('older') },
      { objects },
    );
    const { model } = await old.configured();
    const dependencies = { objects, temporaryDirectory: folder };
    const registry = createEmbedderRegistry(builtin, dependencies);
    await expect(registry.forModel(model)).rejects.toMatchObject({ code: 'wrong_model' });
    await old.publish();
    const embedder = await registry.forModel(model);
    expect(embedder.model).toBe(model);
    const [expected] = await (await old.configured()).embed([text('red dress')], soon());
    expect((await embedder.embed([text('red dress')], soon()))[0]).toEqual(expected);
  });

  it('read a model too large for the bundle from the bucket', async () => {
    const objects = createMemoryObjectStore();
    const directory = await otherModel('large');
    for (const file of [
      'config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'preprocessor_config.json',
      'onnx/text_model.onnx',
      'onnx/vision_model.onnx',
    ])
      await objects.put(`models/large/${file}`, await readFile(join(directory, file)), {
        contentType: 'x/y',
      });
    const settings = { ...builtin, embedder: 'onnx', onnx: { folder: 'large' } } as const;
    const registry = createEmbedderRegistry(settings, { objects, temporaryDirectory: folder });
    expect((await registry.configured()).model).toMatch(/^large@/);
    const absent = createEmbedderRegistry({ ...settings, onnx: { folder: 'absent' } }, { objects });
    await expect(absent.configured()).rejects.toThrow('expected a model under models/absent/');
  });

  it('try again what failed to open', async () => {
    const directory = await otherModel('away');
    await rename(directory, `${directory}-moved`);
    const registry = createEmbedderRegistry({ embedder: 'builtin', builtinDirectory: directory });
    await expect(registry.configured()).rejects.toMatchObject({ code: 'embedder_failed' });
    await rename(`${directory}-moved`, directory);
    expect((await registry.configured()).model).toMatch(/^away@/);
  });

  it('are those of DashScope, each at its own model and dimensions', async () => {
    const server = await startDashscopeServer({ apiKey: 'sk-1' });
    try {
      const dashscope = { apiKey: async () => 'sk-1', baseUrl: server.baseUrl };
      const registry = createEmbedderRegistry({ ...builtin, embedder: 'dashscope', dashscope });
      const embedder = await registry.configured();
      expect(embedder.model).toBe('dashscope/multimodal-embedding-v1/1024');
      await embedder.embed([text('dress')], soon());
      const other = await registry.forModel('dashscope/tongyi-embedding-vision-flash/768');
      expect((await other.embed([text('dress')], soon()))[0]).toHaveLength(768);
      expect(server.requests.map(({ body }) => body.model)).toEqual([
        'multimodal-embedding-v1',
        'tongyi-embedding-vision-flash',
      ]);
      await expect(registry.forModel('dashscope/multimodal-embedding-v1/768')).rejects.toMatchObject({
        code: 'wrong_model',
      });
    } finally {
      await server.close();
    }
  });

  it('read the key of DashScope when it is needed, and again where that failed', async () => {
    let asked = 0;
    const apiKey = async (): Promise<string> => {
      if (++asked === 1) throw new Error('no secret');
      return 'sk-1';
    };
    const registry = createEmbedderRegistry({ ...builtin, embedder: 'dashscope', dashscope: { apiKey } });
    expect(asked).toBe(0);
    await expect(registry.configured()).rejects.toThrow('no secret');
    expect((await registry.configured()).dimensions).toBe(1024);
    expect(asked).toBe(2);
  });

  it.each([
    [{ embedder: 'onnx' }, 'TUWEN_ONNX_DIR: expected'],
    [{ embedder: 'dashscope' }, 'DASHSCOPE_API_KEY: expected'],
    [{ embedder: 'dashscope', dashscope: { apiKey: key, dimensions: 768 } }, 'DASHSCOPE_DIMENSIONS'],
    [{ embedder: 'dashscope', dashscope: { apiKey: key, model: 'clip' } }, 'DASHSCOPE_MODEL'],
  ] as const)('are refused at once where settings do not fit: %o', (settings, message) => {
    expect(() => createEmbedderRegistry({ ...builtin, ...settings })).toThrow(message);
  });
});
