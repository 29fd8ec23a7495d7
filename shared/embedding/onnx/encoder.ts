import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { TuwenError } from '../../error.ts';
import { externalDataOf } from './model-files.ts';
import { loadRuntime, type Session } from './runtime.ts';

/** One .onnx file, ready to run: named tensors in, the embeddings out. */
export interface Encoder {
  /** The length of a dimension of an input: a number where the file fixes it, else undefined. */
  fixedLength(input: string, axis: number): number | undefined;
  has(input: string): boolean;
  /** @returns one array [dimensions] for each row of the batch. */
  run(inputs: Readonly<Record<string, TensorData>>, rows: number): Promise<Float32Array[]>;
}

export interface TensorData {
  readonly data: BigInt64Array | Float32Array;
  readonly shape: readonly number[];
}

export interface EncoderOptions {
  readonly file: string;
  readonly modality: 'text' | 'image';
  readonly dimensions: number;
  readonly wasmFile: string | undefined;
}

/** @throws TuwenError `embedder_failed` where the file is missing, broken, or computes something else. */
export async function openEncoder({ file, modality, dimensions, wasmFile }: EncoderOptions): Promise<Encoder> {
  const ort = await loadRuntime(wasmFile);
  const fail = (problem: string, cause?: unknown) =>
    new TuwenError('embedder_failed', `expected ${file} to be a model of ${modality}s; ${problem}`, { cause });
  const session = await createSession(ort, file).catch((cause) => {
    throw fail(cause?.code === 'ENOENT' ? 'there is no such file' : 'it cannot be loaded', cause);
  });
  const output = chooseOutput(session, modality);
  if (!output) throw fail(`its outputs are ${session.outputNames.join(', ')}, none of them an embedding`);
  const metadata = (input: string) => session.inputMetadata.find(({ name }) => name === input);

  return {
    has: (input) => session.inputNames.includes(input),
    fixedLength(input, axis) {
      const found = metadata(input);
      const length = found?.isTensor ? found.shape[axis] : undefined;
      return typeof length === 'number' ? length : undefined;
    },
    async run(inputs, rows) {
      const feeds: Record<string, InstanceType<typeof ort.Tensor>> = {};
      for (const name of session.inputNames) {
        const input = inputs[name];
        if (!input) throw fail(`it wants an input ${name}, which is not known here`);
        const kind = input.data instanceof Float32Array ? 'float32' : 'int64';
        const wanted = metadata(name);
        if (wanted?.isTensor && wanted.type !== kind)
          throw fail(`its input ${name} is ${wanted.type}; export it with ${kind} inputs and outputs`);
        feeds[name] = new ort.Tensor(kind, input.data, input.shape);
      }
      // Only what is asked for is copied out of the runtime.
      const { [output]: result } = await session.run(feeds, [output]);
      const data = result?.data;
      if (!result || !(data instanceof Float32Array)) throw fail(`its output ${output} is ${result?.type}, not float32`);
      const [found, length] = result.dims;
      if (result.dims.length !== 2 || found !== rows || length !== dimensions)
        throw fail(`its output ${output} is [${result.dims}], not [${rows}, ${dimensions}]`);
      return Array.from({ length: rows }, (_, row) => data.slice(row * dimensions, (row + 1) * dimensions));
    },
  };
}

async function createSession(ort: Awaited<ReturnType<typeof loadRuntime>>, file: string): Promise<Session> {
  const dataFile = await externalDataOf(file);
  const externalData = dataFile && [{ path: basename(dataFile), data: await readFile(dataFile) }];
  return ort.InferenceSession.create(await readFile(file), {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
    ...(externalData && { externalData }),
  });
}

/** The names that exports of CLIP, SigLIP and their kin give the pooled embedding; else the only output there is. */
function chooseOutput(session: Session, modality: 'text' | 'image'): string | undefined {
  const known = [`${modality}_embeds`, `${modality}_embeddings`, 'pooler_output', 'sentence_embedding'];
  const names = session.outputNames;
  return known.find((name) => names.includes(name)) ?? (names.length === 1 ? names[0] : undefined);
}
