import { z } from 'zod';
import { type DynamoOptions, readAll, writeAll } from './dynamo.ts';
import { type EmbeddingKey, type EmbeddingStore, keepEmbeddingsMs } from './embedding-store.ts';

/** Embeddings in DynamoDB, table `embeddings` of tables.ts: binary fp16, little endian, by model and content. */
export function createDynamoEmbeddingStore(options: DynamoOptions): EmbeddingStore {
  const { clock = Date.now } = options;
  return {
    async getMany(model, keys) {
      const byId = new Map(keys.map((key) => [idOf(model, key), key]));
      const found = new Map<EmbeddingKey, Uint16Array>();
      for (const record of await readAll(options, 'id', byId.keys())) {
        const { id, vector, expiresAt } = embeddingRecord.parse(record);
        const key = byId.get(id);
        // DynamoDB may take days to remove what has expired.
        if (key && expiresAt * 1000 > clock()) found.set(key, bitsOf(vector));
      }
      return found;
    },

    async putMany(model, embeddings) {
      const expiresAt = Math.ceil((clock() + keepEmbeddingsMs) / 1000);
      const requests = [...embeddings].map(([key, bits]) => ({
        PutRequest: { Item: { id: idOf(model, key), vector: bytesOf(bits), expiresAt } },
      }));
      await writeAll(options, requests);
    },
  };
}

const embeddingRecord = z.object({
  id: z.string(),
  vector: z.instanceof(Uint8Array).refine((bytes) => bytes.length % 2 === 0),
  expiresAt: z.number(),
});

const idOf = (model: string, key: EmbeddingKey): string => `${model}#${key}`;

/** Every machine that Node runs on today is little endian, as typed arrays then are. */
const bytesOf = (bits: Uint16Array): Uint8Array =>
  new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength).slice();

/** Copied, since the reply's bytes need not be aligned to two. */
const bitsOf = (bytes: Uint8Array): Uint16Array => new Uint16Array(new Uint8Array(bytes).buffer);
