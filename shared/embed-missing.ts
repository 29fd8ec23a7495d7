import type { EmbeddingKey, EmbeddingStore } from './catalog/embedding-store.ts';
import type { Embedder, EmbedInput } from './embedding/embedder.ts';
import { TuwenError } from './error.ts';
import { toFloat16 } from './scan/float16.ts';

/** Something to embed: known by its content, loaded only when it really has to be embedded. */
export interface Content {
  readonly key: EmbeddingKey;
  /** The text, or the normalised picture. */
  readonly load: () => Promise<string | Uint8Array>;
}

export interface EmbedMissingOptions {
  readonly deadlineMs: number;
  /** Contents embedded and stored together; what is paid for is kept at least so often. */
  readonly batch?: number;
  /** Called after each batch is stored. Return false to stop there. */
  readonly onProgress?: (done: number, total: number) => Promise<boolean>;
}

export interface Embedded {
  /** fp16 bits of unit vectors, of all contents that have one now. */
  readonly vectors: Map<EmbeddingKey, Uint16Array>;
  /** Contents that the model refuses, with its reason. */
  readonly refused: Map<EmbeddingKey, TuwenError>;
  /** False when onProgress stopped it. */
  readonly complete: boolean;
}

/**
 * Gives each content its embedding: from the store where it was embedded before, else by the model,
 * stored at once, so that nothing is paid for twice however often this is stopped.
 *
 * @throws TuwenError what the embedder throws that is not the fault of one content.
 */
export async function embedMissing(
  { embeddings, embedder }: { embeddings: EmbeddingStore; embedder: Embedder },
  contents: readonly Content[],
  options: EmbedMissingOptions,
): Promise<Embedded> {
  const { deadlineMs, batch = 32, onProgress } = options;
  const distinct = [...new Map(contents.map((content) => [content.key, content])).values()];
  const vectors = await embeddings.getMany(
    embedder.model,
    distinct.map(({ key }) => key),
  );
  const refused = new Map<EmbeddingKey, TuwenError>();
  const missing = distinct.filter(({ key }) => !vectors.has(key));
  for (let start = 0; start < missing.length; start += batch) {
    const part = missing.slice(start, start + batch);
    const inputs = await Promise.all(part.map(inputOf));
    const fresh = new Map<EmbeddingKey, Uint16Array>();
    for (const [i, outcome] of (await embedEach(embedder, inputs, deadlineMs)).entries()) {
      if (outcome instanceof TuwenError) refused.set(part[i]!.key, outcome);
      else fresh.set(part[i]!.key, toFloat16(outcome));
    }
    await embeddings.putMany(embedder.model, fresh);
    for (const [key, vector] of fresh) vectors.set(key, vector);
    const done = start + part.length;
    if (onProgress && !(await onProgress(done, missing.length)))
      return { vectors, refused, complete: done === missing.length };
  }
  return { vectors, refused, complete: true };
}

/** All at once; where the model refuses an input, one by one, so that its neighbours don't suffer. */
async function embedEach(
  embedder: Embedder,
  inputs: readonly EmbedInput[],
  deadlineMs: number,
): Promise<(Float32Array | TuwenError)[]> {
  const options = { role: 'document', deadlineMs } as const;
  try {
    return await embedder.embed(inputs, options);
  } catch (error) {
    if (!isOfTheInput(error)) throw error;
    const outcomes: (Float32Array | TuwenError)[] = [];
    for (const input of inputs) {
      const outcome = await embedder.embed([input], options).catch((fault: unknown) => {
        if (isOfTheInput(fault)) return fault;
        throw fault;
      });
      outcomes.push(outcome instanceof TuwenError ? outcome : outcome[0]!);
    }
    return outcomes;
  }
}

/** Whether the model refuses this very input, which no retry can mend, and others may pass. */
export function isOfTheInput(error: unknown): error is TuwenError {
  if (!(error instanceof TuwenError) || error.retryable) return false;
  return (
    error.code === 'unreadable_picture' || error.code === 'invalid_request' || error.code === 'too_large'
  );
}

async function inputOf({ key, load }: Content): Promise<EmbedInput> {
  const content = await load();
  if (typeof content === 'string') return { type: 'text', text: content };
  if (!key.startsWith('image:'))
    throw new TuwenError('internal', `expected a text for ${key}, found a picture`);
  return { type: 'image', picture: content };
}
