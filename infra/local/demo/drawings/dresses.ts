import { BOTH_SIDES, box, crossing, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';
import { drawShirtCollar } from './shirts.ts';
import { drawSkirtFolds } from './skirts.ts';
import { drawSleeves, type SleeveLength } from './sleeves.ts';
import { drawNeckInside, neckHalf, necklinePath, type Torso, torsoOf } from './torso.ts';

export interface DressCut {
  neckline: Torso['neckline'] | 'straps' | 'collar';
  sleeve: SleeveLength;
  /** Half widths and heights of waist and hem. */
  waist: number;
  waistY: number;
  hem: number;
  bottom: number;
  belt?: boolean;
  pleats?: number;
  /** Half the width of the hips, where the skirt follows them. */
  hip?: number;
  tiers?: number;
}

export const DRESS_CUTS = {
  'a-line': { neckline: 'round', sleeve: 'none', waist: 66, waistY: -52, hem: 128, bottom: 170, pleats: 3 },
  skater: {
    neckline: 'square',
    sleeve: 'short',
    waist: 62,
    waistY: -48,
    hem: 150,
    bottom: 136,
    belt: true,
    pleats: 5,
  },
  maxi: {
    neckline: 'v',
    sleeve: 'none',
    waist: 62,
    waistY: -64,
    hem: 132,
    bottom: 240,
    belt: true,
    pleats: 5,
  },
  tiered: {
    neckline: 'square',
    sleeve: 'elbow',
    waist: 74,
    waistY: -60,
    hem: 146,
    bottom: 216,
    tiers: 3,
    pleats: 4,
  },
  slip: { neckline: 'straps', sleeve: 'none', waist: 68, waistY: -30, hem: 96, bottom: 214, pleats: 2 },
  bodycon: {
    neckline: 'round',
    sleeve: 'long',
    waist: 60,
    waistY: -56,
    hem: 68,
    bottom: 176,
    hip: 84,
    pleats: 0,
  },
  shirt: {
    neckline: 'collar',
    sleeve: 'long',
    waist: 74,
    waistY: -30,
    hem: 112,
    bottom: 196,
    belt: true,
    pleats: 2,
  },
  wrap: {
    neckline: 'v',
    sleeve: 'elbow',
    waist: 64,
    waistY: -50,
    hem: 122,
    bottom: 190,
    belt: true,
    pleats: 3,
  },
} satisfies Record<string, DressCut>;

export function drawDress(sketch: Sketch, cut: DressCut): void {
  const { between } = sketch.random;
  const straps = cut.neckline === 'straps';
  const collar = cut.neckline === 'collar';
  const waist = cut.waist + between(-4, 6);
  const hem = cut.hem + between(-10, 12);
  const bottom = cut.bottom + between(-14, 8);
  // How far the hem's middle hangs below its ends: a narrow hem hardly curves.
  const curve = Math.max(3, hem * 0.06);
  const neckline = straps || collar ? 'round' : (cut.neckline as Torso['neckline']);
  const sleeveless = cut.sleeve === 'none';
  const t = torsoOf(sketch, {
    neckline,
    neck: collar ? 34 : sleeveless ? 44 : 46,
    neckDepth: cut.neckline === 'v' ? 78 : collar ? 32 : between(40, 56),
    shoulder: sleeveless ? 68 : 90,
    chest: 80,
    top: -226,
    armpit: sleeveless ? -138 : -140,
    bottom,
    hem,
    waist,
  });
  const { waistY } = cut;
  if (straps) drawStraps(sketch, t);
  else drawNeckInside(sketch, t);
  drawSleeves(sketch, t, cut.sleeve, {
    wide: cut.sleeve === 'elbow' ? 10 : 0,
    cuff: cut.sleeve === 'long' ? 'band' : 'stitch',
  });

  const flare = (hem - waist) * 0.5;
  const side = [
    [waist, waistY],
    [waist + 2, waistY + 40],
    [hem - flare, bottom - (bottom - waistY) * 0.45],
    [hem, bottom - curve],
  ] as const;
  const edge = cut.hip
    ? path`C${waist + 4} ${waistY + 30} ${cut.hip} ${waistY + 50} ${cut.hip} ${waistY + 96}C${cut.hip} ${waistY + 150} ${hem} ${bottom - 70} ${hem} ${bottom - curve}`
    : path`C${side[1][0]} ${side[1][1]} ${side[2][0]} ${side[2][1]} ${hem} ${bottom - curve}`;
  const skirt = path`${edge}C${hem * 0.7} ${bottom + curve} ${hem * 0.4} ${bottom + curve * 1.4} 0 ${bottom + curve * 1.4}`;
  const bodice = straps
    ? path`M0 ${t.top + 66}C12 ${t.top + 62} 30 ${t.top + 44} 44 ${t.top + 42}C54 ${t.top + 46} 66 ${t.top + 72} 78 ${t.armpit + 6}`
    : path`M0 ${t.top + t.neckDepth}${neckHalf(t)}L${t.shoulder} ${t.top + 26}C${t.shoulder - 8} ${t.top + 52} ${t.chest - 12} ${t.armpit - 22} ${t.chest} ${t.armpit}`;
  sketch.piece(
    mirrored(path`${bodice}C${t.chest} ${t.armpit + 30} ${waist} ${waistY - 40} ${waist} ${waistY}${skirt}`),
  );

  drawSkirtFolds(sketch, waist, waistY, hem, bottom, cut.pleats ?? 3);
  for (const side of BOTH_SIDES) {
    sketch.fold(
      side(
        path`M${t.chest - 4} ${t.armpit + 12}C${t.chest - 22} ${t.armpit + 24} 48 ${t.armpit + 30} 42 ${t.armpit + 44}`,
      ),
      0.9,
    );
    sketch.fold(side(path`M38 ${waistY - 10}C40 ${waistY - 40} 42 ${waistY - 50} 40 ${waistY - 66}`), 0.6);
  }
  for (let tier = 1; tier < (cut.tiers ?? 1) + 1 && cut.tiers; tier++) {
    const at = tier / (cut.tiers + 1);
    const y = waistY + (bottom - waistY) * at;
    const half = crossing(y - 6, side);
    sketch.line(
      path`M${-half} ${y - 6}C${-half * 0.5} ${y + 8} ${half * 0.5} ${y + 8} ${half} ${y - 6}`,
      1.8,
    );
    for (let x = -half + 14; x < half - 8; x += 17)
      sketch.fold(path`M${x} ${y + 4}C${x} ${y + 16} ${x * 1.04} ${y + 24} ${x * 1.05} ${y + 34}`, 0.55);
  }
  if (collar) drawShirtFront(sketch, t, bottom);
  if (cut.neckline === 'v' && cut.belt && cut.sleeve === 'elbow') {
    sketch.line(
      path`M${-t.neck + 4} ${t.top + 10}C-20 ${t.top + 60} 20 ${t.top + 120} ${waist - 8} ${waistY}M${waist - 10} ${waistY}C40 ${waistY + 60} 46 ${bottom - 60} 34 ${bottom + 8}`,
      1.8,
    );
    sketch.fold(path`M${waist - 4} ${waistY + 10}C48 ${waistY + 70} 54 ${bottom - 60} 42 ${bottom + 2}`, 1.2);
  } else if (!straps && !collar) sketch.band(necklinePath(t), 5);
  if (cut.belt) drawWaistBelt(sketch, waist, waistY);
  sketch.stitch(
    path`M${-hem + 3} ${bottom - curve - 8}C${-hem * 0.5} ${bottom + curve - 6} ${hem * 0.5} ${bottom + curve - 6} ${hem - 3} ${bottom - curve - 8}`,
  );
  if (sketch.pattern === 'printed') drawMotif(sketch, hem * 0.2, bottom - 74, 84);
}

function drawStraps(sketch: Sketch, t: Torso): void {
  sketch.piece(
    path`M-70 ${t.armpit + 4}C-50 ${t.top + 66} 50 ${t.top + 66} 70 ${t.armpit + 4}L40 ${t.armpit + 20}L-40 ${t.armpit + 20}Z`,
    { fill: sketch.main.deep, shade: 'none', texture: false },
  );
  for (const side of BOTH_SIDES)
    sketch.band(
      side(
        path`M44 ${t.top + 46}C44 ${t.top + 16} 36 ${t.top - 6} 32 ${t.top - 12}C28 ${t.top} 34 ${t.top + 40} 38 ${t.armpit}`,
      ),
      4,
    );
}

function drawShirtFront(sketch: Sketch, t: Torso, bottom: number): void {
  const top = t.top + t.neckDepth;
  sketch.piece(path`M-9 ${top - 4}L9 ${top - 4}L10 ${bottom + 11}L-10 ${bottom + 11}Z`, {
    shade: 'none',
    shadow: false,
  });
  for (let y = top + 16; y < bottom - 10; y += 44)
    sketch.button(0, y, 4, { ...sketch.accent, base: '#f3efe6', line: '#b8b0a2' });
  drawShirtCollar(sketch, t, { point: 46 });
}

function drawWaistBelt(sketch: Sketch, waist: number, y: number): void {
  const style = sketch.random.pick(['same', 'leather', 'bow'] as const);
  const tones = style === 'leather' ? sketch.accent : sketch.main;
  sketch.band(
    path`M${-waist - 1} ${y - 2}C${-waist * 0.5} ${y + 5} ${waist * 0.5} ${y + 5} ${waist + 1} ${y - 2}`,
    style === 'leather' ? 13 : 11,
    { ...tones, base: style === 'leather' ? tones.base : tones.dark },
  );
  if (style === 'leather') sketch.line(box(-9, y - 7, 18, 20), 3, sketch.metal.base);
  if (style === 'bow') {
    const x = waist * 0.5;
    sketch.band(
      path`M${x} ${y + 3}C${x + 8} ${y + 30} ${x + 2} ${y + 50} ${x + 10} ${y + 76}M${x} ${y + 3}C${x - 4} ${y + 30} ${x - 12} ${y + 46} ${x - 8} ${y + 66}`,
      6,
    );
    sketch.piece(
      path`M${x} ${y + 3}C${x - 18} ${y - 16} ${x - 34} ${y - 8} ${x - 30} ${y + 5}C${x - 26} ${y + 16} ${x - 10} ${y + 12} ${x} ${y + 3}C${x + 18} ${y - 16} ${x + 34} ${y - 8} ${x + 30} ${y + 5}C${x + 26} ${y + 16} ${x + 10} ${y + 12} ${x} ${y + 3}Z`,
      { fill: sketch.main.base },
    );
  }
}
