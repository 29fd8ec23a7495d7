import { mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';
import { drawPatchPocket } from './shirts.ts';
import { drawRibs, drawSleeves } from './sleeves.ts';
import { drawNeckInside, drawTorsoFolds, necklinePath, type Torso, torsoOf, torsoPath } from './torso.ts';

export function drawSweater(sketch: Sketch, neckline: 'round' | 'v' | 'turtle' = 'round'): void {
  const v = neckline === 'v';
  const t = torsoOf(sketch, {
    neckline: v ? 'v' : 'round',
    neckDepth: v ? 86 : neckline === 'turtle' ? 8 : 34,
    bottom: 172,
    shoulder: 118,
    chest: 110,
    hem: 104,
    waist: 106,
  });
  const ribFill =
    sketch.pattern === 'colour block' || sketch.random.chance(0.25) ? sketch.accent.base : sketch.main.base;
  if (neckline !== 'turtle') drawNeckInside(sketch, t);
  drawSleeves(sketch, t, 'long', { wide: 6, cuff: 'rib', cuffFill: ribFill });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  drawRibHem(sketch, t, ribFill);
  if (sketch.pattern === 'plain' && sketch.random.chance(0.55)) drawCables(sketch, t);
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, -20, 110);
  if (neckline === 'turtle') {
    const y = t.top;
    sketch.piece(
      path`M-44 ${y + 4}C-46 ${y - 20} -42 ${y - 34} -38 ${y - 40}C-14 ${y - 47} 14 ${y - 47} 38 ${y - 40}C42 ${y - 34} 46 ${y - 20} 44 ${y + 4}C26 ${y + 22} -26 ${y + 22} -44 ${y + 4}Z`,
      { fill: ribFill },
    );
    drawRibs(sketch, (d) => d, [-38, y - 40, 38, y - 40, 42, y + 8, -42, y + 8], 12);
    sketch.fold(path`M-44 ${y - 12}C-20 ${y + 2} 20 ${y + 2} 44 ${y - 12}`, 0.9);
  } else {
    sketch.band(necklinePath(t), 14, { ...sketch.main, base: ribFill });
    sketch.line(necklinePath(t), 1.2, sketch.main.line);
  }
}

export function drawCardigan(sketch: Sketch): void {
  const t = torsoOf(sketch, {
    neckline: 'v',
    neckDepth: 120,
    neck: 40,
    bottom: 178,
    chest: 110,
    hem: 106,
    waist: 108,
  });
  drawNeckInside(sketch, { ...t, neckDepth: 100 });
  drawSleeves(sketch, t, 'long', { wide: 5, cuff: 'rib' });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  drawRibHem(sketch, t);
  const low = t.top + t.neckDepth;
  sketch.band(necklinePath(t), 15);
  sketch.band(path`M0 ${low - 4}L0 ${t.bottom + 30}`, 17);
  sketch.line(path`M0 ${low + 4}L0 ${t.bottom + 30}`, 1, sketch.main.line);
  for (let y = low + 14; y < t.bottom + 20; y += 38) sketch.button(0, y, 5.4);
  for (const x of [-58, 58]) drawPatchPocket(sketch, x, t.bottom - 78, 52, 56);
}

function drawCables(sketch: Sketch, t: Torso): void {
  for (const x of [-44, 0, 44]) {
    const from = t.top + (x === 0 ? t.neckDepth + 18 : 46);
    for (let y = from; y < t.bottom - 30; y += 24) {
      sketch.line(
        path`M${x - 8} ${y}C${x - 8} ${y + 12} ${x + 8} ${y + 12} ${x + 8} ${y + 24}M${x + 8} ${y}C${x + 8} ${y + 8} ${x + 3} ${y + 11} ${x + 1} ${y + 12}M${x - 1} ${y + 14}C${x - 6} ${y + 16} ${x - 8} ${y + 18} ${x - 8} ${y + 24}`,
        2.4,
        sketch.main.line,
      );
    }
    sketch.gloss(path`M${x - 14} ${from}L${x - 14} ${t.bottom - 14}`, 0.5);
    sketch.fold(path`M${x + 14} ${from}L${x + 14} ${t.bottom - 14}`, 0.6);
  }
}

export function drawRibHem(sketch: Sketch, t: Torso, fill = sketch.main.base, height = 28): void {
  const y = t.bottom - 6;
  sketch.piece(
    mirrored(
      path`M0 ${y + 8}C${t.hem * 0.5} ${y + 8} ${t.hem * 0.8} ${y + 4} ${t.hem + 1} ${y}L${t.hem - 7} ${y + height}C${t.hem * 0.6} ${y + height + 8} ${t.hem * 0.4} ${y + height + 9} 0 ${y + height + 9}`,
    ),
    { fill, texture: false },
  );
  drawRibs(
    sketch,
    (d) => d,
    [-t.hem, y + 3, t.hem, y + 3, t.hem - 8, y + height + 3, -t.hem + 8, y + height + 3],
    26,
  );
}
