import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TuwenError } from '../../error.ts';

/** What the JSON files of a model say, as far as it is needed to embed with it. */
export interface ModelSettings {
  /** Of a published model the last part of its name; else its kind. */
  readonly name: string;
  readonly kind: string;
  /** The class that its makers gave it, such as `CLIPModel`. */
  readonly architecture?: string | undefined;
  readonly dimensions: number;
  /** Tokens of the longest text, start and end included. */
  readonly maxTokens: number;
  readonly padTokenId: number | undefined;
  readonly padToken: string | undefined;
}

/**
 * Reads config.json and tokenizer_config.json.
 *
 * @throws TuwenError `embedder_failed` naming the file and what is missing from it.
 */
export async function readModelSettings(directory: string): Promise<ModelSettings> {
  const config = await readJson(directory, 'config.json', configSchema);
  const tokenizer = await readJson(directory, 'tokenizer_config.json', tokenizerSchema, {});
  const { text_config: text, vision_config: vision } = config;
  const dimensions =
    config.projection_dim ??
    text?.projection_dim ??
    vision?.projection_dim ??
    vision?.hidden_size ??
    text?.hidden_size ??
    familyOf(config.model_type)?.dimensions;
  if (!dimensions) throw missing('the length of an embedding', 'projection_dim');
  // Tokenizers without a limit write 1e30 for it.
  const limits = [text?.max_position_embeddings, config.max_position_embeddings, tokenizer.model_max_length];
  const known = limits.filter((limit): limit is number => limit !== undefined && limit < 1e6);
  const maxTokens = known.length > 0 ? Math.min(...known) : familyOf(config.model_type)?.maxTokens;
  if (!maxTokens) throw missing('the length of the longest text', 'text_config.max_position_embeddings');
  const pad = tokenizer.pad_token ?? undefined;
  return {
    name: nameOf(config._name_or_path) ?? config.model_type,
    kind: config.model_type,
    architecture: config.architectures?.[0],
    dimensions,
    maxTokens,
    padTokenId: text?.pad_token_id ?? config.pad_token_id ?? undefined,
    padToken: typeof pad === 'object' ? pad.content : pad,
  };
}

/** Reads and checks one JSON file; `absent` stands for one that need not be there. */
export async function readJson<T>(
  directory: string,
  name: string,
  schema: z.ZodType<T>,
  absent?: T,
): Promise<T> {
  const file = join(directory, name);
  const fail = (problem: string, cause?: unknown) =>
    new TuwenError('embedder_failed', `expected ${file} to describe a model; ${problem}`, { cause });
  const content = await readFile(file, 'utf8').catch((cause) => {
    if (cause?.code === 'ENOENT' && absent !== undefined) return undefined;
    throw fail(cause?.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read', cause);
  });
  if (content === undefined) return absent as T;
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw fail('it is not JSON', cause);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw fail(z.prettifyError(parsed.error));
  return parsed.data;
}

const count = z.number().int().positive();

const partSchema = z.looseObject({
  projection_dim: count.optional(),
  hidden_size: count.optional(),
  max_position_embeddings: count.optional(),
  pad_token_id: z.number().int().nonnegative().nullish(),
});

const configSchema = z.looseObject({
  model_type: z.string().min(1),
  _name_or_path: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
  projection_dim: count.optional(),
  max_position_embeddings: count.optional(),
  pad_token_id: z.number().int().nonnegative().nullish(),
  text_config: partSchema.optional(),
  vision_config: partSchema.optional(),
});

const tokenizerSchema = z.looseObject({
  model_max_length: z.number().positive().optional(),
  pad_token: z.union([z.string(), z.looseObject({ content: z.string() })]).nullish(),
});

/** Published configurations leave out what is the default of their family. */
function familyOf(kind: string): { dimensions: number; maxTokens: number } | undefined {
  if (kind === 'clip') return { dimensions: 512, maxTokens: 77 };
  if (kind === 'siglip') return { dimensions: 768, maxTokens: 64 };
  return undefined;
}

function nameOf(path: string | undefined): string | undefined {
  const last = path?.split('/').filter(Boolean).at(-1);
  return last?.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || undefined;
}

function missing(what: string, field: string): TuwenError {
  return new TuwenError('embedder_failed', `expected config.json to tell ${what}; add ${field} to it`);
}
