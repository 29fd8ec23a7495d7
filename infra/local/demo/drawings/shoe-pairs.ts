import { path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

/**
 * Shoes stand in profile, toe to the left, on the line y = 0; `pair` shows one before the other.
 * The far shoe is drawn first, smaller and higher.
 */
export function pair(
  sketch: Sketch,
  drawOne: () => void,
  options: { lift?: number; low?: number; scale?: number; squash?: number; groundWidth?: number } = {},
): void {
  const low = options.low ?? 84;
  const scale = options.scale ?? 1;
  const lift = options.lift ?? 74;
  const squash = options.squash ?? 1;
  const width = options.groundWidth ?? 400;
  sketch.ground(10, low + 2, width * scale * 1.06, 44);
  sketch.ground(34, low - lift + 2, width * scale * 0.98, 34);
  sketch.within(
    path`translate(28 ${low - lift}) scale(${(0.93 * scale).toFixed(2)} ${(0.93 * scale * squash).toFixed(2)})`,
    drawOne,
  );
  sketch.within(
    path`translate(-8 ${low}) scale(${scale.toFixed(2)} ${(scale * squash).toFixed(2)})`,
    drawOne,
  );
}

export const FLAT = { shadow: false } as const;
