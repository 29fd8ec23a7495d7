import pLimit from 'p-limit';
import type { SearchAnswer, SearchResult } from './api/search.ts';
import type { ItemStore } from './catalog/item-store.ts';
import { type Closest, createClosestItems } from './closest-items.ts';
import {
  type AskedQuery,
  createEmbedQuery,
  type EmbeddedQuery,
  type EmbedQueryDependencies,
  needsEmbedder,
  type ReadQuery,
} from './embed-query.ts';
import type { Calibration } from './embedding/calibration.ts';
import { TuwenError } from './error.ts';
import { mostFrequent } from './index/count-attributes.ts';
import { encodeCursor, fingerprintQuery, resolveCursor } from './index/cursor.ts';
import { type CompiledFilter, compileFilter } from './index/filter.ts';
import type { LiveIndex } from './index/live-index.ts';
import type { LoadedVersion } from './index/loaded-version.ts';
import type { Probing } from './index/probe-lists.ts';
import type { SearchHit } from './index/search-query.ts';
import { type Item, limits, type Modality } from './item.ts';
import { advance, type Outcome, outcomeOf } from './outcome.ts';
import type { ShowItems, ShownItem } from './show-items.ts';

export interface SearchDependencies extends Omit<EmbedQueryDependencies, 'clock'> {
  readonly live: Pick<LiveIndex, 'acquire'>;
  readonly items: Pick<ItemStore, 'getMany'>;
  readonly show: ShowItems;
  /** Milliseconds; for the timings in the answer. */
  readonly clock?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface SearchItems {
  search(query: AskedQuery, options: { deadlineMs: number }): Promise<SearchAnswer>;
  /**
   * Many queries by one version, each with its own outcome, in order: embedded together and scanned in
   * turn. What concerns all of them is thrown.
   */
  searchMany(
    queries: readonly AskedQuery[],
    options: { deadlineMs: number },
  ): Promise<Outcome<SearchAnswer>[]>;
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

/** Pictures of a batch that are fetched and decoded at once; decoded, one may have 50 megapixels. */
const readAtOnce = 4;

/** Search over the live index: one version from the first look to the last result. */
export function createSearchItems(dependencies: SearchDependencies): SearchItems {
  const { live, items, show, embedderFor, clock = () => performance.now(), now = Date.now } = dependencies;
  const embedQuery = createEmbedQuery({ ...dependencies, clock });
  const closest = createClosestItems({ items, clock, now });

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

  /** Checks the query against the version, and reads what it names. */
  async function prepare(version: LoadedVersion, query: AskedQuery, deadlineMs: number): Promise<Prepared> {
    const filter = compileFilter(query.filter ?? {});
    // Counts are no part of what is paged through: the first page may ask for them, the others not.
    // Neither is the mode: a cursor knows the one it began in.
    const { cursor, topK, facets, mode, ...asked } = query;
    const fingerprint = fingerprintQuery({ ...asked, image: printable(query.image) });
    const isNeeded = needsEmbedder(query) || query.minMatch !== undefined;
    const calibration = await calibrationOf(version.model, isNeeded);
    if (query.minMatch !== undefined && !calibration) throw uncalibrated(version.model);
    const after =
      cursor === undefined
        ? undefined
        : resolveCursor(cursor, { version, fingerprint, calibration: calibration?.name });
    if (mode === 'exact' && after?.isFast)
      throw new TuwenError(
        'invalid_cursor',
        'expected a cursor of an exact search, found one of fast mode: leave mode out to go on, or begin again without cursor',
      );
    const read = await embedQuery.read(version, query, deadlineMs);
    const isFast = after ? after.isFast === true : mode === 'fast';
    return { query, filter, fingerprint, calibration, after, isFast, read };
  }

  async function embed(version: LoadedVersion, prepared: readonly Prepared[], deadlineMs: number) {
    const reads = prepared.map(({ read }) => read);
    const embedded = await embedQuery.embed(version, reads, deadlineMs);
    return embedded.map((outcome, i): Outcome<Embedded> => {
      return 'error' in outcome ? outcome : { value: { ...prepared[i]!, ...outcome.value } };
    });
  }

  async function find(version: LoadedVersion, embedded: readonly Embedded[], deadlineMs: number) {
    const probings = embedded.map(({ query, filter, after, vector, kind, isFast }) => {
      const { against, mode } = query;
      const asked = { query: vector, against, filter };
      if (isFast) return version.probe(asked, { kind });
      // Who names no mode is answered sooner while the version is still being loaded, and told so.
      return mode === undefined && !after ? version.probeEarly(asked, { kind }) : undefined;
    });
    const asked = embedded.map(({ query, filter, calibration, after, vector, kind }, i) => ({
      query: vector,
      // One more than asked for tells whether there is a next page.
      topK: query.topK + 1,
      against: query.against,
      filter,
      within: probings[i],
      exclude: query.itemId === undefined ? [] : [version.positionOf(query.itemId)!],
      ...(after && { after }),
      ...(calibration && { matchOf: calibration.matchOf[kind] }),
      ...(query.minMatch !== undefined && { minMatch: query.minMatch }),
    }));
    const outcomes = await closest(version, asked, { deadlineMs });
    return outcomes.map((outcome, i): Outcome<Found> => {
      return 'error' in outcome
        ? outcome
        : { value: { ...embedded[i]!, probing: probings[i], ...outcome.value } };
    });
  }

  /** What several queries found is shown once. */
  async function showAll(found: readonly Found[]): Promise<Map<string, ShownItem>> {
    const pages = found.flatMap(({ query, found: all }) => all.slice(0, query.topK));
    const distinct = [...new Map(pages.map(({ item }): [string, Item] => [item.id, item])).values()];
    const shown = await show(distinct);
    return new Map(distinct.map(({ id }, i) => [id, shown[i]!]));
  }

  async function searchMany(queries: readonly AskedQuery[], { deadlineMs }: { deadlineMs: number }) {
    const startedAt = clock();
    return withVersion(deadlineMs, async (version) => {
      const reading = pLimit(readAtOnce);
      const prepared = await Promise.all(
        queries.map((query) => reading(() => outcomeOf(() => prepare(version, query, deadlineMs)))),
      );
      const embedded = await advance(prepared, (values) => embed(version, values, deadlineMs));
      const found = await advance(embedded, (values) => find(version, values, deadlineMs));
      return advance(found, async (values) => {
        const shown = await showAll(values);
        return values.map((value): Outcome<SearchAnswer> => {
          const answer = answerOf(version, value, shown);
          return { value: { ...answer, timing: { ...answer.timing, totalMs: tenths(clock() - startedAt) } } };
        });
      });
    });
  }

  return {
    searchMany,

    async search(query, options) {
      const [outcome] = await searchMany([query], options);
      if ('error' in outcome!) throw outcome.error;
      return outcome!.value;
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
        const asked = { query: vector, topK, ...(calibration && { matchOf: calibration.matchOf.image }) };
        const [outcome] = await closest(version, [asked], { deadlineMs });
        if ('error' in outcome!) throw outcome.error;
        return { results: outcome!.value.found.map(({ hit }) => scoredItem(hit)), index: nameOf(version) };
      }),
  };
}

interface Prepared {
  readonly query: AskedQuery;
  readonly filter: CompiledFilter;
  readonly fingerprint: string;
  readonly calibration: Calibration | undefined;
  readonly after: ReturnType<typeof resolveCursor> | undefined;
  /** What is asked for; whether it is worth it shows later. */
  readonly isFast: boolean;
  readonly read: ReadQuery;
}
type Embedded = Prepared & EmbeddedQuery;
type Found = Embedded & Closest & { readonly probing: Probing | undefined };

function answerOf(
  version: LoadedVersion,
  { query, filter, fingerprint, calibration, embedMs, found, searchMs, probing }: Found,
  shown: ReadonlyMap<string, ShownItem>,
): Omit<SearchAnswer, 'timing'> & { timing: Omit<SearchAnswer['timing'], 'totalMs'> } {
  const { topK, facets } = query;
  const page = found.slice(0, topK);
  const last = page.at(-1)?.hit;
  const results = page.map(({ hit }): SearchResult => ({ ...scoredItem(hit), item: shown.get(hit.id)! }));
  return {
    results,
    ...(found.length > topK && last
      ? {
          nextCursor: encodeCursor({
            version: version.version,
            fingerprint,
            score: last.score,
            id: last.id,
            isFast: probing !== undefined,
            ...(calibration && { calibrated: { calibration: calibration.name, match: last.match! } }),
          }),
        }
      : {}),
    ...(facets && { facets: countFacets(version, filter, facets) }),
    ...(probing ? { mode: 'fast', recall: probing.recall } : { mode: 'exact' }),
    index: nameOf(version),
    timing: { embedMs: tenths(embedMs), searchMs: tenths(searchMs) },
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
