import { readFile } from 'node:fs/promises';
// Under another name, since bundles often put a `createRequire` of their own in front.
import { createRequire as requireFrom } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type * as Ort from 'onnxruntime-web/wasm';
import { TuwenError } from '../../error.ts';

export type Runtime = typeof Ort;
export type Session = Ort.InferenceSession;
export type Tensor = Ort.Tensor;

let importing: Promise<Runtime> | undefined;

/**
 * ONNX Runtime's WASM build, once in a process, imported with the first model.
 *
 * `wasmFile` is the path of `ort-wasm-simd-threaded.wasm`: in a bundle, wherever it was put beside the
 * code; without it, where npm installed it. The rest of the runtime is plain JavaScript and is bundled.
 *
 * @throws TuwenError `embedder_failed`; a failure is not remembered.
 */
export function loadRuntime(wasmFile: string | undefined): Promise<Runtime> {
  importing ??= importRuntime(wasmFile).catch((cause) => {
    importing = undefined;
    const place = wasmFile ?? 'where npm installs it';
    throw new TuwenError('embedder_failed', `expected the WASM of ONNX Runtime at ${place}`, { cause });
  });
  return importing;
}

async function importRuntime(wasmFile: string | undefined): Promise<Runtime> {
  const file =
    wasmFile ?? requireFrom(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  // Loading a model and beginning a run go through huge functions. To optimise one of them, of half a megabyte, takes
  // V8 seven seconds of CPU, in a thread beside the kernels. The largest budget there is leaves that to processes that
  // embed a thousand texts: the kernels get there within a hundred words or a few pictures, and until then a word takes
  // half a millisecond more.
  setFlagsFromString('--wasm-tiering-budget=2147483647');
  const [ort, wasmBinary] = await Promise.all([import('onnxruntime-web/wasm'), readFile(file)]);
  // One thread: most sizes of a Lambda have one core, and worker threads would have to be bundled too.
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = wasmBinary;
  ort.env.logLevel = 'error';
  return ort;
}
