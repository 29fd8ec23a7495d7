import { describe, expect, it } from 'vitest';
import {
  fromFloat16,
  fromFloat16Bits,
  isFiniteFloat16,
  toFloat16,
  toFloat16Bits,
} from '../../shared/scan/float16.ts';

const allBits = Array.from({ length: 0x10000 }, (_, bits) => bits);
const isNan = (bits: number) => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;

describe('fp16', () => {
  it('gives every one of the 65,536 patterns back unchanged', () => {
    const wrong = allBits.filter((bits) => !isNan(bits) && toFloat16Bits(fromFloat16Bits(bits)) !== bits);
    expect(wrong).toEqual([]);
    expect(allBits.filter(isNan).every((bits) => Number.isNaN(fromFloat16Bits(bits)))).toBe(true);
    expect(isNan(toFloat16Bits(Number.NaN))).toBe(true);
  });

  it('knows the landmarks of the format', () => {
    expect(fromFloat16Bits(0x0001)).toBe(2 ** -24);
    expect(fromFloat16Bits(0x03ff)).toBe(1023 * 2 ** -24);
    expect(fromFloat16Bits(0x0400)).toBe(2 ** -14);
    expect(fromFloat16Bits(0x3c00)).toBe(1);
    expect(fromFloat16Bits(0x7bff)).toBe(65504);
    expect(Object.is(fromFloat16Bits(0x8000), -0)).toBe(true);
    expect(fromFloat16Bits(0xfc00)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('rounds what lies between two neighbours to the nearer, the midpoint to the even one', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const low = fromFloat16Bits(bits);
      const high = fromFloat16Bits(bits + 1);
      const middle = Math.fround((low + high) / 2);
      const even = bits % 2 === 0 ? bits : bits + 1;
      const below = nextFloat(middle, -1);
      const above = nextFloat(middle, 1);
      for (const [value, expected] of [
        [middle, even],
        [below, bits],
        [above, bits + 1],
      ] as const) {
        if (toFloat16Bits(value) !== expected) expect.fail(`${value} gives ${toFloat16Bits(value)}`);
        if (toFloat16Bits(-value) !== (expected | 0x8000)) expect.fail(`-${value}`);
      }
    }
  });

  it('becomes infinite from 65,520 on and zero up to 2^-25', () => {
    expect(toFloat16Bits(nextFloat(65520, -1))).toBe(0x7bff);
    expect(toFloat16Bits(65520)).toBe(0x7c00);
    expect(toFloat16Bits(-1e30)).toBe(0xfc00);
    expect(toFloat16Bits(2 ** -25)).toBe(0);
    expect(toFloat16Bits(nextFloat(2 ** -25, 1))).toBe(1);
    expect(toFloat16Bits(-(2 ** -149))).toBe(0x8000);
  });

  it('converts vectors and tells numbers from the rest', () => {
    const vector = Float32Array.of(0.5, -1, 0);
    expect(fromFloat16(toFloat16(vector))).toEqual(vector);
    expect([0x7bff, 0x7c00, 0xfe00, 0x0001].map(isFiniteFloat16)).toEqual([true, false, false, true]);
  });
});

/** The f32 neighbour of a positive f32. */
function nextFloat(value: number, direction: 1 | -1): number {
  const floats = Float32Array.of(value);
  const bits = new Uint32Array(floats.buffer);
  bits[0] = bits[0]! + direction;
  return floats[0]!;
}
