// Dot products of one f32 query with fp16 rows, in WASM SIMD by AssemblyScript.
// The order of arithmetic is fixed in ../README.md; ../typescript-kernel.ts is the plain twin.
//
// fp16 to f32: the sign goes to bit 31 and exponent and fraction to bits 27..13, which as f32 is the value
// times 2^-112, exactly, denormals and zeros included. The query comes multiplied by 2^112 (exact too), so
// each product is the same real number as without the factor and is rounded to the same f32.

const SIGN_EXPONENT_FRACTION: i32 = 0x8fffe000;

// Four of eight fp16 as f32 times 2^-112: each goes to the upper half of a lane, and from there three bits
// down; the copies of the sign that come in above the exponent are masked. (A fifth faster in V8 than
// extending with sign and shifting up.)
// @ts-ignore: decorator
@inline
function low(halves: v128): v128 {
  const upper = i16x8.shuffle(i16x8.splat(0), halves, 0, 8, 1, 9, 2, 10, 3, 11);
  return v128.and(i32x4.shr_s(upper, 3), i32x4.splat(SIGN_EXPONENT_FRACTION));
}

// @ts-ignore: decorator
@inline
function high(halves: v128): v128 {
  const upper = i16x8.shuffle(i16x8.splat(0), halves, 4, 12, 5, 13, 6, 14, 7, 15);
  return v128.and(i32x4.shr_s(upper, 3), i32x4.splat(SIGN_EXPONENT_FRACTION));
}

// All bits of the first `count` (0 to 8) of eight 16-bit lanes.
// @ts-ignore: decorator
@inline
function firstLanes(count: i32): v128 {
  return i16x8.gt_s(i16x8.splat(<i16>count), i16x8(0, 1, 2, 3, 4, 5, 6, 7));
}

// @ts-ignore: decorator
@inline
function dot(query: usize, row: usize, dimensions: i32): f32 {
  let acc0 = f32x4.splat(0);
  let acc1 = f32x4.splat(0);
  let acc2 = f32x4.splat(0);
  let acc3 = f32x4.splat(0);
  let x = row;
  let q = query;
  for (const end = row + ((<usize>dimensions >> 4) << 5); x < end; x += 32, q += 64) {
    const first = v128.load(x);
    const second = v128.load(x, 16);
    acc0 = f32x4.add(acc0, f32x4.mul(v128.load(q), low(first)));
    acc1 = f32x4.add(acc1, f32x4.mul(v128.load(q, 16), high(first)));
    acc2 = f32x4.add(acc2, f32x4.mul(v128.load(q, 32), low(second)));
    acc3 = f32x4.add(acc3, f32x4.mul(v128.load(q, 48), high(second)));
  }
  const rest = dimensions & 15;
  if (rest) {
    // What lies behind the row is masked to +0, and so is the query there: adding 0 to a sum that began
    // with +0 changes nothing, for such a sum is never -0.
    const first = v128.and(v128.load(x), firstLanes(rest < 8 ? rest : 8));
    const second = v128.and(v128.load(x, 16), firstLanes(rest > 8 ? rest - 8 : 0));
    acc0 = f32x4.add(acc0, f32x4.mul(v128.load(q), low(first)));
    acc1 = f32x4.add(acc1, f32x4.mul(v128.load(q, 16), high(first)));
    acc2 = f32x4.add(acc2, f32x4.mul(v128.load(q, 32), low(second)));
    acc3 = f32x4.add(acc3, f32x4.mul(v128.load(q, 48), high(second)));
  }
  const sum = f32x4.add(f32x4.add(acc0, acc1), f32x4.add(acc2, acc3));
  return (
    f32x4.extract_lane(sum, 0) +
    f32x4.extract_lane(sum, 2) +
    (f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 3))
  );
}

/** Scores `count` adjacent rows: f32 at `scores`. */
export function score(query: usize, rows: usize, count: i32, dimensions: i32, scores: usize): void {
  const rowBytes = <usize>dimensions << 1;
  for (let i = 0; i < count; i++) {
    f32.store(scores + (<usize>i << 2), dot(query, rows + <usize>i * rowBytes, dimensions));
  }
}

/** Scores the `count` rows whose numbers stand as u32 at `list`: f32 at `scores`, in the order of the list. */
export function scoreListed(
  query: usize,
  rows: usize,
  list: usize,
  count: i32,
  dimensions: i32,
  scores: usize,
): void {
  const rowBytes = <usize>dimensions << 1;
  for (let i = 0; i < count; i++) {
    const place = scores + (<usize>i << 2);
    // What is stored is overwritten by a score; so that the loads are not left out.
    if ((i & (TOUCHED - 1)) === 0) store<u32>(place, touch(rows, rowBytes, list, i, min(i + TOUCHED, count)));
    const row = rows + <usize>load<u32>(list + (<usize>i << 2)) * rowBytes;
    f32.store(place, dot(query, row, dimensions));
  }
}

/** Rows that are fetched into the processor's caches together. */
const TOUCHED: i32 = 8;

/**
 * Reads something of each cache line of some listed rows. Rows that lie all over are waited for one by one where they
 * are scored, since that is more than a processor looks ahead; here it waits for all of them at once.
 */
function touch(rows: usize, rowBytes: usize, list: usize, first: i32, end: i32): u32 {
  let seen: u32 = 0;
  for (let i = first; i < end; i++) {
    const row = rows + <usize>load<u32>(list + (<usize>i << 2)) * rowBytes;
    for (let place = row; place < row + rowBytes; place += 64) seen |= load<u8>(place);
  }
  return seen;
}
