import { flipped, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import type { Torso } from './torso.ts';

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
    return {
      d: path`${start}C${x + 10} ${y + 6} ${x + 20} ${y + 26} ${cuff[0]} ${cuff[1]}L${inner}`,
      cuff: [...cuff],
      turn: -20,
    };
  }
  if (length === 'short' || length === 'elbow') {
    const long = length === 'elbow' ? 46 : 0;
    const cuff = [
      x + 52 + wide + long * 0.4,
      y + 92 + long,
      t.chest + 18 - wide * 0.2 + long * 0.35,
      t.armpit + 42 + long,
    ] as const;
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
  options: {
    wide?: number;
    fill?: string;
    cuff?: 'stitch' | 'rib' | 'band' | 'none';
    cuffFill?: string;
  } = {},
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
      const d = side(
        path`M${ox} ${oy - height}L${ix - 2} ${iy - height}L${ix + (cuff === 'rib' ? 3 : -1)} ${iy + 2}L${ox - (cuff === 'rib' ? 3 : -1)} ${oy + 2}Z`,
      );
      sketch.piece(d, { fill: options.cuffFill ?? sketch.main.base, texture: false });
      if (cuff === 'rib')
        drawRibs(sketch, side, [ox, oy - height, ix - 2, iy - height, ix + 3, iy + 2, ox - 3, oy + 2], 7);
    }
    if (length === 'long') {
      const x = t.shoulder;
      sketch.fold(
        side(
          path`M${x + 40} ${t.armpit + 70}C${x + 20} ${t.armpit + 90} ${x + 16} ${t.armpit + 96} ${x + 4} ${t.armpit + 92}`,
        ),
        0.8,
      );
      sketch.fold(
        side(
          path`M${x + 50} ${t.armpit + 130}C${x + 36} ${t.armpit + 138} ${x + 30} ${t.armpit + 150} ${x + 18} ${t.armpit + 146}`,
        ),
        0.6,
      );
    }
  }
}

/** Fine lines down a ribbed edge, given as its four corners. */
export function drawRibs(
  sketch: Sketch,
  side: (d: string) => string,
  corners: number[],
  count: number,
): void {
  const [ax, ay, bx, by, cx, cy, dx, dy] = corners as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const lines = Array.from({ length: count }, (_, i) => {
    const at = (i + 1) / (count + 1);
    return path`M${ax + (bx - ax) * at} ${ay + (by - ay) * at}L${dx + (cx - dx) * at} ${dy + (cy - dy) * at}`;
  });
  sketch.line(side(lines.join('')), 1.2, sketch.main.line);
}
