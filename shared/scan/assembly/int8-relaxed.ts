// The dot products of int8.ts by relaxed SIMD, the same integers: one instruction multiplies sixteen i8 by
// sixteen 7-bit numbers and adds them up in i32. It is fixed by the specification only for second operands
// from 0 to 127, so a query comes in two planes of such: code + 8192 = 128 · high + low. The 8192 goes out
// again by the sum of the row's codes. Additions wrap, and the result fits: so it is right whatever
// intermediate sums do.

import { BLOCK_BYTES, listed, Plane, storeApart, sumsOf } from './int8-plane';

/** The dot products of four rows with a query, of which `sums` are the sums of the rows' codes. */
// @ts-ignore: decorator
@inline
function fourRows(
  query: usize,
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  blocks: usize,
  sums: v128,
): v128 {
  let high0 = i32x4.splat(0);
  let low0 = i32x4.splat(0);
  let high1 = i32x4.splat(0);
  let low1 = i32x4.splat(0);
  let high2 = i32x4.splat(0);
  let low2 = i32x4.splat(0);
  let high3 = i32x4.splat(0);
  let low3 = i32x4.splat(0);
  let q = query;
  let a = row0;
  let b = row1;
  let c = row2;
  let d = row3;
  for (const end = row0 + (blocks << 4); a < end; q += BLOCK_BYTES) {
    const high = v128.load(q);
    const low = v128.load(q, 16);
    const codes0 = v128.load(a);
    high0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes0, high, high0);
    low0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes0, low, low0);
    const codes1 = v128.load(b);
    high1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes1, high, high1);
    low1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes1, low, low1);
    const codes2 = v128.load(c);
    high2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes2, high, high2);
    low2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes2, low, low2);
    const codes3 = v128.load(d);
    high3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes3, high, high3);
    low3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes3, low, low3);
    a += 16;
    b += 16;
    c += 16;
    d += 16;
  }
  const high = i32x4.shl(sumsOf(high0, high1, high2, high3), 7);
  return i32x4.sub(i32x4.add(high, sumsOf(low0, low1, low2, low3)), i32x4.shl(sums, 13));
}

/** The i32 that stand at four places. */
// @ts-ignore: decorator
@inline
function gather(a: usize, b: usize, c: usize, d: usize): v128 {
  const ab = v128.load32_lane(b, v128.load32_zero(a), 1);
  return v128.load32_lane(d, v128.load32_lane(c, ab, 2), 3);
}

/** See int8.ts. */
export function dot(plane: Plane, query: usize, first: i32, count: i32, dimensions: i32, dots: usize): void {
  const n = <usize>dimensions;
  const blocks = (n + 15) >> 4;
  const stretch = <usize>count >> 2;
  const bytes = stretch << 2;
  const apart = stretch * n;
  let row = <usize>plane.codes + <usize>first * n;
  let sum = <usize>plane.sums + (<usize>first << 2);
  for (let place = dots, end = dots + bytes; place < end; place += 4, row += n, sum += 4) {
    const sums = gather(sum, sum + bytes, sum + 2 * bytes, sum + 3 * bytes);
    const four = fourRows(query, row, row + apart, row + 2 * apart, row + 3 * apart, blocks, sums);
    storeApart(place, bytes, four);
  }
  const left = <usize>count & 3;
  if (left === 0) return;
  row += 3 * apart;
  sum += 3 * bytes;
  const row1 = row + min<usize>(1, left - 1) * n;
  const row2 = row + min<usize>(2, left - 1) * n;
  v128.store(dots + (stretch << 4), fourRows(query, row, row1, row2, row2, blocks, v128.load(sum)));
}

/** See int8.ts. */
export function dotListed(
  plane: Plane,
  query: usize,
  list: usize,
  count: i32,
  dimensions: i32,
  dots: usize,
): void {
  const stretch = count >> 2;
  for (let i = 0; i < stretch; i++)
    storeApart(
      dots + (<usize>i << 2),
      <usize>stretch << 2,
      fourListed(plane, query, list, count, dimensions, i, stretch),
    );
  const i = stretch << 2;
  if (i < count) v128.store(dots + (<usize>i << 2), fourListed(plane, query, list, count, dimensions, i, 1));
}

/** The dot products of four of the listed rows, from the i-th on, `step` from each other. */
// @ts-ignore: decorator
@inline
function fourListed(
  plane: Plane,
  query: usize,
  list: usize,
  count: i32,
  dimensions: i32,
  i: i32,
  step: i32,
): v128 {
  const n = <usize>dimensions;
  const codes = <usize>plane.codes;
  const sums = <usize>plane.sums;
  const r0 = listed(list, i, count);
  const r1 = listed(list, i + step, count);
  const r2 = listed(list, i + 2 * step, count);
  const r3 = listed(list, i + 3 * step, count);
  return fourRows(
    query,
    codes + r0 * n,
    codes + r1 * n,
    codes + r2 * n,
    codes + r3 * n,
    (n + 15) >> 4,
    gather(sums + (r0 << 2), sums + (r1 << 2), sums + (r2 << 2), sums + (r3 << 2)),
  );
}

/** See int8.ts. */
export function dotFour(
  plane: Plane,
  queries: usize,
  queryBytes: usize,
  first: i32,
  count: i32,
  dimensions: i32,
  dots: usize,
  stride: usize,
): void {
  const n = <usize>dimensions;
  const blocks = (n + 15) >> 4;
  let row = <usize>plane.codes + <usize>first * n;
  let sum = <usize>plane.sums + (<usize>first << 2);
  for (let place = dots, last = dots + (<usize>count << 2); place < last; place += 4, sum += 4, row += n) {
    let aHigh = i32x4.splat(0);
    let aLow = i32x4.splat(0);
    let bHigh = i32x4.splat(0);
    let bLow = i32x4.splat(0);
    let cHigh = i32x4.splat(0);
    let cLow = i32x4.splat(0);
    let dHigh = i32x4.splat(0);
    let dLow = i32x4.splat(0);
    let a = queries;
    for (let x = row, end = row + (blocks << 4); x < end; x += 16, a += BLOCK_BYTES) {
      const codes = v128.load(x);
      const b = a + queryBytes;
      const c = b + queryBytes;
      const d = c + queryBytes;
      aHigh = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes, v128.load(a), aHigh);
      aLow = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes, v128.load(a, 16), aLow);
      bHigh = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes, v128.load(b), bHigh);
      bLow = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes, v128.load(b, 16), bLow);
      cHigh = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes, v128.load(c), cHigh);
      cLow = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes, v128.load(c, 16), cLow);
      dHigh = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes, v128.load(d), dHigh);
      dLow = i32x4.relaxed_dot_i8x16_i7x16_add_s(codes, v128.load(d, 16), dLow);
    }
    const high = i32x4.shl(sumsOf(aHigh, bHigh, cHigh, dHigh), 7);
    const shift = i32x4.shl(v128.load32_splat(sum), 13);
    const sums = i32x4.sub(i32x4.add(high, sumsOf(aLow, bLow, cLow, dLow)), shift);
    storeApart(place, stride, sums);
  }
}
