import type { EmbedInput, EmbeddingAdapter } from './embedder.ts';
import { type Encoder, openEncoder } from './onnx/encoder.ts';
import { findModelFiles, hashModel, type Weights } from './onnx/model-files.ts';
import { type ModelSettings, readModelSettings } from './onnx/model-settings.ts';
import { openPreprocessor, type Preprocessor } from './onnx/preprocessor.ts';
import { openTokenizer, type TextTokenizer } from './onnx/tokenizer.ts';

export interface OnnxOptions {
  /** Where a directory holds several exports; default the most exact. */
  readonly weights?: Weights;
  /** Path of onnxruntime-web's `ort-wasm-simd-threaded.wasm`; default where npm installed it. */
  readonly wasmFile?: string;
}

export interface OnnxModel extends EmbeddingAdapter {
  readonly directory: string;
  /** Loads what texts (or pictures) need, so that the first call need not wait for it. */
  warm(modality: 'text' | 'image'): Promise<void>;
}

/** Pictures that go through the model together: more use more memory and are no faster on one thread. */
const imagesPerRun = 4;

/**
 * A CLIP-like model in the Hugging Face layout, run by ONNX Runtime's WASM: config.json, tokenizer.json,
 * tokenizer_config.json, preprocessor_config.json and onnx/{text_model,vision_model}.onnx.
 *
 * Only the small files are read here. The text and the vision model are loaded by the first text and the
 * first picture: a search by words never loads the vision model. Texts over the model's limit are cut.
 *
 * @throws TuwenError `embedder_failed` naming the file that is missing or odd.
 */
export async function openOnnxModel(directory: string, options: OnnxOptions = {}): Promise<OnnxModel> {
  const settings = await readModelSettings(directory);
  const files = await findModelFiles(directory, options.weights);
  const { dimensions } = settings;
  const { wasmFile } = options;

  const textEncoder = once(() => openEncoder({ file: files.text, modality: 'text', dimensions, wasmFile }));
  const visionEncoder =
    files.text === files.vision
      ? textEncoder
      : once(() => openEncoder({ file: files.vision, modality: 'image', dimensions, wasmFile }));
  const texts = once(async () => {
    const [encoder, tokenizer] = await Promise.all([textEncoder(), openTokenizer(directory, settings)]);
    return { encoder, tokenizer };
  });
  const images = once(async () => {
    const [encoder, preprocessor] = await Promise.all([visionEncoder(), openPreprocessor(directory)]);
    return { encoder, preprocessor };
  });

  return {
    directory,
    model: `${settings.name}@${await hashModel(directory, files)}`,
    dimensions,
    limits: { inputsPerCall: 32, imagesPerCall: 16, concurrency: 1 },
    async warm(modality) {
      await (modality === 'text' ? texts() : images());
    },
    async call(inputs, { signal }) {
      const vectors = new Array<Float32Array>(inputs.length);
      const textsAt = indexes(inputs, 'text');
      if (textsAt.length > 0) {
        const { encoder, tokenizer } = await texts();
        const run = (part: readonly number[]) =>
          embedTexts(part.map((i) => textAt(inputs, i)), encoder, tokenizer, settings);
        for (const part of parts(textsAt, encoder.fixedLength('input_ids', 0) ?? textsAt.length)) {
          signal.throwIfAborted();
          for (const [at, vector] of (await run(part)).entries()) vectors[part[at]!] = vector;
        }
      }
    },
  };
}
