import { path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

export function drawSocks(sketch: Sketch, length: 'crew' | 'ankle' | 'knee' = 'crew'): void {
  const top = { crew: -190, ankle: -60, knee: -236 }[length];
  const bottom = length === 'knee' ? 140 : length === 'ankle' ? 40 : 96;
  const toe = sketch.random.chance(0.5) ? sketch.accent.base : sketch.main.dark;
  for (const [dx, dy] of [
    [54, -14],
    [-20, 14],
  ] as const) {
    sketch.within(`translate(${dx} ${dy})`, () => {
      const b = bottom;
      const cast = {};
      sketch.piece(
        path`M-16 ${top}L70 ${top}C70 ${b - 120} 70 ${b - 60} 76 ${b - 10}C82 ${b + 44} 60 ${b + 70} 22 ${b + 82}C-20 ${b + 96} -60 ${b + 116} -96 ${b + 116}C-136 ${b + 114} -148 ${b + 84} -132 ${b + 58}C-112 ${b + 30} -40 ${b + 10} -22 ${b - 30}C-12 ${b - 60} -16 ${b - 120} -16 ${top}Z`,
        cast,
      );
      sketch.piece(
        path`M76 ${b - 16}C84 ${b + 44} 60 ${b + 70} 24 ${b + 82}C10 ${b + 50} 40 ${b} 76 ${b - 16}Z`,
        { ...cast, fill: toe, shade: 'left', texture: false },
      );
      sketch.piece(
        path`M-86 ${b + 116}C-136 ${b + 118} -148 ${b + 84} -132 ${b + 58}C-126 ${b + 48} -116 ${b + 41} -104 ${b + 34}C-78 ${b + 50} -72 ${b + 90} -86 ${b + 116}Z`,
        { ...cast, fill: toe, shade: 'left', texture: false },
      );
      sketch.fold(
        path`M-18 ${b - 20}C6 ${b - 6} 30 ${b - 20} 50 ${b - 40}M-24 ${b}C0 ${b + 16} 20 ${b + 6} 40 ${b - 8}`,
        1,
      );
      sketch.piece(path`M-19 ${top - 2}L73 ${top - 2}L72 ${top + 34}L-18 ${top + 34}Z`, {
        ...cast,
        fill: toe,
        texture: false,
      });
      for (let x = -12; x < 72; x += 8)
        sketch.line(path`M${x} ${top}L${x} ${top + 33}`, 1.2, sketch.main.line);
    });
  }
  sketch.ground(10, bottom + 122, 300, 30);
}
