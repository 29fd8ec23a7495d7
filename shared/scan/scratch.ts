/** Rows scored by one call at most. */
export const CHUNK_ROWS = 4096;

/** Where in the memory a kernel keeps what it works with: byte offsets, multiples of 64. */
export interface Scratch {
  /** f32 [dimensions rounded up to a multiple of 16]. */
  readonly queryOffset: number;
  /** f32 [CHUNK_ROWS]. */
  readonly scoresOffset: number;
  /** u32 [CHUNK_ROWS]. */
  readonly listOffset: number;
  readonly end: number;
}

/** Bytes of memory that a kernel needs for itself; a multiple of 64. */
export function scratchBytes(dimensions: number): number {
  return scratchAt(0, dimensions).end;
}

export function scratchAt(offset: number, dimensions: number): Scratch {
  const queryOffset = Math.ceil(offset / 64) * 64;
  const scoresOffset = queryOffset + Math.ceil(dimensions / 16) * 64;
  const listOffset = scoresOffset + CHUNK_ROWS * 4;
  return { queryOffset, scoresOffset, listOffset, end: listOffset + CHUNK_ROWS * 4 };
}
