import { path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { FLAT, pair } from './shoe-pairs.ts';

export function drawRunningShoes(sketch: Sketch): void {
  const { pick } = sketch.random;
  const mid = pick(['#f8f7f4', '#f8f7f4', sketch.accent.base, '#e8e6e1']);
  const laces = { ...sketch.accent, base: pick(['#f7f5f0', sketch.accent.base]), line: '#8b877f' };
  const mark = pick(['ripples', 'zigzag', 'panel'] as const);
  pair(
    sketch,
    () => {
      sketch.piece(path`M56 -146C84 -132 110 -136 150 -172L136 -120L60 -118Z`, {
        ...FLAT,
        fill: sketch.main.deep,
        shade: 'none',
        texture: false,
      });
      sketch.piece(path`M-36 -130C-14 -166 -2 -184 12 -200C26 -202 38 -196 50 -184L36 -110Z`, {
        ...FLAT,
        fill: sketch.accent.base,
        texture: false,
      });
      sketch.piece(
        path`M-182 -44C-182 -68 -150 -86 -112 -96C-80 -106 -50 -128 -24 -156L32 -172C44 -158 56 -146 72 -142C100 -138 130 -160 148 -184C160 -188 170 -180 168 -164C162 -130 162 -90 170 -54Z`,
        { ...FLAT, shade: 'down' },
      );
      sketch.gloss(path`M-150 -68C-120 -86 -90 -90 -64 -100`, 1.4);
      sketch.piece(path`M-184 -44C-186 -66 -160 -80 -136 -88C-132 -70 -116 -54 -92 -46Z`, {
        ...FLAT,
        fill: sketch.accent.base,
        shade: 'down',
        texture: false,
      });
      sketch.piece(path`M170 -54C162 -90 162 -130 168 -160L146 -166C132 -130 116 -90 66 -54Z`, {
        ...FLAT,
        fill: sketch.main.dark,
        shade: 'left',
        texture: false,
      });
      if (mark === 'ripples')
        for (let i = 0; i < 6; i++)
          sketch.line(
            path`M${-66 + i * 18} -56C${-40 + i * 18} -66 ${-14 + i * 16} -86 ${2 + i * 15} ${-116 - i * 4}`,
            2.6,
            sketch.accent.base,
          );
      if (mark === 'panel')
        sketch.piece(path`M-40 -56L30 -64L64 -140C44 -126 30 -110 6 -96C-14 -84 -30 -74 -40 -56Z`, {
          ...FLAT,
          fill: sketch.accent.base,
          shade: 'none',
          texture: false,
        });
      if (mark === 'zigzag') sketch.line(path`M-40 -52L10 -112L40 -56L74 -116`, 9, sketch.accent.base);
      sketch.piece(
        path`M-98 -99C-74 -106 -48 -130 -24 -156L32 -172L48 -150C30 -124 8 -106 -12 -94C-34 -80 -56 -78 -78 -82Z`,
        { ...FLAT, fill: sketch.main.dark, shade: 'down', texture: false },
      );
      for (let i = 0; i < 6; i++) {
        const [x, y] = [-80 + i * 17.5, -96 - i * 13];
        sketch.band(
          path`M${x - 8} ${y - 10}C${x + 4} ${y - 6} ${x + 12} ${y + 2} ${x + 22} ${y + 12}`,
          5,
          laces,
          { cap: 'round', shadow: false },
        );
      }
      sketch.line(path`M150 -176C160 -196 172 -190 168 -160`, 5, sketch.accent.base);
      sketch.piece(
        path`M-188 -34C-192 -50 -176 -54 -150 -50C-100 -42 -40 -50 20 -56C80 -62 140 -64 172 -62C190 -58 192 -34 178 -14C120 -8 -100 -8 -160 -10C-178 -14 -186 -22 -188 -34Z`,
        { ...FLAT, fill: mid, line: '#b4afa6', shade: 'down', texture: false },
      );
      sketch.line(path`M-150 -32C-80 -24 20 -36 90 -42C120 -44 150 -42 176 -40`, 3, sketch.accent.base);
      sketch.fold(path`M40 -50C70 -30 110 -26 176 -28`, 1.2);
      sketch.piece(path`M-178 -16C-120 -6 120 -8 176 -14L164 0L-150 0C-164 -2 -172 -8 -178 -16Z`, {
        ...FLAT,
        fill: sketch.main.luminance < 0.1 ? '#3a3a3e' : sketch.main.deep,
        shade: 'none',
        texture: false,
      });
      sketch.add(
        path`<path d="M-150 0H160" stroke="#fff" stroke-opacity=".5" stroke-width="4" stroke-dasharray="10 8"/>`,
      );
    },
    { low: 92, lift: 90, squash: 0.82, scale: 1.02 },
  );
}
