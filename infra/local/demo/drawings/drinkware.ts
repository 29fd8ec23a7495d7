import { box, mirrored, oval, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';

export function drawMug(sketch: Sketch): void {
  const [top, bottom] = [-130, 140];
  sketch.ground(8, bottom + 2, 320, 44);
  const handle = path`M112 -80C196 -96 206 64 106 78`;
  sketch.band(handle, 26, sketch.main, { cap: 'round' });
  sketch.piece(
    path`M-122 ${top}L122 ${top}C122 40 120 100 112 ${bottom - 16}C100 ${bottom + 8} -100 ${bottom + 8} -112 ${bottom - 16}C-120 100 -122 40 -122 ${top}Z`,
    { fill: sketch.fabric() },
  );
  sketch.piece(oval(0, top, 122, 26), { fill: sketch.main.light, texture: false, shade: 'none' });
  sketch.piece(oval(0, top + 3, 110, 20), {
    fill: sketch.random.chance(0.5) ? '#4a2f1f' : sketch.main.pale,
    texture: false,
    shadow: false,
  });
  sketch.gloss(path`M-92 -90C-94 0 -90 60 -86 104`, 3);
  if (sketch.pattern === 'printed') drawMotif(sketch, 0, 16, 120);
}

export function drawBottle(sketch: Sketch): void {
  sketch.ground(6, 222, 220, 36);
  const lid = sketch.random.chance(0.5) ? sketch.metal : sketch.accent;
  sketch.band(path`M-24 -206C-24 -244 24 -244 24 -206`, 9, lid);
  sketch.piece(box(-40, -214, 80, 56, 10), {
    fill: sketch.sheen(lid),
    line: lid.deep,
    shade: 'none',
    texture: false,
  });
  sketch.piece(mirrored(path`M0 -160L40 -160C40 -130 76 -120 76 -80L76 190C76 214 60 220 40 220L0 222`));
  sketch.piece(box(-76, 168, 152, 20), { fill: sketch.main.dark, texture: false, shadow: false });
  sketch.line(path`M-42 -158L42 -158`, 6, sketch.metal.base);
  sketch.gloss(path`M-52 -80C-54 20 -52 100 -52 190`, 3);
  if (sketch.pattern === 'printed' || sketch.random.chance(0.4)) drawMotif(sketch, 0, 36, 84);
}
