import type { ObjectStore } from '../objects/object-store.ts';
import { planRanges } from './load-ranges.ts';
import type { Manifest } from './manifest.ts';
import type { MemoryPlan } from './memory-plan.ts';
import { type ReadRetry, readRange } from './read-range.ts';
import { checkShardHeader, checkTensors } from './read-shards.ts';

/**
 * The reads that bring a version's lists to their place in memory; none where it has none. The last to end
 * checks their SHA-256, and throws TuwenError `corrupt_index`.
 *
 * @param memory the last of the version's
 */
export function readsOfLists(
  objects: Pick<ObjectStore, 'readInto'>,
  { lists }: Pick<Manifest, 'lists'>,
  memory: WebAssembly.Memory,
  { listsOffset }: Pick<MemoryPlan, 'listsOffset'>,
  options: ReadRetry & { readonly rangeBytes: number },
): (() => Promise<void>)[] {
  if (!lists) return [];
  const file = new Uint8Array(memory.buffer, listsOffset, lists.bytes);
  const bytesAt = (start: number, end: number) => file.subarray(start, end);
  const ranges = planRanges([lists], options.rangeBytes);
  let left = ranges.length;
  return ranges.map(({ start, end }) => async () => {
    await readRange(objects, lists.key, { start, end }, bytesAt(start, end), options);
    left--;
    if (left > 0) return;
    checkShardHeader(lists, bytesAt);
    await checkTensors(lists, lists.tensors, bytesAt);
  });
}
