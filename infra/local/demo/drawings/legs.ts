import { BOTH_SIDES, crossing, flipped, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

export interface Legs {
  waist: number;
  hip: number;
  knee: number;
  hem: number;
  top: number;
  bottom: number;
  /** How far the legs stand apart at the hem. */
  apart: number;
}

export function legsOf(sketch: Sketch, changes: Partial<Legs>): Legs {
  return {
    waist: 74,
    hip: 98,
    knee: 44,
    hem: 40,
    top: -232,
    bottom: 232 + sketch.random.between(-10, 6),
    apart: 12,
    ...changes,
  };
}

/** Half the trousers' width at a height above the hips. */
export function sideAt({ waist, hip, top }: Legs, y: number): number {
  return crossing(y, [
    [waist, top + 2],
    [waist + 6, top + 50],
    [hip, top + 80],
    [hip, top + 120],
  ]);
}

/** Draws both legs and gives back the height of the crotch. */
export function drawLegs(sketch: Sketch, legs: Legs): number {
  const { waist, hip, knee, hem, top, bottom, apart } = legs;
  const crotch = top + 150;
  const length = bottom - crotch;
  const kneeY = crotch + length * 0.45;
  const middle = hip * 0.55;
  sketch.piece(
    path`M${-waist} ${top + 2}C${-waist * 0.5} ${top + 12} ${waist * 0.5} ${top + 12} ${waist} ${top + 2}L${waist} ${top + 22}L${-waist} ${top + 22}Z`,
    { fill: sketch.main.deep, shade: 'none', texture: false },
  );
  for (const side of [flipped, (d: string) => d]) {
    sketch.piece(
      side(
        path`M0 ${top + 12}C${waist * 0.5} ${top + 12} ${waist * 0.8} ${top + 8} ${waist} ${top + 2}C${waist + 6} ${top + 50} ${hip} ${top + 80} ${hip} ${top + 120}C${hip + 1} ${crotch + 40} ${middle + knee + apart * 0.3} ${kneeY - 30} ${middle + knee * 0.9 + apart * 0.6} ${kneeY}L${middle + hem + apart} ${bottom - 2}C${middle + apart + hem * 0.3} ${bottom + 5} ${middle + apart - hem * 0.3} ${bottom + 5} ${middle + apart - hem} ${bottom + 1}L${middle - knee * 0.8 + apart * 0.5} ${kneeY}C${middle - knee} ${kneeY - 50} 4 ${crotch + 30} 0 ${crotch}Z`,
      ),
    );
  }
  return crotch;
}

export function drawLegFolds(sketch: Sketch, legs: Legs, crotch: number, strength = 1): void {
  const { between } = sketch.random;
  const middle = legs.hip * 0.55;
  const kneeY = crotch + (legs.bottom - crotch) * 0.45;
  for (const side of BOTH_SIDES) {
    sketch.fold(side(path`M3 ${crotch - 2}C20 ${crotch - 8} 34 ${crotch - 12} 52 ${crotch - 30}`), strength);
    sketch.fold(
      side(path`M4 ${crotch + 10}C22 ${crotch + 8} 40 ${crotch + 4} 60 ${crotch - 4}`),
      strength * 0.8,
    );
    sketch.fold(
      side(
        path`M${middle - 22} ${kneeY - 8}C${middle} ${kneeY + between(-10, 8)} ${middle + 14} ${kneeY} ${middle + 34} ${kneeY - 14}`,
      ),
      strength * 0.7,
    );
    sketch.fold(
      side(
        path`M${middle - 20 + legs.apart} ${legs.bottom - 34}C${middle + legs.apart} ${legs.bottom - 26} ${middle + 20 + legs.apart} ${legs.bottom - 30} ${middle + 24 + legs.apart} ${legs.bottom - 44}`,
      ),
      strength * 0.7,
    );
  }
}

export function drawWaistband(sketch: Sketch, legs: Legs, loops = true, height = 20): void {
  const { waist, top } = legs;
  sketch.piece(
    path`M${-waist - 1} ${top}C${-waist * 0.5} ${top + 12} ${waist * 0.5} ${top + 12} ${waist + 1} ${top}L${waist + 3} ${top + height}C${waist * 0.5} ${top + height + 12} ${-waist * 0.5} ${top + height + 12} ${-waist - 3} ${top + height}Z`,
  );
  if (!loops) return;
  for (const x of [-0.72, -0.3, 0.3, 0.72])
    sketch.band(
      path`M${waist * x} ${top + 4 + 6 * (1 - Math.abs(x))}L${waist * x} ${top + height + 8 + 6 * (1 - Math.abs(x))}`,
      6,
      sketch.main,
      { shadow: false },
    );
  sketch.button(0, top + height / 2 + 9, 5, sketch.metal);
}

export function drawDrawstring(sketch: Sketch, legs: Legs): void {
  drawWaistband(sketch, legs, false, 24);
  for (let x = -legs.waist + 8; x < legs.waist; x += 8)
    sketch.line(
      path`M${x} ${legs.top + 5 + 5 * (1 - Math.abs(x / legs.waist))}L${x} ${legs.top + 26 + 5 * (1 - Math.abs(x / legs.waist))}`,
      1,
    );
  const cord = { ...sketch.accent, base: '#f2efe9', line: sketch.main.line };
  sketch.band(
    path`M-8 ${legs.top + 22}C-14 ${legs.top + 44} -8 ${legs.top + 56} -16 ${legs.top + 76}M8 ${legs.top + 22}C14 ${legs.top + 42} 8 ${legs.top + 52} 14 ${legs.top + 70}`,
    3.6,
    cord,
    { shadow: false },
  );
}
