import { TuwenError } from '../error.ts';
import type { Modality } from '../item.ts';
import { createKernel, type KernelChoice, type KernelName } from '../scan/kernel.ts';
import type { RankedItem } from '../scan/ranking-heap.ts';
import { MAX_QUERIES } from '../scan/scratch.ts';
import { isShared } from '../scan/wasm-module.ts';
import { searchCold } from './cold-search.ts';
import { type AttributeCounts, type CountOptions, countAttributes } from './count-attributes.ts';
import type { DiskRows } from './disk-rows.ts';
import { searchOnDisk } from './disk-search.ts';
import { createFastSearch, type FastSearch } from './fast-search.ts';
import { filterItems } from './filter-items.ts';
import { scannedBytes } from './item-ranges.ts';
import { createItemVectors, type Deadline, type ItemVector, never } from './item-vectors.ts';
import type { Lists } from './lists.ts';
import type { Manifest } from './manifest.ts';
import type { MemoryPlan } from './memory-plan.ts';
import type { MissingRows } from './missing-rows.ts';
import { modalities } from './modalities.ts';
import type { ProbeOptions, Probing } from './probe-lists.ts';
import type { Traffic } from './read-shards.ts';
import { type ResidentShard, residentShards } from './resident-shard.ts';
import { scanShards } from './scan-shards.ts';
import { type ScanThreads, startScanThreads, type ThreadSettings, WORTH_BYTES } from './scan-threads.ts';
import { bestOf, candidatesOf, type SearchHit, type SearchQuery, topKOf } from './search-query.ts';

/**
 * A version in memory. Items are known by their position: their number in the UTF-8 byte order of ids.
 * What touches vectors is asynchronous, because they need not be resident for ever.
 */
export interface LoadedVersion {
  readonly version: string;
  readonly model: string;
  readonly dimensions: number;
  /** Rows: one for each text and each picture. */
  readonly vectors: number;
  readonly items: number;
  /** Of memory, where its fp16 rows lie in memory as where they lie on the disk. */
  readonly residentBytes: number;
  /** Of the disk. */
  readonly diskBytes: number;
  readonly kernelName: KernelName;
  /** How many threads search it now; others may still be on their way. */
  readonly threads: number;
  /**
   * Whether all of it lies in memory, or its fp16 rows on the disk. While it does not, results are the same (of a
   * search `within` what probeEarly gave, those of fast mode); what touches vectors waits for what it needs or reads
   * those it needs, and throws TuwenError `not_ready` (retryable) at its deadline or when reading fails, and
   * `corrupt_index` from when a row or a checksum is found to be wrong.
   */
  readonly isWhole: boolean;
  /** Of loading it, so far. */
  readonly traffic: Traffic;
  /**
   * Reads what it lacks; resolves when it is whole. Asked again meanwhile, it is the same reading; after a
   * failure it goes on where it stopped.
   *
   * @throws TuwenError `corrupt_index`, `internal` when it was given up, or what the store throws.
   */
  complete(): Promise<void>;
  /**
   * The exact top-k of the items that pass, by descending score, then position; each item once, by its
   * best row (the first of equal ones). What does not pass is not scored. With `matchOf`, where rows of
   * both modalities may match, by descending match before score.
   *
   * @throws TuwenError `wrong_model` on a query of other dimensions, `internal` on one that is not finite.
   */
  search(query: SearchQuery, options?: Deadline): Promise<SearchHit[]>;
  /**
   * The same for each query, until `isOver` says that there is no time left: undefined for those not begun by
   * then. The first is always answered. Up to eight share a pass over the rows.
   */
  searchMany(
    queries: readonly SearchQuery[],
    options?: { isOver?: () => boolean } & Deadline,
  ): Promise<(SearchHit[] | undefined)[]>;
  /**
   * Fast mode: the rows to look at for a query, to be searched `within`. Undefined where the version has no
   * lists or they gain nothing for it; then exact search is all there is.
   */
  probe(query: Pick<SearchQuery, 'query' | 'against' | 'filter'>, options: ProbeOptions): Probing | undefined;
  /**
   * The same while the version can't answer exactly yet, where a search `within` it is answered sooner than an
   * exact one would be. Its results are those of fast mode.
   */
  probeEarly(
    query: Pick<SearchQuery, 'query' | 'against' | 'filter'>,
    options: ProbeOptions,
  ): Probing | undefined;
  /** How often the values of attributes occur among the items that pass, by name. No vector is touched. */
  countAttributes(options?: CountOptions): Map<string, AttributeCounts>;
  /** The item's position, or undefined where the version does not have it. */
  positionOf(id: string): number | undefined;
  idAt(position: number): string;
  /** The item's rows in their order. */
  vectorsOf(position: number, options?: Deadline): Promise<ItemVector[]>;
  /**
   * The mean of the item's picture vectors, not normalised, or its text vector where it has none.
   */
  meanVector(position: number, options?: Deadline): Promise<Pick<ItemVector, 'modality' | 'vector'>>;
  /** Every row in order; its hashes are views on the version. */
  contentHashes(): Iterable<RowContent>;
  /**
   * The fp16 bits of a row [dimensions], of a version that is whole: a view on it, or read from the disk.
   *
   * @param row its number among those of the version
   */
  vectorOfRow(row: number): Uint16Array;
  /**
   * Gives its memory up for another version, when nothing writes into it any more; whatever is asked of this
   * one from the call on throws.
   */
  retire(): Promise<readonly WebAssembly.Memory[]>;
}

export interface RowContent {
  readonly position: number;
  readonly modality: Modality;
  /** 16 bytes. */
  readonly contentHash: Uint8Array;
  /** Its number among those of the version. */
  readonly row: number;
}

export interface LoadedVersionOptions {
  readonly manifest: Manifest;
  /** Hold the shards' files where the plan says. */
  readonly memories: readonly WebAssembly.Memory[];
  readonly plan: MemoryPlan;
  readonly kernel: KernelChoice;
  /** What is still to be read; nothing by default. */
  readonly missing?: MissingRows;
  /** Instead: the rows that lie on the disk, as the plan has them. */
  readonly disk?: DiskRows;
  readonly traffic?: Traffic;
  /** Those of the memory, where they were checked already. */
  readonly lists?: Lists | undefined;
  /** As many as the plan has room for; the calling one alone where memory is none that can be shared. */
  readonly threads?: ThreadSettings;
}

/** @throws TuwenError `corrupt_index` where shards don't fit together. */
export function createLoadedVersion(options: LoadedVersionOptions): LoadedVersion {
  const { manifest, memories, plan, missing, disk, traffic = { requests: 0, bytes: 0 } } = options;
  const { dimensions } = manifest;
  const scratchOffset = plan.scratchOffsets[0]!;
  const kernels = memories.map((memory) =>
    createKernel({ memory, dimensions, scratchOffset, kernel: options.kernel }),
  );
  const rowSource = disk ?? missing;
  let shards = rowSource?.shards ?? residentShards(manifest, memories, plan);
  let isRetired = false;
  let threads: ScanThreads | undefined;
  const itemVectors = createItemVectors({ manifest, shards: inUse, disk, missing });
  const isWhole = () => rowSource?.isWhole ?? true;
  let fast: FastSearch | undefined = createFastSearch({
    manifest,
    memories,
    plan,
    kernels,
    lists: options.lists,
    shards: inUse,
    isWhole,
  });
  if (isWhole()) startThreads();

  /** Where there is room for them, all rows are in memory, and so many that it is worth it. */
  function startThreads(): void {
    const { threads: settings, kernel: kernelChoice } = options;
    const { scratchOffsets } = plan;
    if (!settings || settings.count === 1 || scratchOffsets.length < settings.count) return;
    if (threads || isRetired || disk || !memories.every(isShared)) return;
    if (scannedBytes(shards) < (settings.worthBytes ?? WORTH_BYTES)) return;
    const common = { memories, dimensions, kernels, kernelChoice, shards };
    threads = startScanThreads({ ...common, settings, scratchOffsets });
  }

  function inUse(): readonly ResidentShard[] {
    if (isRetired) throw new TuwenError('internal', `version ${manifest.version} was given up`);
    return shards;
  }

  function modalityOf(position: number, row: number): Modality {
    return modalities[itemVectors.shardOf(position).modality[row]!]!;
  }

  /** In one pass where they look at all rows. */
  async function searchTogether(queries: readonly SearchQuery[], deadlineMs: number): Promise<SearchHit[][]> {
    for (const { query } of queries) checkVector(query, manifest);
    const scans = queries.map((asked) => {
      const { query, against = 'any', filter, within } = asked;
      return {
        query,
        topK: topKOf(asked),
        ...(against !== 'any' && { modality: modalities.indexOf(against) }),
        ...(filter &&
          filter.conditions.length > 0 && {
            itemsIn: oncePerShard((shard) => filterItems(filter, shard)),
          }),
        ...(within && { rowsIn: within.rowsIn }),
      };
    });
    const cold = scans.map((scan, i) => ({
      ...scan,
      candidates: () => candidatesOf<ResidentShard>(queries[i]!),
    }));
    if (disk && plan.staging)
      await searchOnDisk(
        { kernels, memory: memories[0]!, staging: plan.staging, rows: disk },
        inUse(),
        cold,
        deadlineMs,
      );
    else if (missing && !missing.isWhole) await searchCold(kernels, inUse(), cold, { missing, deadlineMs });
    else {
      const found = threads?.search(queries, scans);
      if (found) return found.map((ofThreads, i) => hitsOf(best(ofThreads, queries[i]!), queries[i]!));
      scanShards(
        kernels,
        inUse(),
        scans.filter((scan, i) => !fast?.scan(scan, queries[i]!.within)),
      );
    }
    return scans.map(({ topK }, i) => hitsOf(topK.results(), queries[i]!));
  }

  function best(found: readonly (readonly RankedItem[])[], { topK, matchOf }: SearchQuery) {
    return bestOf(
      found,
      topK,
      matchOf && (({ position, row, score }) => matchOf[modalityOf(position, row)](score)),
    );
  }

  function hitsOf(items: readonly RankedItem[], { matchOf }: SearchQuery): SearchHit[] {
    return items.map(({ position, score, row }) => {
      const shard = itemVectors.shardOf(position);
      const id = shard.readIdOfRow(row);
      const via = modalities[shard.modality[row]!]!;
      return { position, id, score, via, ...(matchOf && { match: matchOf[via](score) }) };
    });
  }

  return {
    version: manifest.version,
    model: manifest.model,
    dimensions,
    vectors: manifest.rows,
    items: manifest.items,
    residentBytes: plan.residentBytes,
    diskBytes: plan.diskBytes,
    kernelName: kernels[0]!.name,
    get threads() {
      return threads?.count ?? 1;
    },
    get isWhole() {
      return isWhole();
    },
    traffic,
    async complete() {
      await rowSource?.complete();
      startThreads();
    },
    async search(query, { deadlineMs = never } = {}) {
      const [hits] = await searchTogether([query], deadlineMs);
      return hits!;
    },
    async searchMany(queries, { isOver = () => false, deadlineMs = never } = {}) {
      const answers: (SearchHit[] | undefined)[] = [];
      while (answers.length < queries.length) {
        const isLate = isOver();
        if (isLate && answers.length > 0) break;
        const next = queries.slice(answers.length, answers.length + (isLate ? 1 : MAX_QUERIES));
        answers.push(...(await searchTogether(next, deadlineMs)));
      }
      return queries.map((_, i) => answers[i]);
    },
    probe(query, options) {
      inUse();
      checkVector(query.query, manifest);
      return fast?.probe(query, options);
    },
    probeEarly: () => undefined,
    countAttributes: (options) => countAttributes(inUse(), options),
    positionOf(id) {
      const key = Buffer.from(id);
      const shard = inUse().find(({ lastId }) => Buffer.compare(lastId, key) >= 0);
      if (!shard) return undefined;
      let low = 0;
      let high = shard.items - 1;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (Buffer.compare(shard.idOfRow(shard.itemOffsets[middle]!), key) < 0) low = middle + 1;
        else high = middle;
      }
      return shard.idOfRow(shard.itemOffsets[low]!).equals(key) ? shard.firstPosition + low : undefined;
    },
    idAt: itemVectors.idAt,
    vectorsOf: itemVectors.vectorsOf,
    meanVector: itemVectors.meanVector,
    vectorOfRow: itemVectors.vectorOfRow,
    *contentHashes() {
      for (const shard of inUse())
        for (let item = 0, row = 0; item < shard.items; item++)
          for (; row < shard.itemOffsets[item + 1]!; row++) {
            yield {
              position: shard.firstPosition + item,
              modality: modalities[shard.modality[row]!]!,
              contentHash: shard.contentHashOfRow(row),
              row: shard.firstRow + row,
            };
          }
    },
    async retire() {
      inUse();
      isRetired = true;
      shards = [];
      fast = undefined;
      await Promise.all([rowSource?.close(), threads?.stop()]);
      return memories;
    },
  };
}

function oncePerShard<T>(make: (shard: ResidentShard) => T): (shard: ResidentShard) => T {
  const made = new Map<ResidentShard, T>();
  return (shard) => {
    const of = made.get(shard) ?? make(shard);
    made.set(shard, of);
    return of;
  };
}

function checkVector(query: Float32Array, { dimensions, model }: Manifest): void {
  if (query.length !== dimensions)
    throw new TuwenError(
      'wrong_model',
      `expected a query of ${dimensions} dimensions as ${model} gives, found ${query.length}`,
    );
  for (let i = 0; i < query.length; i++)
    if (!(Math.abs(query[i]!) < 65_536))
      throw new TuwenError('internal', 'expected a unit query, found components that are none');
}
