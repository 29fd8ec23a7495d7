// What both modules of int8 dot products share. All of it is inlined.

/** Where a plane lies: byte offsets, in the order in which ../wasm-int8.ts writes them. */
@unmanaged
export class Plane {
  codes: u32;
  scales: u32;
  residuals: u32;
  norms: u32;
  sums: u32;
  modality: u32;
}

/** Bytes that 16 components of a query take: 16 i16, or two planes of 16 u8. */
export const BLOCK_BYTES: usize = 32;

/** The sums of the lanes of four i32x4. */
// @ts-ignore: decorator
@inline
export function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(i32x4.shuffle(a, b, 0, 1, 4, 5), i32x4.shuffle(a, b, 2, 3, 6, 7));
  const cd = i32x4.add(i32x4.shuffle(c, d, 0, 1, 4, 5), i32x4.shuffle(c, d, 2, 3, 6, 7));
  return i32x4.add(i32x4.shuffle(ab, cd, 0, 2, 4, 6), i32x4.shuffle(ab, cd, 1, 3, 5, 7));
}

/** The number of the i-th listed row; of the last one where there are no more, to fill up a four. */
// @ts-ignore: decorator
@inline
export function listed(list: usize, i: i32, count: i32): usize {
  return <usize>load<u32>(list + (<usize>min(i, count - 1) << 2));
}

/**
 * Stores the four sums `apart` bytes from each other. A loop that multiplies four rows at once takes them from
 * four stretches far from each other: a processor reads several streams of memory faster than one, and faster
 * than rows side by side.
 */
// @ts-ignore: decorator
@inline
export function storeApart(place: usize, apart: usize, sums: v128): void {
  v128.store32_lane(place, sums, 0);
  v128.store32_lane(place + apart, sums, 1);
  v128.store32_lane(place + 2 * apart, sums, 2);
  v128.store32_lane(place + 3 * apart, sums, 3);
}
