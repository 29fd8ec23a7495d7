import type { Int8Plane } from './int8-plane.ts';
import { quantizeQuery } from './int8-query.ts';
import { CHUNK_ROWS } from './scratch.ts';
import { int8Dot } from './typescript-int8.ts';

/** Between what the scores of rows lie, told by their int8 codes alone. */
export interface RowBounds {
  /** f32 [CHUNK_ROWS]: of the latest rows; their documented scores are no lower … */
  readonly lower: Float32Array;
  /** … and no higher than these. */
  readonly upper: Float32Array;
  /**
   * Of the first `count` rows of the list. Where their dot products are at hand, as after a kernel's `dot`, that of
   * row r is dots[r - first]; else they are worked out.
   */
  write(list: Uint32Array, count: number, dots?: Int32Array, first?: number): void;
}

/**
 * Bounds for one query, plane by plane. In plain TypeScript, since few rows are asked about: those that a
 * kernel did not rule out.
 *
 * @param query f32 [dimensions], finite
 */
export function createRowBounds(
  query: Float32Array,
): (plane: Pick<Int8Plane, 'codes' | 'scales' | 'residuals' | 'norms'>) => RowBounds {
  const { codes, step, perResidual, perNorm, rest } = quantizeQuery(query);
  const lower = new Float32Array(CHUNK_ROWS);
  const upper = new Float32Array(CHUNK_ROWS);
  return (plane) => ({
    lower,
    upper,
    write(list, count, dots, first = 0) {
      for (let i = 0; i < count; i++) {
        const row = list[i]!;
        const dot = dots ? dots[row - first]! : int8Dot(codes, plane.codes, row * codes.length);
        const middle = dot * (plane.scales[row]! * step);
        const reach = plane.residuals[row]! * perResidual + plane.norms[row]! * perNorm + rest;
        lower[i] = float32Below(middle - reach);
        upper[i] = -float32Below(-middle - reach);
      }
    },
  });
}

/** An f32 that is no higher: what nearest rounding adds, 2⁻²⁴ of it or half the smallest f32, goes off twice. */
function float32Below(value: number): number {
  return Math.fround(value - Math.abs(value) * 2 ** -23 - 2 ** -149);
}
