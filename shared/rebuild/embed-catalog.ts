import type { EmbeddingStore } from '../catalog/embedding-store.ts';
import { type Embedded, embedMissing } from '../embed-missing.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { loadDerived } from '../ingest-picture.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import type { CatalogContents, KnownVectors } from './read-catalog.ts';

export interface EmbedCatalogDependencies {
  readonly objects: Pick<ObjectStore, 'get'>;
  readonly embeddings: EmbeddingStore;
  readonly embedder: Embedder;
  readonly log: (event: Record<string, unknown>) => void;
}

/**
 * Embeds what a catalog holds and nobody has a vector for: `vectors` has those that are not `known`. What the model
 * refuses is logged, and must not stop the others.
 *
 * @throws TuwenError as embedMissing does
 */
export async function embedCatalog(
  { objects, embeddings, embedder, log }: EmbedCatalogDependencies,
  { items }: CatalogContents,
  known: Pick<KnownVectors, 'has'>,
  options: { deadlineMs: number; onProgress: (done: number, total: number) => Promise<boolean> },
): Promise<Embedded> {
  const contents = items.flatMap(({ rows }) =>
    rows
      .filter(({ key }) => !known.has(key))
      .map(({ key, text }) => ({
        key,
        load: async () => text ?? (await loadDerived(objects, key.slice('image:'.length))),
      })),
  );
  const embedded = await embedMissing({ embeddings, embedder }, contents, options);
  for (const [key, error] of embedded.refused)
    log({ level: 'warn', message: 'the model refuses this content', key, reason: error.message });
  return embedded;
}
