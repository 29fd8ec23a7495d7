import { BOTH_SIDES, box, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawSlantPocket } from './jackets.ts';
import { drawSleeves } from './sleeves.ts';
import { drawLapels } from './tailoring.ts';
import { drawNeckInside, drawTorsoFolds, type Torso, torsoOf, torsoPath } from './torso.ts';

export function drawCoat(sketch: Sketch, style: 'single' | 'double' | 'trench' = 'single'): void {
  const { chance } = sketch.random;
  const t = coatTorso(sketch, style === 'trench' ? { waist: 78, hem: 116 } : {});
  drawNeckInside(sketch, { ...t, neckDepth: 70 }, sketch.main.deep);
  drawSleeves(sketch, t, 'long', { wide: 4, cuff: style === 'trench' ? 'band' : 'none' });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  const edge = style === 'single' ? 0 : 34;
  const low = t.top + (style === 'single' ? 132 : 116);
  sketch.line(path`M${edge} ${low}L${edge + 3} ${t.bottom + 8}`, 1.8);
  sketch.fold(path`M${edge + 6} ${low + 10}L${edge + 9} ${t.bottom}`, 0.9);
  drawLapels(sketch, t, low, edge);
  const buttons = chance(0.5) ? sketch.metal : { ...sketch.main, base: sketch.main.deep };
  for (let i = 0; i < 3; i++) {
    const y = low + 16 + i * 58;
    sketch.button(style === 'single' ? -10 : edge - 12, y, 6.4, buttons);
    if (style !== 'single') sketch.button(-edge + 8, y, 6.4, buttons);
  }
  for (const side of BOTH_SIDES) {
    if (style === 'trench') drawSlantPocket(sketch, side, 62, 70);
    else sketch.piece(side(path`M40 66L86 62L87 82L41 86Z`), { shade: 'down', shadow: false });
    if (style === 'trench')
      sketch.piece(
        side(
          path`M${t.neck + 26} ${t.top + 14}L${t.shoulder - 4} ${t.top + 24}L${t.shoulder - 6} ${t.top + 40}L${t.neck + 22} ${t.top + 30}Z`,
        ),
        { shade: 'none', shadow: false },
      );
  }
  if (style === 'trench') {
    const y = 14;
    sketch.band(path`M${-t.waist - 4} ${y}C-40 ${y + 8} 40 ${y + 8} ${t.waist + 4} ${y}`, 22);
    sketch.band(path`M22 ${y + 8}C30 ${y + 40} 26 ${y + 60} 34 ${y + 92}`, 16);
    sketch.line(box(-16, y - 8, 30, 28), 4, sketch.metal.dark);
  }
}

/** A coat's body, longer than a jacket's: the picture holds it whole, so everything is a little smaller. */
export function coatTorso(sketch: Sketch, changes: Partial<Torso> = {}): Torso {
  const { between } = sketch.random;
  return torsoOf(sketch, {
    neck: 34,
    neckDepth: 40,
    shoulder: 98,
    chest: 90,
    waist: 84,
    hem: between(96, 112),
    top: -226,
    armpit: -142,
    bottom: between(214, 232),
    ...changes,
  });
}
