import { TuwenError } from '../error.ts';
import { inTime } from './bucket-rows.ts';
import { hasItem } from './filter-items.ts';
import { never } from './item-vectors.ts';
import type { LoadedVersion } from './loaded-version.ts';
import { modalities } from './modalities.ts';
import type { Probing } from './probe-lists.ts';
import type { ListedRows } from './read-listed.ts';
import type { Refusal } from './refusal.ts';
import type { ResidentShard } from './resident-shard.ts';
import { type SearchHit, type SearchQuery, topKOf } from './search-query.ts';

export interface EarlyVersionOptions {
  /** The version as it is when its planes are in memory; until then only what needs no vectors may be asked of it. */
  readonly version: LoadedVersion;
  readonly shards: readonly ResidentShard[];
  readonly listed: ListedRows;
  /** Of the version. */
  readonly refusal: Refusal;
  /** Reads and checks the planes; after a failure it goes on where it stopped. Writes into the memory. */
  readonly readPlanes: () => Promise<void>;
  /** What that has to read, in bytes. */
  readonly planesBytes: number;
  readonly clock?: () => number;
}

/** Lists are read alone where those of all queries are no more than this share of what an exact answer waits for. */
const LARGEST_SHARE = 1 / 4;

/**
 * A version before its planes are in, of which only lists, ids, modalities and terms are there. Searches in
 * fast mode read the rows of the lists that they look at, and find what they would find later, to the bit. All
 * else that touches vectors waits for the planes.
 */
export function createEarlyVersion(options: EarlyVersionOptions): LoadedVersion {
  const { version, shards, listed, refusal, planesBytes, clock = Date.now } = options;
  let isReady = false;
  let reading: Promise<void> | undefined;

  /** Resolves when the planes are in. */
  function readPlanes(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function read(): Promise<void> {
    refusal.check();
    if (isReady) return;
    try {
      await options.readPlanes();
    } catch (error) {
      throw refusal.remember(error);
    }
    refusal.check();
    isReady = true;
  }

  async function ready(deadlineMs: number): Promise<void> {
    refusal.check();
    if (!isReady) await inTime(readPlanes(), deadlineMs - clock());
  }

  function isAffordable({ lists }: Probing): boolean {
    return listed.bytesOf(lists) <= planesBytes * LARGEST_SHARE;
  }

  function isEarly({ within }: SearchQuery): boolean {
    return !isReady && within !== undefined && isAffordable(within);
  }

  async function searchEarly(asked: SearchQuery, deadlineMs: number): Promise<SearchHit[]> {
    const { query, within, matchOf } = asked;
    const found: { rows: Uint32Array; scores: Float32Array }[] = [];
    await listed.score(within!.lists, query, deadlineMs, (rows, scores) => found.push({ rows, scores }));
    const topK = topKOf(asked);
    const { rows, scores } = ascending(found);
    let from = 0;
    for (const shard of shards) {
      const passing = within!.rowsIn(shard);
      const end = shard.firstRow + shard.rows;
      const own: number[] = [];
      const ownScores: number[] = [];
      for (; from < rows.length && rows[from]! < end; from++) {
        const row = rows[from]! - shard.firstRow;
        if (!hasItem(passing, row)) continue;
        own.push(row);
        ownScores.push(scores[from]!);
      }
      if (own.length > 0)
        topK.addListedRows(Float32Array.from(ownScores), Uint32Array.from(own), own.length, shard);
    }
    return topK.results().map(({ position, score, row }) => {
      const shard = shards.find(({ firstPosition, items }) => position < firstPosition + items)!;
      const via = modalities[shard.modality[row]!]!;
      return {
        position,
        id: version.idAt(position),
        score,
        via,
        ...(matchOf && { match: matchOf[via](score) }),
      };
    });
  }

  return {
    ...version,
    get threads() {
      return version.threads;
    },
    get isWhole() {
      return isReady && refusal.isSound && version.isWhole;
    },
    async complete() {
      await readPlanes();
      await version.complete();
    },
    probeEarly(query, kind) {
      if (isReady) return undefined;
      const probing = version.probe(query, kind);
      return probing && isAffordable(probing) ? probing : undefined;
    },
    async search(query, { deadlineMs = never } = {}) {
      if (isEarly(query)) return searchEarly(query, deadlineMs);
      await ready(deadlineMs);
      return version.search(query, { deadlineMs });
    },
    async searchMany(queries, { isOver = () => false, deadlineMs = never } = {}) {
      let left = planesBytes * LARGEST_SHARE;
      const early = queries.map((query) => {
        if (!isEarly(query)) return false;
        left -= listed.bytesOf(query.within!.lists);
        return left >= 0;
      });
      const [answers, others] = await Promise.all([
        Promise.all(queries.map((query, i) => (early[i] ? searchEarly(query, deadlineMs) : undefined))),
        searchLater(queries.filter((_, i) => !early[i])),
      ]);
      const later = [...others];
      return answers.map((answer, i) => (early[i] ? answer : later.shift()));

      async function searchLater(some: readonly SearchQuery[]) {
        if (some.length === 0) return [];
        await ready(deadlineMs);
        return version.searchMany(some, { isOver, deadlineMs });
      }
    },
    async vectorsOf(position, { deadlineMs = never } = {}) {
      await ready(deadlineMs);
      return version.vectorsOf(position, { deadlineMs });
    },
    async meanVector(position, { deadlineMs = never } = {}) {
      await ready(deadlineMs);
      return version.meanVector(position, { deadlineMs });
    },
    contentHashes() {
      if (!isReady)
        throw new TuwenError('internal', 'expected a version whose planes are in, found them missing');
      return version.contentHashes();
    },
    async retire() {
      refusal.giveUp();
      const memories = version.retire();
      await Promise.allSettled([reading, listed.settled()]);
      return memories;
    },
  };
}

/** Rows in their order, each with its score. Rows and their number fit the 53 bits of a key together. */
function ascending(parts: readonly { rows: Uint32Array; scores: Float32Array }[]) {
  const count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  const keys = new Float64Array(count);
  const unsorted = new Float32Array(count);
  let at = 0;
  for (const { rows, scores } of parts)
    for (let i = 0; i < rows.length; i++, at++) {
      keys[at] = rows[i]! * count + at;
      unsorted[at] = scores[i]!;
    }
  keys.sort();
  const rows = new Uint32Array(count);
  const scores = new Float32Array(count);
  keys.forEach((key, i) => {
    rows[i] = Math.floor(key / count);
    scores[i] = unsorted[key % count]!;
  });
  return { rows, scores };
}
