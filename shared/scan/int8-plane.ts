import { float16Values } from './float16.ts';
import { float32Above, NORM_SLACK } from './rounding.ts';

/**
 * Rows in a byte a component: row r stands for `scales[r] · codes[r]`, and by the two norms a bound on its
 * score is proven (README.md).
 */
export interface Int8Plane {
  /** [rows, dimensions], −127 to 127. */
  readonly codes: Int8Array;
  /** [rows] */
  readonly scales: Float32Array;
  /** [rows]: the Euclidean norm of what codes and scale leave of the row, or a little more; never less. */
  readonly residuals: Float32Array;
  /** [rows]: the Euclidean norm of `scale · codes`, or a little more; never less. */
  readonly norms: Float32Array;
  /** [rows]: the sum of the codes. */
  readonly sums: Int32Array;
}

/** The largest code: −128 is left out, so that codes are symmetric. */
export const MAX_CODE = 127;

/** Bytes that the plane takes of each row beside its codes. */
export const PLANE_BYTES_PER_ROW = 16;

/** @param vectors finite fp16 bits [rows, dimensions] */
export function quantizeRows(vectors: Uint16Array, dimensions: number): Int8Plane {
  const rows = vectors.length / dimensions;
  const plane = {
    codes: new Int8Array(vectors.length),
    scales: new Float32Array(rows),
    residuals: new Float32Array(rows),
    norms: new Float32Array(rows),
    sums: new Int32Array(rows),
  };
  for (let row = 0; row < rows; row++) quantizeRow(vectors, row, dimensions, plane);
  return plane;
}

/** The component that is largest in magnitude gets code 127 or −127, the others what is nearest. */
function quantizeRow(vectors: Uint16Array, row: number, dimensions: number, plane: Int8Plane): void {
  const value = float16Values();
  const { codes } = plane;
  const start = row * dimensions;
  const end = start + dimensions;
  let largestBits = 0;
  for (let i = start; i < end; i++) {
    const magnitudeBits = vectors[i]! & 0x7fff;
    if (magnitudeBits > largestBits) largestBits = magnitudeBits;
  }
  // Not zero for the smallest of fp16 either, and never so small that a code would be beyond 127.
  const scale = Math.fround(value[largestBits]! / MAX_CODE);
  const perScale = scale === 0 ? 0 : 1 / scale;
  let sum = 0;
  let squares = 0;
  let left = 0;
  for (let i = start; i < end; i++) {
    const component = value[vectors[i]!]!;
    const code = nearestInteger(component * perScale);
    const residual = component - scale * code;
    codes[i] = code;
    sum += code;
    squares += code * code;
    left += residual * residual;
  }
  plane.scales[row] = scale;
  plane.residuals[row] = roundedUp(Math.sqrt(left));
  plane.norms[row] = roundedUp(scale * Math.sqrt(squares));
  plane.sums[row] = sum;
}

/**
 * Whether a row is the one that its codes were made of, as far as the norm of what they leave tells. That
 * norm is stored to 24 bits, so even the last bit of a component shows, but for rare accidents.
 *
 * @param vectors fp16 bits [rows, dimensions]
 */
export function fitsPlane(
  vectors: Uint16Array,
  row: number,
  dimensions: number,
  { codes, scales, residuals }: Pick<Int8Plane, 'codes' | 'scales' | 'residuals'>,
): boolean {
  const value = float16Values();
  const scale = scales[row]!;
  const told = residuals[row]!;
  let left = 0;
  for (let i = row * dimensions, end = i + dimensions; i < end; i++) {
    const residual = value[vectors[i]!]! - scale * codes[i]!;
    left += residual * residual;
  }
  const found = Math.sqrt(left);
  // Rounding up adds less than 2⁻²²; and NaN fits nothing.
  return found <= told && told <= found * (1 + 2 ** -22);
}

/** As Math.round but for ties, which go to the even one; several times as fast. For magnitudes below 2^51. */
function nearestInteger(value: number): number {
  return value + ROUNDING - ROUNDING;
}

/** Adding it leaves no bits behind the point, so the addition rounds. */
const ROUNDING = 1.5 * 2 ** 52;

/** An f32 no less than the value would be without the rounding of the f64 arithmetic it comes from. */
function roundedUp(value: number): number {
  return float32Above(value * (1 + NORM_SLACK));
}
