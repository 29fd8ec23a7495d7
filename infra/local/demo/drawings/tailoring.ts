import { BOTH_SIDES, flipped, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawBackCollar } from './shirts.ts';
import { drawSleeves } from './sleeves.ts';
import { drawNeckInside, drawTorsoFolds, type Torso, torsoOf } from './torso.ts';

export function drawBlazer(sketch: Sketch): void {
  const t = torsoOf(sketch, {
    neck: 36,
    neckDepth: 60,
    neckline: 'v',
    shoulder: 116,
    chest: 106,
    waist: 94,
    hem: 104,
    bottom: 178,
  });
  const low = t.top + 190;
  const shirt = sketch.random.chance(0.35);
  drawNeckInside(sketch, { ...t, neckDepth: 170 }, shirt ? '#f5f5f3' : sketch.main.deep);
  drawSleeves(sketch, t, 'long', { wide: 0, cuff: 'none' });
  sketch.piece(
    mirrored(
      path`M0 ${low}L${t.neck} ${t.top}L${t.shoulder} ${t.top + 26}C${t.shoulder - 9} ${t.top + 52} ${t.chest - 10} ${t.armpit - 26} ${t.chest} ${t.armpit}C${t.chest - 6} ${t.armpit + 70} ${t.waist} 0 ${t.waist} 36C${t.waist + 2} 80 ${t.hem} ${t.bottom - 60} ${t.hem} ${t.bottom - 6}C${t.hem - 30} ${t.bottom + 6} 50 ${t.bottom + 8} 30 ${t.bottom + 2}C10 ${t.bottom - 4} 4 ${t.bottom - 40} 0 ${t.bottom - 60}`,
    ),
  );
  drawTorsoFolds(sketch, { ...t, bottom: t.bottom - 10 });
  sketch.line(path`M0 ${low}L0 ${t.bottom - 60}`, 1.8);
  drawLapels(sketch, t, low);
  sketch.piece(path`M40 -82L74 -88L75 -76L41 -70Z`, { shade: 'none', shadow: false });
  for (const side of BOTH_SIDES) {
    sketch.piece(side(path`M44 68L90 64L91 82L45 86Z`), { shade: 'down', shadow: false });
    sketch.fold(side(path`M62 -30C56 10 60 40 64 66`), 0.6);
    for (const i of [0, 1, 2])
      sketch.button(
        side === flipped ? -(t.shoulder + 30 + i) : t.shoulder + 30 + i,
        t.armpit + 236 + i * 10,
        2.8,
        { ...sketch.main, base: sketch.main.deep },
      );
  }
  const dark = { ...sketch.main, base: sketch.main.deep };
  sketch.button(0, low + 14, 6, dark);
  sketch.button(0, low + 64, 6, dark);
}

export function drawWaistcoat(sketch: Sketch): void {
  const t = torsoOf(sketch, {
    neck: 40,
    neckDepth: 150,
    neckline: 'v',
    shoulder: 84,
    chest: 100,
    waist: 88,
    hem: 94,
    top: -176,
    armpit: -64,
    bottom: 150,
  });
  drawNeckInside(sketch, t, sketch.accent.dark);
  const low = t.top + t.neckDepth;
  sketch.piece(
    mirrored(
      path`M0 ${low}C14 ${low - 50} 34 ${t.top + 60} ${t.neck} ${t.top}L${t.shoulder} ${t.top + 22}C${t.shoulder - 14} ${t.top + 60} ${t.chest - 16} ${t.armpit - 20} ${t.chest} ${t.armpit}C${t.chest - 4} ${t.armpit + 60} ${t.waist} 20 ${t.waist} 50C${t.waist} 80 ${t.hem} 100 ${t.hem} ${t.bottom - 24}L40 ${t.bottom + 26}L0 ${t.bottom - 18}`,
    ),
  );
  drawTorsoFolds(sketch, { ...t, bottom: t.bottom - 40 });
  sketch.line(path`M0 ${low}L0 ${t.bottom - 18}`, 1.8);
  for (let y = low + 12; y < t.bottom - 30; y += 32)
    sketch.button(0, y, 4.6, { ...sketch.main, base: sketch.main.deep });
  for (const side of BOTH_SIDES) {
    sketch.piece(side(path`M40 62L80 56L81 70L41 76Z`), { shade: 'down', shadow: false });
    sketch.stitch(side(path`M5 ${low + 4}C18 ${low - 46} 40 ${t.top + 60} ${t.neck + 6} ${t.top + 6}`));
  }
}

export function drawLapels(sketch: Sketch, t: Torso, low: number, edge = 0): void {
  drawBackCollar(sketch, t.neck - 6, t.top - 8);
  for (const side of [flipped, (d: string) => d]) {
    const end = side === flipped ? -edge : edge;
    sketch.piece(
      side(
        path`M${t.neck - 6} ${t.top - 8}C${t.neck + 6} ${t.top - 4} ${t.neck + 12} ${t.top + 6} ${t.neck + 14} ${t.top + 14}L${t.neck + 30} ${t.top + 58}L${t.neck + 8} ${t.top + 60}L${t.neck + 22} ${t.top + 76}L${end} ${low}C${end * 0.4} ${low - 50} ${t.neck - 20} ${t.top + 50} ${t.neck - 6} ${t.top - 8}Z`,
      ),
      { shade: 'left', fill: sketch.fabric(side === flipped ? 14 : -14), texture: true },
    );
    sketch.stitch(
      side(
        path`M${t.neck + 27} ${t.top + 55}L${t.neck + 12} ${t.top + 22}M${t.neck + 17} ${t.top + 77}L${end + 3} ${low - 10}`,
      ),
    );
  }
}
