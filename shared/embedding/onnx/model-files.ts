import { createHash } from 'node:crypto';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TuwenError } from '../../error.ts';

/** Suffixes of the published exports, the most exact first. */
const suffixes = {
  fp32: '',
  quantized: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  fp16: '_fp16',
  q4: '_q4',
  q4f16: '_q4f16',
} as const;

/** Which export of the weights is used, where a directory holds several. */
export type Weights = keyof typeof suffixes;

export interface ModelFiles {
  /** Paths of the .onnx files; both the same where one file holds both encoders. */
  readonly text: string;
  readonly vision: string;
}

/**
 * The weights in a directory of the Hugging Face layout: `onnx/text_model*.onnx` with
 * `onnx/vision_model*.onnx`, or one `onnx/model*.onnx`; of the precision asked for, or the most exact.
 *
 * @throws TuwenError `embedder_failed` naming what was looked for and what is there.
 */
export async function findModelFiles(directory: string, weights?: Weights): Promise<ModelFiles> {
  const folder = join(directory, 'onnx');
  const names = new Set(await readdir(folder).catch(() => []));
  const wanted = weights ? [suffixes[weights]] : Object.values(suffixes);
  const pick = (base: string) => {
    const name = wanted.map((suffix) => `${base}${suffix}.onnx`).find((candidate) => names.has(candidate));
    return name && join(folder, name);
  };
  const text = pick('text_model');
  const vision = pick('vision_model');
  if (text && vision) return { text, vision };
  const both = pick('model');
  if (both) return { text: both, vision: both };
  const shape = weights ? `<name>${suffixes[weights]}.onnx` : '<name>.onnx';
  const found = [...names].filter((name) => name.endsWith('.onnx')).join(', ') || 'no .onnx file';
  throw new TuwenError(
    'embedder_failed',
    `expected text_model and vision_model (or model) as ${shape} in ${folder}; found ${found}`,
  );
}

/** The file beside a model that holds weights too large for it (over 2 GB), if there is one. */
export async function externalDataOf(modelFile: string): Promise<string | undefined> {
  for (const name of [`${modelFile}_data`, `${modelFile}.data`])
    if (await stat(name).catch(() => undefined)) return name;
  return undefined;
}

/** Part of every hash; grows when this adapter computes other embeddings from the same files. */
const computation = 'tuwen-onnx-1';
const samples = 64;
const sampleBytes = 4096;

/**
 * 12 hexadecimal digits that differ when weights or settings do, the same on every machine. Large files
 * count by their size and 64 samples spread over them: training changes every weight, so it shows in any
 * of them, and a cold start need not read what it may never use.
 */
export async function hashModel(directory: string, files: ModelFiles): Promise<string> {
  const hash = createHash('sha256').update(computation);
  for (const name of ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    const content = await readFile(join(directory, name)).catch(() => '');
    hash.update(`\n${name} ${content.length}\n`).update(content);
  }
  for (const file of new Set([files.text, files.vision])) {
    await hashSamples(file, hash);
    const data = await externalDataOf(file);
    if (data) await hashSamples(data, hash);
  }
  return hash.digest('hex').slice(0, 12);
}

async function hashSamples(file: string, hash: ReturnType<typeof createHash>): Promise<void> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    hash.update(`\n${size}\n`);
    const buffer = Buffer.alloc(sampleBytes);
    const step = Math.max(sampleBytes, Math.floor((size - sampleBytes) / (samples - 1)));
    for (let at = 0; at < size; at += step) {
      const { bytesRead } = await handle.read(buffer, 0, sampleBytes, at);
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
