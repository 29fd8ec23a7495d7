import { box, flipped, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawBackCollar, drawRibHem, drawShirtCollar, drawZip } from './tops.ts';
import { drawNeckInside, drawSleeves, drawTorsoFolds, type Torso, torsoOf, torsoPath } from './torso.ts';

const BOTH_SIDES = [(d: string) => d, flipped];

export function drawBomber(sketch: Sketch): void {
  const t = torsoOf(sketch, { neckDepth: 24, neck: 42, shoulder: 120, chest: 114, waist: 112, hem: 106, bottom: 152 });
  const rib = sketch.random.chance(0.4) ? sketch.accent.base : sketch.main.dark;
  drawNeckInside(sketch, t);
  sketch.piece(path`M-52 ${t.top + 4}C-50 ${t.top - 22} 50 ${t.top - 22} 52 ${t.top + 4}L42 ${t.top + 6}C36 ${t.top - 4} -36 ${t.top - 4} -42 ${t.top + 6}Z`, { fill: rib, texture: false });
  drawSleeves(sketch, t, 'long', { wide: 12, cuff: 'rib', cuffFill: rib });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  drawRibHem(sketch, t, rib, 32);
  sketch.band(path`M-43 ${t.top}C-42 ${t.top + 22} -20 ${t.top + 24} 0 ${t.top + 24}C20 ${t.top + 24} 42 ${t.top + 22} 43 ${t.top}`, 20, { ...sketch.main, base: rib });
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
  sketch.piece(mirrored(path`M0 ${t.bottom - 14}L${t.hem} ${t.bottom - 18}L${t.hem} ${t.bottom + 8}L0 ${t.bottom + 14}`), { fill: sketch.main.base, texture: true });
  for (const side of BOTH_SIDES) {
    sketch.stitch(side(path`M12 ${t.top + 72}L${t.chest - 8} ${t.top + 76}`), thread);
    sketch.stitch(side(path`M34 ${t.top + 120}L22 ${t.bottom - 18}M80 ${t.top + 120}L62 ${t.bottom - 18}`), thread);
    sketch.piece(side(path`M32 ${t.top + 76}L88 ${t.top + 78}L88 ${t.top + 98}L60 ${t.top + 116}L32 ${t.top + 98}Z`), { fill: sketch.main.light, texture: true, shade: 'down', shadow: false });
    sketch.button(side === flipped ? -60 : 60, t.top + 104, 4, sketch.metal);
  }
  for (let y = t.top + 48; y < t.bottom; y += 52) sketch.button(0, y, 5, sketch.metal);
  sketch.button(0, t.bottom, 5, sketch.metal);
  drawShirtCollar(sketch, t, { fill: sketch.main.dark, point: 58, open: 8 });
}

export function drawBikerJacket(sketch: Sketch): void {
  const t = torsoOf(sketch, { neckDepth: 60, neck: 40, neckline: 'v', chest: 108, waist: 100, hem: 102, bottom: 142 });
  drawNeckInside(sketch, t);
  drawSleeves(sketch, t, 'long', { wide: 2, cuff: 'none' });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  sketch.gloss(path`M-60 ${t.top + 70}C-70 0 -64 60 -66 110M70 ${t.top + 90}C64 0 72 40 70 110`, 0.9);
  sketch.line(path`M28 ${t.top + 86}C20 0 18 80 24 ${t.bottom + 6}`, 7, sketch.main.line);
  sketch.add(path`<path d="M28 ${t.top + 86}C20 0 18 80 24 ${t.bottom + 6}" fill="none" stroke="${sketch.metal.light}" stroke-width="3.4" stroke-dasharray="2 1.8"/>`);
  for (const side of BOTH_SIDES) {
    const leaf = path`M38 ${t.top - 10}L62 ${t.top + 12}L80 ${t.top + 64}L56 ${t.top + 62}L60 ${t.top + 84}L6 ${t.top + 104}C4 ${t.top + 70} 24 ${t.top + 30} 38 ${t.top - 10}Z`;
    sketch.piece(side(leaf), { shade: 'left' });
    sketch.stitch(side(path`M60 ${t.top + 16}L75 ${t.top + 60}M55 ${t.top + 82}L10 ${t.top + 98}`));
    const zip = path`M52 40L84 8`;
    sketch.line(side(zip), 6, sketch.main.line);
    sketch.add(path`<path d="${side(zip)}" stroke="${sketch.metal.light}" stroke-width="2.6" stroke-dasharray="2 1.6"/>`);
    sketch.line(side(path`M${t.shoulder + 40} ${t.armpit + 240}L${t.shoulder + 34} ${t.armpit + 190}`), 2.2, sketch.metal.base);
    sketch.button(side === flipped ? -70 : 70, t.top + 50, 3.4, sketch.metal);
  }
  sketch.band(path`M${-t.hem} ${t.bottom - 12}L${t.hem} ${t.bottom - 12}`, 18);
  sketch.line(box(-70, t.bottom - 22, 26, 20), 3.4, sketch.metal.light);
}

export function drawPuffer(sketch: Sketch): void {
  const t = torsoOf(sketch, { neckDepth: 12, neck: 44, shoulder: 124, chest: 122, waist: 118, hem: 114, bottom: 164 });
  const lining = sketch.accent.dark;
  const y = t.top;
  sketch.piece(path`M-50 ${y + 8}C-54 ${y - 30} -40 ${y - 44} 0 ${y - 44}C40 ${y - 44} 54 ${y - 30} 50 ${y + 8}Z`, { fill: lining, shade: 'down' });
  drawSleeves(sketch, t, 'long', { wide: 18, cuff: 'none' });
  sketch.piece(torsoPath(t));
  for (let row = y + 52; row < t.bottom; row += 44) {
    const edge = row < t.armpit ? t.chest - 6 : t.chest - 4;
    for (const side of BOTH_SIDES) {
      sketch.fold(side(path`M5 ${row + 4}C40 ${row + 9} 80 ${row + 8} ${edge} ${row - 2}`), 1.6);
      sketch.line(side(path`M5 ${row}C40 ${row + 5} 80 ${row + 4} ${edge} ${row - 6}`), 1.6);
      sketch.gloss(side(path`M14 ${row - 24}C40 ${row - 20} 70 ${row - 20} ${edge - 14} ${row - 26}`), 1.2);
    }
  }
  for (const side of BOTH_SIDES) {
    for (let i = 0; i < 6; i++) {
      const from = t.armpit - 8 + i * 42;
      const lean = i * 3.4;
      sketch.line(side(path`M${t.chest + 2 + lean * 0.6} ${from + 18}C${t.shoulder + 10 + lean} ${from + 14} ${t.shoulder + 28 + lean} ${from + 4} ${t.shoulder + 44 + lean} ${from - 12}`), 1.6);
      sketch.fold(side(path`M${t.chest + 4 + lean * 0.6} ${from + 22}C${t.shoulder + 12 + lean} ${from + 18} ${t.shoulder + 30 + lean} ${from + 8} ${t.shoulder + 44 + lean} ${from - 8}`), 1);
    }
    sketch.piece(side(path`M2 ${y + 22}C26 ${y + 20} 46 ${y + 10} 50 ${y - 20}C58 ${y - 10} 64 ${y + 6} 62 ${y + 22}C46 ${y + 46} 20 ${y + 52} 2 ${y + 52}Z`), { shade: 'down' });
  }
  drawZip(sketch, y + 24, t.bottom + 8);
}

/** A coat's body, longer than a jacket's: the picture holds it whole, so everything is a little smaller. */
function coatTorso(sketch: Sketch, changes: Partial<Torso> = {}): Torso {
  const { between } = sketch.random;
  return torsoOf(sketch, { neck: 34, neckDepth: 40, shoulder: 98, chest: 90, waist: 84, hem: between(96, 112), top: -226, armpit: -142, bottom: between(214, 232), ...changes });
}

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
    if (style === 'trench') sketch.piece(side(path`M${t.neck + 26} ${t.top + 14}L${t.shoulder - 4} ${t.top + 24}L${t.shoulder - 6} ${t.top + 40}L${t.neck + 22} ${t.top + 30}Z`), { shade: 'none', shadow: false });
  }
  if (style === 'trench') {
    const y = 14;
    sketch.band(path`M${-t.waist - 4} ${y}C-40 ${y + 8} 40 ${y + 8} ${t.waist + 4} ${y}`, 22);
    sketch.band(path`M22 ${y + 8}C30 ${y + 40} 26 ${y + 60} 34 ${y + 92}`, 16);
    sketch.line(box(-16, y - 8, 30, 28), 4, sketch.metal.dark);
  }
}

function drawLapels(sketch: Sketch, t: Torso, low: number, edge = 0): void {
  drawBackCollar(sketch, t.neck - 6, t.top - 8);
  for (const side of [flipped, (d: string) => d]) {
    const end = side === flipped ? -edge : edge;
    sketch.piece(side(path`M${t.neck - 6} ${t.top - 8}C${t.neck + 6} ${t.top - 4} ${t.neck + 12} ${t.top + 6} ${t.neck + 14} ${t.top + 14}L${t.neck + 30} ${t.top + 58}L${t.neck + 8} ${t.top + 60}L${t.neck + 22} ${t.top + 76}L${end} ${low}C${end * 0.4} ${low - 50} ${t.neck - 20} ${t.top + 50} ${t.neck - 6} ${t.top - 8}Z`), { shade: 'left', fill: sketch.fabric(side === flipped ? 14 : -14), texture: true });
    sketch.stitch(side(path`M${t.neck + 27} ${t.top + 55}L${t.neck + 12} ${t.top + 22}M${t.neck + 17} ${t.top + 77}L${end + 3} ${low - 10}`));
  }
}

export function drawParka(sketch: Sketch): void {
  const t = coatTorso(sketch, { bottom: 206, top: -190, armpit: -104, shoulder: 106, chest: 100, waist: 98, hem: 106 });
  const y = t.top;
  const fur = sketch.random.pick(['#c9b08a', '#a58a66', '#e6ddcd', '#6d5a47']);
  drawSleeves(sketch, t, 'long', { wide: 10, cuff: 'band' });
  sketch.piece(torsoPath({ ...t, neckDepth: 50 }));
  drawTorsoFolds(sketch, t);
  for (const side of BOTH_SIDES) drawFlapPocket(sketch, side, 58, 80, 58);
  for (const side of BOTH_SIDES) drawSlantPocket(sketch, side, 60, -36);
  drawZip(sketch, y + 46, t.bottom + 8);
  sketch.line(path`M14 ${y + 50}L14 ${t.bottom + 8}`, 1.6);
  sketch.stitch(path`M${-t.waist} 40C-40 46 40 46 ${t.waist} 40`);
  const tufts = Array.from({ length: 30 }, (_, i) => {
    const angle = Math.PI * (0.98 - (i / 29) * 2.0 * 0.98) - Math.PI / 2 + Math.PI * 0.5;
    return path`<circle cx="${Math.sin(angle) * 62}" cy="${y - 8 - Math.cos(angle) * 50}" r="${15 + (i % 3) * 2}" fill="${fur}" stroke="#000" stroke-opacity=".12"/>`;
  });
  sketch.piece(mirrored(path`M0 ${y - 58}C44 ${y - 58} 70 ${y - 40} 72 ${y}C70 ${y + 30} 40 ${y + 48} 0 ${y + 52}`), { fill: sketch.main.deep, shade: 'down' });
  sketch.add(tufts.join(''));
}

export function drawBlazer(sketch: Sketch): void {
  const t = torsoOf(sketch, { neck: 36, neckDepth: 60, neckline: 'v', shoulder: 116, chest: 106, waist: 94, hem: 104, bottom: 178 });
  const low = t.top + 190;
  const shirt = sketch.random.chance(0.35);
  drawNeckInside(sketch, { ...t, neckDepth: 170 }, shirt ? '#f5f5f3' : sketch.main.deep);
  drawSleeves(sketch, t, 'long', { wide: 0, cuff: 'none' });
  sketch.piece(mirrored(path`M0 ${low}L${t.neck} ${t.top}L${t.shoulder} ${t.top + 22}C${t.shoulder - 9} ${t.top + 52} ${t.chest - 10} ${t.armpit - 26} ${t.chest} ${t.armpit}C${t.chest - 6} ${t.armpit + 70} ${t.waist} 0 ${t.waist} 36C${t.waist + 2} 80 ${t.hem} ${t.bottom - 60} ${t.hem} ${t.bottom - 6}C${t.hem - 30} ${t.bottom + 6} 50 ${t.bottom + 8} 30 ${t.bottom + 2}C10 ${t.bottom - 4} 4 ${t.bottom - 40} 0 ${t.bottom - 60}`));
  drawTorsoFolds(sketch, { ...t, bottom: t.bottom - 10 });
  sketch.line(path`M0 ${low}L0 ${t.bottom - 60}`, 1.8);
  drawLapels(sketch, t, low);
  sketch.piece(path`M40 -82L74 -88L75 -76L41 -70Z`, { shade: 'none', shadow: false });
  for (const side of BOTH_SIDES) {
    sketch.piece(side(path`M44 68L90 64L91 82L45 86Z`), { shade: 'down', shadow: false });
    sketch.fold(side(path`M62 -30C56 10 60 40 64 66`), 0.6);
    for (const i of [0, 1, 2]) sketch.button(side === flipped ? -(t.shoulder + 30 + i) : t.shoulder + 30 + i, t.armpit + 236 + i * 10, 2.8, { ...sketch.main, base: sketch.main.deep });
  }
  const dark = { ...sketch.main, base: sketch.main.deep };
  sketch.button(0, low + 14, 6, dark);
  sketch.button(0, low + 64, 6, dark);
}

export function drawWaistcoat(sketch: Sketch): void {
  const t = torsoOf(sketch, { neck: 40, neckDepth: 150, neckline: 'v', shoulder: 84, chest: 100, waist: 88, hem: 94, top: -176, armpit: -64, bottom: 150 });
  drawNeckInside(sketch, t, sketch.accent.dark);
  const low = t.top + t.neckDepth;
  sketch.piece(mirrored(path`M0 ${low}C14 ${low - 50} 34 ${t.top + 60} ${t.neck} ${t.top}L${t.shoulder} ${t.top + 22}C${t.shoulder - 14} ${t.top + 60} ${t.chest - 16} ${t.armpit - 20} ${t.chest} ${t.armpit}C${t.chest - 4} ${t.armpit + 60} ${t.waist} 20 ${t.waist} 50C${t.waist} 80 ${t.hem} 100 ${t.hem} ${t.bottom - 24}L40 ${t.bottom + 26}L0 ${t.bottom - 18}`));
  drawTorsoFolds(sketch, { ...t, bottom: t.bottom - 40 });
  sketch.line(path`M0 ${low}L0 ${t.bottom - 18}`, 1.8);
  for (let y = low + 12; y < t.bottom - 30; y += 32) sketch.button(0, y, 4.6, { ...sketch.main, base: sketch.main.deep });
  for (const side of BOTH_SIDES) {
    sketch.piece(side(path`M40 62L80 56L81 70L41 76Z`), { shade: 'down', shadow: false });
    sketch.stitch(side(path`M5 ${low + 4}C18 ${low - 46} 40 ${t.top + 60} ${t.neck + 6} ${t.top + 6}`));
  }
}

function drawSlantPocket(sketch: Sketch, side: (d: string) => string, x: number, y: number): void {
  sketch.piece(side(path`M${x - 4} ${y + 46}L${x + 16} ${y - 4}L${x + 27} ${y + 1}L${x + 8} ${y + 50}Z`), { shade: 'none', shadow: false });
  sketch.stitch(side(path`M${x} ${y + 45}L${x + 18} ${y + 1}`));
}

function drawFlapPocket(sketch: Sketch, side: (d: string) => string, x: number, y: number, width: number): void {
  const [left, right] = [x - width / 2, x + width / 2];
  sketch.piece(side(path`M${left} ${y}L${right} ${y}L${right} ${y + 64}L${left} ${y + 66}Z`), { shade: 'down', shadow: false });
  sketch.piece(side(path`M${left - 2} ${y - 3}L${right + 2} ${y - 3}L${right + 2} ${y + 18}L${left - 2} ${y + 20}Z`), { shade: 'down', shadow: false });
  sketch.button(side === flipped ? -x : x, y + 12, 4, sketch.metal);
}
