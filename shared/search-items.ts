import type { SearchAnswer, SearchResult } from './api/search.ts';
import type { ItemStore } from './catalog/item-store.ts';
import {
  type AskedQuery,
  createEmbedQuery,
  type EmbedQueryDependencies,
  needsEmbedder,
} from './embed-query.ts';
import type { Calibration } from './embedding/calibration.ts';
import { TuwenError } from './error.ts';
import { mostFrequent } from './index/count-attributes.ts';
import { encodeCursor, fingerprintQuery, resolveCursor } from './index/cursor.ts';
import { type CompiledFilter, compileFilter } from './index/filter.ts';
import type { LiveIndex } from './index/live-index.ts';
import type { LoadedVersion } from './index/loaded-version.ts';
import type { SearchHit, SearchQuery } from './index/search-query.ts';
import { type Item, limits, type Modality } from './item.ts';
import type { ShowItems } from './show-items.ts';

export interface SearchDependencies extends Omit<EmbedQueryDependencies, 'clock'> {
  readonly live: Pick<LiveIndex, 'acquire'>;
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

export interface MatchRequest {
  readonly model: string;
  readonly vector: Float32Array;
  readonly topK: number;
}

export interface MatchResult {
  readonly results: readonly ScoredItem[];
  readonly index: { readonly version: string; readonly model: string; readonly vectors: number };
}

/** How near an item came. */
export interface ScoredItem {
  readonly id: string;
  readonly score: number;
  /** The probability that it is a match, where the model has a calibration. */
  readonly match?: number | undefined;
  /** The modality of its best row. */
  readonly via: Modality;
}

/** Search over the live index: one version from the first look to the last result. */
export function createSearchItems(dependencies: SearchDependencies): SearchItems {
  const { live, items, show, embedderFor, clock = () => performance.now() } = dependencies;
  const embedQuery = createEmbedQuery({ ...dependencies, clock });

  async function withVersion<T>(deadlineMs: number, use: (version: LoadedVersion) => Promise<T>): Promise<T> {
    const lease = await live.acquire({ deadlineMs });
    try {
      return await use(lease.version);
    } finally {
      lease.release();
    }
  }

  /**
   * What scores of the model mean. Where nothing has to be embedded, a model that is out of this deployment's
   * reach need not be: items still compare with items, as without a calibration.
   */
  async function calibrationOf(model: string, isNeeded: boolean): Promise<Calibration | undefined> {
    try {
      return (await embedderFor(model)).calibration;
    } catch (error) {
      const isGone = error instanceof TuwenError && error.code === 'wrong_model' && !error.retryable;
      if (isNeeded || !isGone) throw error;
      return undefined;
    }
  }

  /**
   * The closest items that still exist, `topK` of them whenever that many pass: what was deleted since
   * the version was built is left out, and the scan goes on behind it. Results come by descending match
   * where there is one, so the first under `minMatch` ends them.
   */
  async function closest(version: LoadedVersion, query: SearchQuery & { readonly minMatch?: number }) {
    const { minMatch = 0 } = query;
    const found: { hit: SearchHit; item: Item }[] = [];
    let { after } = query;
    let searchMs = 0;
    while (found.length < query.topK) {
      const wanted = query.topK - found.length;
      const startedAt = clock();
      const all = await version.search({ ...query, topK: wanted, ...(after && { after }) });
      searchMs += clock() - startedAt;
      const hits = all.filter(({ match = 1 }) => match >= minMatch);
      const current = await items.getMany(hits.map((hit) => hit.id));
      for (const hit of hits) {
        const item = current.get(hit.id);
        if (item) found.push({ hit, item });
      }
      after = hits.at(-1);
      if (!after || hits.length < wanted) break;
    }
    return { found, searchMs };
  }

  return {
    search: (query, { deadlineMs }) => {
      const startedAt = clock();
      return withVersion(deadlineMs, async (version) => {
        const filter = compileFilter(query.filter ?? {});
        // Counts are no part of what is paged through: the first page may ask for them, the others not.
        const { cursor, topK, facets, ...asked } = query;
        const fingerprint = fingerprintQuery({ ...asked, image: printable(query.image) });
        const isNeeded = needsEmbedder(query) || query.minMatch !== undefined;
        const calibration = await calibrationOf(version.model, isNeeded);
        if (query.minMatch !== undefined && !calibration) throw uncalibrated(version.model);
        const after =
          cursor === undefined
            ? undefined
            : resolveCursor(cursor, { version, fingerprint, calibration: calibration?.name });
        const { vector, kind, embedMs } = await embedQuery(version, query, deadlineMs);
        const exclude = query.itemId === undefined ? [] : [version.positionOf(query.itemId)!];
        // One more than asked for tells whether there is a next page.
        const { found, searchMs } = await closest(version, {
          query: vector,
          topK: topK + 1,
          against: query.against,
          filter,
          exclude,
          ...(after && { after }),
          ...(calibration && { matchOf: calibration.matchOf[kind] }),
          ...(query.minMatch !== undefined && { minMatch: query.minMatch }),
        });
        const page = found.slice(0, topK);
        const last = page.at(-1)?.hit;
        const shown = await show(page.map(({ item }) => item));
        const results = page.map(({ hit }, i): SearchResult => ({ ...scoredItem(hit), item: shown[i]! }));
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
                  ...(calibration && {
                    calibrated: { calibration: calibration.name, match: last.match! },
                  }),
                }),
              }
            : {}),
          ...(facets && { facets: countFacets(version, filter, facets) }),
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
        const calibration = await calibrationOf(model, false);
        const { found } = await closest(version, {
          query: vector,
          topK,
          ...(calibration && { matchOf: calibration.matchOf.image }),
        });
        return { results: found.map(({ hit }) => scoredItem(hit)), index: nameOf(version) };
      }),
  };
}

function countFacets(version: LoadedVersion, filter: CompiledFilter, names: readonly string[]) {
  const counts = version.countAttributes({ filter, names: new Set(names) });
  return Object.fromEntries(
    names.map((name) => {
      const ofName = counts.get(name);
      return [name, ofName ? mostFrequent(ofName, limits.facetValues) : []];
    }),
  );
}

function uncalibrated(model: string): TuwenError {
  return new TuwenError(
    'invalid_request',
    `minMatch: expected a live model with a calibration of its scores, found ${model}, which has none; search without minMatch`,
  );
}

/** What of a picture goes into the fingerprint of a query. */
const printable = (image: AskedQuery['image']) =>
  image instanceof Uint8Array ? Buffer.from(image).toString('base64') : image;
const scoredItem = ({ id, score, match, via }: SearchHit): ScoredItem => ({
  id,
  score,
  ...(match !== undefined && { match }),
  via,
});
const nameOf = ({ version, model, vectors }: LoadedVersion) => ({ version, model, vectors });
const tenths = (ms: number): number => Math.round(ms * 10) / 10;
