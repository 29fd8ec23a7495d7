// What an encoder computes, on f32 in WASM SIMD, by AssemblyScript. Every tensor is dense and row-major; offsets are in
// bytes, all else in numbers. Each sum is taken in the order of its terms, so that a row of a product is the same to the
// last bit whatever rows it comes with.

// @ts-expect-error: decorator
@inline
function at(base: usize, index: i32): usize {
  return base + (<usize>index << 2);
}

// fp16 in the upper halves of lanes → f32: sign to bit 31, exponent and fraction to bits 27..13, which is the value times
// 2^-112, exactly, denormals and zeros included.
// @ts-ignore: decorator
@inline
function widened(upper: v128): v128 {
  const shifted = v128.and(i32x4.shr_s(upper, 3), i32x4.splat(0x8fffe000));
  return f32x4.mul(shifted, f32x4.splat(5192296858534827628530496329220096.0)); // 2^112
}

/** Finite fp16 → f32, exactly. Reads and writes up to seven numbers more than `count`. */
export function widen(halves: usize, out: usize, count: i32): void {
  const none = i16x8.splat(0);
  for (const end = at(out, count); out < end; halves += 16, out += 32) {
    const eight = v128.load(halves);
    v128.store(out, widened(i16x8.shuffle(none, eight, 0, 8, 1, 9, 2, 10, 3, 11)));
    v128.store(out, widened(i16x8.shuffle(none, eight, 4, 12, 5, 13, 6, 14, 7, 15)), 16);
  }
}

/**
 * c [m, n] = a [m, k] · b [k, n]. Eight columns of b at a time are brought together in `panel` [k, 8], where they stay in
 * the nearest cache for all rows of a.
 */
export function multiply(m: i32, n: i32, k: i32, a: usize, b: usize, c: usize, panel: usize): void {
  for (let j = 0; j < n; j += 8) {
    const columns = min(8, n - j);
    gather(at(b, j), n, k, columns, panel);
    let i = 0;
    for (; i + 4 <= m; i += 4) fourRows(k, at(a, i * k), panel, at(c, i * n + j), n, columns);
    for (; i < m; i++) oneRow(k, at(a, i * k), panel, at(c, i * n + j), columns);
  }
}

function gather(b: usize, n: i32, k: i32, columns: i32, panel: usize): void {
  const step = <usize>n << 2;
  if (columns == 8) {
    for (let p = 0; p < k; p++, b += step, panel += 32) {
      v128.store(panel, v128.load(b));
      v128.store(panel, v128.load(b, 16), 16);
    }
    return;
  }
  for (let p = 0; p < k; p++, b += step, panel += 32) {
    for (let x = 0; x < 8; x++) f32.store(at(panel, x), x < columns ? f32.load(at(b, x)) : 0);
  }
}

function fourRows(k: i32, a: usize, panel: usize, c: usize, n: i32, columns: i32): void {
  const step = <usize>k << 2;
  const a1 = a + step;
  const a2 = a1 + step;
  const a3 = a2 + step;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  for (let p: usize = 0; p < step; p += 4, panel += 32) {
    const left = v128.load(panel);
    const right = v128.load(panel, 16);
    const x0 = v128.load32_splat(a + p);
    c00 = f32x4.add(c00, f32x4.mul(x0, left));
    c01 = f32x4.add(c01, f32x4.mul(x0, right));
    const x1 = v128.load32_splat(a1 + p);
    c10 = f32x4.add(c10, f32x4.mul(x1, left));
    c11 = f32x4.add(c11, f32x4.mul(x1, right));
    const x2 = v128.load32_splat(a2 + p);
    c20 = f32x4.add(c20, f32x4.mul(x2, left));
    c21 = f32x4.add(c21, f32x4.mul(x2, right));
    const x3 = v128.load32_splat(a3 + p);
    c30 = f32x4.add(c30, f32x4.mul(x3, left));
    c31 = f32x4.add(c31, f32x4.mul(x3, right));
  }
  const next = <usize>n << 2;
  put(c, c00, c01, columns);
  put(c + next, c10, c11, columns);
  put(c + 2 * next, c20, c21, columns);
  put(c + 3 * next, c30, c31, columns);
}

function oneRow(k: i32, a: usize, panel: usize, c: usize, columns: i32): void {
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  const end = at(a, k);
  for (; a < end; a += 4, panel += 32) {
    const x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, v128.load(panel)));
    c1 = f32x4.add(c1, f32x4.mul(x, v128.load(panel, 16)));
  }
  put(c, c0, c1, columns);
}

// @ts-expect-error: decorator
@inline
function put(c: usize, left: v128, right: v128, columns: i32): void {
  if (columns == 8) {
    v128.store(c, left);
    v128.store(c, right, 16);
    return;
  }
  if (columns >= 4) v128.store(c, left);
  else {
    f32.store(c, f32x4.extract_lane(left, 0));
    if (columns > 1) f32.store(c, f32x4.extract_lane(left, 1), 4);
    if (columns > 2) f32.store(c, f32x4.extract_lane(left, 2), 8);
  }
  if (columns > 4) f32.store(c, f32x4.extract_lane(right, 0), 16);
  if (columns > 5) f32.store(c, f32x4.extract_lane(right, 1), 20);
  if (columns > 6) f32.store(c, f32x4.extract_lane(right, 2), 24);
}

/** x [rows, columns] += bias [rows], for each channel its own. */
export function addToRows(x: usize, bias: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++, x = at(x, columns)) {
    const shift = f32.load(at(bias, row));
    const shifts = f32x4.splat(shift);
    let i = 0;
    for (; i + 4 <= columns; i += 4) v128.store(at(x, i), f32x4.add(v128.load(at(x, i)), shifts));
    for (; i < columns; i++) f32.store(at(x, i), f32.load(at(x, i)) + shift);
  }
}

/** out [blocks, period] = a [blocks, period] (0: +, 1: −, 2: ×, 3: ÷) b [period]. `out` may be `a`. */
export function combine(operation: i32, a: usize, b: usize, out: usize, blocks: i32, period: i32): void {
  const step = <usize>period << 2;
  for (let block = 0; block < blocks; block++, a += step, out += step) {
    let i = 0;
    for (; i + 4 <= period; i += 4)
      v128.store(at(out, i), combined(operation, v128.load(at(a, i)), v128.load(at(b, i))));
    for (; i < period; i++) {
      const both = combined(operation, v128.load32_splat(at(a, i)), v128.load32_splat(at(b, i)));
      f32.store(at(out, i), f32x4.extract_lane(both, 0));
    }
  }
}

/** out [count] = a [count] (+, −, ×, ÷ as above) the one number at `b`. `out` may be `a`. */
export function combineOne(operation: i32, a: usize, b: usize, out: usize, count: i32): void {
  const right = v128.load32_splat(b);
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(at(out, i), combined(operation, v128.load(at(a, i)), right));
  for (; i < count; i++)
    f32.store(at(out, i), f32x4.extract_lane(combined(operation, v128.load32_splat(at(a, i)), right), 0));
}

// @ts-expect-error: decorator
@inline
function combined(operation: i32, a: v128, b: v128): v128 {
  if (operation == 0) return f32x4.add(a, b);
  if (operation == 1) return f32x4.sub(a, b);
  if (operation == 2) return f32x4.mul(a, b);
  return f32x4.div(a, b);
}

/** out [count] = max(0, x). `out` may be `x`. */
export function relu(x: usize, out: usize, count: i32): void {
  const none = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(at(out, i), f32x4.max(v128.load(at(x, i)), none));
  for (; i < count; i++) f32.store(at(out, i), max<f32>(f32.load(at(x, i)), 0));
}

// To 2e-7 of the value: 2^n · e^r with |r| ≤ ln 2 / 2, e^r by its series.
// @ts-expect-error: decorator
@inline
function exponential(x: v128): v128 {
  const bounded = f32x4.max(f32x4.min(x, f32x4.splat(88)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504)));
  // ln 2 in two parts, so that the first product is exact.
  const high = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.sub(high, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let e = f32x4.splat(1.0 / 5040);
  e = f32x4.add(f32x4.mul(e, r), f32x4.splat(1.0 / 720));
  e = f32x4.add(f32x4.mul(e, r), f32x4.splat(1.0 / 120));
  e = f32x4.add(f32x4.mul(e, r), f32x4.splat(1.0 / 24));
  e = f32x4.add(f32x4.mul(e, r), f32x4.splat(1.0 / 6));
  e = f32x4.add(f32x4.mul(e, r), f32x4.splat(0.5));
  e = f32x4.add(f32x4.mul(e, r), f32x4.splat(1));
  e = f32x4.add(f32x4.mul(e, r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(e, power);
}

// To 5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
// @ts-expect-error: decorator
@inline
function errorFunction(x: v128): v128 {
  const size = f32x4.abs(x);
  const t = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.splat(0.3275911), size)));
  let sum = f32x4.splat(1.061405429);
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(-1.453152027));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(1.421413741));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(-0.284496736));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(0.254829592));
  const decay = exponential(f32x4.neg(f32x4.mul(size, size)));
  const positive = f32x4.sub(f32x4.splat(1), f32x4.mul(f32x4.mul(sum, t), decay));
  return v128.or(positive, v128.and(x, i32x4.splat(0x80000000)));
}

/** out [count] = erf(x). `out` may be `x`. */
export function erf(x: usize, out: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(at(out, i), errorFunction(v128.load(at(x, i))));
  for (; i < count; i++)
    f32.store(at(out, i), f32x4.extract_lane(errorFunction(v128.load32_splat(at(x, i))), 0));
}

/** out [rows, width]: each row of x as shares of 1 by e to its power. `out` may be `x`. */
export function softmax(x: usize, out: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++, x = at(x, width), out = at(out, width)) {
    let most = f32.load(x);
    for (let i = 1; i < width; i++) most = max<f32>(most, f32.load(at(x, i)));
    const top = f32x4.splat(most);
    let sum: f32 = 0;
    for (let i = 0; i < width; i += 4) {
      const four = i + 4 <= width;
      const e = exponential(f32x4.sub(four ? v128.load(at(x, i)) : some(at(x, i), width - i), top));
      sum += f32x4.extract_lane(e, 0);
      if (four || width - i > 1) sum += f32x4.extract_lane(e, 1);
      if (four || width - i > 2) sum += f32x4.extract_lane(e, 2);
      if (four) sum += f32x4.extract_lane(e, 3);
      put(at(out, i), e, e, four ? 4 : width - i);
    }
    const share: f32 = 1 / sum;
    for (let i = 0; i < width; i++) f32.store(at(out, i), f32.load(at(out, i)) * share);
  }
}

// The first one to three numbers of four; behind them may be the end of memory.
function some(x: usize, count: i32): v128 {
  let four = f32x4.splat(f32.load(x));
  if (count > 1) four = f32x4.replace_lane(four, 1, f32.load(x, 4));
  if (count > 2) four = f32x4.replace_lane(four, 2, f32.load(x, 8));
  return four;
}

/** out [rows, width]: each row of x brought to mean 0 and variance 1, times `scale` plus `bias` [width]. */
export function normalise(x: usize, scale: usize, bias: usize, out: usize, rows: i32, width: i32, epsilon: f32): void {
  for (let row = 0; row < rows; row++, x = at(x, width), out = at(out, width)) {
    let sum: f64 = 0;
    for (let i = 0; i < width; i++) sum += <f64>f32.load(at(x, i));
    const mean = <f32>(sum / <f64>width);
    let squares: f64 = 0;
    for (let i = 0; i < width; i++) {
      const difference = f32.load(at(x, i)) - mean;
      squares += <f64>(difference * difference);
    }
    const factor = <f32>(1 / Math.sqrt(squares / <f64>width + <f64>epsilon));
    for (let i = 0; i < width; i++)
      f32.store(at(out, i), (f32.load(at(x, i)) - mean) * factor * f32.load(at(scale, i)) + f32.load(at(bias, i)));
  }
}

/** out [outer, inner] = x [outer, middle, inner] summed over the middle, times `factor`. */
export function sumMiddle(x: usize, out: usize, outer: i32, middle: i32, inner: i32, factor: f32): void {
  for (let o = 0; o < outer; o++, out = at(out, inner)) {
    memory.fill(out, 0, <usize>inner << 2);
    for (let i = 0; i < middle; i++, x = at(x, inner)) {
      for (let j = 0; j < inner; j++) f32.store(at(out, j), f32.load(at(out, j)) + f32.load(at(x, j)));
    }
    for (let j = 0; j < inner; j++) f32.store(at(out, j), f32.load(at(out, j)) * factor);
  }
}

/** out [d0, d1, d2, d3]: what lies in x at steps of s0, s1, s2, s3 numbers. */
export function arrange(
  x: usize,
  out: usize,
  d0: i32,
  d1: i32,
  d2: i32,
  d3: i32,
  s0: i32,
  s1: i32,
  s2: i32,
  s3: i32,
): void {
  for (let i = 0; i < d0; i++) {
    for (let j = 0; j < d1; j++) {
      for (let k = 0; k < d2; k++) {
        let from = at(x, i * s0 + j * s1 + k * s2);
        const step = <usize>s3 << 2;
        for (let l = 0; l < d3; l++, from += step, out += 4) f32.store(out, f32.load(from));
      }
    }
  }
}

/**
 * out [channels, kernel height, kernel width, out height, out width]: for each place of the kernel what it sees of
 * x [channels, height, width], zeros beyond its edges. A convolution is a product of its weights with this.
 */
export function unfold(
  x: usize,
  out: usize,
  channels: i32,
  height: i32,
  width: i32,
  side: i32,
  stride: i32,
  padding: i32,
  outHeight: i32,
  outWidth: i32,
): void {
  for (let channel = 0; channel < channels; channel++, x = at(x, height * width)) {
    for (let ky = 0; ky < side; ky++) {
      for (let kx = 0; kx < side; kx++) {
        for (let oy = 0; oy < outHeight; oy++) {
          const y = oy * stride + ky - padding;
          for (let ox = 0; ox < outWidth; ox++, out += 4) {
            const seen = ox * stride + kx - padding;
            const isInside = y >= 0 && y < height && seen >= 0 && seen < width;
            f32.store(out, isInside ? f32.load(at(x, y * width + seen)) : 0);
          }
        }
      }
    }
  }
}

/**
 * out [channels, height, width]: each channel of x by a kernel [3, 3] of its own, with zeros around, plus `bias`.
 * `padded` has room for (height + 2) · (width + 2) + 4 numbers.
 */
export function convolveEach(
  x: usize,
  weights: usize,
  bias: usize,
  out: usize,
  channels: i32,
  height: i32,
  width: i32,
  padded: usize,
): void {
  const across = width + 2;
  memory.fill(padded, 0, <usize>((height + 2) * across + 4) << 2);
  for (let channel = 0; channel < channels; channel++, weights += 36, bias += 4) {
    for (let y = 0; y < height; y++, x = at(x, width))
      memory.copy(at(padded, (y + 1) * across + 1), x, <usize>width << 2);
    const shift = v128.load32_splat(bias);
    for (let y = 0; y < height; y++, out = at(out, width)) {
      for (let i = 0; i < width; i += 4) {
        let sum = shift;
        for (let ky = 0; ky < 3; ky++) {
          const row = at(padded, (y + ky) * across + i);
          const kernel = weights + <usize>(ky * 12);
          sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(kernel), v128.load(row)));
          sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(kernel, 4), v128.load(row, 4)));
          sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(kernel, 8), v128.load(row, 8)));
        }
        put(at(out, i), sum, sum, width - i >= 4 ? 4 : width - i);
      }
    }
  }
}
