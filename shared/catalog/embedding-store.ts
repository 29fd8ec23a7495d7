/** What was embedded once and paid for, by model and content. Kept for 30 days, and by every version that uses it. */
export interface EmbeddingStore {
  /** Those that are known, by the key asked for; any number of keys. Vectors are [dimensions] fp16 bits. */
  getMany(model: string, keys: readonly EmbeddingKey[]): Promise<Map<EmbeddingKey, Uint16Array>>;
  putMany(model: string, embeddings: ReadonlyMap<EmbeddingKey, Uint16Array>): Promise<void>;
}

/** `text:` or `image:` and the 64 hexadecimal digits of the content's SHA-256. */
export type EmbeddingKey = `${'text' | 'image'}:${string}`;

/** 30 days. */
export const keepEmbeddingsMs = 30 * 24 * 3_600_000;
