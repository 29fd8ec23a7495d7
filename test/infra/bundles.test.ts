import { access, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFunctions, type FunctionName, functionNames } from '../../infra/bundles.ts';
import { fetchPackage } from '../../infra/sharp-package.ts';
import { openOnnxModel } from '../../shared/embedding/onnx.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { createRandom, sampleItems, unitVector, writeVersion } from '../index/sample.ts';
import { hesitating, loadThreaded } from '../index/threads.ts';

let outDirectory: string;
let bundles: Record<FunctionName, string>;
let sizes: Record<FunctionName, Record<string, number>>;

beforeAll(async () => {
  outDirectory = await mkdtemp(join(tmpdir(), 'tuwen-bundles-'));
  bundles = await bundleFunctions({ outDirectory, architecture: 'host' });
  sizes = JSON.parse(await readFile(join(bundles.web, '../sizes.json'), 'utf8'));
});
afterAll(() => rm(outDirectory, { recursive: true, force: true }));

const has = (name: FunctionName, path: string) =>
  access(join(bundles[name], path)).then(
    () => true,
    () => false,
  );

/** All code that a program of a function runs, or what it starts with. */
async function codeOf(name: FunctionName, program: string, { later = true } = {}): Promise<string> {
  const imported = later ? /(?:from |import |import\()"\.\/([^"]+)"/g : /(?:from |import )"\.\/([^"]+)"/g;
  const files = new Set([program]);
  const codes: string[] = [];
  for (const file of files) {
    const code = await readFile(join(bundles[name], file), 'utf8');
    for (const [, path] of code.matchAll(imported)) files.add(path!);
    codes.push(code);
  }
  return codes.join('\n');
}

describe('the bundles', () => {
  it.each(['web', 'catalog', 'import'] as const)(
    '%s carries neither the encoder nor sharp nor kernels',
    async (name) => {
      const packages = Object.keys(sizes[name]).join(' ');
      expect(packages).not.toMatch(/onnxruntime|tokenizers|sharp/);
      const code = await codeOf(name, 'handler.mjs');
      expect(code).not.toContain('ort-wasm');
      expect(code).not.toContain('\n// shared/scan/');
      expect(await has(name, 'node_modules')).toBe(false);
      expect(await has(name, 'builtin')).toBe(false);
    },
  );

  it.each(['search', 'ingest', 'reindex'] as const)(
    '%s carries what it reads at run time, without what only training and people read',
    async (name) => {
      // Weights, tokenizer and the rest, and a calibration as soon as there is one.
      const { files } = await openOnnxModel('shared/embedding/builtin');
      for (const path of [
        'ort-wasm-simd-threaded.wasm',
        ...files.map((file) => `builtin/${file}`),
        'node_modules/sharp/package.json',
      ])
        expect([path, await has(name, path)]).toEqual([path, true]);
      expect(await has(name, 'builtin/training')).toBe(false);
    },
  );

  it('search carries what its threads run, which is none of the rest', async () => {
    const code = await codeOf('search', 'scan-thread.mjs');
    expect(code).toContain('runScanThread(');
    expect(code).not.toMatch(/\n\/\/ node_modules\//);
    expect(code.length).toBeLessThan(128 * 1024);
    expect(await has('web', 'scan-thread.mjs')).toBe(false);

    const objects = createMemoryObjectStore();
    const manifest = await writeVersion(objects, sampleItems(300, 16), { dimensions: 16 });
    const file = pathToFileURL(join(bundles.search, 'scan-thread.mjs'));
    const version = await loadThreaded(objects, manifest, { count: 2, file });
    const asked = { query: unitVector(16, createRandom(1)), topK: 100 };
    const ofOthers = await hesitating(async () => {
      expect(await version.search(asked)).toEqual(await (await loadVersion(objects, manifest)).search(asked));
    });
    expect(ofOthers).toBeGreaterThan(0);
    await version.retire();
  });

  it('the page is one small script, one stylesheet and an icon, beside the web function', async () => {
    const names = await readdir(join(bundles.web, 'assets'));
    expect(names.map((name) => name.replace(/-\w+\./, '.')).sort()).toEqual([
      'icon.svg',
      'page.css',
      'page.js',
    ]);
    const script = await readFile(
      join(bundles.web, 'assets', names.find((name) => name.endsWith('.js'))!),
      'utf8',
    );
    expect(script.length).toBeLessThan(160 * 1024);
    // Contracts are types there; their schemas stay on the server.
    expect(script).not.toMatch(/ZodError|\$ZodType/);
  });

  it.each(functionNames)('%s brings its own AWS clients, if any, and stays small', async (name) => {
    const code = await codeOf(name, 'handler.mjs');
    expect(code).not.toMatch(/from ?"@aws-sdk\//);
    expect(code.length).toBeLessThan(5 * 1024 * 1024);
    // What a stack trace points into is what people wrote.
    expect(code).toMatch(/\n\/\/ functions\/log\.ts\n/);
  });

  it.each(['search', 'ingest', 'reindex'] as const)(
    '%s starts without what it may never come to: the runtime of the encoder and the client for pictures elsewhere',
    async (name) => {
      const ofRuntime = /\n\/\/ node_modules\/onnxruntime-web\//;
      const ofClient = /\n\/\/ node_modules\/undici\//;
      const all = await codeOf(name, 'handler.mjs');
      expect([ofRuntime.test(all), ofClient.test(all)]).toEqual([true, true]);
      const first = await codeOf(name, 'handler.mjs', { later: false });
      expect([ofRuntime.test(first), ofClient.test(first)]).toEqual([false, false]);
    },
  );

  it('keep their encoder when another is trained in its place', async () => {
    const path = 'onnx/text_model.onnx';
    const { ino } = await stat(join('shared/embedding/builtin', path));
    expect((await stat(join(bundles.search, 'builtin', path))).ino).not.toBe(ino);
  });

  it('are not made again while nothing has changed', async () => {
    const before = await stat(join(bundles.search, 'handler.mjs'));
    const again = await bundleFunctions({ outDirectory, architecture: 'host' });
    expect(again).toEqual(bundles);
    expect((await stat(join(again.search, 'handler.mjs'))).ino).toBe(before.ino);
  });

  it('are made again where somebody deleted half of them', async () => {
    const options = {
      outDirectory: join(outDirectory, 'half'),
      architecture: 'host',
      functions: ['web'],
    } as const;
    const { web } = await bundleFunctions(options);
    await Promise.all([rm(join(web, 'handler.mjs')), rm(join(web, '../sizes.json'))]);
    await bundleFunctions(options);
    expect((await stat(join(web, 'handler.mjs'))).size).toBeGreaterThan(1000);
  });

  it('made by two processes at once are whole', async () => {
    const directory = join(outDirectory, 'race');
    const both = await Promise.all(
      [1, 2].map(() =>
        bundleFunctions({ outDirectory: directory, architecture: 'host', functions: ['web'] }),
      ),
    );
    expect(both[0]).toEqual(both[1]);
    expect((await stat(join(both[0]!.web, 'handler.mjs'))).size).toBeGreaterThan(1000);
  });
});

describe('a package of another architecture', () => {
  it('that is neither cached nor in reach fails with one line that says what to do', async () => {
    const path = process.env.npm_config_registry;
    process.env.npm_config_registry = 'http://127.0.0.1:9';
    try {
      const failed = fetchPackage('@img/sharp-linux-arm64', join(outDirectory, 'cache'));
      await expect(failed).rejects.toThrow(
        /^@img\/sharp-linux-arm64@\S+ is not in \.cache\/ and cannot be had from the registry \([^\n]*ECONNREFUSED[^\n]*\): [^\n]+$/,
      );
    } finally {
      if (path === undefined) delete process.env.npm_config_registry;
      else process.env.npm_config_registry = path;
    }
  });
});
