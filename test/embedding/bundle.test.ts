import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOnnxModel } from '../../shared/embedding/onnx.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const clip = join(root, 'test/fixtures/random-clip');
const entry = `
import { openOnnxModel } from './shared/embedding/onnx.ts';
import { normalisePicture } from './shared/picture/normalise-picture.ts';
const model = await openOnnxModel(process.argv[2], { wasmFile: process.argv[3] });
const signal = AbortSignal.timeout(30000);
const [vector] = await model.call([{ type: 'text', text: 'red dress' }], { role: 'query', signal });
const picture = await normalisePicture(Buffer.from('GIF89a')).catch((error) => error.code);
console.log(JSON.stringify({ model: model.model, vector: [...vector], picture }));
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tuwen-bundle-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a bundle', () => {
  it('embeds words with the .wasm file beside it, far from node_modules and without sharp', async () => {
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
    await build({
      stdin: { contents: entry, resolveDir: root },
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      external: ['sharp'],
      outfile: join(folder, 'index.mjs'),
      logLevel: 'error',
      // What else is in a bundle of ours may be CommonJS.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    const wasmFile = join(folder, 'ort-wasm-simd-threaded.wasm');
    const installed = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
    await copyFile(installed, wasmFile);

    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [join(folder, 'index.mjs'), clip, wasmFile], {
      cwd: folder,
    });
    const model = await openOnnxModel(clip);
    const signal = AbortSignal.timeout(30_000);
    const [vector] = await model.call([{ type: 'text', text: 'red dress' }], { role: 'query', signal });
    expect(JSON.parse(stdout)).toEqual({
      model: model.model,
      vector: Array.from(vector!),
      // sharp is asked for by the first picture, and only then found to be missing.
      picture: 'ERR_MODULE_NOT_FOUND',
    });
  }, 60_000);
});
