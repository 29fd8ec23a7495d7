import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TuwenError } from '../error.ts';
import { keys } from '../keys.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { once } from '../once.ts';
import { type CallerOptions, createEmbedder } from './caller.ts';
import { createDashscopeAdapter } from './dashscope.ts';
import { type DashscopeChoice, dashscopeSettings, hosts, parseDashscopeModel } from './dashscope-settings.ts';
import type { Embedder, EmbeddingAdapter } from './embedder.ts';
import { fetchModelDirectory, publishModelDirectory } from './model-directory.ts';
import type { Weights } from './onnx/model-files.ts';
import { type OnnxModel, openOnnxModel } from './onnx.ts';

export interface RegistrySettings {
  readonly embedder: 'builtin' | 'dashscope' | 'onnx';
  /** Where the built-in encoder lies. */
  readonly builtinDirectory: string;
  /** For `onnx`: a directory here, or the files under `models/<folder>/` in the bucket. */
  readonly onnx?: { readonly directory: string } | { readonly folder: string } | undefined;
  readonly weights?: Weights | undefined;
  readonly dashscope?:
    | (Omit<DashscopeChoice, 'apiKey'> & { readonly apiKey: () => Promise<string> })
    | undefined;
  /** See openOnnxModel. */
  readonly wasmFile?: string | undefined;
}

export interface RegistryDependencies {
  /** Where models too large for the bundle, and those of older deployments, are. */
  readonly objects?: ObjectStore;
  /** Where they are put; default the system's folder for temporary files. */
  readonly temporaryDirectory?: string;
  readonly caller?: CallerOptions;
}

export interface EmbedderRegistry {
  /** What the settings choose: embeds what is new. */
  configured(): Promise<Embedder>;
  /**
   * The embedder of exactly this model, which a live index version names: another than the configured
   * one while a change of the model is under way.
   *
   * @throws TuwenError `wrong_model` where it cannot be had.
   */
  forModel(model: string): Promise<Embedder>;
  /** Makes the configured embedder ready for texts before the first comes. */
  warm(): Promise<void>;
  /** Keeps the files of the configured model in the bucket; nothing to do for a service. */
  publish(): Promise<void>;
}

/** Every embedder is made once, with the first call that wants it, and a failure is not kept. */
export function createEmbedderRegistry(
  settings: RegistrySettings,
  dependencies: RegistryDependencies = {},
): EmbedderRegistry {
  const { objects } = dependencies;
  const parent = join(dependencies.temporaryDirectory ?? tmpdir(), 'tuwen-models');
  const onnxOptions = {
    ...(settings.weights && { weights: settings.weights }),
    ...(settings.wasmFile && { wasmFile: settings.wasmFile }),
  };
  checkSettings(settings);

  const builtin = once(() => openOnnxModel(settings.builtinDirectory, onnxOptions));
  const onnx = once(async () => {
    const place = settings.onnx ?? missing('onnx', 'TUWEN_ONNX_DIR');
    if ('directory' in place) return openOnnxModel(place.directory, onnxOptions);
    const prefix = keys.model(place.folder);
    const model = await openFolder(prefix);
    if (!model)
      throw new TuwenError('embedder_failed', `expected a model under ${prefix} in the bucket; found none`);
    return model;
  });
  const configuredAdapter = once<EmbeddingAdapter | OnnxModel>(() => {
    if (settings.embedder === 'builtin') return builtin();
    return settings.embedder === 'onnx' ? onnx() : dashscope();
  });

  const embedders = new Map<string, Promise<Embedder>>();
  const embedderOf = (model: string, adapter: () => Promise<EmbeddingAdapter>): Promise<Embedder> => {
    const found =
      embedders.get(model) ??
      adapter()
        .then((opened) => createEmbedder(opened, dependencies.caller))
        .catch((error) => {
          embedders.delete(model);
          throw error;
        });
    embedders.set(model, found);
    return found;
  };
  const configured = once(async () => {
    const adapter = await configuredAdapter();
    return embedderOf(adapter.model, async () => adapter);
  });

  return {
    configured,
    forModel: (model) => embedderOf(model, () => open(model)),
    async warm() {
      const adapter = await configuredAdapter();
      if ('warm' in adapter) await adapter.warm('text');
    },
    async publish() {
      const adapter = await configuredAdapter();
      if ('files' in adapter && objects)
        await publishModelDirectory(objects, adapter, keys.model(adapter.model));
    },
  };

  async function open(model: string): Promise<EmbeddingAdapter> {
    let failure: unknown;
    for (const candidate of candidatesFor(model)) {
      try {
        const found = await candidate();
        if (found?.model === model) return found;
      } catch (error) {
        // One that cannot be opened must not keep another from being found.
        failure = error;
      }
    }
    const own = await configuredAdapter().then(
      (adapter) => adapter.model,
      (error) => {
        // It may well be the one that is wanted: what is wrong with it says more than that it was not found.
        if (error instanceof TuwenError) throw error;
        return settings.embedder;
      },
    );
    throw new TuwenError(
      'wrong_model',
      `expected the model ${model}, which the index is made with; found ${own}`,
      {
        retryable: failure instanceof TuwenError && failure.retryable,
        cause: failure,
      },
    );
  }

  function candidatesFor(model: string): (() => Promise<EmbeddingAdapter | undefined>)[] {
    const service = parseDashscopeModel(model);
    if (service) return [() => dashscope(service)];
    return [builtin, ...(settings.onnx ? [onnx] : []), () => openFolder(keys.model(model))];
  }

  async function openFolder(prefix: string): Promise<OnnxModel | undefined> {
    if (!objects) return undefined;
    const directory = await fetchModelDirectory(objects, prefix, parent, settings.weights);
    return directory === undefined ? undefined : openOnnxModel(directory, onnxOptions);
  }

  async function dashscope(asked?: { model: string; dimensions: number }): Promise<EmbeddingAdapter> {
    const { apiKey, ...choice } = settings.dashscope ?? missing('dashscope', 'DASHSCOPE_API_KEY');
    // The host of another model is known, unless something on this machine stands for it.
    const official = Object.values<string | undefined>(hosts).includes(choice.baseUrl?.replace(/\/+$/, ''));
    const other = asked && { ...asked, ...(official && { baseUrl: undefined }) };
    return createDashscopeAdapter(dashscopeSettings({ ...choice, ...other, apiKey: await apiKey() }));
  }
}

/** What does not fit is told at the start, not by the first picture. */
function checkSettings({ embedder, dashscope, onnx }: RegistrySettings): void {
  if (embedder === 'onnx' && !onnx) missing('onnx', 'TUWEN_ONNX_DIR');
  if (embedder !== 'dashscope') return;
  dashscopeSettings({ ...(dashscope ?? missing('dashscope', 'DASHSCOPE_API_KEY')), apiKey: 'not-read-yet' });
}

function missing(embedder: string, setting: string): never {
  throw new TuwenError(
    'invalid_request',
    `${setting}: expected with TUWEN_EMBEDDER=${embedder}; found nothing`,
  );
}
