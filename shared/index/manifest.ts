import { z } from 'zod';
import { TuwenError } from '../error.ts';

/** The number of the layout that README.md describes. A reader refuses any other. */
export const INDEX_FORMAT = 1;

const count = z.int().min(0);

const tensorSchema = z.object({
  name: z.string().min(1),
  dtype: z.string().min(1),
  shape: z.array(count),
  /** From the beginning of the object, so that a ranged read needs nothing else. */
  offset: count,
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const shardSchema = z.object({
  key: z.string().min(1),
  rows: count,
  items: count,
  bytes: count,
  firstId: z.string().min(1),
  lastId: z.string().min(1),
  tensors: z.array(tensorSchema),
});

const modality = z.enum(['text', 'image']);

/** Of queries of one modality against rows of one; what fast mode takes and what it was measured to find. */
const pairSchema = z.object({
  query: modality,
  rows: modality,
  /** The lists nearest to a query that are looked at. */
  probes: z.int().min(1),
  /** recall@10: the share of the exact ten best that were found, over all queries. */
  recall: z.number().min(0).max(1),
  /** How many were asked: rows of the version, themselves left out. */
  queries: z.int().min(1),
});

/** A file of fp16 rows in the order of the lists: those of consecutive rows of the version. */
const listedFileSchema = z.object({
  key: z.string().min(1),
  firstRow: count,
  rows: count,
  bytes: count,
  tensors: z.array(tensorSchema),
});

const listsSchema = z.object({
  key: z.string().min(1),
  bytes: count,
  tensors: z.array(tensorSchema),
  /** The recall@10 that probes were chosen to reach. */
  targetRecall: z.number().min(0).max(1),
  pairs: z.array(pairSchema).min(1),
  /** For a function that holds nothing yet; small versions have none. */
  listed: z.array(listedFileSchema).min(1).optional(),
});

const manifestSchema = z.object({
  format: z.literal(INDEX_FORMAT),
  version: z.string().min(1),
  model: z.string().min(1),
  dimensions: z.int().min(1),
  items: count,
  rows: count,
  /** Memory that a function holding this version needs for it. */
  residentBytes: count,
  /** ISO 8601, UTC. */
  builtAt: z.string().min(1),
  shards: z.array(shardSchema),
  /** For fast mode; small versions, and those of before, have none. */
  lists: listsSchema.optional(),
});

export type TensorEntry = Readonly<z.infer<typeof tensorSchema>>;
export type ShardEntry = Readonly<z.infer<typeof shardSchema>>;
export type ListsEntry = Readonly<z.infer<typeof listsSchema>>;
export type ListedFile = Readonly<z.infer<typeof listedFileSchema>>;
export type ListPair = Readonly<z.infer<typeof pairSchema>>;
/** What a version holds and how to check every part of it: `index/versions/<version>/manifest.json`. */
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

export function encodeManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

/**
 * @param source names the manifest in messages
 * @throws TuwenError `corrupt_index`
 */
export function decodeManifest(bytes: Uint8Array, source: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new TuwenError('corrupt_index', `${source}: expected UTF-8 JSON, found something else`, { cause });
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success)
    throw new TuwenError('corrupt_index', `${source}: ${z.prettifyError(parsed.error)}`, {
      cause: parsed.error,
    });
  return checkSums(parsed.data, source);
}

/** Numbers that are told twice must agree, and tensors must lie within their shard. */
function checkSums(manifest: Manifest, source: string): Manifest {
  const expect = (what: string, expected: number | string, found: number | string) => {
    if (expected !== found)
      throw new TuwenError('corrupt_index', `${source}: expected ${what} to be ${expected}, found ${found}`);
  };
  const sum = (of: 'rows' | 'items') => manifest.shards.reduce((total, shard) => total + shard[of], 0);
  expect('rows', sum('rows'), manifest.rows);
  expect('items', sum('items'), manifest.items);
  for (const { key, rows, tensors } of manifest.shards) {
    const vectors = tensors.find(({ name }) => name === 'vectors');
    expect(`the shape of vectors in ${key}`, `${rows},${manifest.dimensions}`, `${vectors?.shape ?? 'none'}`);
  }
  const { listed = [] } = manifest.lists ?? {};
  let firstRow = 0;
  for (const file of listed) {
    expect(`firstRow of ${file.key}`, firstRow, file.firstRow);
    const vectors = file.tensors.find(({ name }) => name === 'vectors');
    expect(
      `the shape of vectors in ${file.key}`,
      `${file.rows},${manifest.dimensions}`,
      `${vectors?.shape ?? 'none'}`,
    );
    firstRow += file.rows;
  }
  if (listed.length > 0) expect('the rows of listed files', manifest.rows, firstRow);
  for (const { key, bytes, tensors } of [
    ...manifest.shards,
    ...(manifest.lists ? [manifest.lists] : []),
    ...listed,
  ])
    expect(
      `the end of the last tensor of ${key}`,
      bytes,
      Math.max(...tensors.map((t) => t.offset + t.bytes)),
    );
  return manifest;
}
