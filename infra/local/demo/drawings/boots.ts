import { path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { FLAT, pair } from './shoe-pairs.ts';

export function drawBoots(
  sketch: Sketch,
  style: 'chelsea' | 'lace-up' | 'knee-high' | 'heeled' = 'chelsea',
): void {
  const tall = style === 'knee-high';
  const top = tall ? -400 : style === 'lace-up' ? -284 : -252;
  const heeled = style === 'heeled' || (tall && sketch.random.chance(0.6));
  const lift = heeled ? 46 : 22;
  const sole = sketch.random.pick(['#3b2b20', '#232226', '#8b6a46']);
  pair(
    sketch,
    () => {
      const base = -lift;
      if (heeled) {
        sketch.piece(path`M40 ${base - 10}C52 -30 54 -14 54 0L104 0C102 -20 106 ${base} 108 ${base - 14}Z`, {
          ...FLAT,
          fill: sole,
          texture: false,
        });
        sketch.piece(
          path`M-174 -12C-120 -14 -60 -16 -10 ${base - 2}L44 ${base - 10}L44 ${base + 4}C0 ${base + 10} -60 -4 -110 0L-160 0Q-174 -2 -174 -12Z`,
          { ...FLAT, fill: sole, texture: false },
        );
      } else {
        sketch.piece(path`M-176 -18L110 -22L110 0L24 0L18 -6L-10 -6L-16 0L-162 0Q-176 -4 -176 -18Z`, {
          ...FLAT,
          fill: sole,
          texture: false,
        });
        if (style === 'lace-up')
          sketch.add(
            path`<path d="M-158 0H-20M28 0H104" stroke="#000" stroke-opacity=".5" stroke-width="5" stroke-dasharray="12 7"/>`,
          );
      }
      const toe = heeled
        ? path`M-174 -12C-180 -40 -140 -66 -102 -80`
        : path`M-172 -20C-178 -60 -140 -80 -100 -90`;
      const under = heeled
        ? path`L108 ${base - 12}L40 ${base - 8}C-10 ${base + 2} -60 -14 -174 -12Z`
        : path`L106 -22Z`;
      const front = tall
        ? path`C-62 -104 -34 -140 -28 -190C-26 -250 -40 -320 -44 ${top}`
        : path`C-62 -102 -36 -130 -30 -170L-36 ${top}`;
      const back = tall
        ? path`L96 ${top - 6}C98 -330 92 -250 90 -190C90 -150 108 -120 110 -70`
        : path`L88 ${top - 6}C84 -200 92 -160 104 -120C112 -90 110 -60 108 -34`;
      sketch.piece(
        path`M-40 ${top + 2}C0 ${top - 14} 60 ${top - 16} ${tall ? 96 : 88} ${top - 5}L${tall ? 94 : 86} ${top + 14}L-38 ${top + 18}Z`,
        { ...FLAT, fill: sketch.main.deep, shade: 'none', texture: false },
      );
      sketch.piece(
        `${toe}${front}${path`C0 ${top + 12} 50 ${top + 10}`} ${tall ? 96 : 88} ${top - 6}${back}${under}`,
        { ...FLAT, shade: 'across' },
      );
      sketch.gloss(path`M-140 -54C-116 -68 -100 -74 -80 -78`, 1.8);
      sketch.gloss(path`M-6 ${top + 40}C-8 ${top + 90} -4 -150 -12 -120`, 1.6);
      sketch.fold(
        path`M-28 -150C0 -140 40 -130 70 -142M-30 -120C0 -110 50 -104 84 -116M-60 -96C-30 -92 0 -80 30 -84`,
        1,
      );
      if (style === 'chelsea') {
        sketch.piece(path`M14 ${top + 6}L62 ${top + 4}L52 -136C46 -124 34 -124 28 -136Z`, {
          ...FLAT,
          fill: sketch.main.deep,
          shade: 'none',
          texture: false,
        });
        for (let x = 22; x < 58; x += 6)
          sketch.line(path`M${x} ${top + 12}L${34 + (x - 22) * 0.4} -136`, 1.3, sketch.main.line);
        sketch.band(path`M80 ${top + 10}C72 ${top - 18} 90 ${top - 26} 92 ${top}`, 6, sketch.main, {
          shadow: false,
        });
      }
      if (style === 'lace-up') {
        sketch.piece(
          path`M-92 -94C-62 -102 -38 -130 -32 -170L-36 ${top}L2 ${top + 6}C6 -200 -6 -150 -30 -120C-44 -102 -66 -88 -84 -80Z`,
          { ...FLAT, shade: 'down' },
        );
        for (let i = 0; i < 8; i++) {
          const at = i / 7;
          const x = at < 0.35 ? -72 + at * 120 : -30;
          const y = at < 0.35 ? -98 - at * 110 : -136 - (at - 0.35) * 200;
          sketch.band(
            path`M${x - 6} ${y - 6}L${x + 24} ${y + 6}`,
            4.6,
            { ...sketch.accent, base: '#d8c3a0', line: '#6b5537' },
            { cap: 'round', shadow: false },
          );
          sketch.button(x + 26, y + 7, 3, sketch.metal);
        }
        sketch.stitch(path`M-160 -28L100 -30`, '#d8b26a');
      }
      if (tall || style === 'heeled')
        sketch.line(path`M66 ${top + 20}C66 -200 72 -140 70 ${base - 20}`, 2.2, sketch.metal.dark);
    },
    { low: tall ? 214 : 148, lift: tall ? 40 : 60, scale: tall ? 1 : 1.12, groundWidth: 330 },
  );
}
