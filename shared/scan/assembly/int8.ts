// Dot products of int8 rows with quantised queries, exact in i32, and what they rule out, in baseline WASM
// SIMD. ../typescript-int8.ts is the plain twin; README.md derives the bound.
//
// A query comes as 14-bit codes in i16, 16 to a block of 32 bytes, zeros behind the last. Rows are extended
// from i8 to i16 as they are loaded; two products at a time are added to an i32, which never overflows since
// ../int8-query.ts limits the sum of a query's codes. What lies behind a row is multiplied by a zero.

import { BLOCK_BYTES, listed, Plane, storeApart, sumsOf } from './int8-plane';

/** Adds the products of sixteen components. */
// @ts-ignore: decorator
@inline
function addBoth(sum: v128, query: usize, low: v128, high: v128): v128 {
  const products = i32x4.dot_i16x8_s(v128.load(query), low);
  return i32x4.add(sum, i32x4.add(products, i32x4.dot_i16x8_s(v128.load(query, 16), high)));
}

/** The dot products of four rows with a query. */
// @ts-ignore: decorator
@inline
function fourRows(query: usize, row0: usize, row1: usize, row2: usize, row3: usize, blocks: usize): v128 {
  let sum0 = i32x4.splat(0);
  let sum1 = i32x4.splat(0);
  let sum2 = i32x4.splat(0);
  let sum3 = i32x4.splat(0);
  let q = query;
  let a = row0;
  let b = row1;
  let c = row2;
  let d = row3;
  for (const end = row0 + (blocks << 4); a < end; q += BLOCK_BYTES) {
    sum0 = addBoth(sum0, q, v128.load8x8_s(a), v128.load8x8_s(a, 8));
    sum1 = addBoth(sum1, q, v128.load8x8_s(b), v128.load8x8_s(b, 8));
    sum2 = addBoth(sum2, q, v128.load8x8_s(c), v128.load8x8_s(c, 8));
    sum3 = addBoth(sum3, q, v128.load8x8_s(d), v128.load8x8_s(d, 8));
    a += 16;
    b += 16;
    c += 16;
    d += 16;
  }
  return sumsOf(sum0, sum1, sum2, sum3);
}

/** Dots of one query with `count` adjacent rows from row `first` on: i32 at `dots`, up to a multiple of four. */
export function dot(plane: Plane, query: usize, first: i32, count: i32, dimensions: i32, dots: usize): void {
  const n = <usize>dimensions;
  const blocks = (n + 15) >> 4;
  const stretch = <usize>count >> 2;
  const apart = stretch * n;
  let row = <usize>plane.codes + <usize>first * n;
  for (let place = dots, end = dots + (stretch << 2); place < end; place += 4, row += n)
    storeApart(
      place,
      stretch << 2,
      fourRows(query, row, row + apart, row + 2 * apart, row + 3 * apart, blocks),
    );
  const left = <usize>count & 3;
  if (left === 0) return;
  row += 3 * apart;
  const row1 = row + min<usize>(1, left - 1) * n;
  const row2 = row + min<usize>(2, left - 1) * n;
  v128.store(dots + (stretch << 4), fourRows(query, row, row1, row2, row2, blocks));
}

/** The same for the rows whose numbers stand as u32 at `list`. */
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
  return fourRows(
    query,
    codes + listed(list, i, count) * n,
    codes + listed(list, i + step, count) * n,
    codes + listed(list, i + 2 * step, count) * n,
    codes + listed(list, i + 3 * step, count) * n,
    (n + 15) >> 4,
  );
}

/**
 * Dots of four queries, `queryBytes` apart, with adjacent rows: each row is loaded and extended once for all.
 * Those of the second query go to `dots + stride`, and so on.
 */
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
  for (let place = dots, last = dots + (<usize>count << 2); place < last; place += 4, row += n) {
    let a = i32x4.splat(0);
    let b = i32x4.splat(0);
    let c = i32x4.splat(0);
    let d = i32x4.splat(0);
    let q = queries;
    for (let x = row, end = row + (blocks << 4); x < end; x += 16, q += BLOCK_BYTES) {
      const low = v128.load8x8_s(x);
      const high = v128.load8x8_s(x, 8);
      a = addBoth(a, q, low, high);
      b = addBoth(b, q + queryBytes, low, high);
      c = addBoth(c, q + 2 * queryBytes, low, high);
      d = addBoth(d, q + 3 * queryBytes, low, high);
    }
    storeApart(place, stride, sumsOf(a, b, c, d));
  }
}

/** What makes a bound of a dot product, f64 each; ../int8-query.ts says what they are. */
@unmanaged
class Bound {
  scale: f64;
  perResidual: f64;
  perNorm: f64;
  rest: f64;
}

// @ts-ignore: decorator
@inline
function upperBound(plane: Plane, bound: Bound, row: usize, dot: i32): f64 {
  const place = row << 2;
  return (
    <f64>dot * (<f64>load<f32>(plane.scales + place) * bound.scale) +
    <f64>load<f32>(plane.residuals + place) * bound.perResidual +
    <f64>load<f32>(plane.norms + place) * bound.perNorm +
    bound.rest
  );
}

// @ts-ignore: decorator
@inline
function barOf(plane: Plane, bars: usize, row: usize): f64 {
  return <f64>load<f32>(bars + (<usize>load<u8>(plane.modality + row) << 2));
}

/** Of the bars of all 256 modalities. */
function lowest(bars: usize): f32 {
  let least = v128.load(bars);
  for (let place = bars + 16, end = bars + 1024; place < end; place += 16)
    least = f32x4.pmin(least, v128.load(place));
  return min(
    min(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1)),
    min(f32x4.extract_lane(least, 2), f32x4.extract_lane(least, 3)),
  );
}

/**
 * Writes to `list` the numbers of those of `count` adjacent rows, from row `first` on, that may score above
 * the bar of their modality, as far as their dot products tell. Returns how many. Four rows at a time are
 * asked in f32 first whether one may be above any bar: most are not, which README.md says how to tell.
 */
export function sift(
  plane: Plane,
  bound: Bound,
  bars: usize,
  first: i32,
  count: i32,
  dots: usize,
  list: usize,
): i32 {
  const scale = f32x4.splat(<f32>bound.scale);
  const perResidual = f32x4.splat(<f32>(bound.perResidual * (1 + SLACK)));
  const perNorm = f32x4.splat(<f32>(bound.perNorm * (1 + 2 * SLACK) + bound.perResidual * SLACK));
  const rest = f32x4.splat(<f32>(bound.rest + UNDERFLOW));
  const bar = f32x4.splat(lowest(bars));
  const whole = count & ~3;
  let kept: usize = 0;
  for (let i = 0; i < whole; i += 4) {
    const row = <usize>(first + i);
    const place = row << 2;
    const dot = dots + (<usize>i << 2);
    let upper = f32x4.mul(
      f32x4.convert_i32x4_s(v128.load(dot)),
      f32x4.mul(v128.load(plane.scales + place), scale),
    );
    upper = f32x4.add(upper, f32x4.mul(v128.load(plane.residuals + place), perResidual));
    upper = f32x4.add(upper, f32x4.mul(v128.load(plane.norms + place), perNorm));
    upper = f32x4.add(upper, rest);
    if (v128.any_true(f32x4.gt(upper, bar))) kept = siftSome(plane, bound, bars, row, 4, dot, list, kept);
  }
  const dot = dots + (<usize>whole << 2);
  return <i32>siftSome(plane, bound, bars, <usize>(first + whole), count & 3, dot, list, kept);
}

/** 2⁻²⁰, for rounding, and a little more than 2⁻¹⁰⁸, for underflow: see README.md. */
const SLACK: f64 = 1.0 / 1048576.0;
const UNDERFLOW: f64 = 3.1e-33;

/** Adds those of `count` adjacent rows that may. Returns how many are in the list now. */
function siftSome(
  plane: Plane,
  bound: Bound,
  bars: usize,
  first: usize,
  count: i32,
  dots: usize,
  list: usize,
  kept: usize,
): usize {
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = first + i;
    const upper = upperBound(plane, bound, row, load<i32>(dots + (i << 2)));
    if (upper > barOf(plane, bars, row)) store<u32>(list + (kept++ << 2), <u32>row);
  }
  return kept;
}

/** The same for listed rows; the list is cut to those that may. */
export function siftListed(
  plane: Plane,
  bound: Bound,
  bars: usize,
  count: i32,
  dots: usize,
  list: usize,
): i32 {
  let kept: usize = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    const row = load<u32>(list + (i << 2));
    const upper = upperBound(plane, bound, row, load<i32>(dots + (i << 2)));
    if (!(upper > barOf(plane, bars, row))) continue;
    store<u32>(list + (kept++ << 2), row);
  }
  return <i32>kept;
}
