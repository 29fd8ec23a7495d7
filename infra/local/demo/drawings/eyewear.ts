import { tonesOf } from '../colours.ts';
import { BOTH_SIDES, mirrored, oval, path, short } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

/** Metal brings its own light. */
const PLAIN = { texture: false, shade: 'none' } as const;

export type Frame = 'aviator' | 'wayfarer' | 'round' | 'cat-eye' | 'rectangle' | 'sport';

/** The right lens of each frame, around (84, 0). */
const LENSES: Record<Frame, string> = {
  aviator: 'M22 -42C60 -58 130 -56 158 -40C166 0 148 58 104 64C56 68 22 20 22 -42Z',
  wayfarer: 'M20 -46C60 -56 130 -58 164 -44C164 0 152 50 112 56C60 62 26 42 20 -46Z',
  round: oval(88, 0, 64, 62),
  'cat-eye': 'M20 -26C50 -40 110 -54 174 -66C176 -10 152 44 104 48C50 52 22 24 20 -26Z',
  rectangle:
    'M20 -32C22 -40 26 -42 34 -42L150 -42C160 -42 164 -36 162 -28L152 30C150 38 144 42 136 42L42 42C32 42 26 38 24 30Z',
  sport: 'M2 -30C60 -50 140 -48 186 -20C180 24 140 46 100 40C60 36 30 4 2 0Z',
};

export function drawEyewear(sketch: Sketch, frame: Frame, tinted: boolean): void {
  const wire =
    frame === 'aviator' ||
    (frame === 'round' && sketch.random.chance(0.5)) ||
    (frame === 'rectangle' && !tinted && sketch.random.chance(0.3));
  const thick = wire ? 6 : sketch.random.between(11, 16);
  const framePaint = wire ? sketch.main.base : sketch.fabric();
  const lens = tinted
    ? tonesOf(sketch.random.pick(['#2b2c31', '#3a2c22', '#22394a', '#4a3040', '#34402f']))
    : tonesOf('#dfe9f0');
  sketch.ground(0, 84, 420, 26);
  for (const side of BOTH_SIDES) {
    sketch.band(
      side(path`M172 -36C172 -60 164 -88 158 -104C154 -112 146 -112 142 -106`),
      wire ? 5 : 9,
      { ...sketch.main, base: sketch.main.dark },
      { cap: 'round', shadow: false },
    );
    const glass = tinted
      ? sketch.gradient(
          [
            [0, lens.deep],
            [0.6, lens.base],
            [1, lens.pale],
          ],
          'down',
        )
      : sketch.gradient(
          [
            [0, '#dce8f2', 0.75],
            [0.5, '#f4f8fb', 0.35],
            [1, '#dfe8ee', 0.6],
          ],
          'slant',
        );
    const d = side(LENSES[frame]);
    sketch.piece(d, { fill: glass, line: false, ...PLAIN, shadow: tinted });
    sketch.add(
      `<path d="${side('M44 -24C66 -34 90 -36 104 -34L62 30C50 20 44 0 44 -24Z')}" fill="#fff" fill-opacity="${tinted ? '.16' : '.4'}"/>`,
    );
    sketch.add(
      `<path d="${d}" fill="none" stroke="${sketch.main.line}" stroke-width="${short(thick + 2.5)}"/><path d="${d}" fill="none" stroke="${framePaint}" stroke-width="${short(thick)}"/><path d="${d}" fill="none" stroke="#fff" stroke-opacity=".22" stroke-width="${short(thick * 0.3)}"/>`,
    );
    if (!wire)
      sketch.piece(side(path`M150 -48C164 -54 178 -52 184 -44L182 -20L160 -22Z`), {
        fill: framePaint,
        texture: false,
        shadow: false,
      });
    if (wire) sketch.line(side(path`M30 18C22 24 18 32 22 40`), 3, sketch.main.line);
  }
  if (frame !== 'sport')
    sketch.band(path`M-24 -22C-12 -36 12 -36 24 -22`, wire ? 5 : thick * 0.8, sketch.main, { shadow: false });
  if (frame === 'aviator')
    sketch.band(path`M-36 -47C-14 -54 14 -54 36 -47`, 5, sketch.main, { shadow: false });
  if (frame === 'sport')
    sketch.piece(mirrored('M0 -36C60 -56 150 -54 192 -24L190 -8C150 -32 60 -40 0 -22'), { texture: false });
}
