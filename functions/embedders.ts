import { fileURLToPath } from 'node:url';
import { createEmbedderRegistry, type EmbedderRegistry } from '../shared/embedding/registry.ts';
import type { ObjectStore } from '../shared/objects/object-store.ts';

export interface EmbeddingSettings {
  readonly TUWEN_EMBEDDER: 'builtin' | 'dashscope' | 'onnx';
  readonly TUWEN_ONNX_DIR?: string | undefined;
  readonly TUWEN_ONNX_MODEL?: string | undefined;
  readonly DASHSCOPE_API_KEY?: string | undefined;
  readonly DASHSCOPE_SECRET_ID?: string | undefined;
  readonly DASHSCOPE_BASE_URL?: string | undefined;
  readonly DASHSCOPE_MODEL?: string | undefined;
  readonly DASHSCOPE_DIMENSIONS?: number | undefined;
}

/** A provider counts calls for the account: search, reindex and two instances of ingest share them. */
const rateShare = 0.25;

/** Beside the bundle, where infra/bundles.ts puts them. */
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The embedders that a function's settings give it. */
export function createEmbedders(
  settings: EmbeddingSettings,
  { objects, readSecret }: { objects: ObjectStore; readSecret: (id: string) => Promise<string> },
): EmbedderRegistry {
  const { DASHSCOPE_API_KEY: apiKey, DASHSCOPE_SECRET_ID: secretId } = settings;
  const hasKey = apiKey !== undefined || secretId !== undefined;
  return createEmbedderRegistry(
    {
      embedder: settings.TUWEN_EMBEDDER,
      builtinDirectory: beside('builtin'),
      wasmFile: beside('ort-wasm-simd-threaded.wasm'),
      onnx: settings.TUWEN_ONNX_DIR
        ? { directory: settings.TUWEN_ONNX_DIR }
        : settings.TUWEN_ONNX_MODEL
          ? { folder: settings.TUWEN_ONNX_MODEL }
          : undefined,
      dashscope: hasKey
        ? {
            apiKey: async () => apiKey ?? (await readSecret(secretId!)),
            baseUrl: settings.DASHSCOPE_BASE_URL,
            model: settings.DASHSCOPE_MODEL,
            dimensions: settings.DASHSCOPE_DIMENSIONS,
          }
        : undefined,
    },
    { objects, caller: { rateShare } },
  );
}
