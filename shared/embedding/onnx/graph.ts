import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { TuwenError } from '../../error.ts';
import type { Modality } from '../../item.ts';
import { once } from '../../once.ts';
import { loadRuntime, type Runtime, type Session, type Tensor } from './runtime.ts';
import { openSmallGraph, type SmallGraph } from './small-graph.ts';
import { Unsupported } from './values.ts';

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

export interface GraphOptions {
  readonly dataFiles?: readonly string[];
  readonly wasmFile?: string | undefined;
  /** Whether it is the built-in encoder's, which needs no ONNX Runtime. */
  readonly isBuiltin?: boolean;
}

/**
 * @throws TuwenError `embedder_failed` where the file is missing or broken; `embed` throws it where the
 *   inputs or outputs of the graph are other than those of CLIP and its kin.
 */
export async function openGraph(file: string, options: GraphOptions = {}): Promise<Graph> {
  const fail = (problem: string, cause?: unknown) =>
    new TuwenError('embedder_failed', `expected ${file} to be a model of texts or pictures; ${problem}`, {
      cause,
    });
  const runner = await openRunner(file, options).catch((cause) => {
    if (cause instanceof TuwenError) throw cause;
    throw fail(cause?.code === 'ENOENT' ? 'there is no such file' : 'it cannot be loaded', cause);
  });

  return {
    wants: (input) => runner.inputs.includes(input),
    fixedLength(input, axis) {
      const length = runner.inputOf(input)?.shape[axis];
      return typeof length === 'number' ? length : undefined;
    },
    async embed(inputs, { modality, rows, dimensions }) {
      const output = chooseOutput(runner.outputs, modality);
      if (!output)
        throw fail(`found the outputs ${runner.outputs.join(', ')} and none like ${modality}_embeds`);
      const feeds: Record<string, TensorData> = {};
      for (const name of runner.inputs) {
        const input = inputs[name];
        if (!input) throw fail(`it wants an input ${name}, which is not known here`);
        const type = typeOf(input);
        const wanted = runner.inputOf(name)?.type ?? type;
        if (wanted !== type) throw fail(`its input ${name} is ${wanted}; export it with ${type}`);
        feeds[name] = input;
      }
      const result = await runner.run(feeds, output).catch((cause) => {
        throw fail('it cannot be run', cause);
      });
      const { data, type, shape } = result;
      if (shape.length !== 2 || shape[0] !== rows || shape[1] !== dimensions)
        throw fail(`its output ${output} is [${shape}], not [${rows},${dimensions}]`);
      if (!(data instanceof Float32Array)) throw fail(`its output ${output} is ${type}, not float32`);
      return Array.from({ length: rows }, (_, row) => data.slice(row * dimensions, (row + 1) * dimensions));
    },
  };
}

/** What runs a graph: named tensors in, one of its outputs out. */
interface Runner {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** What is known of an input. */
  inputOf(name: string): { readonly type?: string; readonly shape: readonly unknown[] } | undefined;
  run(
    feeds: Readonly<Record<string, TensorData>>,
    output: string,
  ): Promise<{ readonly data: unknown; readonly type: string; readonly shape: readonly number[] }>;
}

async function openRunner(file: string, options: GraphOptions): Promise<Runner> {
  const graph = options.isBuiltin ? openSmallGraph(await readFile(file)) : undefined;
  // Trained anew it may have become another graph.
  return graph
    ? smallRunner(
        graph,
        once(() => openRuntime(file, options)),
      )
    : openRuntime(file, options);
}

async function openRuntime(file: string, { dataFiles = [], wasmFile }: GraphOptions): Promise<Runner> {
  const ort = await loadRuntime(wasmFile);
  return runtimeRunner(ort, await createSession(ort, file, dataFiles));
}

const smallRunner = (graph: SmallGraph, openOther: () => Promise<Runner>): Runner => ({
  inputs: graph.inputs.map(({ name }) => name),
  outputs: graph.outputs,
  inputOf: (name) => graph.inputs.find((input) => input.name === name),
  async run(feeds, output) {
    try {
      return { ...graph.run(feeds, output), type: 'float32' };
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      return (await openOther()).run(feeds, output);
    }
  },
});

const runtimeRunner = (ort: Runtime, session: Session): Runner => ({
  inputs: session.inputNames,
  outputs: session.outputNames,
  inputOf(name) {
    const found = session.inputMetadata.find((input) => input.name === name);
    return found?.isTensor ? found : undefined;
  },
  async run(feeds, output) {
    const tensors: Record<string, Tensor> = {};
    for (const [name, input] of Object.entries(feeds))
      tensors[name] = new ort.Tensor(typeOf(input), input.data, input.shape);
    // Only the output that is named is copied out of the runtime.
    const { [output]: result } = await session.run(tensors, [output]);
    return { data: result?.data, type: result?.type ?? 'nothing', shape: result?.dims ?? [] };
  },
});

const typeOf = ({ data }: TensorData) => (data instanceof Float32Array ? 'float32' : 'int64');

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
