import { keys } from '../keys.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { createRowAssigner, type RowAssigner } from '../scan/assign-rows.ts';
import { chainCentroids } from '../scan/chain-centroids.ts';
import { trainCentroids } from '../scan/k-means.ts';
import { createKernel, type Kernel, OVERREAD_BYTES } from '../scan/kernel.ts';
import { scratchBytes } from '../scan/scratch.ts';
import { encodeLists, type Lists, listsOf, viewLists } from './lists.ts';
import { planRanges } from './load-ranges.ts';
import type { ListPair, ListsEntry, Manifest, ShardEntry } from './manifest.ts';
import { createListMeasurement } from './measure-lists.ts';
import { PAGE_BYTES, planMemory } from './memory-plan.ts';
import { modalities } from './modalities.ts';
import { PREFIX_TENSOR } from './prefix-tensors.ts';
import { WORTHWHILE } from './probe-lists.ts';
import { readRange } from './read-range.ts';
import { checkShardHeader, checkTensors, inParallel } from './read-shards.ts';
import { type ResidentShard, residentShards } from './resident-shard.ts';
import { createRowSample, type RowSample, type SampledRow } from './sample-rows.ts';
import { isListedWorthwhile, type ListedOptions, writeListed } from './write-listed.ts';

export interface ListOptions {
  /** Versions of fewer rows have no lists: exact search is as fast. Two rows with a prefix plane count as one. */
  readonly leastRows?: number;
  /** The recall@10 to reach, by default 0.98; 0.99 where all rows have prefixes, by which a further list takes little. */
  readonly targetRecall?: number;
  /** Rows of each modality taken as queries. */
  readonly queries?: number;
  readonly seed?: number;
  /** Awaited often: others get their turn, a lease is renewed. What it throws ends the build. */
  readonly pause?: () => Promise<void>;
  /** The rows once more in the order of the lists, for a function that holds nothing; see {@link ListedOptions}. */
  readonly listed?: ListedOptions;
  /** Whether there is no time left: then the version has no lists. */
  readonly isOver?: () => boolean;
}

/** Rows that exact search by prefixes passes in the time of one, beside lists that are read by prefixes as well. */
const ROWS_BY_PREFIX = 2;

const defaults = { leastRows: 20_000, queries: 256, seed: 1 };
const TARGET_RECALL = { otherwise: 0.98, byPrefix: 0.99 };

/** Lists of n rows: this many times √n, so that as much is read of centroids as of rows. */
const LISTS_PER_ROOT = 2;
/** Rows trained on, for each list. */
const TRAINED_PER_LIST = 40;
/** What the sample of a modality may take of memory, in fp16. */
const SAMPLE_BYTES = 64 * 1024 * 1024;

export interface ListBuilder {
  /** What is drawn of the rows, which are shown as they are written. */
  readonly sample: RowSample;
  /**
   * Reads the shards back one after the other, sorts their rows into lists, measures how many lists must be
   * looked at, and stores the lists. Undefined where they gain nothing.
   *
   * @throws TuwenError `corrupt_index` on a shard that is not what was written, or what the store throws
   */
  finish(manifest: Omit<Manifest, 'residentBytes'>): Promise<ListsEntry | undefined>;
}

/** Of a version that is being written. */
export function createListBuilder(
  objects: Pick<ObjectStore, 'readInto' | 'put' | 'delete'>,
  dimensions: number,
  options: ListOptions = {},
): ListBuilder {
  const { leastRows, queries, seed } = { ...defaults, ...options };
  const { pause = async () => {}, isOver = () => false } = options;
  const size = queries + Math.min(65_536, Math.floor(SAMPLE_BYTES / (dimensions * 2)));
  const sample = createRowSample(size, seed);

  /** The first of a sample are a sample; what is asked is not trained on. */
  const asked = (rows: readonly SampledRow[]) => rows.slice(0, Math.min(queries, rows.length >> 1));

  async function train(): Promise<Trained[]> {
    const trained: Trained[] = [];
    for (const modality of modalities) {
      const { count, rows } = sample.of(modality);
      if (count === 0) continue;
      const vectors = rows.slice(asked(rows).length).map(({ vector }) => vector);
      const lists = Math.min(vectors.length, Math.max(1, Math.round(LISTS_PER_ROOT * Math.sqrt(count))));
      const some = vectors.slice(0, lists * TRAINED_PER_LIST);
      const found = await trainCentroids(some, { dimensions, lists, seed, pause });
      const centroids = await chainCentroids(found, dimensions, pause);
      trained.push({ modality: modalities.indexOf(modality), centroids, lists });
    }
    return trained;
  }

  return {
    sample,
    async finish(manifest) {
      if (worthOf(manifest) < leastRows) return undefined;
      const byPrefix = manifest.shards.every(hasPrefix);
      const { targetRecall = TARGET_RECALL[byPrefix ? 'byPrefix' : 'otherwise'] } = options;
      const trained = await train();
      const measurement = createListMeasurement({
        text: asked(sample.of('text').rows),
        image: asked(sample.of('image').rows),
      });
      const listOfRow = new Uint32Array(manifest.rows);
      const positionOfRow = new Uint32Array(manifest.rows);
      const starts: ShardStart[] = [];
      const memory = createBlock(
        scratchBytes(dimensions) + Math.max(...manifest.shards.map((of) => of.bytes)),
      );
      const assigner = createRowAssigner({ memory, dimensions });
      const kernel = createKernel({ memory, dimensions });
      let start: ShardStart = { row: 0, position: 0 };
      for (const entry of manifest.shards) {
        if (isOver()) return undefined;
        const shard = await readShard(objects, entry, { memory, dimensions, firstPosition: start.position });
        await assignShard(
          assigner,
          shard,
          trained,
          listOfRow.subarray(start.row, start.row + entry.rows),
          pause,
        );
        writePositions(shard, positionOfRow.subarray(start.row, start.row + entry.rows));
        await measurement.add(kernel, shard, pause);
        starts.push(start);
        start = { row: start.row + entry.rows, position: start.position + entry.items };
      }
      const lists = gatherLists(trained, listOfRow, dimensions);
      const { bytes, tensors } = encodeLists(lists, manifest);
      const entry = { key: keys.lists(manifest.version), bytes: bytes.byteLength, tensors };
      const pairs = measurement.pairs(
        ...placeLists(bytes, entry, manifest),
        { listOfRow, positionOfRow },
        (position, row) => starts.findLast((of) => of.position <= position)!.row + row,
        targetRecall,
      );
      if (isOver() || !pairs.some((pair) => isWorthwhile(pair, lists))) return undefined;
      const listed = isListedWorthwhile(manifest.shards, options.listed)
        ? await writeListed(objects, manifest, lists, { ...options.listed, pause, isOver })
        : undefined;
      const stored = listed ? encodeLists({ ...lists, hashes: listed.hashes }, manifest) : { bytes, tensors };
      await objects.put(entry.key, stored.bytes, { contentType: 'application/octet-stream' });
      return {
        key: entry.key,
        bytes: stored.bytes.byteLength,
        tensors: stored.tensors,
        targetRecall,
        pairs,
        ...(listed && { listed: listed.files }),
      };
    },
  };
}

function worthOf({ shards }: Pick<Manifest, 'shards'>): number {
  return shards.reduce((sum, shard) => sum + shard.rows / (hasPrefix(shard) ? ROWS_BY_PREFIX : 1), 0);
}

function hasPrefix({ tensors }: ShardEntry): boolean {
  return tensors.some(({ name }) => name === PREFIX_TENSOR);
}

/** The centroids of a modality. */
interface Trained {
  /** Index into modalities. */
  readonly modality: number;
  /** fp16 bits [lists, dimensions]. */
  readonly centroids: Uint16Array;
  readonly lists: number;
}

/** Of a shard in the version. */
interface ShardStart {
  readonly row: number;
  readonly position: number;
}

function createBlock(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: Math.ceil((bytes + OVERREAD_BYTES) / PAGE_BYTES) });
}

/** A shard, checked, in the place of the one before. */
async function readShard(
  objects: Pick<ObjectStore, 'readInto'>,
  entry: ShardEntry,
  {
    memory,
    dimensions,
    firstPosition,
  }: { memory: WebAssembly.Memory; dimensions: number; firstPosition: number },
): Promise<ResidentShard> {
  const plan = planMemory(dimensions, [entry]);
  const file = new Uint8Array(memory.buffer, plan.shardOffsets[0]!, entry.bytes);
  const bytesAt = (start: number, end: number) => file.subarray(start, end);
  await inParallel(planRanges([entry], 8 * 1024 * 1024), 6, ({ start, end }) =>
    readRange(objects, entry.key, { start, end }, file.subarray(start, end)),
  );
  checkShardHeader(entry, bytesAt);
  await checkTensors(entry, entry.tensors, bytesAt);
  const [shard] = residentShards({ shards: [entry], dimensions }, [memory], plan);
  return { ...shard!, firstPosition };
}

/** Writes the list of each row, counted through the lists of all modalities. */
async function assignShard(
  assigner: RowAssigner,
  { plane, rows, modality: modalityOf }: ResidentShard,
  trained: readonly Trained[],
  listOfRow: Uint32Array,
  pause: () => Promise<void>,
): Promise<void> {
  const nearest = new Uint32Array(rows);
  const scores = new Float64Array(rows);
  let firstList = 0;
  for (const { modality, centroids, lists } of trained) {
    await assigner.assign(plane!, rows, centroids, nearest, scores, pause);
    for (let row = 0; row < rows; row++)
      if (modalityOf[row] === modality) listOfRow[row] = firstList + nearest[row]!;
    firstList += lists;
  }
}

function writePositions(
  { items, itemOffsets, firstPosition }: ResidentShard,
  positionOfRow: Uint32Array,
): void {
  for (let item = 0; item < items; item++)
    positionOfRow.fill(firstPosition + item, itemOffsets[item], itemOffsets[item + 1]);
}

/** Leaves out lists without rows, and numbers the others anew, in `listOfRow` too. */
function gatherLists(trained: readonly Trained[], listOfRow: Uint32Array, dimensions: number): Lists {
  const all = trained.flatMap(({ modality, centroids, lists }) =>
    Array.from({ length: lists }, (_, i) => ({
      modality,
      centroid: centroids.subarray(i * dimensions, (i + 1) * dimensions),
    })),
  );
  const counts = new Uint32Array(all.length);
  for (const list of listOfRow) counts[list] = counts[list]! + 1;
  const kept = all.flatMap((list, i) => (counts[i]! > 0 ? [{ ...list, number: i, rows: counts[i]! }] : []));
  const newNumber = new Uint32Array(all.length);
  kept.forEach(({ number }, i) => {
    newNumber[number] = i;
  });
  const offsets = new Uint32Array(kept.length + 1);
  kept.forEach(({ rows }, i) => {
    offsets[i + 1] = offsets[i]! + rows;
  });
  const ends = offsets.slice();
  const rows = new Uint32Array(listOfRow.length);
  listOfRow.forEach((old, row) => {
    const list = newNumber[old]!;
    listOfRow[row] = list;
    rows[ends[list]!] = row;
    ends[list] = ends[list]! + 1;
  });
  const centroids = new Uint16Array(kept.length * dimensions);
  kept.forEach(({ centroid }, i) => {
    centroids.set(centroid, i * dimensions);
  });
  return { centroids, offsets, rows, modality: Uint8Array.from(kept, ({ modality }) => modality) };
}

/** The file in a memory of its own, as a search will see it. */
function placeLists(
  bytes: Uint8Array,
  entry: Pick<ListsEntry, 'key' | 'tensors' | 'listed'>,
  version: { readonly rows: number; readonly dimensions: number },
): [kernel: Kernel, lists: Lists] {
  const { dimensions } = version;
  const start = scratchBytes(dimensions);
  const memory = createBlock(start + bytes.byteLength);
  new Uint8Array(memory.buffer).set(bytes, start);
  return [createKernel({ memory, dimensions }), viewLists(memory.buffer, start, entry, version)];
}

function isWorthwhile({ rows, probes }: ListPair, lists: Lists): boolean {
  const { first, end } = listsOf(lists, modalities.indexOf(rows));
  return probes * WORTHWHILE < end - first;
}
