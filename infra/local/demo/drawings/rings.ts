import { tonesOf } from '../colours.ts';
import { oval, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';
import { drawPearl, drawStone, wire } from './jewellery.ts';

/** Metal brings its own light. */
const PLAIN = { texture: false, shade: 'none' } as const;

export function drawRing(sketch: Sketch, style: 'solitaire' | 'band' | 'halo' = 'solitaire'): void {
  const stone = sketch.metallic ? tonesOf('#e6f1f7') : sketch.main;
  const r = 116;
  const y = 50;
  sketch.ground(0, y + r + 12, 230, 26);
  if (style === 'band') {
    sketch.piece(
      path`M-150 -6C-150 -70 -80 -112 0 -112C80 -112 150 -70 150 -6L150 60C150 0 80 -40 0 -40C-80 -40 -150 0 -150 60Z`,
      {
        fill: sketch.sheen({ ...sketch.metal, light: sketch.metal.base }),
        line: sketch.metal.deep,
        ...PLAIN,
      },
    );
    sketch.piece(
      path`M-152 -6C-152 60 -80 100 0 100C80 100 152 60 152 -6L152 64C152 130 80 172 0 172C-80 172 -152 130 -152 64Z`,
      { fill: sketch.sheen(sketch.metal), line: sketch.metal.deep, ...PLAIN },
    );
    sketch.line(
      path`M-152 8C-150 74 -80 114 0 114C80 114 150 74 152 8M-152 50C-150 116 -80 158 0 158C80 158 150 116 152 50`,
      2.4,
      sketch.metal.deep,
    );
    if (!sketch.metallic)
      for (const [x, dy] of [
        [-88, 112],
        [-46, 130],
        [0, 136],
        [46, 130],
        [88, 112],
      ] as const)
        drawStone(sketch, x, dy, 17, stone);
    return;
  }
  wire(sketch, oval(0, y, r, r), 17);
  const size = style === 'halo' ? 40 : sketch.random.between(44, 54);
  const cy = y - r - size * 0.55;
  sketch.piece(path`M-26 ${y - r + 4}L${-size * 0.8} ${cy}L${size * 0.8} ${cy}L26 ${y - r + 4}Z`, {
    fill: sketch.sheen(sketch.metal),
    line: sketch.metal.deep,
    ...PLAIN,
  });
  if (style === 'halo')
    for (let i = 0; i < 14; i++)
      drawStone(
        sketch,
        Math.sin((i / 14) * 6.283) * (size + 14),
        cy + Math.cos((i / 14) * 6.283) * (size + 14),
        8,
        tonesOf('#e6f1f7'),
      );
  drawStone(sketch, 0, cy, size, stone);
}

export function drawBracelet(sketch: Sketch, style: 'bangle' | 'beads' = 'bangle'): void {
  sketch.ground(0, 132, 380, 40);
  if (style === 'beads') {
    for (let i = 0; i < 30; i++) {
      const angle = (i / 30) * Math.PI * 2 - Math.PI / 2;
      const tones = i % 5 === 0 ? sketch.metal : sketch.metallic ? sketch.metal : sketch.main;
      drawPearl(sketch, Math.cos(angle) * 160, 10 + Math.sin(angle) * 106, 19, tones);
    }
    return;
  }
  const tones = sketch.metallic ? sketch.metal : sketch.main;
  const inner = oval(0, -12, 168, 92);
  sketch.add(`<path d="${inner}" fill="none" stroke="${tones.deep}" stroke-width="26"/>`);
  sketch.piece(
    path`M-182 -14C-180 60 -90 96 0 96C90 96 180 60 182 -14L182 34C180 108 90 144 0 144C-90 144 -180 108 -182 34Z`,
    { fill: sketch.sheen(tones), line: tones.deep, ...PLAIN },
  );
  sketch.line(
    path`M-182 0C-178 74 -90 108 0 108C90 108 178 74 182 0M-182 24C-178 96 -90 132 0 132C90 132 178 96 182 24`,
    2,
    tones.deep,
  );
  if (!sketch.metallic)
    for (const [x, y] of [
      [-120, 92],
      [-62, 114],
      [0, 120],
      [62, 114],
      [120, 92],
    ] as const)
      sketch.button(x, y, 6, sketch.metal);
}
