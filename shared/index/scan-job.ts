import type { MessagePort } from 'node:worker_threads';
import type { Kernel, KernelChoice } from '../scan/kernel.ts';
import { type MatchCurve, matchMap } from '../scan/match-map.ts';
import type { MixedBlock } from '../scan/merged-top-k.ts';
import type { RankedItem } from '../scan/ranking-heap.ts';
import { MAX_QUERIES } from '../scan/scratch.ts';
import type { TopK } from '../scan/top-k.ts';
import { MAX_THREADS } from './capacity.ts';
import type { ItemRange } from './item-ranges.ts';
import { modalities } from './modalities.ts';
import type { ScannedShard } from './resident-shard.ts';
import { beginPass, passesOf, type Scan } from './scan-shards.ts';
import { type SearchQuery, topKOf } from './search-query.ts';

/** What threads that look at the rows of one version tell each other: numbers in shared memory, and jobs. */

/** What a thread is started with. */
export interface ThreadStart {
  /** From 1 on; 0 is the thread that asks. */
  readonly thread: number;
  /** See {@link viewControl}. */
  readonly control: SharedArrayBuffer;
  /** Jobs come by it, and what was found goes back. */
  readonly port: MessagePort;
  readonly memories: readonly WebAssembly.Memory[];
  readonly dimensions: number;
  /** In each of them. */
  readonly scratchOffset: number;
  /** Views on them. */
  readonly shards: readonly ScannedShard[];
  readonly kernel: KernelChoice;
  /** Into how many ranges the version is split, about. */
  readonly ranges: number;
}

/** Up to MAX_QUERIES searches, whose ranges threads take one after the other. */
export interface ScanJob {
  readonly job: number;
  readonly scans: readonly ScanOfJob[];
  /** Bitmaps of items, shard by shard. */
  readonly bits: SharedArrayBuffer | undefined;
}

interface ScanOfJob {
  readonly asked: Omit<SearchQuery, 'filter' | 'within' | 'matchOf'>;
  readonly curves: { readonly text: MatchCurve; readonly image: MatchCurve } | undefined;
  /** Where its bitmaps begin, if it does not look at all items; in words. */
  readonly bitsAt: number | undefined;
}

/** What a thread found, or why it could not. */
export type ThreadAnswer =
  | { readonly job: number; readonly found: readonly Float64Array[] }
  | { readonly job: number; readonly failure: string };

/** A search on its way. */
export interface SelectingScan extends Scan<ScannedShard> {
  readonly topK: TopK<MixedBlock>;
}

/**
 * A thread's state: it waits for a job, was given one, works on it, and has told what it found. From `asked` either
 * the thread goes on to `working` or the one that asks takes the job back.
 */
export const threadStates = { starting: 0, idle: 1, asked: 2, working: 3, done: 4 } as const;

/** What is behind `control`, all of it read and written by Atomics. */
export function viewControl(control: SharedArrayBuffer) {
  const words = new Int32Array(control);
  return {
    words,
    /** The number of the job. */
    job: 0,
    /** The next task that nobody has taken. */
    next: 1,
    stateOf: (thread: number) => 1 + thread,
    /** Which thread took a task. */
    ownerOf: (task: number) => 1 + MAX_THREADS + task,
  };
}
export type Control = ReturnType<typeof viewControl>;

export function createControl(ranges: number): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (1 + MAX_THREADS + ranges * MAX_QUERIES));
}

/** Undefined where what is asked can't be told to another thread, or is of some rows only. */
export function jobScanOf(asked: SearchQuery, bitsAt: number | undefined): ScanOfJob | undefined {
  const { filter: _, within, matchOf, ...others } = asked;
  const { text, image } = { text: matchOf?.text.curve, image: matchOf?.image.curve };
  if (within || (matchOf && !(text && image))) return undefined;
  return { asked: others, curves: text && image && { text, image }, bitsAt };
}

/** The same searches, each with a top-k of its own. */
export function scansOf({ scans, bits }: ScanJob, bitmaps: ItemBitmaps): SelectingScan[] {
  return scans.map(({ asked, curves, bitsAt }) => {
    const matchOf = curves && { text: matchMap(curves.text), image: matchMap(curves.image) };
    const { query, against = 'any' } = asked;
    return {
      query,
      topK: topKOf({ ...asked, ...(matchOf && { matchOf }) }),
      ...(against !== 'any' && { modality: modalities.indexOf(against) }),
      ...(bitsAt !== undefined && {
        itemsIn: (shard: ScannedShard) => bitmaps.view(bits!, bitsAt, shard),
      }),
    };
  });
}

/** Where bitmaps of the items of each shard lie, one after the other. */
export function createItemBitmaps(shards: readonly ScannedShard[]) {
  const starts = new Map<ScannedShard, number>();
  let words = 0;
  for (const shard of shards) {
    starts.set(shard, words);
    words += Math.ceil(shard.items / 32);
  }
  return {
    /** Of a bitmap of all items. */
    words,
    /** @param at where the bitmaps of a search begin, in words */
    view: (bits: SharedArrayBuffer, at: number, shard: ScannedShard) =>
      new Int32Array(bits, (at + starts.get(shard)!) * 4, Math.ceil(shard.items / 32)),
  };
}
export type ItemBitmaps = ReturnType<typeof createItemBitmaps>;

/**
 * Does tasks as long as there are any: each is a range of a pass, in their order, which `claim` gives ascending.
 *
 * @param claim undefined when there are no more
 */
export function doTasks(
  kernels: readonly Kernel[],
  shards: readonly ScannedShard[],
  ranges: readonly ItemRange<ScannedShard>[],
  scans: readonly Scan<ScannedShard>[],
  claim: () => number | undefined,
): void {
  const passes = passesOf(shards, scans);
  let begun: { readonly pass: number; scan(range: ItemRange<ScannedShard>): void } | undefined;
  for (let task = claim(); task !== undefined; task = claim()) {
    const pass = Math.floor(task / ranges.length);
    if (begun?.pass !== pass) begun = { pass, scan: beginPass(kernels, passes[pass]!) };
    begun.scan(ranges[task % ranges.length]!);
  }
}

/** Takes the next task. */
export function claimTask({ words, next, ownerOf }: Control, thread: number, tasks: number) {
  const task = Atomics.add(words, next, 1);
  if (task >= tasks) return undefined;
  Atomics.store(words, ownerOf(task), thread);
  return task;
}

const COLUMNS = 3;

/** f64 [items, 3] */
export function packItems(items: readonly RankedItem[]): Float64Array {
  return Float64Array.from(items.flatMap(({ position, score, row }) => [position, score, row]));
}

export function unpackItems(packed: Float64Array): RankedItem[] {
  return Array.from({ length: packed.length / COLUMNS }, (_, i) => ({
    position: packed[i * COLUMNS]!,
    score: packed[i * COLUMNS + 1]!,
    row: packed[i * COLUMNS + 2]!,
  }));
}
