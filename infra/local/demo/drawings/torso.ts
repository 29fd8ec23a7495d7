import { flipped, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

/** The measures of an upper garment, in the picture's units from the middle line. */
export interface Torso {
  /** Half the width of the neck opening, and how far it falls in front. */
  neck: number;
  neckDepth: number;
  neckline: 'round' | 'v' | 'square';
  shoulder: number;
  chest: number;
  waist: number;
  hem: number;
  top: number;
  armpit: number;
  bottom: number;
}

export function torsoOf(sketch: Sketch, changes: Partial<Torso> = {}): Torso {
  const { between } = sketch.random;
  const wide = between(-6, 8);
  const chest = 104 + wide;
  return {
    neck: 42 + between(-3, 5),
    neckDepth: 36 + between(-4, 6),
    neckline: 'round',
    shoulder: 116 + wide,
    chest,
    waist: chest - between(2, 12),
    hem: chest + between(-6, 4),
    top: -196,
    armpit: -92,
    bottom: 196 + between(-14, 14),
    ...changes,
  };
}

export function torsoPath(t: Torso): string {
  const waistY = (t.armpit + t.bottom) * 0.5 + 10;
  const shoulderY = t.top + 26;
  return mirrored(
    path`M0 ${t.top + t.neckDepth}${neckHalf(t)}L${t.shoulder} ${shoulderY}C${t.shoulder - 9} ${shoulderY + 26} ${t.chest - 10} ${t.armpit - 26} ${t.chest} ${t.armpit}C${t.chest - 1} ${t.armpit + 50} ${t.waist} ${waistY - 40} ${t.waist} ${waistY}C${t.waist} ${waistY + 40} ${t.hem} ${t.bottom - 50} ${t.hem} ${t.bottom}C${t.hem * 0.5} ${t.bottom + 9} ${t.hem * 0.3} ${t.bottom + 9} 0 ${t.bottom + 9}`,
  );
}

/** From the lowest point of the neckline to where it meets the right shoulder. */
export function neckHalf(t: Torso): string {
  const low = t.top + t.neckDepth;
  if (t.neckline === 'v') return path`C${t.neck * 0.3} ${low - t.neckDepth * 0.3} ${t.neck * 0.8} ${t.top + t.neckDepth * 0.35} ${t.neck} ${t.top}`;
  if (t.neckline === 'square') return path`L${t.neck * 0.82} ${low}L${t.neck} ${t.top}`;
  return path`C${t.neck * 0.6} ${low} ${t.neck * 0.98} ${low - t.neckDepth * 0.55} ${t.neck} ${t.top}`;
}

export function necklinePath(t: Torso): string {
  const half = path`M0 ${t.top + t.neckDepth}${neckHalf(t)}`;
  const low = t.top + t.neckDepth;
  if (t.neckline === 'v') {
    return path`M${-t.neck} ${t.top}C${-t.neck * 0.8} ${t.top + t.neckDepth * 0.35} ${-t.neck * 0.3} ${low - t.neckDepth * 0.3} 0 ${low}${half.replace(/^M[^C]*/, '')}`;
  }
  if (t.neckline === 'square') return path`M${-t.neck} ${t.top}L${-t.neck * 0.82} ${low}L${t.neck * 0.82} ${low}L${t.neck} ${t.top}`;
  return path`M${-t.neck} ${t.top}C${-t.neck * 0.98} ${low - t.neckDepth * 0.55} ${-t.neck * 0.6} ${low} 0 ${low}C${t.neck * 0.6} ${low} ${t.neck * 0.98} ${low - t.neckDepth * 0.55} ${t.neck} ${t.top}`;
}

export type SleeveLength = 'none' | 'cap' | 'short' | 'elbow' | 'long';

interface Sleeve {
  d: string;
  /** Where a cuff's edge lies: outer and inner point. */
  cuff: [number, number, number, number];
  turn: number;
}

/** The right sleeve, to lie under the torso. */
export function sleeveOf(t: Torso, length: Exclude<SleeveLength, 'none'>, wide = 0): Sleeve {
  const y = t.top + 24;
  const x = t.shoulder;
  const start = path`M${x - 22} ${y + 8}L${x - 3} ${y + 3}`;
  const inner = path`${t.chest - 3} ${t.armpit + 6}L${t.chest - 22} ${t.armpit - 26}Z`;
  if (length === 'cap') {
    const cuff = [x + 24, y + 44, t.chest + 2, t.armpit + 2] as const;
    return { d: path`${start}C${x + 10} ${y + 6} ${x + 20} ${y + 26} ${cuff[0]} ${cuff[1]}L${inner}`, cuff: [...cuff], turn: -20 };
  }
  if (length === 'short' || length === 'elbow') {
    const long = length === 'elbow' ? 46 : 0;
    const cuff = [x + 52 + wide + long * 0.4, y + 92 + long, t.chest + 18 - wide * 0.2 + long * 0.35, t.armpit + 42 + long] as const;
    return {
      d: path`${start}C${x + 22} ${y + 10} ${x + 36 + wide} ${y + 46} ${cuff[0]} ${cuff[1]}L${cuff[2]} ${cuff[3]}L${inner}`,
      cuff: [...cuff],
      turn: -28,
    };
  }
  const wristY = t.armpit + 272;
  const cuff = [x + 58 + wide, wristY - 4, x + 22 - wide * 0.4, wristY + 8] as const;
  return {
    d: path`${start}C${x + 24} ${y + 12} ${x + 34 + wide} ${y + 60} ${x + 42 + wide} ${y + 120}C${x + 50 + wide} ${y + 180} ${cuff[0] + 2} ${wristY - 80} ${cuff[0]} ${cuff[1]}L${cuff[2]} ${cuff[3]}C${cuff[2] - 2} ${wristY - 90} ${t.chest + 4} ${t.armpit + 80} ${inner}`,
    cuff: [...cuff],
    turn: -12,
  };
}

/** Both sleeves; `cuff` draws what ends the right one and says how to put it on either side. */
export function drawSleeves(
  sketch: Sketch,
  t: Torso,
  length: SleeveLength,
  options: { wide?: number; fill?: string; cuff?: 'stitch' | 'rib' | 'band' | 'none'; cuffFill?: string } = {},
): void {
  if (length === 'none') return;
  const sleeve = sleeveOf(t, length, options.wide);
  const [ox, oy, ix, iy] = sleeve.cuff;
  for (const side of [(d: string) => d, flipped]) {
    const turn = side === flipped ? -sleeve.turn : sleeve.turn;
    sketch.piece(side(sleeve.d), { fill: options.fill ?? sketch.fabric(turn), texture: true });
    const cuff = options.cuff ?? 'stitch';
    const up = length === 'long' ? 1 : 0.45;
    if (cuff === 'stitch') sketch.stitch(side(path`M${ox - 2} ${oy - 9}L${ix - 1} ${iy - 9}`));
    if (cuff === 'rib' || cuff === 'band') {
      const height = (cuff === 'rib' ? 30 : 24) * up;
      const d = side(path`M${ox} ${oy - height}L${ix - 2} ${iy - height}L${ix + (cuff === 'rib' ? 3 : -1)} ${iy + 2}L${ox - (cuff === 'rib' ? 3 : -1)} ${oy + 2}Z`);
      sketch.piece(d, { fill: options.cuffFill ?? sketch.main.base, texture: false });
      if (cuff === 'rib') drawRibs(sketch, side, [ox, oy - height, ix - 2, iy - height, ix + 3, iy + 2, ox - 3, oy + 2], 7);
    }
    if (length === 'long') {
      const x = t.shoulder;
      sketch.fold(side(path`M${x + 40} ${t.armpit + 70}C${x + 20} ${t.armpit + 90} ${x + 16} ${t.armpit + 96} ${x + 4} ${t.armpit + 92}`), 0.8);
      sketch.fold(side(path`M${x + 50} ${t.armpit + 130}C${x + 36} ${t.armpit + 138} ${x + 30} ${t.armpit + 150} ${x + 18} ${t.armpit + 146}`), 0.6);
    }
  }
}

/** Fine lines down a ribbed edge, given as its four corners. */
export function drawRibs(sketch: Sketch, side: (d: string) => string, corners: number[], count: number): void {
  const [ax, ay, bx, by, cx, cy, dx, dy] = corners as [number, number, number, number, number, number, number, number];
  const lines = Array.from({ length: count }, (_, i) => {
    const at = (i + 1) / (count + 1);
    return path`M${ax + (bx - ax) * at} ${ay + (by - ay) * at}L${dx + (cx - dx) * at} ${dy + (cy - dy) * at}`;
  });
  sketch.line(side(lines.join('')), 1.2, sketch.main.line);
}

/** What one sees of the back, through the neck opening. */
export function drawNeckInside(sketch: Sketch, t: Torso, fill = sketch.main.deep): void {
  const low = t.top + t.neckDepth;
  sketch.piece(path`M${-t.neck - 2} ${t.top}C${-t.neck * 0.5} ${t.top + 10} ${t.neck * 0.5} ${t.top + 10} ${t.neck + 2} ${t.top}L${t.neck} ${low + 6}L${-t.neck} ${low + 6}Z`, {
    fill,
    line: false,
    shade: 'down',
    texture: false,
    shadow: false,
  });
  sketch.add(path`<path d="M-9 ${t.top + 12}h18v9h-18Z" fill="#fff" fill-opacity=".75"/>`);
}

/** The creases that cloth has when it lies: under the arms and up from the hem. */
export function drawTorsoFolds(sketch: Sketch, t: Torso): void {
  const { between } = sketch.random;
  for (const side of [(d: string) => d, flipped]) {
    const reach = between(30, 54);
    sketch.fold(side(path`M${t.chest - 2} ${t.armpit + 6}C${t.chest - 20} ${t.armpit + 18} ${t.chest - reach} ${t.armpit + 30} ${t.chest - reach - 10} ${t.armpit + between(30, 60)}`));
    sketch.fold(side(path`M${t.chest - 6} ${t.armpit + 30}C${t.chest - 20} ${t.armpit + 60} ${t.chest - 22} ${t.armpit + 80} ${t.chest - 30} ${t.armpit + 100}`), 0.7);
    const x = between(30, 70);
    sketch.fold(side(path`M${x} ${t.bottom - 4}C${x - 8} ${t.bottom - 50} ${x + between(-2, 14)} ${t.bottom - 80} ${x + between(-4, 10)} ${t.bottom - between(90, 130)}`), 0.7);
  }
}

export function drawHemStitch(sketch: Sketch, t: Torso, up = 10): void {
  sketch.stitch(path`M${-t.hem + 1} ${t.bottom - up}C${-t.hem * 0.5} ${t.bottom - up + 9} ${t.hem * 0.5} ${t.bottom - up + 9} ${t.hem - 1} ${t.bottom - up}`);
}
