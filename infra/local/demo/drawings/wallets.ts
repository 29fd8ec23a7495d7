import { box, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawMotif } from './motifs.ts';

export function drawWallet(sketch: Sketch, style: 'bifold' | 'long' | 'open' = 'bifold'): void {
  const seams = (x: number, y: number, w: number, h: number) =>
    sketch.stitch(box(x + 7, y + 7, w - 14, h - 14, 10));
  if (style === 'long') {
    sketch.ground(0, 112, 420, 26);
    sketch.piece(box(-186, -96, 372, 206, 14));
    seams(-186, -96, 372, 206);
    sketch.line(path`M-186 -70L186 -70`, 7, sketch.main.deep);
    sketch.add(
      path`<path d="M-180 -70H176" stroke="${sketch.metal.base}" stroke-width="3.2" stroke-dasharray="2.6 1.8"/>`,
    );
    sketch.piece(box(150, -76, 12, 40, 4), {
      fill: sketch.metal.light,
      line: sketch.metal.deep,
      shade: 'none',
      shadow: false,
      texture: false,
    });
    sketch.band(path`M186 -62C216 -40 214 60 196 110`, 9, sketch.main, { shadow: false });
  } else if (style === 'open') {
    sketch.piece(box(-176, -170, 352, 340, 14), { fill: sketch.main.dark, texture: false });
    for (const y of [-156, 6]) {
      sketch.piece(box(-164, y, 328, 150, 8), { shade: 'down', shadow: false });
      for (const step of [30, 56, 82]) {
        sketch.line(path`M-156 ${y + step}L-8 ${y + step}M8 ${y + step}L156 ${y + step}`, 2);
        sketch.fold(
          path`M-152 ${y + step + 5}L-10 ${y + step + 5}M12 ${y + step + 5}L152 ${y + step + 5}`,
          0.8,
        );
      }
      sketch.stitch(
        path`M-158 ${y + 6}L-158 ${y + 144}L158 ${y + 144}L158 ${y + 6}M0 ${y + 30}L0 ${y + 142}`,
      );
    }
    sketch.piece(box(20, -172, 120, 30, 4), {
      fill: sketch.accent.pale,
      shade: 'none',
      shadow: false,
      texture: false,
    });
  } else {
    sketch.ground(4, 136, 380, 24);
    sketch.piece(box(-160, -124, 330, 256, 16), { fill: sketch.main.deep, texture: false });
    sketch.piece(box(-168, -130, 330, 256, 16));
    seams(-168, -130, 330, 256);
    if (sketch.random.chance(0.5)) {
      sketch.piece(path`M90 -26L190 -26Q200 -26 200 -12L200 12Q200 26 190 26L90 26Q72 0 90 -26Z`, {
        shade: 'down',
      });
      sketch.button(112, 0, 9, sketch.metal);
    } else {
      sketch.line(box(88, 66, 52, 36, 4), 1.6, sketch.main.line);
      sketch.line(path`M98 84L130 84`, 2, sketch.main.line);
    }
  }
  if (sketch.pattern === 'printed' && style !== 'open') drawMotif(sketch, 0, 0, 90);
}
