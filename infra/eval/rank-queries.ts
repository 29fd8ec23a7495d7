import { searchParts } from '../../shared/api/search.ts';
import type { AskedQuery } from '../../shared/embed-query.ts';
import type { Embedder } from '../../shared/embedding/embedder.ts';
import { TuwenError } from '../../shared/error.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import { createSearchItems } from '../../shared/search-items.ts';
import { type QueryVectors, queryKey } from './embed-judged-set.ts';
import type { JudgedQuery, JudgedSet } from './judged-set.ts';
import type { PreparedPictures } from './prepare-pictures.ts';

/** As many as the product gives in one answer; what is relevant beyond it counts as not found. */
export const rankingDepth = 100;

export interface RankOptions {
  readonly version: LoadedVersion;
  readonly embedder: Embedder;
  readonly vectors: QueryVectors;
  readonly pictures: PreparedPictures;
}

/**
 * The ids that each query finds, best first. It asks the product's own search, so that whatever that does
 * to a query and to the order of its results is measured; only the embeddings have been made before.
 */
export async function* rankQueries(set: JudgedSet, options: RankOptions): AsyncGenerator<readonly string[]> {
  const { version, pictures } = options;
  const embedder: Embedder = {
    ...options.embedder,
    embed: async (inputs) => inputs.map((input) => options.vectors.get(queryKey(input)) ?? neverEmbedded()),
  };
  const { search } = createSearchItems({
    live: { acquire: async () => ({ version, release: () => {} }) },
    embedderFor: async () => embedder,
    readPicture: async (reference) =>
      typeof reference === 'object' && 'byteLength' in reference ? reference : neverEmbedded(),
    items: {
      getMany: async (ids) => new Map(ids.map((id) => [id, set.items.get(id)!.item])),
    },
    show: async (items) => items.map(({ title, attributes }) => ({ title, attributes, images: [] })),
  });
  for (const query of set.queries) {
    const asked = await ask(query, pictures);
    // Each item comes once, so leaving some out afterwards is the same as never having had them.
    const topK = rankingDepth + query.exclude.size;
    const { results } = await search({ ...asked, topK }, { deadlineMs: Number.POSITIVE_INFINITY });
    const ids = results.map(({ id }) => id).filter((id) => !query.exclude.has(id));
    yield ids.slice(0, rankingDepth);
  }
}

async function ask({ sought, against }: JudgedQuery, pictures: PreparedPictures): Promise<AskedQuery> {
  const { image: _, ...parts } = searchParts.parse({ against });
  if (sought.type === 'text') return { ...parts, text: sought.text };
  return { ...parts, image: await pictures.load(pictures.hashes.get(sought.path)!.hash) };
}

function neverEmbedded(): never {
  throw new TuwenError('internal', 'expected a query of the judged set, found another');
}
