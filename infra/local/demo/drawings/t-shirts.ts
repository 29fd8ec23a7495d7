import { BOTH_SIDES, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';
import { drawPatchPocket } from './shirts.ts';
import { drawSleeves, type SleeveLength } from './sleeves.ts';
import { drawHemStitch, drawNeckInside, drawTorsoFolds, necklinePath, torsoOf, torsoPath } from './torso.ts';

export function drawTShirt(
  sketch: Sketch,
  neckline: 'round' | 'v' = 'round',
  sleeve: SleeveLength = 'short',
): void {
  const t = torsoOf(sketch, neckline === 'v' ? { neckline, neckDepth: 66 } : {});
  const raglan = sleeve === 'long' || sketch.random.chance(0.16);
  const contrast = raglan && sketch.pattern === 'plain' && sketch.random.chance(0.5);
  drawNeckInside(sketch, t);
  drawSleeves(sketch, t, sleeve, contrast ? { fill: sketch.accent.base } : {});
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  sketch.band(necklinePath(t), 9, contrast ? sketch.accent : sketch.main);
  drawHemStitch(sketch, t);
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, -24, sketch.random.between(96, 124));
  else if (sketch.pattern === 'plain' && sketch.random.chance(0.25)) drawPatchPocket(sketch, 46, -86, 48, 54);
}

export function drawTank(sketch: Sketch): void {
  const t = torsoOf(sketch, { shoulder: 72, neck: 44, neckDepth: 78, top: -190, armpit: -70 });
  drawNeckInside(sketch, t);
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  sketch.band(necklinePath(t), 7);
  for (const side of BOTH_SIDES) {
    sketch.band(
      side(
        path`M${t.shoulder} ${t.top + 26}C${t.shoulder - 9} ${t.top + 52} ${t.chest - 10} ${t.armpit - 26} ${t.chest} ${t.armpit}`,
      ),
      6,
    );
  }
  drawHemStitch(sketch, t);
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, 6, 104);
}

export function drawBlouse(sketch: Sketch): void {
  const { between, pick, chance } = sketch.random;
  const t = torsoOf(sketch, {
    neckline: pick(['v', 'round', 'square'] as const),
    neckDepth: between(40, 62),
    neck: 52,
    waist: 88,
    hem: between(104, 124),
    bottom: 168,
  });
  drawNeckInside(sketch, t);
  drawSleeves(sketch, t, pick(['cap', 'elbow', 'elbow', 'long'] as const), {
    wide: between(8, 18),
    cuff: 'band',
  });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  sketch.band(necklinePath(t), 5);
  const waistY = (t.armpit + t.bottom) / 2 + 12;
  if (chance(0.6)) {
    sketch.fold(path`M${-t.waist} ${waistY}C-40 ${waistY + 8} 40 ${waistY + 8} ${t.waist} ${waistY}`, 1.4);
    for (let x = -72; x <= 72; x += 18)
      sketch.fold(
        path`M${x} ${waistY + 6}C${x} ${waistY + 30} ${x * 1.1} ${waistY + 50} ${x * 1.15} ${waistY + 74}`,
        0.5,
      );
  }
  if (chance(0.4)) {
    const y = t.top + t.neckDepth;
    sketch.band(
      path`M0 ${y}C-14 ${y + 30} -10 ${y + 60} -20 ${y + 84}M0 ${y}C12 ${y + 30} 12 ${y + 54} 18 ${y + 78}`,
      5,
    );
    sketch.piece(
      path`M0 ${y}C-20 ${y - 18} -36 ${y - 10} -34 ${y + 4}C-32 ${y + 16} -16 ${y + 12} 0 ${y}C20 ${y - 18} 36 ${y - 10} 34 ${y + 4}C32 ${y + 16} 16 ${y + 12} 0 ${y}Z`,
      { fill: sketch.main.base },
    );
  }
  drawHemStitch(sketch, t, 7);
}
