// The dot products of int8.ts by relaxed SIMD, the same integers: one instruction multiplies sixteen i8 by
// sixteen 7-bit numbers and adds them up in i32. It is fixed by the specification only for second operands
// from 0 to 127, so a query comes in two planes of such: code + 8192 = 128 · high + low. The 8192 goes out
// again by the sum of the row's codes. Additions wrap, and the result fits: so it is right whatever
// intermediate sums do.

import { BLOCK_BYTES, listed, Plane, sumsOf } from './int8-plane';

/** 128 · high + low of one row, the lanes not yet added up. */
// @ts-ignore: decorator
@inline
function oneRow(query: usize, row: usize, blocks: i32): v128 {
  let evenHigh = i32x4.splat(0);
  let evenLow = i32x4.splat(0);
  let oddHigh = i32x4.splat(0);
  let oddLow = i32x4.splat(0);
  let q = query;
  let x = row;
  const end = row + (<usize>blocks << 4);
  // Two blocks at a time, so that sums need not wait for each other.
  for (const pairs = row + ((<usize>blocks >> 1) << 5); x < pairs; x += 32, q += 2 * BLOCK_BYTES) {
    const even = v128.load(x);
    const odd = v128.load(x, 16);
    evenHigh = i32x4.relaxed_dot_i8x16_i7x16_add_s(even, v128.load(q), evenHigh);
    evenLow = i32x4.relaxed_dot_i8x16_i7x16_add_s(even, v128.load(q, 16), evenLow);
    oddHigh = i32x4.relaxed_dot_i8x16_i7x16_add_s(odd, v128.load(q, 32), oddHigh);
    oddLow = i32x4.relaxed_dot_i8x16_i7x16_add_s(odd, v128.load(q, 48), oddLow);
  }
  if (x < end) {
    const even = v128.load(x);
    evenHigh = i32x4.relaxed_dot_i8x16_i7x16_add_s(even, v128.load(q), evenHigh);
    evenLow = i32x4.relaxed_dot_i8x16_i7x16_add_s(even, v128.load(q, 16), evenLow);
  }
  return i32x4.add(i32x4.shl(i32x4.add(evenHigh, oddHigh), 7), i32x4.add(evenLow, oddLow));
}

/** One after the other: memory is read fastest in its order. */
// @ts-ignore: decorator
@inline
function fourRows(
  query: usize,
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  blocks: i32,
  sums: v128,
): v128 {
  const sum0 = oneRow(query, row0, blocks);
  const sum1 = oneRow(query, row1, blocks);
  const sum2 = oneRow(query, row2, blocks);
  const sum3 = oneRow(query, row3, blocks);
  return i32x4.sub(sumsOf(sum0, sum1, sum2, sum3), i32x4.shl(sums, 13));
}

/** See int8.ts. */
export function dot(plane: Plane, query: usize, first: i32, count: i32, dimensions: i32, dots: usize): void {
  const blocks = (dimensions + 15) >> 4;
  const n = <usize>dimensions;
  const start = <usize>plane.codes + <usize>first * n;
  const sums = <usize>plane.sums + (<usize>first << 2);
  for (let i = 0; i < count; i += 4) {
    const left = <usize>(count - 1 - i);
    const row0 = start + <usize>i * n;
    const row1 = row0 + min<usize>(1, left) * n;
    const row2 = row0 + min<usize>(2, left) * n;
    const row3 = row0 + min<usize>(3, left) * n;
    const place = <usize>i << 2;
    v128.store(dots + place, fourRows(query, row0, row1, row2, row3, blocks, v128.load(sums + place)));
  }
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
  const blocks = (dimensions + 15) >> 4;
  const n = <usize>dimensions;
  const codes = <usize>plane.codes;
  const sums = <usize>plane.sums;
  for (let i = 0; i < count; i += 4) {
    const r0 = listed(list, i, count);
    const r1 = listed(list, i + 1, count);
    const r2 = listed(list, i + 2, count);
    const r3 = listed(list, i + 3, count);
    let ofRows = v128.load32_zero(sums + (r0 << 2));
    ofRows = v128.load32_lane(sums + (r1 << 2), ofRows, 1);
    ofRows = v128.load32_lane(sums + (r2 << 2), ofRows, 2);
    ofRows = v128.load32_lane(sums + (r3 << 2), ofRows, 3);
    v128.store(
      dots + (<usize>i << 2),
      fourRows(query, codes + r0 * n, codes + r1 * n, codes + r2 * n, codes + r3 * n, blocks, ofRows),
    );
  }
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
    v128.store32_lane(place, sums, 0);
    v128.store32_lane(place + stride, sums, 1);
    v128.store32_lane(place + 2 * stride, sums, 2);
    v128.store32_lane(place + 3 * stride, sums, 3);
  }
}
