import type { Graph, TensorData } from './graph.ts';
import type { ModelSettings } from './model-settings.ts';
import type { Preprocessor } from './preprocessor.ts';
import type { TextTokenizer } from './tokenizer.ts';

/** Embeds one kind of input, up to `rowsPerRun` at once. */
export interface Encoder<T> {
  readonly rowsPerRun: number;
  /** One vector [dimensions] for each input, in order, as the model gives it. */
  embed(inputs: readonly T[]): Promise<Float32Array[]>;
}

export interface EncoderParts {
  readonly settings: ModelSettings;
  readonly tokenizer: () => Promise<TextTokenizer>;
  readonly preprocessor: () => Promise<Preprocessor>;
}

/** More in one run are no faster on one thread. */
const textsPerRun = 16;

export async function openTextEncoder(graph: Graph, parts: EncoderParts): Promise<Encoder<string>> {
  const { dimensions, kind, maxTokens } = parts.settings;
  const tokenizer = await parts.tokenizer();
  // SigLIP was trained on texts padded to the full length, and its exports take no mask.
  const length = graph.fixedLength('input_ids', 1) ?? (kind.startsWith('siglip') ? maxTokens : undefined);
  const elsewhere = graph.wants('pixel_values') ? await noPicture(parts) : {};

  /**
   * Padding changes the last bits of a vector: padded to the longest of its neighbours, a text would have
   * another embedding with each batch it comes in. Without padding it has one, and costs less.
   */
  function ofOneLength(texts: readonly string[]): Iterable<number[]> {
    const groups = new Map<number, number[]>();
    for (const [i, text] of texts.entries()) {
      const tokens = length ?? tokenizer.encode(text).length;
      const group = groups.get(tokens);
      if (group) group.push(i);
      else groups.set(tokens, [i]);
    }
    return groups.values();
  }

  return {
    rowsPerRun: Math.min(textsPerRun, graph.fixedLength('input_ids', 0) ?? textsPerRun),
    async embed(texts) {
      const vectors = new Array<Float32Array>(texts.length);
      for (const indexes of ofOneLength(texts)) {
        const run = indexes.map((i) => texts[i]!);
        const tensors = { ...textTensors(tokenizer, run, length), ...elsewhere };
        const found = await graph.embed(tensors, { modality: 'text', rows: run.length, dimensions });
        for (const [at, i] of indexes.entries()) vectors[i] = found[at]!;
      }
      return vectors;
    },
  };
}

export function textTensors(
  tokenizer: TextTokenizer,
  texts: readonly string[],
  length?: number,
): Record<string, TensorData> {
  const tokens = tokenizer.batch(texts, length);
  const shape = [texts.length, tokens.length];
  return {
    input_ids: { data: tokens.ids, shape },
    attention_mask: { data: tokens.mask, shape },
    token_type_ids: { data: new BigInt64Array(tokens.ids.length), shape },
  };
}

/** A graph that holds both encoders wants a picture with every text: a black one. */
async function noPicture(parts: EncoderParts): Promise<Record<string, TensorData>> {
  const { width, height } = await parts.preprocessor();
  return { pixel_values: { data: new Float32Array(3 * width * height), shape: [1, 3, height, width] } };
}
