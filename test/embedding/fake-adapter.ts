import { createHash } from 'node:crypto';
import type { Calibration } from '../../shared/embedding/calibration.ts';
import type { EmbeddingAdapter, EmbedInput } from '../../shared/embedding/embedder.ts';

export interface HashAdapterOptions {
  /** Default `hash/<dimensions>`. */
  readonly model?: string;
  /** Default 32. */
  readonly dimensions?: number;
  readonly calibration?: Calibration;
  readonly limits?: Partial<EmbeddingAdapter['limits']>;
  /** What a picture shows, in words: it then lies where those words lie. Otherwise its bytes decide. */
  readonly shows?: (picture: Uint8Array) => string | undefined;
  /** Called before each call; what it throws (or rejects with) the call fails with. Calls count from 0. */
  readonly before?: (inputs: readonly EmbedInput[], call: number) => void | Promise<void>;
}

export interface HashAdapter extends EmbeddingAdapter {
  /** The inputs of every call so far, failed ones included. */
  readonly calls: readonly (readonly EmbedInput[])[];
}

/**
 * A test double: equal inputs give equal vectors, and texts that share words lie near each other
 * (a text is the sum of its words' random vectors, Chinese characters counting as words).
 */
export function createHashAdapter(options: HashAdapterOptions = {}): HashAdapter {
  const dimensions = options.dimensions ?? 32;
  const calls: (readonly EmbedInput[])[] = [];
  return {
    model: options.model ?? `hash/${dimensions}`,
    dimensions,
    calibration: options.calibration,
    limits: { inputsPerCall: 16, imagesPerCall: 16, concurrency: 4, ...options.limits },
    calls,
    async call(inputs, { signal }) {
      calls.push(inputs);
      await options.before?.(inputs, calls.length - 1);
      signal.throwIfAborted();
      return inputs.map((input) => {
        if (input.type === 'text') return vectorOfText(input.text, dimensions);
        const words = options.shows?.(input.picture);
        if (words !== undefined) return vectorOfText(words, dimensions);
        return seededVector(
          createHash('sha256').update('picture:').update(input.picture).digest(),
          dimensions,
        );
      });
    },
  };
}

/** Where the hash adapter puts a text; not of unit length. */
export function vectorOfText(text: string, dimensions: number): Float32Array {
  const words = text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+/gu) ?? ['(no words)'];
  const sum = new Float32Array(dimensions);
  for (const word of words) {
    const vector = seededVector(createHash('sha256').update(word).digest(), dimensions);
    for (let i = 0; i < dimensions; i++) sum[i]! += vector[i]!;
  }
  return sum;
}

/** Normally distributed numbers (Box-Muller over mulberry32) that only the seed decides. */
export function seededVector(seed: Buffer, dimensions: number): Float32Array {
  let state = seed.readUInt32LE(0);
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return Float32Array.from(
    { length: dimensions },
    () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}
