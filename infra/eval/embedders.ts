import { fileURLToPath } from 'node:url';
import type { Embedder } from '../../shared/embedding/embedder.ts';
import { createEmbedderRegistry } from '../../shared/embedding/registry.ts';
import { readLocalSettings } from '../local/settings.ts';

export const embedderNames = ['builtin', 'dashscope', 'onnx'] as const;
export type EmbedderName = (typeof embedderNames)[number];

type Environment = Readonly<Record<string, string | undefined>>;

export interface EmbedderChoice {
  readonly name: EmbedderName;
  open(): Promise<Embedder>;
}

/**
 * The embedder of that name, or the one that TUWEN_EMBEDDER names, with the
 * settings that `npm start` would take.
 *
 * @throws StartError naming a setting that is wrong or missing
 */
export function embedderOf(name: EmbedderName | undefined, environment: Environment): EmbedderChoice {
  const settings = readLocalSettings({ ...embedding(environment), ...(name && { TUWEN_EMBEDDER: name }) });
  const { DASHSCOPE_API_KEY: apiKey, TUWEN_ONNX_DIR: directory } = settings;
  const registry = createEmbedderRegistry({
    embedder: settings.TUWEN_EMBEDDER,
    builtinDirectory: fileURLToPath(new URL('../../shared/embedding/builtin', import.meta.url)),
    onnx: directory === undefined ? undefined : { directory },
    dashscope:
      apiKey === undefined
        ? undefined
        : {
            apiKey: async () => apiKey,
            baseUrl: settings.DASHSCOPE_BASE_URL,
            model: settings.DASHSCOPE_MODEL,
            dimensions: settings.DASHSCOPE_DIMENSIONS,
          },
  });
  return { name: settings.TUWEN_EMBEDDER, open: registry.configured };
}

/** What a server wants besides, such as ports and keys, must not keep anybody from measuring. */
function embedding(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => name === 'TUWEN_EMBEDDER' || name === 'TUWEN_ONNX_DIR' || name.startsWith('DASHSCOPE_'),
    ),
  );
}
