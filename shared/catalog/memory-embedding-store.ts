import { type EmbeddingKey, type EmbeddingStore, keepEmbeddingsMs } from './embedding-store.ts';

/** Embeddings in memory, for tests. */
export function createMemoryEmbeddingStore({
  clock = Date.now,
}: {
  clock?: () => number;
} = {}): EmbeddingStore {
  const stored = new Map<string, { vector: Uint16Array; expiresAtMs: number }>();
  return {
    async getMany(model, keys) {
      const found = new Map<EmbeddingKey, Uint16Array>();
      for (const key of keys) {
        const entry = stored.get(`${model}#${key}`);
        if (entry && entry.expiresAtMs > clock()) found.set(key, entry.vector.slice());
      }
      return found;
    },

    async putMany(model, embeddings) {
      const expiresAtMs = clock() + keepEmbeddingsMs;
      for (const [key, vector] of embeddings)
        stored.set(`${model}#${key}`, { vector: vector.slice(), expiresAtMs });
    },
  };
}
