import { path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';

export function drawScarf(sketch: Sketch, style: 'looped' | 'hanging' | 'silk' = 'looped'): void {
  if (style === 'silk') {
    drawSilkScarf(sketch);
    return;
  }
  const [left, right] = [sketch.random.between(190, 228), sketch.random.between(150, 210)];
  const tails: [number, number, number][] =
    style === 'looped'
      ? [
          [-52, 12, left],
          [26, -14, right],
        ]
      : [
          [-70, -6, left + 6],
          [58, 6, right + 14],
        ];
  if (style === 'hanging')
    sketch.piece(path`M-112 -150C-80 -236 80 -236 112 -150L70 -130C40 -178 -40 -178 -70 -130Z`, {
      fill: sketch.fabric(0),
      texture: true,
    });
  for (const [x, lean, bottom] of tails) {
    const from = style === 'looped' ? -60 : -156;
    sketch.piece(
      path`M${x - 42} ${from}C${x - 40} 20 ${x - 46 + lean} 100 ${x - 46 + lean} ${bottom}L${x + 44 + lean} ${bottom + 4}C${x + 46 + lean} 90 ${x + 42} 20 ${x + 44} ${from}Z`,
      { fill: sketch.fabric(style === 'looped' ? (lean > 0 ? -4 : 4) : 0), texture: true },
    );
    sketch.fold(
      path`M${x - 14} ${from + 20}C${x - 10} 20 ${x - 16 + lean} 100 ${x - 14 + lean} ${bottom - 8}M${x + 18} ${from + 20}C${x + 16} 40 ${x + 20 + lean} 100 ${x + 16 + lean} ${bottom - 20}`,
      1.2,
    );
    for (let i = 0; i <= 10; i++) {
      const fx = x - 43 + lean + i * 8.6;
      sketch.band(
        path`M${fx} ${bottom}C${fx + 2} ${bottom + 12} ${fx - 2} ${bottom + 20} ${fx + (i % 3) - 1} ${bottom + 28}`,
        3.4,
        i % 2 ? sketch.main : sketch.accent,
        { shadow: false },
      );
    }
  }
  if (style === 'hanging') return;
  sketch.piece(
    path`M-128 -150C-120 -214 -60 -232 0 -232C60 -232 120 -214 128 -150C130 -130 110 -110 90 -116C60 -160 -60 -160 -90 -116C-110 -110 -130 -130 -128 -150Z`,
    { fill: sketch.fabric(90), texture: true },
  );
  sketch.piece(
    path`M-130 -150C-134 -70 -70 -24 0 -22C70 -24 134 -70 130 -150C126 -170 108 -170 98 -156C70 -116 30 -104 0 -104C-30 -104 -70 -116 -98 -156C-108 -170 -126 -170 -130 -150Z`,
    { fill: sketch.fabric(80), texture: true },
  );
  sketch.fold(
    path`M-118 -140C-90 -80 -40 -56 0 -54C40 -56 90 -80 118 -140M-108 -150C-80 -104 -40 -82 0 -80C40 -82 80 -104 108 -150`,
    1.6,
  );
  sketch.piece(
    path`M-70 -104C-40 -84 20 -76 48 -86C62 -60 56 -20 44 0C4 10 -50 0 -78 -18C-84 -50 -80 -84 -70 -104Z`,
    { fill: sketch.fabric(12), texture: true },
  );
  sketch.fold(
    path`M-50 -90C-54 -60 -52 -30 -50 -10M-14 -80C-18 -50 -14 -20 -12 0M20 -80C22 -50 20 -20 18 0`,
    1.3,
  );
}

function drawSilkScarf(sketch: Sketch): void {
  sketch.piece(
    path`M-150 -180C-60 -196 70 -186 156 -174C166 -60 160 60 166 170C60 186 -70 176 -164 178C-158 60 -166 -70 -150 -180Z`,
    { shade: 'left' },
  );
  sketch.line(
    path`M-134 -162C-50 -176 60 -168 140 -158C148 -60 144 60 148 152C60 166 -60 158 -146 160C-140 60 -148 -60 -134 -162Z`,
    11,
    sketch.accent.base,
  );
  sketch.line(
    path`M-118 -146C-50 -158 50 -150 124 -142C132 -60 128 60 132 136C60 148 -60 142 -130 144C-124 60 -132 -60 -118 -146Z`,
    3,
    sketch.accent.dark,
  );
  sketch.fold(
    path`M-140 -60C-60 -90 20 -10 160 -60M-150 60C-60 20 40 100 160 60M-40 -180C-60 -60 0 60 -30 176`,
    2,
  );
  sketch.gloss(path`M-140 -30C-60 -60 20 20 160 -30M-10 -180C-30 -60 30 60 0 176`, 1.6);
  if (sketch.pattern === 'printed' || sketch.pattern === 'plain') drawMotif(sketch, 2, 0, 130);
}
