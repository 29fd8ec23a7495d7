import { BOTH_SIDES, box, flipped, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawZip } from './hoodies.ts';
import { drawRibHem } from './knitwear.ts';
import { drawShirtCollar } from './shirts.ts';
import { drawSleeves } from './sleeves.ts';
import { drawNeckInside, drawTorsoFolds, torsoOf, torsoPath } from './torso.ts';

export function drawBomber(sketch: Sketch): void {
  const t = torsoOf(sketch, {
    neckDepth: 24,
    neck: 42,
    shoulder: 120,
    chest: 114,
    waist: 112,
    hem: 106,
    bottom: 152,
  });
  const rib = sketch.random.chance(0.4) ? sketch.accent.base : sketch.main.dark;
  sketch.piece(
    path`M-46 ${t.top}C-36 ${t.top - 14} 36 ${t.top - 14} 46 ${t.top}L40 ${t.top + 24}L-40 ${t.top + 24}Z`,
    { fill: sketch.main.deep, shade: 'none', texture: false },
  );
  sketch.piece(
    path`M-52 ${t.top + 4}C-50 ${t.top - 22} 50 ${t.top - 22} 52 ${t.top + 4}L42 ${t.top + 6}C36 ${t.top - 4} -36 ${t.top - 4} -42 ${t.top + 6}Z`,
    { fill: rib, texture: false },
  );
  drawSleeves(sketch, t, 'long', { wide: 12, cuff: 'rib', cuffFill: rib });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  drawRibHem(sketch, t, rib, 32);
  sketch.band(
    path`M-43 ${t.top}C-42 ${t.top + 22} -20 ${t.top + 24} 0 ${t.top + 24}C20 ${t.top + 24} 42 ${t.top + 22} 43 ${t.top}`,
    20,
    { ...sketch.main, base: rib },
  );
  drawZip(sketch, t.top + 18, t.bottom + 32);
  for (const side of BOTH_SIDES) drawSlantPocket(sketch, side, 64, 62);
  if (sketch.pattern === 'printed') sketch.button(-56, -90, 16);
}

export function drawDenimJacket(sketch: Sketch): void {
  const t = torsoOf(sketch, { neckDepth: 30, neck: 42, chest: 110, waist: 104, hem: 100, bottom: 158 });
  drawNeckInside(sketch, { ...t, neck: t.neck - 6 });
  drawSleeves(sketch, t, 'long', { wide: 6, cuff: 'band' });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  const thread = sketch.main.luminance < 0.4 ? '#d9a04e' : sketch.main.line;
  sketch.line(path`M0 ${t.top + 30}L0 ${t.bottom + 8}`, 2, sketch.main.line);
  sketch.stitch(path`M12 ${t.top + 34}L12 ${t.bottom}M-12 ${t.top + 34}L-12 ${t.bottom}`, thread);
  sketch.piece(
    mirrored(path`M0 ${t.bottom - 14}L${t.hem} ${t.bottom - 18}L${t.hem} ${t.bottom + 8}L0 ${t.bottom + 14}`),
    { fill: sketch.main.base, texture: true },
  );
  for (const side of BOTH_SIDES) {
    sketch.stitch(side(path`M12 ${t.top + 72}L${t.chest - 8} ${t.top + 76}`), thread);
    sketch.stitch(
      side(path`M34 ${t.top + 120}L22 ${t.bottom - 18}M80 ${t.top + 120}L62 ${t.bottom - 18}`),
      thread,
    );
    sketch.piece(
      side(path`M32 ${t.top + 76}L88 ${t.top + 78}L88 ${t.top + 98}L60 ${t.top + 116}L32 ${t.top + 98}Z`),
      { fill: sketch.main.light, texture: true, shade: 'down', shadow: false },
    );
    sketch.button(side === flipped ? -60 : 60, t.top + 104, 4, sketch.metal);
  }
  for (let y = t.top + 48; y < t.bottom; y += 52) sketch.button(0, y, 5, sketch.metal);
  sketch.button(0, t.bottom, 5, sketch.metal);
  drawShirtCollar(sketch, t, { fill: sketch.main.dark, point: 58, open: 8 });
}

export function drawBikerJacket(sketch: Sketch): void {
  const t = torsoOf(sketch, {
    neckDepth: 60,
    neck: 40,
    neckline: 'v',
    chest: 108,
    waist: 100,
    hem: 102,
    bottom: 142,
  });
  drawNeckInside(sketch, t);
  drawSleeves(sketch, t, 'long', { wide: 2, cuff: 'none' });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  sketch.gloss(path`M-60 ${t.top + 70}C-70 0 -64 60 -66 110M70 ${t.top + 90}C64 0 72 40 70 110`, 0.9);
  sketch.line(path`M28 ${t.top + 86}C20 0 18 80 24 ${t.bottom + 6}`, 7, sketch.main.line);
  sketch.add(
    path`<path d="M28 ${t.top + 86}C20 0 18 80 24 ${t.bottom + 6}" fill="none" stroke="${sketch.metal.light}" stroke-width="3.4" stroke-dasharray="2 1.8"/>`,
  );
  for (const side of BOTH_SIDES) {
    const leaf = path`M38 ${t.top - 10}L62 ${t.top + 12}L80 ${t.top + 64}L56 ${t.top + 62}L60 ${t.top + 84}L6 ${t.top + 104}C4 ${t.top + 70} 24 ${t.top + 30} 38 ${t.top - 10}Z`;
    sketch.piece(side(leaf), { shade: 'left' });
    sketch.stitch(side(path`M60 ${t.top + 16}L75 ${t.top + 60}M55 ${t.top + 82}L10 ${t.top + 98}`));
    const zip = path`M52 40L84 8`;
    sketch.line(side(zip), 6, sketch.main.line);
    sketch.add(
      path`<path d="${side(zip)}" stroke="${sketch.metal.light}" stroke-width="2.6" stroke-dasharray="2 1.6"/>`,
    );
    sketch.line(
      side(path`M${t.shoulder + 40} ${t.armpit + 240}L${t.shoulder + 34} ${t.armpit + 190}`),
      2.2,
      sketch.metal.base,
    );
    sketch.button(side === flipped ? -70 : 70, t.top + 50, 3.4, sketch.metal);
  }
  sketch.band(path`M${-t.hem} ${t.bottom - 12}L${t.hem} ${t.bottom - 12}`, 18);
  sketch.line(box(-70, t.bottom - 22, 26, 20), 3.4, sketch.metal.light);
}

export function drawSlantPocket(sketch: Sketch, side: (d: string) => string, x: number, y: number): void {
  sketch.piece(side(path`M${x - 4} ${y + 46}L${x + 16} ${y - 4}L${x + 27} ${y + 1}L${x + 8} ${y + 50}Z`), {
    shade: 'none',
    shadow: false,
  });
  sketch.stitch(side(path`M${x} ${y + 45}L${x + 18} ${y + 1}`));
}
