import type { Kernel, PrefixPlace } from '../scan/kernel.ts';
import { type ListedPlace, type ListedPrefix, listPrefixes, prefixCentroids } from './listed-prefix.ts';
import { type Lists, viewLists } from './lists.ts';
import type { Manifest } from './manifest.ts';
import type { MemoryPlan } from './memory-plan.ts';
import { createListProber, type ProbeOptions, type Probing } from './probe-lists.ts';
import type { ResidentShard } from './resident-shard.ts';
import { scanLists } from './scan-lists.ts';
import type { Scan } from './scan-shards.ts';
import type { SearchQuery } from './search-query.ts';

/** Fast mode of a version: which rows a query looks at, and its search of them. */
export interface FastSearch {
  /** The rows to look at; undefined where the version has no lists or they gain nothing for the query. */
  probe(query: Pick<SearchQuery, 'query' | 'against' | 'filter'>, options: ProbeOptions): Probing | undefined;
  /**
   * Shows the rows `within` to the scan's top-k by prefixes in the order of the lists. False, and nothing is done,
   * where those are not to be had: then the rows are searched as others are.
   */
  scan(scan: Scan, within: Probing | undefined): boolean;
}

export interface FastSearchOptions {
  readonly manifest: Manifest;
  readonly memories: readonly WebAssembly.Memory[];
  readonly plan: MemoryPlan;
  /** One for each memory. */
  readonly kernels: readonly Kernel[];
  /** Those of the memory, where they were checked already. */
  readonly lists: Lists | undefined;
  /** Those of the version while it may be searched; throws when it was given up. */
  readonly shards: () => readonly ResidentShard[];
  readonly isWhole: () => boolean;
}

export function createFastSearch(options: FastSearchOptions): FastSearch {
  const { manifest, memories, plan, kernels, shards, isWhole } = options;
  const lists =
    options.lists ??
    (manifest.lists && viewLists(memories.at(-1)!.buffer, plan.listsOffset, manifest.lists, manifest));
  const pairs = manifest.lists?.pairs;
  const kernel = kernels.at(-1)!;
  const prober =
    lists && pairs && createListProber({ kernel, shards: shards(), lists, pairs, prefix: centroidPrefix });
  let ofShards: readonly ListedPrefix[] | undefined;
  let ofCentroids: PrefixPlace | undefined;

  /** Once all is in; undefined before, and where shards have no prefix planes. */
  function centroidPrefix(): PrefixPlace | undefined {
    const { centroidCodesOffset: offset } = plan;
    const prefix = shards()[0]?.prefix;
    if (!lists || !prefix || offset === undefined || !isWhole()) return undefined;
    ofCentroids ??= prefixCentroids(memories.at(-1)!, offset, prefix, lists);
    return ofCentroids;
  }

  /** Of each shard, made when they are first asked for; undefined where some have none. */
  function listedPrefixes(): readonly ListedPrefix[] | undefined {
    if (!lists || ofShards) return ofShards;
    const places = shards().flatMap((shard, i): ListedPlace[] => {
      const { prefix } = shard;
      const offset = plan.listedOffsets[i];
      if (!prefix || offset === undefined) return [];
      return [{ shard: { ...shard, prefix }, memory: memories[shard.memory]!, offset }];
    });
    if (places.length === shards().length) ofShards = listPrefixes(places, lists);
    return ofShards;
  }

  return {
    probe: (query, options) => prober?.(query, options),
    scan(scan, within) {
      const listed = within?.whole && listedPrefixes();
      return listed ? scanLists(kernels, shards(), listed, scan, within.whole) : false;
    },
  };
}
