/** Rows handled by one call at most. */
export const CHUNK_ROWS = 4096;

/** Queries that one pass over the rows can answer. */
export const MAX_QUERIES = 8;

/** Rows handled by one call at most where several queries share it. */
export const SHARED_CHUNK_ROWS = 1024;

/** So many of them that they fit a processor's second cache, since every four queries go over them. */
export function sharedChunkRows(dimensions: number): number {
  return Math.min(Math.max(128, Math.floor(2 ** 19 / dimensions)), SHARED_CHUNK_ROWS);
}

/** Codes of a row of a prefix plane at most. */
export const MAX_PREFIX_WIDTH = 128;

/** Of one query. */
export const PREFIX_QUERY_BYTES = MAX_PREFIX_WIDTH * 2;

/** Rows of a prefix plane that are multiplied before any is scored, at most. */
export const SEED_ROWS = 4 * CHUNK_ROWS;

/** Blocks of them of which the largest dot product is known, at most. */
const PEAKS = 256;

/** Rows of each such block, a multiple of 4, where so many were multiplied. */
export function peakRowsOf(count: number): number {
  return Math.max(4, Math.ceil(count / PEAKS / 4) * 4);
}

/** Of one query: see Int8Query. */
export const BOUND_BYTES = 32;

/** Of a chunk, by one query or several. */
const DOTS = Math.max(CHUNK_ROWS, MAX_QUERIES * SHARED_CHUNK_ROWS);

/** Values of a modality. */
const MODALITIES = 256;

/** Where in the memory a kernel keeps what it works with: byte offsets, multiples of 64. */
export interface Scratch {
  /** f32 [MAX_QUERIES, dimensions rounded up to a multiple of 16]. */
  readonly queryOffset: number;
  readonly queryBytes: number;
  /** [MAX_QUERIES, dimensions rounded up to a multiple of 16], two bytes a component. */
  readonly int8QueryOffset: number;
  readonly int8QueryBytes: number;
  /** The same, as relaxed SIMD takes it. */
  readonly int8HalvesOffset: number;
  /** u8 [MAX_QUERIES, dimensions rounded up to a multiple of 32]: code + 32. */
  readonly coarseQueryOffset: number;
  readonly coarseQueryBytes: number;
  /** f64 [MAX_QUERIES, 4]: what makes a bound of a dot product. */
  readonly boundsOffset: number;
  /** The same of coarse queries. */
  readonly coarseBoundsOffset: number;
  /** i16 [MAX_QUERIES, MAX_PREFIX_WIDTH]. */
  readonly prefixQueryOffset: number;
  /** f64 [MAX_QUERIES, 2]: what makes a bound of a dot product of prefixes. */
  readonly prefixBoundsOffset: number;
  /** u32 [6]: where the plane lies. */
  readonly planeOffset: number;
  /** f32 [MODALITIES]. */
  readonly barsOffset: number;
  readonly bars: number;
  /** f32 [CHUNK_ROWS]. */
  readonly scoresOffset: number;
  /** u32 [CHUNK_ROWS]. */
  readonly listOffset: number;
  /** i32 [CHUNK_ROWS], or [MAX_QUERIES, SHARED_CHUNK_ROWS]. */
  readonly dotsOffset: number;
  readonly dots: number;
  /** i32 [SEED_ROWS]: dot products of prefixes. */
  readonly prefixDotsOffset: number;
  /** i32 [PEAKS]. */
  readonly peaksOffset: number;
  readonly end: number;
}

/** Bytes of memory that a kernel needs for itself; a multiple of 64. */
export function scratchBytes(dimensions: number): number {
  return scratchAt(0, dimensions).end;
}

export function scratchAt(offset: number, dimensions: number): Scratch {
  let end = Math.ceil(offset / 64) * 64;
  const take = (bytes: number) => {
    const start = end;
    end += Math.ceil(bytes / 64) * 64;
    return start;
  };
  const blocks = Math.ceil(dimensions / 16);
  const queryBytes = blocks * 64;
  const int8QueryBytes = blocks * 32;
  const coarseQueryBytes = Math.ceil(dimensions / 32) * 32;
  return {
    queryOffset: take(MAX_QUERIES * queryBytes),
    queryBytes,
    int8QueryOffset: take(MAX_QUERIES * int8QueryBytes),
    int8QueryBytes,
    int8HalvesOffset: take(MAX_QUERIES * int8QueryBytes),
    coarseQueryOffset: take(MAX_QUERIES * coarseQueryBytes),
    coarseQueryBytes,
    boundsOffset: take(MAX_QUERIES * BOUND_BYTES),
    coarseBoundsOffset: take(MAX_QUERIES * BOUND_BYTES),
    prefixQueryOffset: take(MAX_QUERIES * PREFIX_QUERY_BYTES),
    prefixBoundsOffset: take(MAX_QUERIES * 16),
    planeOffset: take(24),
    barsOffset: take(MODALITIES * 4),
    bars: MODALITIES,
    scoresOffset: take(CHUNK_ROWS * 4),
    listOffset: take(CHUNK_ROWS * 4),
    dotsOffset: take(DOTS * 4),
    dots: DOTS,
    prefixDotsOffset: take(SEED_ROWS * 4),
    peaksOffset: take(PEAKS * 4),
    end,
  };
}
