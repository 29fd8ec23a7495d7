import { path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { FLAT, pair } from './shoe-pairs.ts';

export function drawSneakers(sketch: Sketch, cut: 'low' | 'high' | 'slip-on' = 'low'): void {
  const { pick, chance } = sketch.random;
  const soleFill = chance(0.8) ? '#f5f3ee' : pick(['#c99a68', '#2b2b2e', sketch.accent.base]);
  const soleLine = soleFill === '#2b2b2e' ? '#55555a' : '#b9b4aa';
  const mark = pick(['none', 'band', 'chevron', 'dot', 'wave'] as const);
  const cap = cut !== 'slip-on' && chance(0.5);
  const heelFill = chance(0.55) ? sketch.accent.base : sketch.main.dark;
  const laces = { ...sketch.accent, base: '#f7f5f0', line: '#a8a49c' };
  const rise = cut === 'high' ? 84 : 0;
  const drawOne = () => {
    const collar = path`L34 ${-170 - rise}C44 ${-164 - rise} 50 ${-152 - rise} 60 ${-148 - rise}C86 ${-138 - rise} 112 ${-142 - rise} 132 ${-158 - rise}C142 ${-168 - rise} 154 ${-170 - rise} 157 ${-156 - rise}C162 ${-130 - rise * 0.5} 160 -100 168 -40`;
    if (cut !== 'slip-on') {
      sketch.piece(
        path`M-40 -132C-14 ${-170 - rise} -4 ${-186 - rise} 8 ${-196 - rise}L46 ${-180 - rise}L30 -110Z`,
        { ...FLAT, fill: sketch.main.dark, texture: true },
      );
    }
    sketch.piece(
      path`M52 ${-142 - rise}C80 ${-130 - rise} 112 ${-134 - rise} 140 ${-158 - rise}L132 ${-120 - rise}L60 ${-116 - rise}Z`,
      { ...FLAT, fill: sketch.main.deep, shade: 'none', texture: false },
    );
    sketch.piece(
      path`M-174 -34C-180 -70 -146 -84 -106 -94C-76 -102 -46 -128 -20 ${-156 - rise * 0.9}${collar}Z`,
      { ...FLAT, shade: 'down' },
    );
    sketch.gloss(path`M-150 -64C-120 -82 -90 -84 -64 -92`, 1.4);
    sketch.fold(path`M-60 -60C-54 -80 -66 -92 -60 -100M-38 -60C-36 -78 -46 -96 -40 -112`, 0.7);
    if (cap) {
      sketch.piece(path`M-174 -34C-180 -70 -150 -82 -116 -91C-104 -74 -102 -52 -104 -34Z`, {
        ...FLAT,
        fill: soleFill,
        line: soleLine,
        shade: 'down',
        texture: false,
      });
      sketch.stitch(path`M-112 -88C-100 -72 -98 -52 -100 -36`);
    } else sketch.stitch(path`M-112 -92C-96 -76 -92 -52 -94 -36`);
    sketch.piece(
      path`M168 -40L160 -110C158 ${-130 - rise * 0.4} 159 -146 156 ${-158 - rise}C152 ${-166 - rise} 142 ${-164 - rise} 134 ${-155 - rise}C120 -120 110 -80 104 -36Z`,
      { ...FLAT, fill: heelFill, shade: 'left', texture: false },
    );
    sketch.stitch(path`M128 ${-140 - rise}C116 -110 106 -76 100 -38`);
    if (mark === 'band') sketch.line(path`M14 -42L14 -104M34 -42L34 -110`, 9, sketch.accent.base);
    if (mark === 'wave')
      sketch.line(path`M-34 -52C-6 -84 20 -40 48 -70C64 -86 84 -84 100 -84`, 9, sketch.accent.base);
    if (mark === 'chevron')
      sketch.line(path`M0 -44L28 -72L4 -104M34 -44L62 -72L38 -104`, 8, sketch.accent.base);
    if (mark === 'dot') sketch.button(50, -80, 17);
    if (cut === 'slip-on') {
      sketch.stitch(path`M-22 -152C-40 -116 -40 -76 -56 -38`);
      sketch.piece(path`M2 -160L44 -166L52 -146C40 -128 34 -112 26 -98C18 -112 8 -134 2 -160Z`, {
        ...FLAT,
        fill: sketch.accent.dark,
        shade: 'none',
        texture: false,
      });
      for (let i = 0; i < 5; i++)
        sketch.line(
          path`M${10 + i * 8} ${-158 + Math.abs(i - 2)}L${20 + i * 3} ${-116 + Math.abs(i - 2) * 6}`,
          1.4,
          sketch.accent.line,
        );
    } else {
      sketch.piece(
        path`M-92 -97C-70 -104 -44 -128 -20 ${-156 - rise * 0.9}L34 ${-170 - rise}L52 ${-146 - rise}C36 ${-120 - rise} 10 ${-104 - rise * 0.6} -10 -90C-30 -76 -50 -72 -72 -78Z`,
        { ...FLAT, shade: 'down' },
      );
      const rows = cut === 'high' ? 8 : 6;
      for (let i = 0; i < rows; i++) {
        const at = i / (rows - 1);
        const x = -78 + at * (86 + (cut === 'high' ? 10 : 0));
        const y = -92 - at * (70 + rise * 0.95) - Math.sin(at * 3.1) * -8;
        sketch.band(
          path`M${x - 8} ${y - 12}C${x + 4} ${y - 8} ${x + 14} ${y + 2} ${x + 24} ${y + 12}`,
          5.4,
          laces,
          { cap: 'round', shadow: false },
        );
      }
    }
    sketch.piece(
      path`M-180 -14C-186 -38 -170 -44 -140 -41L140 -44C168 -46 178 -36 176 -12Q175 0 164 0L-164 0Q-178 0 -180 -14Z`,
      { ...FLAT, fill: soleFill, line: soleLine, shade: 'down', texture: false },
    );
    sketch.line(path`M-180 -14L176 -13`, 1.4, soleLine);
    if (cap) sketch.line(path`M-178 -27L177 -28`, 3, sketch.accent.base);
  };
  pair(sketch, drawOne, {
    low: 92 + rise * 0.5,
    lift: cut === 'high' ? 66 : 88,
    squash: cut === 'high' ? 0.9 : 0.8,
    scale: 1.06,
  });
}
