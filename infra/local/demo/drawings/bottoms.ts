import { crossing, flipped, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawSkirtFolds } from './dresses.ts';

const BOTH_SIDES = [(d: string) => d, flipped];

interface Legs {
  waist: number;
  hip: number;
  knee: number;
  hem: number;
  top: number;
  bottom: number;
  /** How far the legs stand apart at the hem. */
  apart: number;
}

function legsOf(sketch: Sketch, changes: Partial<Legs>): Legs {
  return { waist: 74, hip: 98, knee: 44, hem: 40, top: -232, bottom: 232 + sketch.random.between(-10, 6), apart: 12, ...changes };
}

/** Half the trousers' width at a height above the hips. */
function sideAt({ waist, hip, top }: Legs, y: number): number {
  return crossing(y, [[waist, top + 2], [waist + 6, top + 50], [hip, top + 80], [hip, top + 120]]);
}

/** Draws both legs and gives back the height of the crotch. */
function drawLegs(sketch: Sketch, legs: Legs): number {
  const { waist, hip, knee, hem, top, bottom, apart } = legs;
  const crotch = top + 150;
  const length = bottom - crotch;
  const kneeY = crotch + length * 0.45;
  const middle = hip * 0.55;
  sketch.piece(path`M${-waist} ${top + 2}C${-waist * 0.5} ${top + 12} ${waist * 0.5} ${top + 12} ${waist} ${top + 2}L${waist} ${top + 22}L${-waist} ${top + 22}Z`, { fill: sketch.main.deep, shade: 'none', texture: false });
  for (const side of [flipped, (d: string) => d]) {
    sketch.piece(side(path`M0 ${top + 12}C${waist * 0.5} ${top + 12} ${waist * 0.8} ${top + 8} ${waist} ${top + 2}C${waist + 6} ${top + 50} ${hip} ${top + 80} ${hip} ${top + 120}C${hip + 1} ${crotch + 40} ${middle + knee + apart * 0.3} ${kneeY - 30} ${middle + knee * 0.9 + apart * 0.6} ${kneeY}L${middle + hem + apart} ${bottom - 2}C${middle + apart + hem * 0.3} ${bottom + 5} ${middle + apart - hem * 0.3} ${bottom + 5} ${middle + apart - hem} ${bottom + 1}L${middle - knee * 0.8 + apart * 0.5} ${kneeY}C${middle - knee} ${kneeY - 50} 4 ${crotch + 30} 0 ${crotch}Z`));
  }
  return crotch;
}

function drawLegFolds(sketch: Sketch, legs: Legs, crotch: number, strength = 1): void {
  const { between } = sketch.random;
  const middle = legs.hip * 0.55;
  const kneeY = crotch + (legs.bottom - crotch) * 0.45;
  for (const side of BOTH_SIDES) {
    sketch.fold(side(path`M3 ${crotch - 2}C20 ${crotch - 8} 34 ${crotch - 12} 52 ${crotch - 30}`), strength);
    sketch.fold(side(path`M4 ${crotch + 10}C22 ${crotch + 8} 40 ${crotch + 4} 60 ${crotch - 4}`), strength * 0.8);
    sketch.fold(side(path`M${middle - 22} ${kneeY - 8}C${middle} ${kneeY + between(-10, 8)} ${middle + 14} ${kneeY} ${middle + 34} ${kneeY - 14}`), strength * 0.7);
    sketch.fold(side(path`M${middle - 20 + legs.apart} ${legs.bottom - 34}C${middle + legs.apart} ${legs.bottom - 26} ${middle + 20 + legs.apart} ${legs.bottom - 30} ${middle + 24 + legs.apart} ${legs.bottom - 44}`), strength * 0.7);
  }
}

function drawWaistband(sketch: Sketch, legs: Legs, loops = true, height = 20): void {
  const { waist, top } = legs;
  sketch.piece(path`M${-waist - 1} ${top}C${-waist * 0.5} ${top + 12} ${waist * 0.5} ${top + 12} ${waist + 1} ${top}L${waist + 3} ${top + height}C${waist * 0.5} ${top + height + 12} ${-waist * 0.5} ${top + height + 12} ${-waist - 3} ${top + height}Z`);
  if (!loops) return;
  for (const x of [-0.72, -0.3, 0.3, 0.72]) sketch.band(path`M${waist * x} ${top + 4 + 6 * (1 - Math.abs(x))}L${waist * x} ${top + height + 8 + 6 * (1 - Math.abs(x))}`, 6, sketch.main, { shadow: false });
  sketch.button(0, top + height / 2 + 9, 5, sketch.metal);
}

export const JEANS_CUTS = {
  straight: { knee: 45, hem: 42 },
  skinny: { hip: 90, waist: 70, knee: 36, hem: 27, apart: 6 },
  flared: { hip: 90, waist: 70, knee: 38, hem: 62, apart: 20 },
  wide: { hip: 100, knee: 56, hem: 62, apart: 16 },
} satisfies Record<string, Partial<Legs>>;

export function drawJeans(sketch: Sketch, cut: Partial<Legs>, short = false): void {
  const legs = legsOf(sketch, short ? { ...cut, waist: 92, hip: 124, knee: 64, hem: 66, top: -150, bottom: 100 + sketch.random.between(-20, 40), apart: 12 } : cut);
  const crotch = drawLegs(sketch, legs);
  const thread = sketch.main.luminance > 0.6 ? sketch.main.line : '#d59a4a';
  const middle = legs.hip * 0.55;
  if (!short || legs.bottom > 80) {
    // Worn pale along the thighs, as washed denim is.
    const fade = sketch.gradient([[0, '#fff', sketch.main.luminance < 0.06 ? 0.13 : 0.3], [1, '#fff', 0]], 'spot');
    for (const x of [-middle - 6, middle + 6]) sketch.add(path`<ellipse cx="${x}" cy="${crotch + (short ? 20 : 60)}" rx="${legs.knee * 0.42}" ry="${short ? 40 : 110}" fill="${fade}"/>`);
  }
  drawLegFolds(sketch, legs, crotch, 1.1);
  sketch.line(path`M0 ${legs.top + 30}L0 ${crotch}`, 1.8);
  sketch.stitch(path`M16 ${legs.top + 32}L15 ${legs.top + 96}C14 ${legs.top + 112} 8 ${legs.top + 120} 2 ${legs.top + 124}`, thread);
  for (const side of BOTH_SIDES) {
    sketch.piece(side(path`M${legs.waist * 0.5} ${legs.top + 29}C${legs.waist * 0.52} ${legs.top + 54} ${legs.waist * 0.8} ${legs.top + 66} ${sideAt(legs, legs.top + 66)} ${legs.top + 66}L${sideAt(legs, legs.top + 40)} ${legs.top + 40}L${legs.waist + 3} ${legs.top + 22}Z`), { fill: sketch.main.dark, shadow: false, shade: 'none', texture: true });
    sketch.stitch(side(path`M${legs.waist * 0.45} ${legs.top + 30}C${legs.waist * 0.47} ${legs.top + 60} ${legs.waist * 0.78} ${legs.top + 72} ${sideAt(legs, legs.top + 72) - 1} ${legs.top + 72}`), thread);
    sketch.stitch(side(path`M${middle + legs.apart - legs.hem + 1} ${legs.bottom - 11}L${middle + legs.apart + legs.hem - 1} ${legs.bottom - 13}`), thread);
    if (short) sketch.piece(side(path`M${middle + legs.apart - legs.hem - 2} ${legs.bottom - 16}L${middle + legs.apart + legs.hem + 2} ${legs.bottom - 18}L${middle + legs.apart + legs.hem + 3} ${legs.bottom + 1}L${middle + legs.apart - legs.hem - 2} ${legs.bottom + 4}Z`), { fill: sketch.main.light, texture: true });
    sketch.button(side === flipped ? -legs.waist * 0.56 : legs.waist * 0.56, legs.top + 42, 2.2, sketch.metal);
  }
  drawWaistband(sketch, legs);
  sketch.stitch(path`M${-legs.waist + 2} ${legs.top + 16}C-30 ${legs.top + 27} 30 ${legs.top + 27} ${legs.waist - 2} ${legs.top + 16}`, thread);
}

export const TROUSER_CUTS = {
  tailored: { knee: 44, hem: 36 },
  wide: { hip: 98, waist: 72, knee: 58, hem: 66, apart: 16 },
  cropped: { knee: 40, hem: 34, bottom: 180 },
} satisfies Record<string, Partial<Legs>>;

export function drawTrousers(sketch: Sketch, cut: Partial<Legs>): void {
  const legs = legsOf(sketch, cut);
  const crotch = drawLegs(sketch, legs);
  const middle = legs.hip * 0.55;
  drawLegFolds(sketch, legs, crotch, 0.7);
  for (const side of BOTH_SIDES) {
    // The pressed crease.
    sketch.gloss(side(path`M${middle - 6} ${legs.top + 60}C${middle - 2} ${crotch} ${middle + legs.apart * 0.5} ${crotch + 100} ${middle + legs.apart - 2} ${legs.bottom}`), 0.7);
    sketch.line(side(path`M${middle - 2} ${legs.top + 60}C${middle + 2} ${crotch} ${middle + legs.apart * 0.5 + 3} ${crotch + 100} ${middle + legs.apart + 2} ${legs.bottom}`), 1, sketch.main.line);
    sketch.line(side(path`M${legs.waist - 16} ${legs.top + 26}L${sideAt(legs, legs.top + 86)} ${legs.top + 86}`), 1.6);
    sketch.stitch(side(path`M${legs.waist - 20} ${legs.top + 28}L${sideAt(legs, legs.top + 86) - 6} ${legs.top + 86}`));
  }
  sketch.line(path`M0 ${legs.top + 30}L0 ${crotch}`, 1.6);
  sketch.stitch(path`M13 ${legs.top + 32}L12 ${legs.top + 90}C11 ${legs.top + 106} 6 ${legs.top + 112} 2 ${legs.top + 116}`);
  drawWaistband(sketch, legs);
}

export function drawTrackPants(sketch: Sketch): void {
  const legs = legsOf(sketch, { knee: 46, hem: 26, apart: 8, bottom: 214 });
  const crotch = drawLegs(sketch, legs);
  const middle = legs.hip * 0.55;
  drawLegFolds(sketch, legs, crotch, 1);
  const stripes = sketch.random.chance(0.6);
  for (const side of BOTH_SIDES) {
    if (stripes) {
      const kneeY = crotch + (legs.bottom - crotch) * 0.45;
      sketch.line(side(path`M${legs.waist - 4} ${legs.top + 24}C${legs.hip - 9} ${legs.top + 80} ${legs.hip - 7} ${crotch} ${middle + legs.knee * 0.9 - 4} ${kneeY}L${middle + legs.hem + legs.apart - 6} ${legs.bottom - 4}`), 9, sketch.accent.base);
    }
    sketch.piece(side(path`M${middle + legs.apart - legs.hem - 1} ${legs.bottom - 2}L${middle + legs.apart + legs.hem + 1} ${legs.bottom - 4}L${middle + legs.apart + legs.hem - 3} ${legs.bottom + 22}L${middle + legs.apart - legs.hem + 3} ${legs.bottom + 24}Z`), { fill: sketch.main.dark, texture: false });
    sketch.line(side(path`M${legs.waist - 14} ${legs.top + 28}L${sideAt(legs, legs.top + 84)} ${legs.top + 84}`), 2.4);
  }
  drawDrawstring(sketch, legs);
}

function drawDrawstring(sketch: Sketch, legs: Legs): void {
  drawWaistband(sketch, legs, false, 24);
  for (let x = -legs.waist + 8; x < legs.waist; x += 8) sketch.line(path`M${x} ${legs.top + 5 + 5 * (1 - Math.abs(x / legs.waist))}L${x} ${legs.top + 26 + 5 * (1 - Math.abs(x / legs.waist))}`, 1);
  const cord = { ...sketch.accent, base: '#f2efe9', line: sketch.main.line };
  sketch.band(path`M-8 ${legs.top + 22}C-14 ${legs.top + 44} -8 ${legs.top + 56} -16 ${legs.top + 76}M8 ${legs.top + 22}C14 ${legs.top + 42} 8 ${legs.top + 52} 14 ${legs.top + 70}`, 3.6, cord, { shadow: false });
}

export function drawLeggings(sketch: Sketch): void {
  const legs = legsOf(sketch, { waist: 66, hip: 84, knee: 33, hem: 21, apart: 2, bottom: 226 });
  const crotch = drawLegs(sketch, legs);
  drawLegFolds(sketch, legs, crotch, 0.6);
  drawWaistband(sketch, legs, false, 34);
  for (const side of BOTH_SIDES) sketch.stitch(side(path`M${legs.hip - 14} ${legs.top + 60}C${legs.hip - 14} ${crotch + 20} 68 ${crotch + 80} 62 ${crotch + 150}`));
}

export function drawShorts(sketch: Sketch, sporty = false): void {
  const { between } = sketch.random;
  const legs = legsOf(sketch, { waist: 94, hip: 126, knee: 66, hem: between(66, 76), top: -150, bottom: between(92, 140), apart: 14 });
  const crotch = drawLegs(sketch, legs);
  const middle = legs.hip * 0.55;
  drawLegFolds(sketch, { ...legs, bottom: legs.bottom + 10 }, crotch, 0.9);
  for (const side of BOTH_SIDES) {
    sketch.line(side(path`M${legs.waist - 14} ${legs.top + 26}L${sideAt(legs, legs.top + 92)} ${legs.top + 92}`), 1.8);
    sketch.stitch(side(path`M${middle + legs.apart - legs.hem + 1} ${legs.bottom - 11}L${middle + legs.apart + legs.hem - 1} ${legs.bottom - 13}`));
    if (sporty) sketch.line(side(path`M${sideAt(legs, legs.top + 92) - 6} ${legs.top + 92}L${middle + legs.hem + legs.apart - 7} ${legs.bottom - 2}`), 10, sketch.accent.base);
  }
  sketch.line(path`M0 ${legs.top + 30}L0 ${crotch}`, 1.6);
  if (sporty) drawDrawstring(sketch, legs);
  else {
    sketch.stitch(path`M14 ${legs.top + 34}L13 ${legs.top + 90}C12 ${legs.top + 108} 6 ${legs.top + 114} 2 ${legs.top + 118}`);
    drawWaistband(sketch, legs);
  }
}

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
  const skirt = mirrored(path`M0 ${top + 12}C${waist * 0.5} ${top + 12} ${waist * 0.8} ${top + 8} ${waist} ${top + 2}C${waist + 10} ${top + hipY * 0.45} ${hip - 6} ${top + hipY * 0.75} ${hip} ${top + hipY}L${hem} ${bottom - 10}C${hem * 0.7} ${bottom + 6} ${hem * 0.4} ${bottom + 10} 0 ${bottom + 10}`);
  sketch.piece(path`M${-waist} ${top}C-30 ${top - 6} 30 ${top - 6} ${waist} ${top}L${waist} ${top + 16}L${-waist} ${top + 16}Z`, { fill: sketch.main.deep, shade: 'none', texture: false });
  sketch.piece(skirt);
  for (let i = 1; i < cut.pleats; i++) {
    const at = (i / cut.pleats) * 2 - 1;
    const x = waist * at;
    sketch.line(path`M${x} ${top + 24}C${hip * at} ${top + hipY * 0.8} ${hip * at} ${top + hipY} ${hem * at} ${bottom + 9 - 18 * at * at}`, 1.6);
    sketch.wedge([x + 2, top + 30], [hem * at + 8, bottom + 8 - 18 * at * at], 15);
    sketch.wedge([x - 3, top + 30], [hem * at - 7, bottom + 8 - 18 * at * at], 11, true);
  }
  if (cut.folds > 0) drawSkirtFolds(sketch, waist, top + 26, hem, bottom, cut.folds);
  if (cut.pleats === 0 && chance(0.25)) {
    sketch.line(path`M0 ${top + 20}L0 ${bottom + 10}`, 1.6);
    for (let y = top + 46; y < bottom; y += 42) sketch.button(0, y, 5, sketch.metal);
  }
  sketch.piece(path`M${-waist - 1} ${top}C${-waist * 0.5} ${top + 12} ${waist * 0.5} ${top + 12} ${waist + 1} ${top}L${waist + 4} ${top + 22}C${waist * 0.5} ${top + 34} ${-waist * 0.5} ${top + 34} ${-waist - 4} ${top + 22}Z`, { fill: sketch.fabric(90), texture: true });
  if (cut.pleats === 0) sketch.stitch(path`M${-hem + 2} ${bottom - 18}C${-hem * 0.5} ${bottom} ${hem * 0.5} ${bottom} ${hem - 2} ${bottom - 18}`);
}
