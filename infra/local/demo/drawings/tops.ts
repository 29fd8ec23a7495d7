import { flipped, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';
import {
  drawHemStitch,
  drawNeckInside,
  drawRibs,
  drawSleeves,
  drawTorsoFolds,
  necklinePath,
  type SleeveLength,
  type Torso,
  torsoOf,
  torsoPath,
} from './torso.ts';

const BOTH_SIDES = [(d: string) => d, flipped];

export function drawTShirt(sketch: Sketch, neckline: 'round' | 'v' = 'round', sleeve: SleeveLength = 'short'): void {
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
    sketch.band(side(path`M${t.shoulder} ${t.top + 26}C${t.shoulder - 9} ${t.top + 52} ${t.chest - 10} ${t.armpit - 26} ${t.chest} ${t.armpit}`), 6);
  }
  drawHemStitch(sketch, t);
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, 6, 104);
}

export function drawBlouse(sketch: Sketch): void {
  const { between, pick, chance } = sketch.random;
  const t = torsoOf(sketch, { neckline: pick(['v', 'round', 'square'] as const), neckDepth: between(40, 62), neck: 52, waist: 88, hem: between(104, 124), bottom: 168 });
  drawNeckInside(sketch, t);
  drawSleeves(sketch, t, pick(['cap', 'elbow', 'elbow', 'long'] as const), { wide: between(8, 18), cuff: 'band' });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  sketch.band(necklinePath(t), 5);
  const waistY = (t.armpit + t.bottom) / 2 + 12;
  if (chance(0.6)) {
    sketch.fold(path`M${-t.waist} ${waistY}C-40 ${waistY + 8} 40 ${waistY + 8} ${t.waist} ${waistY}`, 1.4);
    for (let x = -72; x <= 72; x += 18) sketch.fold(path`M${x} ${waistY + 6}C${x} ${waistY + 30} ${x * 1.1} ${waistY + 50} ${x * 1.15} ${waistY + 74}`, 0.5);
  }
  if (chance(0.4)) {
    const y = t.top + t.neckDepth;
    sketch.band(path`M0 ${y}C-14 ${y + 30} -10 ${y + 60} -20 ${y + 84}M0 ${y}C12 ${y + 30} 12 ${y + 54} 18 ${y + 78}`, 5);
    sketch.piece(path`M0 ${y}C-20 ${y - 18} -36 ${y - 10} -34 ${y + 4}C-32 ${y + 16} -16 ${y + 12} 0 ${y}C20 ${y - 18} 36 ${y - 10} 34 ${y + 4}C32 ${y + 16} 16 ${y + 12} 0 ${y}Z`, { fill: sketch.main.base });
  }
  drawHemStitch(sketch, t, 7);
}

/** Two leaves of a shirt collar over the neck opening. */
export function drawShirtCollar(sketch: Sketch, t: Torso, options: { fill?: string; open?: number; point?: number } = {}): void {
  const open = options.open ?? 4;
  const point = options.point ?? 52;
  const low = t.top + t.neckDepth;
  drawBackCollar(sketch, t.neck - 13, t.top - 12, options.fill);
  for (const side of [flipped, (d: string) => d]) {
    const leaf = path`M${t.neck - 14} ${t.top - 12}C${t.neck + 2} ${t.top - 8} ${t.neck + 8} ${t.top + 2} ${t.neck + 10} ${t.top + 10}L${34 + open} ${t.top + point + 10}L${open} ${low - 2}C${open + 12} ${t.top + 22} ${t.neck - 14} ${t.top + 10} ${t.neck - 14} ${t.top - 12}Z`;
    sketch.piece(side(leaf), { fill: options.fill ?? sketch.fabric(side === flipped ? 30 : -30), shade: 'down', texture: true });
    sketch.stitch(side(path`M${t.neck + 4} ${t.top + 12}L${33 + open} ${t.top + point + 3}L${open + 4} ${low - 6}`));
  }
}

/** What of a collar stands behind the neck, between its two leaves. */
export function drawBackCollar(sketch: Sketch, half: number, y: number, fill = sketch.main.base): void {
  sketch.piece(path`M${-half} ${y}C${-half * 0.5} ${y - 7} ${half * 0.5} ${y - 7} ${half} ${y}L${half + 8} ${y + 24}C${half * 0.5} ${y + 16} ${-half * 0.5} ${y + 16} ${-half - 8} ${y + 24}Z`, { fill, texture: false, shade: 'down' });
}

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
  sketch.piece(path`M-9 ${top - 4}L9 ${top - 4}L10 ${t.bottom + 8}L-10 ${t.bottom + 8}Z`, { shade: 'none', shadow: false });
  sketch.stitch(path`M-6.5 ${top}L-7 ${t.bottom + 6}M6.5 ${top}L7 ${t.bottom + 6}`);
  const buttons = chance(0.7) ? { ...sketch.accent, base: '#f3efe6', line: '#b8b0a2' } : sketch.accent;
  for (let y = top + 16; y < t.bottom - 8; y += 47) sketch.button(0, y, 4.2, buttons);
  for (const side of BOTH_SIDES) {
    sketch.line(side(path`M${t.neck + 2} ${t.top + 20}L${t.shoulder - 5} ${t.top + 38}`), 1, sketch.main.line);
    if (sleeve === 'long') sketch.button(side === flipped ? -(t.shoulder + 40) : t.shoulder + 40, t.armpit + 260, 3.4, buttons);
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
  sketch.piece(path`M-11 ${top - 6}L11 ${top - 6}L11 ${top + 84}L-11 ${top + 84}Z`, { shade: 'none', shadow: false });
  sketch.stitch(path`M-8 ${top}L-8 ${top + 81}L8 ${top + 81}L8 ${top}`);
  for (const y of [18, 46, 74]) sketch.button(0, top + y, 4.2);
  drawShirtCollar(sketch, t, { fill: tipped ? sketch.accent.base : sketch.main.base, point: 46 });
  if (sketch.pattern === 'printed') drawMotif(sketch, 52, -70, 34);
}

export function drawSweater(sketch: Sketch, neckline: 'round' | 'v' | 'turtle' = 'round'): void {
  const v = neckline === 'v';
  const t = torsoOf(sketch, { neckline: v ? 'v' : 'round', neckDepth: v ? 86 : neckline === 'turtle' ? 8 : 34, bottom: 172, shoulder: 118, chest: 110, hem: 104, waist: 106 });
  const ribFill = sketch.pattern === 'colour block' || sketch.random.chance(0.25) ? sketch.accent.base : sketch.main.base;
  if (neckline !== 'turtle') drawNeckInside(sketch, t);
  drawSleeves(sketch, t, 'long', { wide: 6, cuff: 'rib', cuffFill: ribFill });
  sketch.piece(torsoPath(t));
  drawTorsoFolds(sketch, t);
  drawRibHem(sketch, t, ribFill);
  if (sketch.pattern === 'plain' && sketch.random.chance(0.55)) drawCables(sketch, t);
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, -20, 110);
  if (neckline === 'turtle') {
    const y = t.top;
    sketch.piece(path`M-44 ${y + 4}C-46 ${y - 20} -42 ${y - 34} -38 ${y - 40}C-14 ${y - 47} 14 ${y - 47} 38 ${y - 40}C42 ${y - 34} 46 ${y - 20} 44 ${y + 4}C26 ${y + 22} -26 ${y + 22} -44 ${y + 4}Z`, { fill: ribFill });
    drawRibs(sketch, (d) => d, [-38, y - 40, 38, y - 40, 42, y + 8, -42, y + 8], 12);
    sketch.fold(path`M-44 ${y - 12}C-20 ${y + 2} 20 ${y + 2} 44 ${y - 12}`, 0.9);
  } else {
    sketch.band(necklinePath(t), 14, { ...sketch.main, base: ribFill });
    sketch.line(necklinePath(t), 1.2, sketch.main.line);
  }
}

export function drawRibHem(sketch: Sketch, t: Torso, fill = sketch.main.base, height = 28): void {
  const y = t.bottom - 6;
  sketch.piece(mirrored(path`M0 ${y + 8}C${t.hem * 0.5} ${y + 8} ${t.hem * 0.8} ${y + 4} ${t.hem + 1} ${y}L${t.hem - 7} ${y + height}C${t.hem * 0.6} ${y + height + 8} ${t.hem * 0.4} ${y + height + 9} 0 ${y + height + 9}`), { fill, texture: false });
  drawRibs(sketch, (d) => d, [-t.hem, y + 3, t.hem, y + 3, t.hem - 8, y + height + 3, -t.hem + 8, y + height + 3], 26);
}

function drawCables(sketch: Sketch, t: Torso): void {
  for (const x of [-44, 0, 44]) {
    const from = t.top + (x === 0 ? t.neckDepth + 18 : 46);
    for (let y = from; y < t.bottom - 30; y += 24) {
      sketch.line(path`M${x - 8} ${y}C${x - 8} ${y + 12} ${x + 8} ${y + 12} ${x + 8} ${y + 24}M${x + 8} ${y}C${x + 8} ${y + 8} ${x + 3} ${y + 11} ${x + 1} ${y + 12}M${x - 1} ${y + 14}C${x - 6} ${y + 16} ${x - 8} ${y + 18} ${x - 8} ${y + 24}`, 2.4, sketch.main.line);
    }
    sketch.gloss(path`M${x - 14} ${from}L${x - 14} ${t.bottom - 14}`, 0.5);
    sketch.fold(path`M${x + 14} ${from}L${x + 14} ${t.bottom - 14}`, 0.6);
  }
}

export function drawHoodie(sketch: Sketch, zip = false): void {
  const t = torsoOf(sketch, { neckDepth: 30, neck: 44, shoulder: 118, chest: 112, hem: 106, waist: 110, bottom: 166, top: -168, armpit: -66 });
  const y = t.top;
  const lining = sketch.random.chance(0.3) ? sketch.accent.dark : sketch.main.deep;
  sketch.piece(mirrored(path`M0 ${y - 62}C44 ${y - 62} 74 ${y - 36} 78 ${y + 6}C78 ${y + 24} 66 ${y + 36} 50 ${y + 40}L0 ${y + 46}`), { fill: sketch.main.base, texture: true });
  sketch.piece(mirrored(path`M0 ${y - 42}C30 ${y - 42} 48 ${y - 22} 48 ${y + 4}C44 ${y + 20} 24 ${y + 32} 0 ${y + 44}`), { fill: lining, shade: 'down', shadow: false, texture: false });
  drawSleeves(sketch, t, 'long', { wide: 8, cuff: 'rib' });
  sketch.piece(torsoPath({ ...t, neckDepth: 44 }));
  drawTorsoFolds(sketch, t);
  drawRibHem(sketch, t);
  sketch.stitch(mirrored(path`M0 ${y - 36}C26 ${y - 36} 42 ${y - 18} 42 ${y + 4}`).replace(/Z$/, ''));
  for (const side of BOTH_SIDES) {
    sketch.piece(side(path`M0 ${y + 46}C12 ${y + 28} 36 ${y + 8} 50 ${y + 2}C62 ${y + 2} 72 ${y + 6} 78 ${y + 8}C62 ${y + 34} 30 ${y + 58} 6 ${y + 62}Z`), { fill: sketch.main.base, texture: true });
  }
  const pocket = path`M-64 ${t.bottom - 12}L-64 ${t.bottom - 52}L-36 ${t.bottom - 96}L36 ${t.bottom - 96}L64 ${t.bottom - 52}L64 ${t.bottom - 12}Z`;
  sketch.piece(pocket, { shade: 'down', shadow: false });
  sketch.stitch(path`M-60 ${t.bottom - 50}L-33 ${t.bottom - 91}L33 ${t.bottom - 91}L60 ${t.bottom - 50}`);
  if (zip) drawZip(sketch, y + 56, t.bottom + 26);
  const cord = { ...sketch.accent, base: sketch.random.chance(0.6) ? '#f4f2ee' : sketch.accent.base, line: sketch.main.line };
  sketch.band(path`M-22 ${y + 40}C-26 ${y + 70} -20 ${y + 90} -24 ${y + 116}M22 ${y + 40}C26 ${y + 66} 20 ${y + 84} 25 ${y + 108}`, 3.6, cord);
  sketch.button(-22, y + 38, 3.4, sketch.metal);
  sketch.button(22, y + 38, 3.4, sketch.metal);
  if (!zip && sketch.pattern === 'printed') drawMotif(sketch, 0, t.armpit + 40, 86);
}

export function drawZip(sketch: Sketch, top: number, bottom: number, x = 0): void {
  sketch.line(path`M${x} ${top}L${x} ${bottom}`, 8, sketch.main.line);
  sketch.add(path`<path d="M${x} ${top}L${x} ${bottom}" stroke="${sketch.metal.base}" stroke-width="3.6" stroke-dasharray="2 1.6"/>`);
  sketch.piece(path`M${x - 3} ${top}L${x + 3} ${top}L${x + 4} ${top + 18}L${x - 4} ${top + 18}Z`, { fill: sketch.metal.light, line: sketch.metal.deep, shade: 'none', shadow: false, texture: false });
}

export function drawPatchPocket(sketch: Sketch, x: number, y: number, width: number, height: number): void {
  const [left, right, low] = [x - width / 2, x + width / 2, y + height];
  sketch.piece(path`M${left} ${y}L${right} ${y}L${right} ${low - 10}L${x} ${low}L${left} ${low - 10}Z`, { shade: 'none', shadow: false });
  sketch.stitch(path`M${left + 3} ${y + 9}L${right - 3} ${y + 9}M${left + 3} ${y + 2}L${left + 3} ${low - 12}L${x} ${low - 3}L${right - 3} ${low - 12}L${right - 3} ${y + 2}`);
}

export function drawCardigan(sketch: Sketch): void {
  const t = torsoOf(sketch, { neckline: 'v', neckDepth: 120, neck: 40, bottom: 178, chest: 110, hem: 106, waist: 108 });
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
