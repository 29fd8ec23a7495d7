import type { PictureReference, SearchAnswer, SearchQuery, SearchResult } from './api/search.ts';
import type { ItemStore } from './catalog/item-store.ts';
import type { Embedder, EmbedInput } from './embedding/embedder.ts';
import { TuwenError } from './error.ts';
import { encodeCursor, fingerprintQuery, resolveCursor } from './index/cursor.ts';
import { compileFilter } from './index/filter.ts';
import type { LiveIndex } from './index/live-index.ts';
import type { LoadedVersion, SearchHit } from './index/loaded-version.ts';
import type { Item } from './item.ts';
import type { ShowItems } from './show-items.ts';
import { combine, normalise } from './vector.ts';

export interface SearchDependencies {
  readonly live: Pick<LiveIndex, 'acquire'>;
  /** The embedder of the model that the live version names. */
  readonly embedderFor: (model: string) => Promise<Embedder>;
  /** Fetches, checks and normalises a query picture: WebP bytes. */
  readonly readPicture: (reference: PictureReference | Uint8Array, deadlineMs: number) => Promise<Uint8Array>;
  readonly items: Pick<ItemStore, 'getMany'>;
  readonly show: ShowItems;
  /** Milliseconds; for the timings in the answer. */
  readonly clock?: () => number;
}

export interface SearchItems {
  search(query: AskedQuery, options: { deadlineMs: number }): Promise<SearchAnswer>;
  /** The closest items of an uploaded picture's embedding. @throws TuwenError `wrong_model` when the live version has another. */
  match(request: MatchRequest, options: { deadlineMs: number }): Promise<MatchResult>;
}

/** A query as the API has it; the picture may be a file of a form. */
export type AskedQuery = Omit<SearchQuery, 'image'> & {
  readonly image?: PictureReference | Uint8Array | undefined;
};

export interface MatchRequest {
  readonly model: string;
  readonly vector: Float32Array;
  readonly topK: number;
}

export interface MatchResult {
  readonly results: readonly {
    readonly id: string;
    readonly score: number;
    readonly via: 'text' | 'image';
  }[];
  readonly index: { readonly version: string; readonly model: string; readonly vectors: number };
}

/** Search over the live index: one version from the first look to the last result. */
export function createSearchItems(dependencies: SearchDependencies): SearchItems {
  const { live, items, show, clock = () => performance.now() } = dependencies;

  async function withVersion<T>(deadlineMs: number, use: (version: LoadedVersion) => Promise<T>): Promise<T> {
    const lease = await live.acquire({ deadlineMs });
    try {
      return await use(lease.version);
    } finally {
      lease.release();
    }
  }

  /**
   * The closest items that still exist, `topK` of them whenever that many pass: what was deleted since
   * the version was built is left out, and the scan goes on behind it.
   */
  async function closest(version: LoadedVersion, query: Parameters<LoadedVersion['search']>[0]) {
    const found: { hit: SearchHit; item: Item }[] = [];
    let after = query.after;
    let searchMs = 0;
    while (found.length < query.topK) {
      const wanted = query.topK - found.length;
      const startedAt = clock();
      const hits = await version.search({ ...query, topK: wanted, ...(after && { after }) });
      searchMs += clock() - startedAt;
      const current = await items.getMany(hits.map((hit) => hit.id));
      for (const hit of hits) {
        const item = current.get(hit.id);
        if (item) found.push({ hit, item });
      }
      const last = hits.at(-1);
      if (!last || hits.length < wanted) break;
      after = { score: last.score, position: last.position };
    }
    return { found, searchMs };
  }

  return {
    search: (query, { deadlineMs }) => {
      const startedAt = clock();
      return withVersion(deadlineMs, async (version) => {
        const filter = compileFilter(query.filter ?? {});
        const { cursor, topK, ...asked } = query;
        const fingerprint = fingerprintQuery({ ...asked, image: printable(query.image) });
        const after = cursor === undefined ? undefined : resolveCursor(cursor, { version, fingerprint });
        const { vector, embedMs } = await embedQuery(version, query, deadlineMs);
        const exclude = query.itemId === undefined ? [] : [version.positionOf(query.itemId)!];
        // One more than asked for tells whether there is a next page.
        const { found, searchMs } = await closest(version, {
          query: vector,
          topK: topK + 1,
          against: query.against,
          filter,
          exclude,
          ...(after && { after }),
        });
        const page = found.slice(0, topK);
        const last = page.at(-1)?.hit;
        const shown = await show(page.map(({ item }) => item));
        const results = page.map(({ hit }, i): SearchResult => {
          return { id: hit.id, score: hit.score, via: hit.via, item: shown[i]! };
        });
        const totalMs = clock() - startedAt;
        return {
          results,
          ...(found.length > topK && last
            ? {
                nextCursor: encodeCursor({
                  version: version.version,
                  fingerprint,
                  score: last.score,
                  id: last.id,
                }),
              }
            : {}),
          index: nameOf(version),
          timing: { embedMs: tenths(embedMs), searchMs: tenths(searchMs), totalMs: tenths(totalMs) },
        };
      });
    },

    match: ({ model, vector, topK }, { deadlineMs }) =>
      withVersion(deadlineMs, async (version) => {
        if (version.model !== model)
          throw new TuwenError(
            'wrong_model',
            `expected an embedding by ${version.model}, found one by ${model}`,
            {
              retryable: true,
            },
          );
        const { found } = await closest(version, { query: vector, topK });
        const results = found.map(({ hit }) => ({ id: hit.id, score: hit.score, via: hit.via }));
        return { results, index: nameOf(version) };
      }),
  };

  /** q = normalise(Σ w·v − w_without·v_without) over unit parts. */
  async function embedQuery(version: LoadedVersion, query: AskedQuery, deadlineMs: number) {
    const { weights, without } = query;
    // Ids first: they are cheap, and an unknown one should not cost an embedding.
    const itemVector = query.itemId === undefined ? undefined : await vectorOfItem(version, query.itemId);
    const withoutItem =
      without?.itemId === undefined ? undefined : await vectorOfItem(version, without.itemId);
    const readPicture = (reference: PictureReference | Uint8Array | undefined) =>
      reference === undefined ? undefined : dependencies.readPicture(reference, deadlineMs);
    const [queryPicture, withoutPicture] = await Promise.all([
      readPicture(query.image),
      readPicture(without?.image),
    ]);

    const embeddedAt = clock();
    const [text, seen, withoutText, withoutSeen] = await embedAll(version.model, deadlineMs, [
      textInput(query.text),
      pictureInput(queryPicture),
      textInput(without?.text),
      pictureInput(withoutPicture),
    ]);
    const embedMs = clock() - embeddedAt;

    const away = normalise(
      combine(version.dimensions, [
        [1, withoutText],
        [1, withoutSeen],
        [1, withoutItem],
      ]),
    );
    const vector = normalise(
      combine(version.dimensions, [
        [weights.text, text],
        [weights.image, seen],
        [weights.itemId, itemVector],
        [-weights.without, away],
      ]),
    );
    if (!vector)
      throw new TuwenError(
        'invalid_request',
        'expected a query that points somewhere, found parts that cancel each other out or weigh nothing',
      );
    return { vector, embedMs };
  }

  async function embedAll(model: string, deadlineMs: number, inputs: (EmbedInput | undefined)[]) {
    const present = inputs.filter((input) => input !== undefined);
    if (present.length === 0) return [];
    const embedder = await dependencies.embedderFor(model);
    const vectors = await embedder.embed(present, { role: 'query', deadlineMs });
    return inputs.map((input) => (input === undefined ? undefined : vectors[present.indexOf(input)]));
  }
}

async function vectorOfItem(version: LoadedVersion, id: string): Promise<Float32Array | undefined> {
  const position = version.positionOf(id);
  if (position === undefined)
    throw new TuwenError(
      'not_found',
      `expected an item of the live index, found none with the id ${JSON.stringify(id)}`,
    );
  return normalise(await version.meanVector(position));
}

/** What of a picture goes into the fingerprint of a query. */
const printable = (image: AskedQuery['image']) =>
  image instanceof Uint8Array ? Buffer.from(image).toString('base64') : image;
const textInput = (text: string | undefined): EmbedInput | undefined =>
  text === undefined ? undefined : { type: 'text', text };
const pictureInput = (picture: Uint8Array | undefined): EmbedInput | undefined =>
  picture === undefined ? undefined : { type: 'image', picture };
const nameOf = ({ version, model, vectors }: LoadedVersion) => ({ version, model, vectors });
const tenths = (ms: number): number => Math.round(ms * 10) / 10;
