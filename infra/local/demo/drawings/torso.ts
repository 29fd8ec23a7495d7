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
  if (t.neckline === 'v')
    return path`C${t.neck * 0.3} ${low - t.neckDepth * 0.3} ${t.neck * 0.8} ${t.top + t.neckDepth * 0.35} ${t.neck} ${t.top}`;
  if (t.neckline === 'square') return path`L${t.neck * 0.82} ${low}L${t.neck} ${t.top}`;
  return path`C${t.neck * 0.6} ${low} ${t.neck * 0.98} ${low - t.neckDepth * 0.55} ${t.neck} ${t.top}`;
}

export function necklinePath(t: Torso): string {
  const half = path`M0 ${t.top + t.neckDepth}${neckHalf(t)}`;
  const low = t.top + t.neckDepth;
  if (t.neckline === 'v') {
    return path`M${-t.neck} ${t.top}C${-t.neck * 0.8} ${t.top + t.neckDepth * 0.35} ${-t.neck * 0.3} ${low - t.neckDepth * 0.3} 0 ${low}${half.replace(/^M[^C]*/, '')}`;
  }
  if (t.neckline === 'square')
    return path`M${-t.neck} ${t.top}L${-t.neck * 0.82} ${low}L${t.neck * 0.82} ${low}L${t.neck} ${t.top}`;
  return path`M${-t.neck} ${t.top}C${-t.neck * 0.98} ${low - t.neckDepth * 0.55} ${-t.neck * 0.6} ${low} 0 ${low}C${t.neck * 0.6} ${low} ${t.neck * 0.98} ${low - t.neckDepth * 0.55} ${t.neck} ${t.top}`;
}

/** What one sees of the back, through the neck opening. */
export function drawNeckInside(sketch: Sketch, t: Torso, fill = sketch.main.deep): void {
  const low = t.top + t.neckDepth;
  sketch.piece(
    path`M${-t.neck - 2} ${t.top}C${-t.neck * 0.5} ${t.top + 10} ${t.neck * 0.5} ${t.top + 10} ${t.neck + 2} ${t.top}L${t.neck} ${low + 6}L${-t.neck} ${low + 6}Z`,
    {
      fill,
      line: false,
      shade: 'down',
      texture: false,
      shadow: false,
    },
  );
  sketch.add(path`<path d="M-9 ${t.top + 12}h18v9h-18Z" fill="#fff" fill-opacity=".75"/>`);
}

/** The creases that cloth has when it lies: under the arms and up from the hem. */
export function drawTorsoFolds(sketch: Sketch, t: Torso): void {
  const { between } = sketch.random;
  for (const side of [(d: string) => d, flipped]) {
    const reach = between(30, 54);
    sketch.fold(
      side(
        path`M${t.chest - 2} ${t.armpit + 6}C${t.chest - 20} ${t.armpit + 18} ${t.chest - reach} ${t.armpit + 30} ${t.chest - reach - 10} ${t.armpit + between(30, 60)}`,
      ),
    );
    sketch.fold(
      side(
        path`M${t.chest - 6} ${t.armpit + 30}C${t.chest - 20} ${t.armpit + 60} ${t.chest - 22} ${t.armpit + 80} ${t.chest - 30} ${t.armpit + 100}`,
      ),
      0.7,
    );
    const x = between(30, 70);
    sketch.fold(
      side(
        path`M${x} ${t.bottom - 4}C${x - 8} ${t.bottom - 50} ${x + between(-2, 14)} ${t.bottom - 80} ${x + between(-4, 10)} ${t.bottom - between(90, 130)}`,
      ),
      0.7,
    );
  }
}

export function drawHemStitch(sketch: Sketch, t: Torso, up = 10): void {
  sketch.stitch(
    path`M${-t.hem + 1} ${t.bottom - up}C${-t.hem * 0.5} ${t.bottom - up + 9} ${t.hem * 0.5} ${t.bottom - up + 9} ${t.hem - 1} ${t.bottom - up}`,
  );
}
