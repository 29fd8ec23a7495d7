import { BOTH_SIDES, flipped, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';
import { drawSleeves } from './sleeves.ts';
import { drawHemStitch, drawNeckInside, drawTorsoFolds, type Torso, torsoOf, torsoPath } from './torso.ts';

export function drawShirt(sketch: Sketch, sleeve: 'long' | 'short' = 'long'): void {
  const t = torsoOf(sketch, { neckDepth: 34, neck: 40, bottom: 190 });
  const { chance } = sketch.random;
  drawNeckInside(sketch, { ...t, neck: t.neck - 6 }, sketch.main.dark);
  drawSleeves(sketch, t, sleeve, { cuff: sleeve === 'long' ? 'band' : 'stitch', cuffFill: sketch.fabric() });
  const hem = mirrored(
    path`M0 ${t.top + t.neckDepth}C20 ${t.top + 26} ${t.neck} ${t.top + 16} ${t.neck} ${t.top}L${t.shoulder} ${t.top + 26}C${t.shoulder - 9} ${t.top + 52} ${t.chest - 10} ${t.armpit - 26} ${t.chest} ${t.armpit}C${t.chest - 2} ${t.armpit + 90} ${t.waist} 20 ${t.hem} ${t.bottom - 34}C${t.hem - 20} ${t.bottom - 22} ${t.hem - 42} ${t.bottom + 8} 0 ${t.bottom + 8}`,
  );
  sketch.piece(hem);
  drawTorsoFolds(sketch, { ...t, bottom: t.bottom - 14 });
  const top = t.top + t.neckDepth;
  sketch.piece(path`M-9 ${top - 4}L9 ${top - 4}L10 ${t.bottom + 8}L-10 ${t.bottom + 8}Z`, {
    shade: 'none',
    shadow: false,
  });
  sketch.stitch(path`M-6.5 ${top}L-7 ${t.bottom + 6}M6.5 ${top}L7 ${t.bottom + 6}`);
  const buttons = chance(0.7) ? { ...sketch.accent, base: '#f3efe6', line: '#b8b0a2' } : sketch.accent;
  for (let y = top + 16; y < t.bottom - 8; y += 47) sketch.button(0, y, 4.2, buttons);
  for (const side of BOTH_SIDES) {
    sketch.line(
      side(path`M${t.neck + 2} ${t.top + 20}L${t.shoulder - 5} ${t.top + 38}`),
      1,
      sketch.main.line,
    );
    if (sleeve === 'long')
      sketch.button(side === flipped ? -(t.shoulder + 40) : t.shoulder + 40, t.armpit + 260, 3.4, buttons);
  }
  if (chance(0.7)) drawPatchPocket(sketch, 50, -84, 52, 58);
  if (chance(0.2)) drawPatchPocket(sketch, -50, -84, 52, 58);
  drawShirtCollar(sketch, t);
  sketch.button(0, top - 1, 3.6, buttons);
}

export function drawPolo(sketch: Sketch): void {
  const t = torsoOf(sketch, { neckDepth: 34, neck: 42 });
  const tipped = sketch.random.chance(0.4);
  drawNeckInside(sketch, { ...t, neck: t.neck - 6 });
  drawSleeves(sketch, t, 'short', { cuff: 'rib', cuffFill: tipped ? sketch.accent.base : sketch.main.base });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  drawHemStitch(sketch, t);
  const top = t.top + t.neckDepth;
  sketch.piece(path`M-11 ${top - 6}L11 ${top - 6}L11 ${top + 84}L-11 ${top + 84}Z`, {
    shade: 'none',
    shadow: false,
  });
  sketch.stitch(path`M-8 ${top}L-8 ${top + 81}L8 ${top + 81}L8 ${top}`);
  for (const y of [18, 46, 74]) sketch.button(0, top + y, 4.2);
  drawShirtCollar(sketch, t, { fill: tipped ? sketch.accent.base : sketch.main.base, point: 46 });
  if (sketch.pattern === 'printed') drawMotif(sketch, 52, -70, 34);
}

/** Two leaves of a shirt collar over the neck opening. */
export function drawShirtCollar(
  sketch: Sketch,
  t: Torso,
  options: { fill?: string; open?: number; point?: number } = {},
): void {
  const open = options.open ?? 4;
  const point = options.point ?? 52;
  const low = t.top + t.neckDepth;
  drawBackCollar(sketch, t.neck - 13, t.top - 12, options.fill);
  for (const side of [flipped, (d: string) => d]) {
    const leaf = path`M${t.neck - 14} ${t.top - 12}C${t.neck + 2} ${t.top - 8} ${t.neck + 8} ${t.top + 2} ${t.neck + 10} ${t.top + 10}L${34 + open} ${t.top + point + 10}L${open} ${low - 2}C${open + 12} ${t.top + 22} ${t.neck - 14} ${t.top + 10} ${t.neck - 14} ${t.top - 12}Z`;
    sketch.piece(side(leaf), {
      fill: options.fill ?? sketch.fabric(side === flipped ? 30 : -30),
      shade: 'down',
      texture: true,
    });
    sketch.stitch(
      side(path`M${t.neck + 4} ${t.top + 12}L${33 + open} ${t.top + point + 3}L${open + 4} ${low - 6}`),
    );
  }
}

/** What of a collar stands behind the neck, between its two leaves. */
export function drawBackCollar(sketch: Sketch, half: number, y: number, fill = sketch.main.base): void {
  sketch.piece(
    path`M${-half} ${y}C${-half * 0.5} ${y - 7} ${half * 0.5} ${y - 7} ${half} ${y}L${half + 8} ${y + 24}C${half * 0.5} ${y + 16} ${-half * 0.5} ${y + 16} ${-half - 8} ${y + 24}Z`,
    { fill, texture: false, shade: 'down' },
  );
}

export function drawPatchPocket(sketch: Sketch, x: number, y: number, width: number, height: number): void {
  const [left, right, low] = [x - width / 2, x + width / 2, y + height];
  sketch.piece(path`M${left} ${y}L${right} ${y}L${right} ${low - 10}L${x} ${low}L${left} ${low - 10}Z`, {
    shade: 'none',
    shadow: false,
  });
  sketch.stitch(
    path`M${left + 3} ${y + 9}L${right - 3} ${y + 9}M${left + 3} ${y + 2}L${left + 3} ${low - 12}L${x} ${low - 3}L${right - 3} ${low - 12}L${right - 3} ${y + 2}`,
  );
}
