import type { Calibration } from './calibration.ts';

/** Turns texts and pictures into embeddings: unit vectors of which near means alike. */
export interface Embedder {
  /** Names weights and settings so exactly that equal names mean comparable embeddings. */
  readonly model: string;
  readonly dimensions: number;
  /** What its scores mean, where that was measured; no part of what `model` names. */
  readonly calibration?: Calibration | undefined;
  /**
   * One unit vector [dimensions] for each input, in order.
   *
   * @throws TuwenError `embedder_failed` (with `retryable`), `unreadable_picture`.
   */
  embed(inputs: readonly EmbedInput[], options: EmbedOptions): Promise<Float32Array[]>;
}

export type EmbedInput =
  | { readonly type: 'text'; readonly text: string }
  /** A normalised picture (shared/picture): WebP bytes, longest side at most 640 px. */
  | { readonly type: 'image'; readonly picture: Uint8Array };

export interface EmbedOptions {
  /** Some models embed what is sought and what is found differently. */
  readonly role: 'query' | 'document';
  /** No work is begun, and none awaited, after this many milliseconds since 1970. */
  readonly deadlineMs: number;
}

/**
 * One model family behind one call: checks nothing, retries nothing, normalises nothing. What is the
 * same for all of them (batching, rate, retry, deadline, checks, L2 norm) stands once in caller.ts.
 */
export interface EmbeddingAdapter {
  readonly model: string;
  readonly dimensions: number;
  readonly calibration?: Calibration | undefined;
  readonly limits: {
    readonly inputsPerCall: number;
    readonly imagesPerCall: number;
    /** Calls in flight at once. */
    readonly concurrency: number;
    /** Of the provider's account; absent where nobody counts. */
    readonly callsPerMinute?: number;
  };
  /** Vectors as the model gives them, in the order of the inputs. `signal` fires at the deadline. */
  call(
    inputs: readonly EmbedInput[],
    options: { role: EmbedOptions['role']; signal: AbortSignal },
  ): Promise<ArrayLike<number>[]>;
}
