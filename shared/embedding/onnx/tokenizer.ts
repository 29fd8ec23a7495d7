import { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { type ModelSettings, readJson } from './model-settings.ts';

export interface Tokens {
  /** [texts, length], padded on the right. */
  readonly ids: BigInt64Array;
  /** [texts, length]: 1 for a token, 0 for padding. */
  readonly mask: BigInt64Array;
  readonly length: number;
}

export interface TextTokenizer {
  /** Token ids of one text, start and end included; cut to the model's limit with the end kept. */
  encode(text: string): number[];
  /** Several texts at the length of the longest, or at `length`. */
  batch(texts: readonly string[], length?: number): Tokens;
}

/** The tokenizer of a model's tokenizer.json. */
export async function openTokenizer(directory: string, settings: ModelSettings): Promise<TextTokenizer> {
  const content = await readJson(directory, 'tokenizer.json', tokenizerSchema);
  const config = await readJson(directory, 'tokenizer_config.json', z.looseObject({}), {});
  const tokenizer = new Tokenizer(content, config);
  const { maxTokens } = settings;
  const { before, after } = specialTokens(tokenizer);
  const kept = Math.max(0, maxTokens - before.length - after.length);
  const padding = settings.padToken === undefined ? undefined : tokenizer.token_to_id(settings.padToken);
  const padId = content.padding?.pad_id ?? padding ?? settings.padTokenId ?? 0;
  const unknown = content.model.unk_token ? tokenizer.token_to_id(content.model.unk_token) : undefined;

  const encode = (text: string): number[] => {
    const { ids } = tokenizer.encode(text, { add_special_tokens: false });
    const whole = [...before, ...ids.slice(0, kept), ...after];
    // A model cannot embed nothing, as it would where no token is put around a text.
    return whole.length > 0 ? whole : [unknown ?? padId];
  };

  return {
    encode,
    batch(texts, fixedLength) {
      const rows = texts.map(encode);
      const length = fixedLength ?? Math.max(...rows.map((row) => row.length));
      const ids = new BigInt64Array(rows.length * length).fill(BigInt(padId));
      const mask = new BigInt64Array(rows.length * length);
      for (const [y, row] of rows.entries())
        for (const [x, id] of row.slice(0, length).entries()) {
          ids[y * length + x] = BigInt(id);
          mask[y * length + x] = 1n;
        }
      return { ids, mask, length };
    },
  };
}

const tokenizerSchema = z.looseObject({
  model: z.looseObject({ unk_token: z.string().nullish() }),
  padding: z.looseObject({ pad_id: z.number().int().nonnegative() }).nullish(),
});

/** What the tokenizer puts around every text, found by looking at one. */
function specialTokens(tokenizer: Tokenizer): { before: number[]; after: number[] } {
  const bare = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const whole = tokenizer.encode('a').ids;
  for (let at = 0; at + bare.length <= whole.length; at++)
    if (bare.every((id, i) => whole[at + i] === id))
      return { before: whole.slice(0, at), after: whole.slice(at + bare.length) };
  return { before: whole.slice(0, 1), after: whole.slice(1).slice(-1) };
}
