import { mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

export const SKIRT_CUTS = {
  'a-line': { hem: 134, bottom: 120, folds: 3, pleats: 0 },
  pencil: { hem: 84, bottom: 160, folds: 1, pleats: 0 },
  pleated: { hem: 156, bottom: 130, folds: 0, pleats: 13 },
  maxi: { hem: 140, bottom: 236, folds: 5, pleats: 0 },
  mini: { hem: 112, bottom: 34, folds: 2, pleats: 0 },
} satisfies Record<string, SkirtCut>;

interface SkirtCut {
  hem: number;
  bottom: number;
  folds: number;
  pleats: number;
}

export function drawSkirt(sketch: Sketch, cut: SkirtCut): void {
  const { between, chance } = sketch.random;
  const top = cut.bottom > 200 ? -220 : cut.bottom < 60 ? -110 : -160;
  const bottom = cut.bottom + between(-8, 14);
  const hem = cut.hem + between(-8, 10);
  const waist = 70 + between(-4, 6);
  const hipY = Math.min(110, (bottom - top) * 0.55);
  const hip = cut.folds === 1 ? 98 : waist + (hem - waist) * (hipY / (bottom - top)) + 10;
  const skirt = mirrored(
    path`M0 ${top + 12}C${waist * 0.5} ${top + 12} ${waist * 0.8} ${top + 8} ${waist} ${top + 2}C${waist + 10} ${top + hipY * 0.45} ${hip - 6} ${top + hipY * 0.75} ${hip} ${top + hipY}L${hem} ${bottom - 10}C${hem * 0.7} ${bottom + 6} ${hem * 0.4} ${bottom + 10} 0 ${bottom + 10}`,
  );
  sketch.piece(
    path`M${-waist} ${top}C-30 ${top - 6} 30 ${top - 6} ${waist} ${top}L${waist} ${top + 16}L${-waist} ${top + 16}Z`,
    { fill: sketch.main.deep, shade: 'none', texture: false },
  );
  sketch.piece(skirt);
  for (let i = 1; i < cut.pleats; i++) {
    const at = (i / cut.pleats) * 2 - 1;
    const x = waist * at;
    sketch.line(
      path`M${x} ${top + 24}C${hip * at} ${top + hipY * 0.8} ${hip * at} ${top + hipY} ${hem * at} ${bottom + 9 - 18 * at * at}`,
      1.6,
    );
    sketch.wedge([x + 2, top + 30], [hem * at + 8, bottom + 8 - 18 * at * at], 15);
    sketch.wedge([x - 3, top + 30], [hem * at - 7, bottom + 8 - 18 * at * at], 11, true);
  }
  if (cut.folds > 0) drawSkirtFolds(sketch, waist, top + 26, hem, bottom, cut.folds);
  if (cut.pleats === 0 && chance(0.25)) {
    sketch.line(path`M0 ${top + 20}L0 ${bottom + 10}`, 1.6);
    for (let y = top + 46; y < bottom; y += 42) sketch.button(0, y, 5, sketch.metal);
  }
  sketch.piece(
    path`M${-waist - 1} ${top}C${-waist * 0.5} ${top + 12} ${waist * 0.5} ${top + 12} ${waist + 1} ${top}L${waist + 4} ${top + 22}C${waist * 0.5} ${top + 34} ${-waist * 0.5} ${top + 34} ${-waist - 4} ${top + 22}Z`,
    { fill: sketch.fabric(90), texture: true },
  );
  if (cut.pleats === 0)
    sketch.stitch(
      path`M${-hem + 2} ${bottom - 18}C${-hem * 0.5} ${bottom} ${hem * 0.5} ${bottom} ${hem - 2} ${bottom - 18}`,
    );
}

/** Folds that fan out from the waist. */
export function drawSkirtFolds(
  sketch: Sketch,
  waist: number,
  waistY: number,
  hem: number,
  bottom: number,
  count: number,
): void {
  const { between } = sketch.random;
  const gap = hem / Math.max(count, 1);
  for (let i = 0; i < count; i++) {
    const at = (i + 0.55) / count;
    const lean = between(-6, 6);
    const low = bottom + 8 - 14 * at * at;
    for (const side of [-1, 1]) {
      sketch.wedge(
        [side * waist * at * 0.9, waistY + between(4, 44)],
        [side * (hem * at * 0.94 + lean), low],
        gap * 0.42,
      );
      if (i > 0)
        sketch.wedge(
          [side * waist * (at - 0.4 / count) * 0.9, waistY + between(10, 60)],
          [side * (hem * (at - 0.45 / count) * 0.94 + lean), low],
          gap * 0.4,
          true,
        );
    }
  }
}
