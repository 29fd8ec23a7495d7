import { createHash } from 'node:crypto';
import type { EmbeddingStore } from '../../shared/catalog/embedding-store.ts';
import { type Content, embedMissing } from '../../shared/embed-missing.ts';
import type { Embedder, EmbedInput } from '../../shared/embedding/embedder.ts';
import { TuwenError } from '../../shared/error.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import { createVersionWriter } from '../../shared/index/version-writer.ts';
import { compareUtf8 } from '../../shared/item.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { wantedOf } from '../../shared/rebuild/read-catalog.ts';
import { contentHashOf } from '../../shared/rebuild-index.ts';
import { type JudgedQuery, type JudgedSet, queriesFile } from './judged-set.ts';
import type { PreparedPictures } from './prepare-pictures.ts';
import { EvaluationError } from './problems.ts';

export interface EmbedJudgedOptions {
  readonly embedder: Embedder;
  readonly pictures: PreparedPictures;
  readonly onProgress: (done: number, total: number) => void;
}

/** A multiple of what each embedder takes in one call, so that none is called with a few left over. */
const inputsPerBatch = 160;
/** Each call has a limit of its own; all of them together may take as long as a rate limit makes them. */
const patienceMs = 20 * 24 * 3_600_000;

/** Every run embeds afresh. */
const keepsNothing: EmbeddingStore = { getMany: async () => new Map(), putMany: async () => {} };

export interface EmbeddedItems {
  /** The catalog as a version of the index, as a rebuild would write it. */
  readonly version: LoadedVersion;
  /** Texts and pictures that the model would not take; the product leaves them out too. */
  readonly refused: number;
}

/** Embeds every item's text and pictures as documents and builds the index that the product would search. */
export async function embedItems(set: JudgedSet, options: EmbedJudgedOptions): Promise<EmbeddedItems> {
  const { embedder, pictures, onProgress } = options;
  const wanted = [...set.items.values()]
    .map(({ item }) => wantedOf(item, pictures.hashes))
    .sort((a, b) => compareUtf8(a.id, b.id));
  const contents = wanted.flatMap(({ rows }) =>
    rows.map(({ key, text }): Content => {
      return { key, load: async () => text ?? pictures.load(key.slice('image:'.length)) };
    }),
  );
  const { vectors, refused } = await embedMissing({ embedder, embeddings: keepsNothing }, contents, {
    batch: inputsPerBatch,
    deadlineMs: Date.now() + patienceMs,
    async onProgress(done, total) {
      onProgress(done, total);
      return true;
    },
  });

  const objects = createMemoryObjectStore();
  const { model, dimensions } = embedder;
  const writer = createVersionWriter({ objects, version: 'judged', model, dimensions });
  for (const { id, attributes, rows } of wanted) {
    const embedded = rows.flatMap(({ key, modality }) => {
      const vector = vectors.get(key);
      return vector ? [{ modality, vector, contentHash: contentHashOf(key) }] : [];
    });
    if (embedded.length > 0) await writer.add({ id, attributes, rows: embedded });
  }
  const version = await loadVersion(objects, await writer.finish());
  return { version, refused: refused.size };
}

/** What queries are found by in {@link QueryVectors}. */
export type QueryVectors = ReadonlyMap<string, Float32Array>;

/** Equal for inputs that are embedded alike. */
export function queryKey(input: EmbedInput): string {
  if (input.type === 'text') return `text:${input.text}`;
  return `image:${createHash('sha256').update(input.picture).digest('hex')}`;
}

/**
 * Embeds what is sought, as queries, many in one call.
 *
 * @throws EvaluationError naming the line of a query that the model refuses
 */
export async function embedQueries(set: JudgedSet, options: EmbedJudgedOptions): Promise<QueryVectors> {
  const { embedder, pictures, onProgress } = options;
  const vectors = new Map<string, Float32Array>();
  const distinct = [...new Map(set.queries.map((query) => [soughtKey(query), query])).values()];
  for (let start = 0; start < distinct.length; start += inputsPerBatch) {
    const batch = distinct.slice(start, start + inputsPerBatch);
    const inputs = await Promise.all(batch.map((query) => inputOf(query, pictures)));
    const found = await embedder
      .embed(inputs, { role: 'query', deadlineMs: Date.now() + patienceMs })
      .catch((error) => {
        throw nameQuery(error, batch);
      });
    for (const [i, input] of inputs.entries()) vectors.set(queryKey(input), found[i]!);
    onProgress(start + batch.length, distinct.length);
  }
  return vectors;
}

const soughtKey = ({ sought }: JudgedQuery): string =>
  sought.type === 'text' ? `text:${sought.text}` : `image:${sought.path}`;

async function inputOf({ sought }: JudgedQuery, pictures: PreparedPictures): Promise<EmbedInput> {
  if (sought.type === 'text') return sought;
  return { type: 'image', picture: await pictures.load(pictures.hashes.get(sought.path)!.hash) };
}

function nameQuery(error: unknown, batch: readonly JudgedQuery[]): unknown {
  if (!(error instanceof TuwenError)) return error;
  const query = batch[Number(error.extra.input)];
  return query ? new EvaluationError(`${queriesFile}:${query.line}: ${error.message}`) : error;
}
