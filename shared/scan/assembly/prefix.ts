// What the first principal components of rows rule out, in baseline WASM SIMD. ../typescript-prefix.ts is the
// plain twin; README.md derives the bound.
//
// Rows come as i8 and queries as i16, `width` of them, a multiple of 8. Rows are extended to i16 as they are
// loaded, and two products at a time are added to an i32; nothing overflows, since the norms of queries are limited
// by ../prefix-query.ts.

import { listed, sumsOf } from './int8-plane';

/** What makes a bound of a dot product, f64 each; ../prefix-query.ts says what they are. */
@unmanaged
class PrefixBound {
  unit: f64;
  rest: f64;
}

/** Dot products of four rows with the query. */
// @ts-ignore: decorator
@inline
function fourRows(query: usize, row0: usize, row1: usize, row2: usize, row3: usize, width: usize): v128 {
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  for (let x: usize = 0; x < width; x += 8) {
    const q = v128.load(query + (x << 1));
    a = i32x4.add(a, i32x4.dot_i16x8_s(q, v128.load8x8_s(row0 + x)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(q, v128.load8x8_s(row1 + x)));
    c = i32x4.add(c, i32x4.dot_i16x8_s(q, v128.load8x8_s(row2 + x)));
    d = i32x4.add(d, i32x4.dot_i16x8_s(q, v128.load8x8_s(row3 + x)));
  }
  return sumsOf(a, b, c, d);
}

/** Of the bars of all 256 modalities. */
function lowest(bars: usize): f64 {
  let least = v128.load(bars);
  for (let place = bars + 16, end = bars + 1024; place < end; place += 16)
    least = f32x4.pmin(least, v128.load(place));
  return <f64>min(
    min(f32x4.extract_lane(least, 0), f32x4.extract_lane(least, 1)),
    min(f32x4.extract_lane(least, 2), f32x4.extract_lane(least, 3)),
  );
}

/** No row whose dot product is no higher may be above any bar; one less than it need be, for its own rounding. */
// @ts-ignore: decorator
@inline
function threshold(bound: PrefixBound, bars: usize): i32 {
  const dot = floor((lowest(bars) - bound.rest) / bound.unit) - 1;
  return <i32>min<f64>(max<f64>(dot, <f64>i32.MIN_VALUE), <f64>i32.MAX_VALUE);
}

// @ts-ignore: decorator
@inline
function isPossible(bound: PrefixBound, bars: usize, modality: usize, row: usize, dot: i32): bool {
  return (
    <f64>dot * bound.unit + bound.rest > <f64>load<f32>(bars + (<usize>load<u8>(modality + row) << 2))
  );
}

// @ts-ignore: decorator
@inline
function keep(list: usize, kept: usize, row: usize): usize {
  store<u32>(list + (kept << 2), <u32>row);
  return kept + 1;
}

/**
 * Writes to `list` the numbers of those of `count` adjacent rows, from row `first` on, that may score above
 * the bar of their modality. Returns how many. Four stretches of the rows are read at once, as four streams of
 * memory, each with its part of the list.
 */
export function siftPrefix(
  codes: usize,
  modality: usize,
  width: i32,
  query: usize,
  bound: PrefixBound,
  bars: usize,
  first: i32,
  count: i32,
  list: usize,
): i32 {
  const bytes = <usize>width;
  const most = i32x4.splat(threshold(bound, bars));
  const stretch = <usize>count >> 2;
  const apart = stretch * bytes;
  const list1 = list + (stretch << 2);
  const list2 = list1 + (stretch << 2);
  const list3 = list2 + (stretch << 2);
  let kept: usize = 0;
  let kept1: usize = 0;
  let kept2: usize = 0;
  let kept3: usize = 0;
  let row = codes + <usize>first * bytes;
  for (let r = <usize>first, end = r + stretch; r < end; r++, row += bytes) {
    const dots = fourRows(query, row, row + apart, row + 2 * apart, row + 3 * apart, bytes);
    if (!v128.any_true(i32x4.gt_s(dots, most))) continue;
    if (isPossible(bound, bars, modality, r, i32x4.extract_lane(dots, 0))) kept = keep(list, kept, r);
    const r1 = r + stretch;
    if (isPossible(bound, bars, modality, r1, i32x4.extract_lane(dots, 1))) kept1 = keep(list1, kept1, r1);
    const r2 = r1 + stretch;
    if (isPossible(bound, bars, modality, r2, i32x4.extract_lane(dots, 2))) kept2 = keep(list2, kept2, r2);
    const r3 = r2 + stretch;
    if (isPossible(bound, bars, modality, r3, i32x4.extract_lane(dots, 3))) kept3 = keep(list3, kept3, r3);
  }
  kept = append(list, kept, list1, kept1);
  kept = append(list, kept, list2, kept2);
  kept = append(list, kept, list3, kept3);
  for (let r = <usize>first + (stretch << 2), end = <usize>(first + count); r < end; r++) {
    const place = codes + r * bytes;
    const dot = i32x4.extract_lane(fourRows(query, place, place, place, place, bytes), 0);
    if (isPossible(bound, bars, modality, r, dot)) kept = keep(list, kept, r);
  }
  return <i32>kept;
}

/** Moves a list to the end of another that lies before it. */
function append(list: usize, kept: usize, other: usize, count: usize): usize {
  const end = list + (kept << 2);
  for (let place: usize = 0; place < count << 2; place += 4) store<u32>(end + place, load<u32>(other + place));
  return kept + count;
}

/** The same for listed rows; the list is cut to those that may. */
export function siftPrefixListed(
  codes: usize,
  modality: usize,
  width: i32,
  query: usize,
  bound: PrefixBound,
  bars: usize,
  count: i32,
  list: usize,
): i32 {
  const bytes = <usize>width;
  const most = i32x4.splat(threshold(bound, bars));
  let kept: usize = 0;
  for (let i = 0; i < count; i += 4) {
    const r0 = listed(list, i, count);
    const r1 = listed(list, i + 1, count);
    const r2 = listed(list, i + 2, count);
    const r3 = listed(list, i + 3, count);
    const dots = fourRows(
      query,
      codes + r0 * bytes,
      codes + r1 * bytes,
      codes + r2 * bytes,
      codes + r3 * bytes,
      bytes,
    );
    if (!v128.any_true(i32x4.gt_s(dots, most))) continue;
    if (isPossible(bound, bars, modality, r0, i32x4.extract_lane(dots, 0))) kept = keep(list, kept, r0);
    if (i + 1 < count && isPossible(bound, bars, modality, r1, i32x4.extract_lane(dots, 1)))
      kept = keep(list, kept, r1);
    if (i + 2 < count && isPossible(bound, bars, modality, r2, i32x4.extract_lane(dots, 2)))
      kept = keep(list, kept, r2);
    if (i + 3 < count && isPossible(bound, bars, modality, r3, i32x4.extract_lane(dots, 3)))
      kept = keep(list, kept, r3);
  }
  return <i32>kept;
}
