import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTensorMemory } from '../../shared/embedding/onnx/tensor-memory.ts';
import { fromFloat16 } from '../../shared/scan/float16.ts';
import { createUniform } from '../bench/random.ts';

/** Each kernel beside the plainest loop that says the same. */

const memory = createTensorMemory();
const { kernels } = memory;

/** Numbers in WASM memory, with room and a mark behind them that nobody may touch. */
function put(numbers: ArrayLike<number>) {
  const block = memory.take(numbers.length + 4);
  const all = memory.floats(block);
  all.set(numbers);
  all.fill(12_345, numbers.length, numbers.length + 4);
  return { at: block.at, length: numbers.length, block };
}

function read({ block, length }: ReturnType<typeof put>): Float32Array {
  const all = memory.floats(block);
  expect([...all.subarray(length, length + 4)]).toEqual([12_345, 12_345, 12_345, 12_345]);
  return all.slice(0, length);
}

const random = createUniform(5);
const some = (count: number, scale = 2) =>
  Float32Array.from({ length: count }, () => (random() - 0.5) * scale);
const none = (count: number) => put(new Float32Array(count));
const size = (max: number) => fc.integer({ min: 1, max });

describe('the encoder’s kernels', () => {
  it('multiply as f32 does, term by term in their order, for any sizes', () => {
    fc.assert(
      fc.property(size(11), size(19), size(21), (m, n, k) => {
        memory.reset();
        const [a, b] = [some(m * k), some(k * n)];
        const out = none(m * n);
        kernels.multiply(m, n, k, put(a).at, put(b).at, out.at, none(8 * k).at);
        const expected = Float32Array.from({ length: m * n }, (_, at) => {
          let sum = 0;
          for (let p = 0; p < k; p++)
            sum = Math.fround(sum + Math.fround(a[Math.floor(at / n) * k + p]! * b[p * n + (at % n)]!));
          return sum;
        });
        expect(read(out)).toEqual(expected);
      }),
    );
  });

  it('widen every fp16 number exactly', () => {
    memory.reset();
    const bits = Uint16Array.from({ length: 65_536 }, (_, i) => i).filter((i) => (i & 0x7c00) !== 0x7c00);
    const halves = memory.take(bits.length / 2 + 4);
    memory.bytes(halves).set(new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength));
    const out = memory.take(bits.length + 7);
    kernels.widen(halves.at, out.at, bits.length);
    expect(memory.floats(out).slice(0, bits.length)).toEqual(fromFloat16(bits));
  });

  it.each([
    ['add', 0, (a: number, b: number) => a + b],
    ['subtract', 1, (a: number, b: number) => a - b],
    ['multiply', 2, (a: number, b: number) => a * b],
    ['divide', 3, (a: number, b: number) => a / b],
  ] as const)('%s what repeats, and one number, in place too', (_, operation, compute) => {
    fc.assert(
      fc.property(size(4), size(13), (blocks, period) => {
        memory.reset();
        const [a, b] = [some(blocks * period), some(period).map((value) => value + 2)];
        const [left, right] = [put(a), put(b)];
        const out = none(a.length);
        kernels.combine(operation, left.at, right.at, out.at, blocks, period);
        expect(read(out)).toEqual(a.map((value, i) => compute(value, b[i % period]!)));
        kernels.combineOne(operation, left.at, right.at, left.at, a.length);
        expect(read(left)).toEqual(a.map((value) => compute(value, b[0]!)));
      }),
    );
  });

  it('add to rows, and cut off below zero', () => {
    fc.assert(
      fc.property(size(5), size(13), (rows, columns) => {
        memory.reset();
        const [x, bias] = [some(rows * columns), some(rows)];
        const out = put(x);
        kernels.addToRows(out.at, put(bias).at, rows, columns);
        const sums = x.map((value, i) => value + bias[Math.floor(i / columns)]!);
        expect(read(out)).toEqual(sums);
        kernels.relu(out.at, out.at, x.length);
        expect(read(out)).toEqual(sums.map((value) => Math.max(0, value)));
      }),
    );
  });

  it('know the error function to 5e-7', () => {
    memory.reset();
    const known = [
      [0, 0],
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [1.5, 0.9661051464753108],
      [2, 0.9953222650189527],
      [3, 0.9999779095030014],
      [9, 1],
    ] as const;
    const x = known.flatMap(([value]) => [value, -value, value]).slice(0, -1);
    const out = put(x);
    kernels.erf(out.at, out.at, x.length);
    const expected = known.flatMap(([, value]) => [value, -value, value]);
    for (const [i, value] of read(out).entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(5e-7);
  });

  it('share rows out by e to their power, whatever their size, to 1e-6', () => {
    fc.assert(
      fc.property(size(4), size(11), fc.constantFrom(1, 30, 3e4), (rows, width, scale) => {
        memory.reset();
        const x = some(rows * width, scale);
        const out = put(x);
        kernels.softmax(out.at, out.at, rows, width);
        const found = read(out);
        for (let row = 0; row < rows; row++) {
          const own = x.subarray(row * width, (row + 1) * width);
          const powers = [...own].map((value) => Math.exp(value - Math.max(...own)));
          const sum = powers.reduce((a, b) => a + b);
          for (const [i, power] of powers.entries())
            expect(Math.abs(found[row * width + i]! - power / sum)).toBeLessThan(1e-6);
        }
      }),
    );
  });

  it('bring rows to mean 0 and variance 1', () => {
    memory.reset();
    const [rows, width] = [3, 7];
    const [x, scale, bias] = [some(rows * width), some(width), some(width)];
    const out = put(x);
    kernels.normalise(out.at, put(scale).at, put(bias).at, out.at, rows, width, 1e-5);
    const found = read(out);
    for (let row = 0; row < rows; row++) {
      const own = [...x.subarray(row * width, (row + 1) * width)];
      const mean = own.reduce((a, b) => a + b) / width;
      const variance = own.reduce((a, b) => a + (b - mean) ** 2, 0) / width;
      for (const [i, value] of own.entries()) {
        const expected = ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[i]! + bias[i]!;
        expect(found[row * width + i]).toBeCloseTo(expected, 5);
      }
    }
  });

  it('sum what lies in the middle', () => {
    memory.reset();
    const x = some(2 * 3 * 5);
    const out = none(2 * 5);
    kernels.sumMiddle(put(x).at, out.at, 2, 3, 5, 0.5);
    const expected = Array.from({ length: 10 }, (_, at) => {
      const [outer, inner] = [Math.floor(at / 5), at % 5];
      return [0, 1, 2].reduce((sum, i) => sum + x[outer * 15 + i * 5 + inner]!, 0) / 2;
    });
    for (const [i, value] of read(out).entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });

  it('see what a kernel sees, and nothing beyond the edges', () => {
    fc.assert(
      fc.property(size(3), size(7), size(9), size(3), size(3), fc.integer({ min: 0, max: 2 }), (...sizes) => {
        const [channels, height, width, side, stride, padding] = sizes;
        const along = (length: number) => Math.floor((length + 2 * padding - side) / stride) + 1;
        const [outHeight, outWidth] = [along(height), along(width)];
        fc.pre(outHeight > 0 && outWidth > 0);
        memory.reset();
        const x = some(channels * height * width);
        const out = none(channels * side * side * outHeight * outWidth);
        const shape = [channels, height, width, side, stride, padding, outHeight, outWidth] as const;
        kernels.unfold(put(x).at, out.at, ...shape);
        const expected: number[] = [];
        for (let channel = 0; channel < channels; channel++)
          for (let kernel = 0; kernel < side * side; kernel++)
            for (let place = 0; place < outHeight * outWidth; place++) {
              const y = Math.floor(place / outWidth) * stride + Math.floor(kernel / side) - padding;
              const across = (place % outWidth) * stride + (kernel % side) - padding;
              const isInside = y >= 0 && y < height && across >= 0 && across < width;
              expected.push(isInside ? x[(channel * height + y) * width + across]! : 0);
            }
        expect(read(out)).toEqual(Float32Array.from(expected));
      }),
    );
  });

  it('convolve each channel by a kernel of its own', () => {
    fc.assert(
      fc.property(size(3), size(6), size(9), (channels, height, width) => {
        memory.reset();
        const [x, weights, bias] = [some(channels * height * width), some(channels * 9), some(channels)];
        const out = none(x.length);
        const padded = none((height + 2) * (width + 2) + 4);
        kernels.convolveEach(
          put(x).at,
          put(weights).at,
          put(bias).at,
          out.at,
          channels,
          height,
          width,
          padded.at,
        );
        const found = read(out);
        read(padded);
        for (let at = 0; at < x.length; at++) {
          const [channel, place] = [Math.floor(at / (height * width)), at % (height * width)];
          const [y, across] = [Math.floor(place / width), place % width];
          let sum = bias[channel]!;
          for (let kernel = 0; kernel < 9; kernel++) {
            const [row, column] = [y + Math.floor(kernel / 3) - 1, across + (kernel % 3) - 1];
            const isInside = row >= 0 && row < height && column >= 0 && column < width;
            const seen = isInside ? x[(channel * height + row) * width + column]! : 0;
            sum = Math.fround(sum + Math.fround(weights[channel * 9 + kernel]! * seen));
          }
          expect(found[at]).toBe(sum);
        }
      }),
    );
  });
});
