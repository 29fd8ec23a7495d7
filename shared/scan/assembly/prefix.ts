// What the first principal components of rows rule out, in baseline WASM SIMD. ../typescript-prefix.ts is the
// plain twin; README.md derives the bound.
//
// Rows come as i8 and queries as i16, `width` of them, a multiple of 8. Rows are extended to i16 as they are
// loaded, and two products at a time are added to an i32; nothing overflows, since the norms of queries are limited
// by ../prefix-query.ts.

import { listed, storeApart, sumsOf } from './int8-plane';

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

/** Writes to `dots` the dot products of `count` adjacent rows, from row `first` on; four stretches at once. */
export function dotPrefix(codes: usize, width: i32, query: usize, first: i32, count: i32, dots: usize): void {
  const bytes = <usize>width;
  const stretch = <usize>count >> 2;
  const apart = stretch * bytes;
  const dotsApart = stretch << 2;
  let row = codes + <usize>first * bytes;
  for (let place = dots, end = dots + dotsApart; place < end; place += 4, row += bytes)
    storeApart(place, dotsApart, fourRows(query, row, row + apart, row + 2 * apart, row + 3 * apart, bytes));
  for (let i = stretch << 2; i < <usize>count; i++) {
    const place = codes + (<usize>first + i) * bytes;
    store<i32>(dots + (i << 2), i32x4.extract_lane(fourRows(query, place, place, place, place, bytes), 0));
  }
}

/** As siftPrefix, of `count` rows whose dot products are there. */
export function siftDots(
  dots: usize,
  modality: usize,
  bound: PrefixBound,
  bars: usize,
  first: i32,
  count: i32,
  list: usize,
): i32 {
  const most = threshold(bound, bars);
  const four = i32x4.splat(most);
  const whole = <usize>count & ~3;
  let kept: usize = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    if ((i & 3) === 0 && i < whole && !v128.any_true(i32x4.gt_s(v128.load(dots + (i << 2)), four))) {
      i += 3;
      continue;
    }
    const dot = load<i32>(dots + (i << 2));
    const row = <usize>first + i;
    if (dot > most && isPossible(bound, bars, modality, row, dot)) kept = keep(list, kept, row);
  }
  return <i32>kept;
}

/** The largest of four. */
// @ts-ignore: decorator
@inline
function largest(four: v128): i32 {
  return max(
    max(i32x4.extract_lane(four, 0), i32x4.extract_lane(four, 1)),
    max(i32x4.extract_lane(four, 2), i32x4.extract_lane(four, 3)),
  );
}

/** Those of a modality alone, where one is given; others as low as can be. `modality`: of the first of the four. */
// @ts-ignore: decorator
@inline
function ofModality(four: v128, modality: usize, only: i32): v128 {
  if (only < 0) return four;
  const own = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(modality)));
  return v128.bitselect(four, i32x4.splat(i32.MIN_VALUE), i32x4.eq(own, i32x4.splat(only)));
}

/**
 * Of `blocks` blocks of `rows` (a multiple of 4) dot products, writes to `list` the row of the highest of each of the
 * `most` blocks in which it is highest, best first, of equal ones the first. Rows of another modality than `only`
 * don't count, unless that is negative. Returns how many.
 *
 * @param modality of row `first`, the first one
 * @param peaks i32 [blocks], to work with
 */
export function listPeaks(
  dots: usize,
  modality: usize,
  only: i32,
  first: i32,
  rows: i32,
  blocks: i32,
  peaks: usize,
  most: i32,
  list: usize,
): i32 {
  const least = i32x4.splat(i32.MIN_VALUE);
  for (let block = 0; block < blocks; block++) {
    let peak = least;
    for (let i = block * rows, end = i + rows; i < end; i += 4)
      peak = i32x4.max_s(peak, ofModality(v128.load(dots + (<usize>i << 2)), modality + i, only));
    store<i32>(peaks + (<usize>block << 2), largest(peak));
  }
  for (let listed = 0; listed < most; listed++) {
    let best = 0;
    let peak = i32.MIN_VALUE;
    for (let block = 0; block < blocks; block++) {
      const own = load<i32>(peaks + (<usize>block << 2));
      if (own > peak) {
        peak = own;
        best = block;
      }
    }
    if (peak === i32.MIN_VALUE) return listed;
    store<i32>(peaks + (<usize>best << 2), i32.MIN_VALUE);
    let i = best * rows;
    while (load<i32>(dots + (<usize>i << 2)) !== peak || (only >= 0 && <i32>load<u8>(modality + i) !== only)) i++;
    store<i32>(list + (<usize>listed << 2), first + i);
  }
  return most;
}
