import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { createKernel } from '../scan/kernel.ts';
import { splitShards } from './item-ranges.ts';
import {
  claimTask,
  createItemBitmaps,
  doTasks,
  packItems,
  type ScanJob,
  scansOf,
  type ThreadAnswer,
  type ThreadStart,
  threadStates,
  viewControl,
} from './scan-job.ts';
import { passesOf } from './scan-shards.ts';

/**
 * Looks at rows of a version for whom asks, with kernels and a top-k of its own, until the thread is ended. Its
 * event loop stands still: it waits in shared memory, which takes microseconds less than messages would.
 */
export function runScanThread(start: ThreadStart): never {
  const { thread, memories, dimensions, scratchOffset, shards, port } = start;
  const control = viewControl(start.control);
  const { words } = control;
  const state = control.stateOf(thread);
  const kernels = memories.map((memory) =>
    createKernel({ memory, dimensions, scratchOffset, kernel: start.kernel }),
  );
  const ranges = splitShards(shards, start.ranges);
  const bitmaps = createItemBitmaps(shards);

  function find(job: ScanJob): ThreadAnswer {
    try {
      const scans = scansOf(job, bitmaps);
      const tasks = passesOf(shards, scans).length * ranges.length;
      doTasks(kernels, shards, ranges, scans, () => claimTask(control, thread, tasks));
      return { job: job.job, found: scans.map(({ topK }) => packItems(topK.results())) };
    } catch (error) {
      return { job: job.job, failure: String(error) };
    }
  }

  Atomics.store(words, state, threadStates.idle);
  for (;;) {
    const now = Atomics.load(words, state);
    if (now !== threadStates.asked) {
      Atomics.wait(words, state, now);
      continue;
    }
    const { asked, working, done } = threadStates;
    if (Atomics.compareExchange(words, state, asked, working) !== asked) continue;
    port.postMessage(find(receive(port, Atomics.load(words, control.job))));
    Atomics.store(words, state, done);
    Atomics.notify(words, state);
  }
}

/** Those before it were taken back. */
function receive(port: MessagePort, wanted: number): ScanJob {
  for (;;) {
    const received = receiveMessageOnPort(port);
    if (!received) throw new Error(`expected job ${wanted}, found none`);
    const job = received.message as ScanJob;
    if (job.job === wanted) return job;
  }
}
