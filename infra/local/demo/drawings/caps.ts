import { flipped, mirrored, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';

export function drawCap(sketch: Sketch, style: 'front' | 'side' = 'side'): void {
  const brim = sketch.random.chance(0.35) ? sketch.accent : sketch.main;
  const mesh = sketch.random.chance(0.25);
  if (style === 'front') {
    sketch.ground(0, 118, 330, 30);
    sketch.piece(mirrored(path`M0 -140C80 -140 140 -80 146 30C110 52 60 60 0 60`));
    for (const side of [(d: string) => d, flipped]) {
      sketch.line(side(path`M2 -138C50 -100 66 -30 68 50`), 1.6);
      sketch.stitch(side(path`M0 -134C44 -98 60 -30 62 50M10 -138C58 -100 74 -30 75 50`));
      sketch.add(
        path`<circle cx="${side === flipped ? -100 : 100}" cy="-50" r="5" fill="${sketch.main.deep}"/>`,
      );
    }
    sketch.piece(mirrored(path`M0 26C70 26 120 32 148 44C160 80 150 108 120 116C90 92 40 86 0 86`), {
      fill: brim.base,
      shade: 'down',
      texture: true,
    });
    for (const i of [12, 24, 36])
      sketch.stitch(path`M${-140 + i * 0.3} ${44 + i}C-80 ${26 + i} 80 ${26 + i} ${140 - i * 0.3} ${44 + i}`);
    drawMotif(sketch, 0, -44, 64);
  } else {
    sketch.ground(-20, 92, 400, 30);
    if (mesh)
      sketch.piece(path`M10 -134C90 -130 150 -70 154 64L30 74Z`, { fill: '#f3f1ec', line: '#c2beb6' });
    sketch.piece(path`M-108 56C-110 -60 -60 -134 20 -136C104 -136 152 -70 154 64C80 84 -40 82 -108 56Z`);
    sketch.line(path`M18 -136C-10 -90 -18 -20 -14 72M18 -136C70 -90 90 -10 88 76`, 1.6);
    sketch.stitch(path`M12 -134C-16 -88 -24 -20 -20 70M26 -134C78 -90 97 -10 95 74`);
    sketch.button(19, -138, 9, sketch.main);
    for (const [x, y] of [
      [-52, -50],
      [44, -60],
      [112, -40],
    ] as const)
      sketch.add(`<circle cx="${x}" cy="${y}" r="4.6" fill="${sketch.main.deep}"/>`);
    sketch.fold(path`M-104 40C-40 66 80 70 152 48`, 1.2);
    sketch.piece(
      path`M-110 36C-60 56 -20 66 10 70C-20 88 -90 96 -150 92C-190 90 -222 78 -216 66C-196 40 -140 26 -110 36Z`,
      { fill: brim.base, shade: 'down', texture: true },
    );
    sketch.stitch(path`M-196 70C-150 46 -100 52 -30 76M-176 78C-140 60 -100 64 -50 82`);
    if (sketch.random.chance(0.6)) drawMotif(sketch, -48, -14, 50);
  }
}
