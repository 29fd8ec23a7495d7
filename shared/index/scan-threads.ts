import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Kernel, KernelChoice } from '../scan/kernel.ts';
import type { RankedItem } from '../scan/ranking-heap.ts';
import { scannedBytes, scannedRowBytes, splitShards } from './item-ranges.ts';
import type { ResidentShard, ScannedShard } from './resident-shard.ts';
import {
  claimTask,
  createControl,
  createItemBitmaps,
  doTasks,
  jobScanOf,
  type ScanJob,
  type SelectingScan,
  scansOf,
  type ThreadAnswer,
  type ThreadStart,
  threadStates,
  unpackItems,
  viewControl,
} from './scan-job.ts';
import { passesOf, type Scan } from './scan-shards.ts';
import type { SearchQuery } from './search-query.ts';

/** Threads that look at the rows of a version together with the one that asks. */
export interface ThreadSettings {
  /** The one that asks among them: with 1 there are no others. At most MAX_THREADS. */
  readonly count: number;
  /** A module that hands its workerData to runScanThread. */
  readonly file: URL;
  /** Searches that look at fewer bytes are left to the one that asks. Default {@link WORTH_BYTES}. */
  readonly worthBytes?: number;
  /** Told once if a thread was lost; the one that asks goes on alone, with the same results. */
  readonly onLost?: (error: unknown) => void;
}

/** About a millisecond's; waking threads takes up to a tenth of that. */
export const WORTH_BYTES = 8 * 1024 * 1024;

export interface ScanThreads {
  /** How many look at rows now, the one that asks among them. */
  readonly count: number;
  /**
   * What each search found, thread by thread, of which the best are its results. All of them at once, without
   * awaiting anything. Undefined where nothing would be gained, or threads can't be told what is asked.
   *
   * @param scans what is asked as scanShards takes it
   */
  search(asked: readonly SearchQuery[], scans: readonly Scan[]): RankedItem[][][] | undefined;
  /** Resolves when none of them reads or writes the version's memory any more. */
  stop(): Promise<void>;
}

export interface ScanThreadsOptions {
  readonly settings: ThreadSettings;
  /** Shared. */
  readonly memories: readonly WebAssembly.Memory[];
  readonly dimensions: number;
  /** One for each thread, in every memory. */
  readonly scratchOffsets: readonly number[];
  /** Of the thread that asks, one for each memory. */
  readonly kernels: readonly Kernel[];
  readonly kernelChoice: KernelChoice;
  readonly shards: readonly ResidentShard[];
}

/** So that nobody waits long for the last one, whatever else the processors do. */
const RANGES_PER_THREAD = 8;

/** A range takes a few milliseconds at most; what takes longer than this is not there any more. */
const PATIENCE_MS = 1000;

/**
 * Starts threads for a version that lies in shared memory. A search is split into ranges that threads take one
 * after the other, each with a top-k of its own: the order of results is total, so the best of them all are the
 * same, whoever looked at what. Who asks takes its share, and is done with all of it if nobody else comes.
 */
export function startScanThreads(options: ScanThreadsOptions): ScanThreads {
  const { settings, shards, kernels } = options;
  const ranges = splitShards(shards, settings.count * RANGES_PER_THREAD);
  const bitmaps = createItemBitmaps(shards);
  const buffer = createControl(ranges.length);
  const control = viewControl(buffer);
  const { words, next, ownerOf } = control;
  const others = Array.from({ length: settings.count - 1 }, (_, i) => startThread(i + 1));
  let bits: SharedArrayBuffer | undefined;
  let jobs = 0;
  let stopped: Promise<unknown> | undefined;

  function startThread(thread: number) {
    const { port1: port, port2 } = new MessageChannel();
    const { memories, dimensions, scratchOffsets, kernelChoice } = options;
    const start: ThreadStart = {
      thread,
      control: buffer,
      port: port2,
      memories,
      dimensions,
      scratchOffset: scratchOffsets[thread]!,
      shards: shards.map(scannedPart),
      kernel: kernelChoice,
      ranges: settings.count * RANGES_PER_THREAD,
    };
    const worker = new Worker(settings.file, { workerData: start, transferList: [port2] });
    // The process ends whether or not it is there.
    worker.unref();
    worker.on('error', lose);
    worker.on('exit', (code) => lose(new Error(`a thread of search ended with ${code}`)));
    return { thread, port, worker, state: control.stateOf(thread) };
  }
  type Other = (typeof others)[number];

  function lose(error: unknown): void {
    if (stopped) return;
    void stop();
    settings.onLost?.(error);
  }

  function stop(): Promise<unknown> {
    stopped ??= Promise.all(
      others.map(({ worker, port }) => {
        port.close();
        return worker.terminate();
      }),
    );
    return stopped;
  }

  /** Those that are ready; one that still starts is left out. */
  function readyOnes(): Other[] {
    return stopped ? [] : others.filter(({ state }) => Atomics.load(words, state) === threadStates.idle);
  }

  /** What threads are to be told; filters are evaluated once for all of them. */
  function jobOf(asked: readonly SearchQuery[], scans: readonly Scan[]): ScanJob | undefined {
    const filtered = scans.filter(({ itemsIn }) => itemsIn);
    const bytes = filtered.length * bitmaps.words * 4;
    if (bytes > (bits?.byteLength ?? 0)) bits = new SharedArrayBuffer(bytes);
    const bitsOf = (scan: Scan) => (scan.itemsIn ? filtered.indexOf(scan) * bitmaps.words : undefined);
    const told = scans.map((scan, i) => jobScanOf(asked[i]!, bitsOf(scan)));
    if (!told.every((scan) => scan !== undefined)) return undefined;
    for (const scan of filtered)
      for (const shard of shards) bitmaps.view(bits!, bitsOf(scan)!, shard).set(scan.itemsIn!(shard));
    return { job: ++jobs, scans: told, bits };
  }

  function isWorth(scans: readonly Scan[]): boolean {
    const { worthBytes = WORTH_BYTES } = settings;
    return passesOf(shards, scans).reduce((sum, pass) => sum + bytesOf(pass.scans[0]!), 0) >= worthBytes;
  }

  function bytesOf({ itemsIn }: Scan): number {
    if (!itemsIn) return scannedBytes(shards);
    return shards.reduce((sum, shard) => {
      const share = countBits(itemsIn(shard)) / shard.items;
      return sum + share * shard.rows * scannedRowBytes(shard);
    }, 0);
  }

  function ask({ port, state }: Other, job: ScanJob): void {
    port.postMessage(job);
    Atomics.store(words, state, threadStates.asked);
    Atomics.notify(words, state);
  }

  /** What it found; undefined if it had not begun, and then it won't. */
  function answerOf({ port, state }: Other, job: number): readonly Float64Array[] | undefined {
    const { asked, idle, working } = threadStates;
    if (Atomics.compareExchange(words, state, asked, idle) === asked) return undefined;
    if (Atomics.wait(words, state, working, PATIENCE_MS) === 'timed-out')
      throw new Error(`expected a thread of search to be done, found none for ${PATIENCE_MS} ms`);
    const answer = receiveMessageOnPort(port)?.message as ThreadAnswer | undefined;
    Atomics.store(words, state, idle);
    if (answer?.job !== job) throw new Error(`expected a thread's answer to ${job}, found ${answer?.job}`);
    if ('failure' in answer) throw new Error(answer.failure);
    return answer.found;
  }

  /** Those that were taken by none of these threads, or by nobody. */
  function tasksOfOthers(tasks: number, threads: ReadonlySet<number>): number[] {
    return Array.from({ length: tasks }, (_, task) => task).filter(
      (task) => !threads.has(Atomics.load(words, ownerOf(task))),
    );
  }

  /** Some tasks, or those that can be claimed, by the one that asks. */
  function doOwn(job: ScanJob, claim: () => number | undefined): RankedItem[][] {
    const own: SelectingScan[] = scansOf(job, bitmaps);
    doTasks(kernels, shards, ranges, own, claim);
    return own.map(({ topK }) => topK.results());
  }

  return {
    get count() {
      return 1 + readyOnes().length;
    },
    search(asked, scans) {
      const ready = readyOnes();
      if (ready.length === 0 || !isWorth(scans)) return undefined;
      const job = jobOf(asked, scans);
      if (!job) return undefined;
      const tasks = passesOf(shards, scans).length * ranges.length;
      Atomics.store(words, control.job, job.job);
      Atomics.store(words, next, 0);
      for (let task = 0; task < tasks; task++) Atomics.store(words, ownerOf(task), nobody);
      for (const other of ready) ask(other, job);
      try {
        const found = [doOwn(job, () => claimTask(control, 0, tasks))];
        const done = new Set([0]);
        const failures: unknown[] = [];
        for (const other of ready) {
          try {
            const answer = answerOf(other, job.job);
            if (answer) found.push(answer.map(unpackItems));
            done.add(other.thread);
          } catch (error) {
            failures.push(error);
          }
        }
        if (failures.length > 0) lose(failures[0]);
        const left = tasksOfOthers(tasks, done);
        if (left.length > 0) found.push(doOwn(job, () => left.shift()));
        return scans.map((_, i) => found.map((of) => of[i]!));
      } catch (error) {
        // Others may still be at it.
        lose(error);
        throw error;
      }
    },
    async stop() {
      await stop();
    },
  };
}

const nobody = -1;

function scannedPart(shard: ResidentShard): ScannedShard {
  const { rows, items, itemOffsets, firstPosition, memory, modality, vectorsOffset, rowBytes } = shard;
  const { plane, prefix } = shard;
  return {
    rows,
    items,
    itemOffsets,
    firstPosition,
    memory,
    modality,
    vectorsOffset,
    rowBytes,
    plane,
    prefix,
  };
}

function countBits(bitmap: Int32Array): number {
  let count = 0;
  for (const word of bitmap) {
    const pairs = word - ((word >>> 1) & 0x55555555);
    const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
    count += Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}
