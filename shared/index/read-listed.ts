import pLimit from 'p-limit';
import { TuwenError } from '../error.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { createKernel, type Kernel, type KernelChoice, OVERREAD_BYTES } from '../scan/kernel.ts';
import { CHUNK_ROWS, scratchBytes } from '../scan/scratch.ts';
import { inTime } from './bucket-rows.ts';
import { LIST_HASH_BYTES, type Lists } from './lists.ts';
import { vectorsOf } from './load-ranges.ts';
import type { ListedFile, Manifest } from './manifest.ts';
import { PAGE_BYTES } from './memory-plan.ts';
import { type ReadRetry, readRange } from './read-range.ts';
import type { Refusal } from './refusal.ts';
import { firstNotBelow, hashOfRows, startsInFiles } from './write-listed.ts';

/** The files of fp16 rows in the order of the lists, from which those of some lists are read and scored. */
export interface ListedRows {
  /** What reading these lists takes. */
  bytesOf(lists: readonly number[]): number;
  /**
   * Scores all rows of some lists; calls back list by list, in no order. What is read of a list is held against
   * its SHA-256.
   *
   * @param lists ascending
   * @throws TuwenError `not_ready` at the deadline (milliseconds since 1970) or when reading fails;
   *   `corrupt_index`, also ever after.
   */
  score(
    lists: readonly number[],
    query: Float32Array,
    deadlineMs: number,
    use: (rows: Uint32Array, scores: Float32Array) => void,
  ): Promise<void>;
  /** Resolves when no read is under way. */
  settled(): Promise<void>;
}

export interface ListedRowsOptions extends ReadRetry {
  readonly objects: Pick<ObjectStore, 'readInto'>;
  readonly manifest: Pick<Manifest, 'dimensions'>;
  readonly files: readonly ListedFile[];
  readonly lists: Lists;
  readonly kernel: KernelChoice;
  /** Of the version: asked before each read, and told what was found to be corrupt. */
  readonly refusal: Pick<Refusal, 'check' | 'remember'>;
  /** As LoadOptions has them. */
  readonly rowConcurrency?: number;
  readonly gapBytes?: number;
  readonly clock?: () => number;
}

/** Rows that are scored at once, in bytes. */
const STAGING_BYTES = 512 * 1024;

/** Lists that lie together are read together up to so much: 32 reads are held in memory at once. */
const READ_BYTES = 1024 * 1024;

export function createListedRows(options: ListedRowsOptions): ListedRows {
  const { objects, manifest, lists, refusal, clock = Date.now } = options;
  const { rowConcurrency = 32, gapBytes = 128 * 1024 } = options;
  const rowBytes = manifest.dimensions * 2;
  const listCount = lists.modality.length;
  const starts = startsInFiles(lists, options.files);
  const files = options.files.map((file, number) => ({
    ...file,
    number,
    offset: vectorsOf(file).offset,
    starts: starts[number]!,
  }));
  type File = (typeof files)[number];
  const limit = pLimit(rowConcurrency);
  const reading = new Set<Promise<void>>();
  let staging: Staging | undefined;

  /** Each list in a file is as many rows there, from starts[list] on. */
  function planReads(wanted: readonly number[]): ListRead[] {
    const plan = (gap: number) =>
      files.flatMap((file) => {
        const parts = wanted.filter((list) => file.starts[list]! < file.starts[list + 1]!);
        return gatherReads(file, parts, gap);
      });
    const reads = plan(0);
    return reads.length <= rowConcurrency ? reads : plan(gapBytes);
  }

  async function readLists({ file, first, end, lists: own }: ListRead, use: (part: ListPart) => void) {
    refusal.check();
    const bytes = new Uint8Array((end - first) * rowBytes);
    const range = { start: file.offset + first * rowBytes, end: file.offset + end * rowBytes };
    await readRange(objects, file.key, range, bytes, options);
    for (const list of own) {
      const part = bytes.subarray(
        (file.starts[list]! - first) * rowBytes,
        (file.starts[list + 1]! - first) * rowBytes,
      );
      const hashAt = (file.number * listCount + list) * LIST_HASH_BYTES;
      const told = lists.hashes!.subarray(hashAt, hashAt + LIST_HASH_BYTES);
      if (!Buffer.from(told).equals(hashOfRows(part)))
        throw refusal.remember(
          new TuwenError(
            'corrupt_index',
            `${file.key}: expected rows of list ${list} whose SHA-256 begins ${Buffer.from(told).toString('hex')}, found others`,
          ),
        );
      use({ rows: rowsIn(file, list), bytes: part });
    }
  }

  /** The rows of a list that are in a file, ascending. */
  function rowsIn({ firstRow, rows }: File, list: number): Uint32Array {
    const all = lists.rows.subarray(lists.offsets[list], lists.offsets[list + 1]);
    const first = firstNotBelow(firstRow, all, 0, all.length);
    return all.subarray(first, firstNotBelow(firstRow + rows, all, first, all.length));
  }

  return {
    bytesOf: (wanted) =>
      wanted.reduce((sum, list) => sum + lists.offsets[list + 1]! - lists.offsets[list]!, 0) * rowBytes,
    async score(wanted, query, deadlineMs, use) {
      refusal.check();
      const begun = planReads(wanted).map((read) => {
        const promise = limit(() =>
          readLists(read, ({ rows, bytes }) => {
            staging ??= createStaging(manifest.dimensions, options.kernel);
            use(rows, staging.score(query, bytes));
          }),
        ).finally(() => reading.delete(promise));
        reading.add(promise);
        return promise;
      });
      await inTime(Promise.all(begun), deadlineMs - clock());
    },
    async settled() {
      await Promise.allSettled(reading);
    },
  };

  /** Lists of which none but gaps that are small lie between, as one read. */
  function gatherReads(file: File, parts: readonly number[], gap: number): ListRead[] {
    const reads: { file: File; first: number; end: number; lists: number[] }[] = [];
    for (const list of parts) {
      const [first, end] = [file.starts[list]!, file.starts[list + 1]!];
      const last = reads.at(-1);
      const isNear = last && (first - last.end) * rowBytes <= gap;
      if (isNear && (end - last.first) * rowBytes <= READ_BYTES) {
        last.end = end;
        last.lists.push(list);
      } else reads.push({ file, first, end, lists: [list] });
    }
    return reads;
  }
}

interface ListRead {
  readonly file: ListedFile & {
    readonly number: number;
    readonly offset: number;
    readonly starts: Uint32Array;
  };
  /** Rows of the file, the end excluded. */
  readonly first: number;
  readonly end: number;
  /** Those wanted. */
  readonly lists: readonly number[];
}

interface ListPart {
  /** As the version counts them; ascending. */
  readonly rows: Uint32Array;
  /** fp16 bits [rows, dimensions]. */
  readonly bytes: Uint8Array;
}

interface Staging {
  score(query: Float32Array, rows: Uint8Array): Float32Array;
}

/** A kernel with a memory of its own, since that of the version is being written. */
function createStaging(dimensions: number, kernel: KernelChoice): Staging {
  const rowBytes = dimensions * 2;
  const most = Math.min(CHUNK_ROWS, Math.max(1, Math.floor(STAGING_BYTES / rowBytes)));
  const start = scratchBytes(dimensions);
  const pages = Math.ceil((start + most * rowBytes + OVERREAD_BYTES) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages });
  const scorer: Kernel = createKernel({ memory, dimensions, kernel });
  return {
    score(query, rows) {
      const count = rows.byteLength / rowBytes;
      const scores = new Float32Array(count);
      scorer.setQueries([query]);
      for (let first = 0; first < count; first += most) {
        const end = Math.min(first + most, count);
        new Uint8Array(memory.buffer).set(rows.subarray(first * rowBytes, end * rowBytes), start);
        scorer.score(start, end - first);
        scores.set(scorer.scores.subarray(0, end - first), first);
      }
      return scores;
    },
  };
}
