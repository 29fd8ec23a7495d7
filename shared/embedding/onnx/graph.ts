import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { TuwenError } from '../../error.ts';
import type { Modality } from '../../item.ts';
import { loadRuntime, type Runtime, type Session, type Tensor } from './runtime.ts';

/** One .onnx file, ready to run: named tensors in, embeddings out. */
export interface Graph {
  wants(input: string): boolean;
  /** How long a dimension of an input must be; undefined where any length will do. */
  fixedLength(input: string, axis: number): number | undefined;
  /** @returns one array [dimensions] for each row of the batch. */
  embed(inputs: Readonly<Record<string, TensorData>>, expected: Expected): Promise<Float32Array[]>;
}

export interface TensorData {
  readonly data: BigInt64Array | Float32Array;
  readonly shape: readonly number[];
}

export interface Expected {
  readonly modality: Modality;
  readonly rows: number;
  readonly dimensions: number;
}

/**
 * @throws TuwenError `embedder_failed` where the file is missing or broken; `embed` throws it where the
 *   inputs or outputs of the graph are other than those of CLIP and its kin.
 */
export async function openGraph(
  file: string,
  options: { readonly dataFiles?: readonly string[]; readonly wasmFile?: string | undefined } = {},
): Promise<Graph> {
  const fail = (problem: string, cause?: unknown) =>
    new TuwenError('embedder_failed', `expected ${file} to be a model of texts or pictures; ${problem}`, {
      cause,
    });
  const ort = await loadRuntime(options.wasmFile);
  const session = await createSession(ort, file, options.dataFiles ?? []).catch((cause) => {
    throw fail(cause?.code === 'ENOENT' ? 'there is no such file' : 'it cannot be loaded', cause);
  });
  const metadataOf = (input: string) => {
    const found = session.inputMetadata.find(({ name }) => name === input);
    return found?.isTensor ? found : undefined;
  };

  return {
    wants: (input) => session.inputNames.includes(input),
    fixedLength(input, axis) {
      const length = metadataOf(input)?.shape[axis];
      return typeof length === 'number' ? length : undefined;
    },
    async embed(inputs, { modality, rows, dimensions }) {
      const output = chooseOutput(session.outputNames, modality);
      if (!output)
        throw fail(`found the outputs ${session.outputNames.join(', ')} and none like ${modality}_embeds`);
      const feeds: Record<string, Tensor> = {};
      for (const name of session.inputNames) {
        const input = inputs[name];
        if (!input) throw fail(`it wants an input ${name}, which is not known here`);
        const type = input.data instanceof Float32Array ? 'float32' : 'int64';
        const wanted = metadataOf(name)?.type ?? type;
        if (wanted !== type) throw fail(`its input ${name} is ${wanted}; export it with ${type}`);
        feeds[name] = new ort.Tensor(type, input.data, input.shape);
      }
      // Only the output that is named is copied out of the runtime.
      const { [output]: result } = await session.run(feeds, [output]).catch((cause) => {
        throw fail('it cannot be run', cause);
      });
      const shape = result?.dims ?? [];
      if (shape.length !== 2 || shape[0] !== rows || shape[1] !== dimensions)
        throw fail(`its output ${output} is [${shape}], not [${rows},${dimensions}]`);
      const data = result?.data;
      if (!(data instanceof Float32Array)) throw fail(`its output ${output} is ${result?.type}, not float32`);
      return Array.from({ length: rows }, (_, row) => data.slice(row * dimensions, (row + 1) * dimensions));
    },
  };
}

async function createSession(ort: Runtime, file: string, dataFiles: readonly string[]): Promise<Session> {
  const externalData = await Promise.all(
    dataFiles.map(async (path) => ({ path: basename(path), data: await readFile(path) })),
  );
  return ort.InferenceSession.create(await readFile(file), {
    executionProviders: ['wasm'],
    logSeverityLevel: 3,
    ...(externalData.length > 0 && { externalData }),
  });
}

/** What exports of CLIP, SigLIP and their kin call the pooled embedding; else the only output there is. */
function chooseOutput(names: readonly string[], modality: Modality): string | undefined {
  const known = [`${modality}_embeds`, `${modality}_embeddings`, 'pooler_output'];
  return known.find((name) => names.includes(name)) ?? (names.length === 1 ? names[0] : undefined);
}
