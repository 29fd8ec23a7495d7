import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { TuwenError } from '../error.ts';
import { once } from '../once.ts';
import { type Calibration, calibrationFile, parseCalibration } from './calibration.ts';
import type { EmbeddingAdapter } from './embedder.ts';
import { faultInWhole } from './input-error.ts';
import { openGraph } from './onnx/graph.ts';
import { openImageEncoder } from './onnx/image-encoder.ts';
import { findModelFiles, hashModel, type Weights } from './onnx/model-files.ts';
import { readModelSettings } from './onnx/model-settings.ts';
import { openPreprocessor } from './onnx/preprocessor.ts';
import { type Encoder, openTextEncoder } from './onnx/text-encoder.ts';
import { openTokenizer } from './onnx/tokenizer.ts';

export interface OnnxOptions {
  /** Which export is used where a directory holds several; default the most exact. */
  readonly weights?: Weights;
  /** Path of onnxruntime-web's `ort-wasm-simd-threaded.wasm`; default where npm installed it. */
  readonly wasmFile?: string;
}

export interface OnnxModel extends EmbeddingAdapter {
  readonly directory: string;
  /** Paths within the directory of all that the model needs. */
  readonly files: readonly string[];
  /** Loads what texts (or pictures) need, so that the first of them need not wait for it. */
  warm(modality: 'text' | 'image'): Promise<void>;
}

/** Of the built-in encoder, in its config.json. */
const builtinArchitecture = 'TuwenDualEncoder';

/**
 * A CLIP-like model in the Hugging Face layout, run by ONNX Runtime's WASM, the built-in one by WASM of our own:
 * config.json, tokenizer.json, tokenizer_config.json, preprocessor_config.json and onnx/{text_model,vision_model}.onnx (or model.onnx);
 * with a calibration.json, if it has one, that tells what its scores mean.
 *
 * Only small files are read here. The text and the vision model are loaded by the first text and the first
 * picture: a search by words never loads the vision model. Texts over the model's limit are cut.
 *
 * @throws TuwenError `embedder_failed` naming the file that is missing or odd.
 */
export async function openOnnxModel(directory: string, options: OnnxOptions = {}): Promise<OnnxModel> {
  const settings = await readModelSettings(directory);
  const files = await findModelFiles(directory, options.weights);

  const graph = (path: string) =>
    once(() => {
      const dataFiles = files.all.filter((other) => other !== path && other.startsWith(path));
      return openGraph(join(directory, path), {
        dataFiles: dataFiles.map((other) => join(directory, other)),
        wasmFile: options.wasmFile,
        isBuiltin: settings.architecture === builtinArchitecture,
      });
    });
  const textGraph = graph(files.text);
  const visionGraph = files.vision === files.text ? textGraph : graph(files.vision);
  const tokenizer = once(() => openTokenizer(directory, settings));
  const preprocessor = once(() => openPreprocessor(directory));
  const parts = { settings, tokenizer, preprocessor };
  const textEncoder = once(async () => openTextEncoder(await textGraph(), parts));
  const imageEncoder = once(async () => openImageEncoder(await visionGraph(), parts));

  return {
    directory,
    files: files.all,
    model: `${settings.name}@${await hashModel(directory, files)}`,
    dimensions: settings.dimensions,
    calibration: files.all.includes(calibrationFile) ? await readCalibration(directory) : undefined,
    limits: { inputsPerCall: 32, imagesPerCall: 16, concurrency: 1 },
    async warm(modality) {
      await (modality === 'text' ? textEncoder() : imageEncoder());
    },
    async call(inputs, { signal }) {
      const vectors = new Array<Float32Array>(inputs.length);
      const texts = inputs.flatMap((input, at) => (input.type === 'text' ? [{ at, value: input.text }] : []));
      const pictures = inputs.flatMap((input, at) =>
        input.type === 'image' ? [{ at, value: input.picture }] : [],
      );
      if (texts.length > 0) await runAll(await textEncoder(), texts, vectors, signal);
      if (pictures.length > 0) await runAll(await imageEncoder(), pictures, vectors, signal);
      return vectors;
    },
  };
}

async function readCalibration(directory: string): Promise<Calibration> {
  const file = join(directory, calibrationFile);
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new TuwenError('embedder_failed', `expected to read ${file}`, { cause });
  });
  return parseCalibration(text, file);
}

/** Embeds each value and puts its vector where the value came from. */
async function runAll<T>(
  encoder: Encoder<T>,
  inputs: readonly { at: number; value: T }[],
  vectors: Float32Array[],
  signal: AbortSignal,
): Promise<void> {
  for (let start = 0; start < inputs.length; start += encoder.rowsPerRun) {
    // A run blocks this thread: between two of them, timers such as the deadline get their turn.
    await setImmediate();
    signal.throwIfAborted();
    const run = inputs.slice(start, start + encoder.rowsPerRun);
    const found = await encoder.embed(run.map(({ value }) => value)).catch((error) => {
      throw faultInWhole(error, (i) => run[i]!.at);
    });
    for (const [i, { at }] of run.entries()) vectors[at] = found[i]!;
  }
}
