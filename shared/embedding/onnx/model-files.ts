import { createHash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TuwenError } from '../../error.ts';
import { calibrationFile } from '../calibration.ts';

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

/** Paths within the directory, with `/`. */
export interface ModelFiles {
  /** Both the same where one file holds both encoders. */
  readonly text: string;
  readonly vision: string;
  /** Every file that is used, those two, their external data and a calibration included. */
  readonly all: readonly string[];
}

const describing = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

/**
 * Chooses from the files of a directory in the Hugging Face layout: `onnx/text_model*.onnx` with
 * `onnx/vision_model*.onnx`, or one `onnx/model*.onnx`; of the precision asked for, or the most exact.
 *
 * @throws TuwenError `embedder_failed` naming what was looked for and what is there.
 */
export function chooseModelFiles(place: string, paths: ReadonlySet<string>, weights?: Weights): ModelFiles {
  const wanted = weights ? [suffixes[weights]] : Object.values(suffixes);
  const pick = (base: string) =>
    wanted.map((suffix) => `onnx/${base}${suffix}.onnx`).find((path) => paths.has(path));
  const both = pick('model');
  const text = pick('text_model') ?? both;
  const vision = pick('vision_model') ?? both;
  if (!text || !vision) {
    const shape = weights ? `<name>${suffixes[weights]}.onnx` : '<name>.onnx';
    const found = [...paths].filter((path) => path.endsWith('.onnx')).join(', ') || 'no .onnx file';
    throw new TuwenError(
      'embedder_failed',
      `expected onnx/text_model and onnx/vision_model, or onnx/model, as ${shape} in ${place}; found ${found}`,
    );
  }
  const graphs = [...new Set([text, vision])];
  // Weights too large for a model's own file (2 GB) lie beside it.
  const data = graphs.flatMap((path) => [`${path}_data`, `${path}.data`]);
  const all = [...describing, calibrationFile, ...graphs, ...data].filter((path) => paths.has(path));
  return { text, vision, all };
}

/** The same for a directory on disk. */
export async function findModelFiles(directory: string, weights?: Weights): Promise<ModelFiles> {
  const top = await readdir(directory).catch(() => []);
  const graphs = await readdir(join(directory, 'onnx')).catch(() => []);
  return chooseModelFiles(directory, new Set([...top, ...graphs.map((name) => `onnx/${name}`)]), weights);
}

/** Part of every hash; grows when this adapter computes other embeddings from the same files. */
const computation = 'tuwen-onnx-1';
const samples = 64;
const sampleBytes = 4096;

/**
 * 12 hexadecimal digits that differ when weights or settings do, the same on every machine. Files over
 * 256 KiB count by their size and 64 samples spread over them: training changes every weight, so it shows
 * in any of them, and a cold start need not read what it may never use. A calibration does not count: the
 * embeddings are the same with another, and none need be made again.
 */
export async function hashModel(directory: string, files: ModelFiles): Promise<string> {
  const hash = createHash('sha256').update(computation);
  const counting = files.all.filter((path) => path !== calibrationFile);
  for (const path of counting.sort()) {
    hash.update(`\n${path.replace(/^onnx\/.*/, 'weights')} `);
    await hashSamples(join(directory, path), hash);
  }
  return hash.digest('hex').slice(0, 12);
}

async function hashSamples(file: string, hash: ReturnType<typeof createHash>): Promise<void> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    hash.update(`${size}\n`);
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
