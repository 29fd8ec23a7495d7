/**
 * IEEE 754 binary16 ("fp16", F16 in safetensors) as 16-bit integers, since Node 20 has no Float16Array.
 */

/** The f32 value of each of the 65,536 fp16 bit patterns; 256 KiB, made at first use. */
export function float16Values(): Float32Array {
  values ??= Float32Array.from({ length: 0x10000 }, (_, bits) => float16Value(bits));
  return values;
}

/** fp16 bits nearest to the f32 value, ties to even; beyond 65,519.99… infinity, NaN stays NaN. */
export function toFloat16Bits(value: number): number {
  floatView[0] = value;
  const bits = bitsView[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x47800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (magnitude >= 0x38800000) {
    const rounded = magnitude + 0x0fff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  // Denormal: an f32 between 0.5 and 1 steps by 2^-24, as fp16 does here, so the addition rounds for us.
  bitsView[0] = magnitude;
  floatView[0] = floatView[0]! + 0.5;
  return sign | (bitsView[0]! - 0x3f000000);
}

/** The f32 value of fp16 bits, exact. */
export function fromFloat16Bits(bits: number): number {
  return float16Values()[bits]!;
}

/** fp16 bits of each component. */
export function toFloat16(vector: ArrayLike<number>): Uint16Array {
  const out = new Uint16Array(vector.length);
  for (let i = 0; i < out.length; i++) out[i] = toFloat16Bits(vector[i]!);
  return out;
}

/** f32 value of each component. */
export function fromFloat16(vector: Uint16Array): Float32Array {
  const table = float16Values();
  const out = new Float32Array(vector.length);
  for (let i = 0; i < out.length; i++) out[i] = table[vector[i]!]!;
  return out;
}

/** Whether fp16 bits stand for a number rather than infinity or NaN. */
export function isFiniteFloat16(bits: number): boolean {
  return (bits & 0x7c00) !== 0x7c00;
}

let values: Float32Array | undefined;
const floatView = new Float32Array(1);
const bitsView = new Uint32Array(floatView.buffer);

function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
