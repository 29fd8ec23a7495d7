import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-web/wasm';
import { TuwenError } from '../../error.ts';

export type Runtime = typeof Ort;
export type Session = Ort.InferenceSession;

let loading: Promise<Runtime> | undefined;

/**
 * ONNX Runtime's WASM build, once in a process, imported with the first model.
 *
 * `wasmFile` is the path of `ort-wasm-simd-threaded.wasm`: in a bundle, wherever it was put beside the
 * code; without it, where npm installed it. The rest of the runtime is plain JavaScript and is bundled.
 *
 * @throws TuwenError `embedder_failed`; a failure is not remembered.
 */
export function loadRuntime(wasmFile: string | undefined): Promise<Runtime> {
  loading ??= importRuntime(wasmFile).catch((cause) => {
    loading = undefined;
    throw new TuwenError('embedder_failed', `ONNX Runtime's WASM cannot be loaded from ${wasmFile ?? 'npm'}`, {
      cause,
    });
  });
  return loading;
}

async function importRuntime(wasmFile: string | undefined): Promise<Runtime> {
  const file =
    wasmFile ?? createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  const [ort, wasmBinary] = await Promise.all([import('onnxruntime-web/wasm'), readFile(file)]);
  // One thread: a Lambda has one core for most of its sizes, and worker threads would have to be bundled.
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = wasmBinary;
  ort.env.logLevel = 'error';
  return ort;
}
