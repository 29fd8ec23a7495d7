// Resizing in fixed point as Pillow does it, in WASM SIMD, by AssemblyScript. Pixels are [height, width, 3] bytes, row by
// row. Output i of a line is made of the counts[i] inputs from starts[i] on, weighed by values [outputs, stride]. All
// are i32, offsets are in bytes. Reads and writes go up to 15 bytes beyond the ends of what is named.

const BITS = 22;

// Sums of a byte each with weights of 22 bits behind the point → bytes, held to 0…255.
// @ts-ignore: decorator
@inline
function bytesOf(a: v128, b: v128, c: v128, d: v128): v128 {
  return i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_s(i32x4.shr_s(a, BITS), i32x4.shr_s(b, BITS)),
    i16x8.narrow_i32x4_s(i32x4.shr_s(c, BITS), i32x4.shr_s(d, BITS)),
  );
}

/** out [height, outputs, 3] = every row of pixels [height, width, 3] made wider or narrower. */
export function resizeAcross(
  pixels: usize,
  out: usize,
  width: i32,
  height: i32,
  outputs: i32,
  starts: usize,
  counts: usize,
  values: usize,
  stride: i32,
): void {
  const half = i32x4.splat(1 << (BITS - 1));
  const step = <usize>stride << 2;
  for (let y = 0; y < height; y++, pixels += width * 3) {
    let weight = values;
    for (let i = 0; i < outputs; i++, weight += step, out += 3) {
      let from = pixels + load<i32>(starts + (<usize>i << 2)) * 3;
      const end = weight + (<usize>load<i32>(counts + (<usize>i << 2)) << 2);
      let sum = half;
      // The fourth lane is of the next pixel, and nobody reads it.
      for (let at = weight; at < end; at += 4, from += 3) {
        const pixel = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)));
        sum = i32x4.add(sum, i32x4.mul(pixel, v128.load32_splat(at)));
      }
      v128.store32_lane(out, bytesOf(sum, sum, sum, sum), 0);
    }
  }
}

/** out [outputs, width, 3] = every column of pixels [height, width, 3] made higher or lower. */
export function resizeDown(
  pixels: usize,
  out: usize,
  width: i32,
  outputs: i32,
  starts: usize,
  counts: usize,
  values: usize,
  stride: i32,
): void {
  const half = i32x4.splat(1 << (BITS - 1));
  const row = <usize>(width * 3);
  const step = <usize>stride << 2;
  for (let i = 0; i < outputs; i++, values += step, out += row) {
    const top = pixels + load<i32>(starts + (<usize>i << 2)) * row;
    const end = values + (<usize>load<i32>(counts + (<usize>i << 2)) << 2);
    for (let x: usize = 0; x < row; x += 16) {
      let from = top + x;
      let a = half;
      let b = half;
      let c = half;
      let d = half;
      for (let at = values; at < end; at += 4, from += row) {
        const weight = v128.load32_splat(at);
        const some = v128.load(from);
        const left = i16x8.extend_low_i8x16_u(some);
        const right = i16x8.extend_high_i8x16_u(some);
        a = i32x4.add(a, i32x4.mul(i32x4.extend_low_i16x8_u(left), weight));
        b = i32x4.add(b, i32x4.mul(i32x4.extend_high_i16x8_u(left), weight));
        c = i32x4.add(c, i32x4.mul(i32x4.extend_low_i16x8_u(right), weight));
        d = i32x4.add(d, i32x4.mul(i32x4.extend_high_i16x8_u(right), weight));
      }
      v128.store(out + x, bytesOf(a, b, c, d));
    }
  }
}
