// Dot products of int8 rows with coarse queries, of six bits a component, in relaxed WASM SIMD. Of several
// queries at once: alone, one is as fast by fourteen bits, since both wait for memory.
//
// A component comes as code + 32, from 1 to 63, and 0 behind the last; 32 goes out again by the sum of the
// row's codes. Both instructions are fixed by the specification for such second operands. There are two ways
// to the same integers, for two kinds of processors: `pairs` adds up products in i16, of two times sixteen
// components before they are extended (2 · 2 · 127 · 63 is below 2¹⁵), and `sums` leaves all to one instruction.

import { Plane, storeApart, sumsOf } from './int8-plane';

/** Of the codes of a query: what makes them positive. */
const SHIFT: i32 = 5;

/** Adds the products of thirty-two components of a row. */
// @ts-ignore: decorator
@inline
function add(sum: v128, low: v128, high: v128, queryLow: v128, queryHigh: v128, ones: v128, pairs: bool): v128 {
  if (!pairs)
    return i32x4.relaxed_dot_i8x16_i7x16_add_s(
      high,
      queryHigh,
      i32x4.relaxed_dot_i8x16_i7x16_add_s(low, queryLow, sum),
    );
  const both = i16x8.add(
    i16x8.relaxed_dot_i8x16_i7x16_s(low, queryLow),
    i16x8.relaxed_dot_i8x16_i7x16_s(high, queryHigh),
  );
  return i32x4.add(sum, i32x4.dot_i16x8_s(both, ones));
}

/** 1, in a way that the compilers cannot tell: a constant would be made anew in every step of a loop. */
// @ts-ignore: decorator
@inline
function onesOf(count: i32): v128 {
  return i16x8.splat(<i16>(count > 0));
}

/**
 * Dots of four queries with adjacent rows: sixteen components of the first query, then of the second, and so
 * on. Two rows at a time, of two stretches.
 */
// @ts-ignore: decorator
@inline
function dotFour(
  plane: Plane,
  queries: usize,
  first: i32,
  count: i32,
  dimensions: i32,
  dots: usize,
  stride: usize,
  pairs: bool,
): void {
  const n = <usize>dimensions;
  const ones = onesOf(count);
  const codes = <usize>plane.codes + <usize>first * n;
  const sums = <usize>plane.sums + (<usize>first << 2);
  const half = (count + 1) >> 1;
  for (let i = 0; i < half; i++) {
    const r = <usize>i;
    // Of an odd number of rows the last is done twice.
    const s = <usize>min(i + half, count - 1);
    let a = codes + r * n;
    let b = codes + s * n;
    let a0 = i32x4.splat(0);
    let a1 = i32x4.splat(0);
    let a2 = i32x4.splat(0);
    let a3 = i32x4.splat(0);
    let b0 = i32x4.splat(0);
    let b1 = i32x4.splat(0);
    let b2 = i32x4.splat(0);
    let b3 = i32x4.splat(0);
    let q = queries;
    for (const end = a + n; a < end; a += 32, b += 32, q += 128) {
      const aLow = v128.load(a);
      const aHigh = v128.load(a, 16);
      const bLow = v128.load(b);
      const bHigh = v128.load(b, 16);
      let low = v128.load(q);
      let high = v128.load(q, 64);
      a0 = add(a0, aLow, aHigh, low, high, ones, pairs);
      b0 = add(b0, bLow, bHigh, low, high, ones, pairs);
      low = v128.load(q, 16);
      high = v128.load(q, 80);
      a1 = add(a1, aLow, aHigh, low, high, ones, pairs);
      b1 = add(b1, bLow, bHigh, low, high, ones, pairs);
      low = v128.load(q, 32);
      high = v128.load(q, 96);
      a2 = add(a2, aLow, aHigh, low, high, ones, pairs);
      b2 = add(b2, bLow, bHigh, low, high, ones, pairs);
      low = v128.load(q, 48);
      high = v128.load(q, 112);
      a3 = add(a3, aLow, aHigh, low, high, ones, pairs);
      b3 = add(b3, bLow, bHigh, low, high, ones, pairs);
    }
    const ofA = i32x4.shl(v128.load32_splat(sums + (r << 2)), SHIFT);
    const ofB = i32x4.shl(v128.load32_splat(sums + (s << 2)), SHIFT);
    storeApart(dots + (r << 2), stride, i32x4.sub(sumsOf(a0, a1, a2, a3), ofA));
    storeApart(dots + (s << 2), stride, i32x4.sub(sumsOf(b0, b1, b2, b3), ofB));
  }
}

export function dotFourByPairs(
  plane: Plane,
  queries: usize,
  first: i32,
  count: i32,
  dimensions: i32,
  dots: usize,
  stride: usize,
): void {
  dotFour(plane, queries, first, count, dimensions, dots, stride, true);
}

export function dotFourBySums(
  plane: Plane,
  queries: usize,
  first: i32,
  count: i32,
  dimensions: i32,
  dots: usize,
  stride: usize,
): void {
  dotFour(plane, queries, first, count, dimensions, dots, stride, false);
}
