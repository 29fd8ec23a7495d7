import { tonesOf } from '../colours.ts';
import { BOTH_SIDES, flipped, oval, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

/** Metal brings its own light. */
const PLAIN = { texture: false, shade: 'none' } as const;

/** A cut stone: facets around a bright table. */
export function drawStone(sketch: Sketch, x: number, y: number, r: number, tones = sketch.accent): void {
  const corner = (i: number, scale: number) => {
    const angle = ((i + 0.5) / 8) * Math.PI * 2;
    return [x + Math.cos(angle) * r * scale, y + Math.sin(angle) * r * scale] as const;
  };
  sketch.piece(oval(x, y, r + 2.4), { fill: sketch.metal.base, line: sketch.metal.deep, ...PLAIN });
  const shades = [
    tones.light,
    tones.pale,
    tones.light,
    tones.base,
    tones.dark,
    tones.deep,
    tones.dark,
    tones.base,
  ];
  for (let i = 0; i < 8; i++) {
    const [ax, ay] = corner(i, 1);
    const [bx, by] = corner(i + 1, 1);
    sketch.add(
      path`<path d="M${x} ${y}L${ax} ${ay}L${bx} ${by}Z" fill="${shades[i]!}" stroke="${shades[i]!}" stroke-width=".6"/>`,
    );
  }
  const table = Array.from({ length: 8 }, (_, i) => corner(i, 0.55)).map(
    ([px, py], i) => path`${i ? 'L' : 'M'}${px} ${py}`,
  );
  sketch.add(`<path d="${table.join('')}Z" fill="${tones.light}" stroke="${tones.pale}"/>`);
  sketch.add(
    path`<path d="M${x - r * 0.35} ${y - r * 0.3}L${x - r * 0.05} ${y - r * 0.38}L${x - r * 0.3} ${y + r * 0.05}Z" fill="#fff" fill-opacity=".85"/>`,
  );
}

export function drawPearl(sketch: Sketch, x: number, y: number, r: number, tones = tonesOf('#f3eee6')): void {
  sketch.piece(oval(x, y, r), {
    fill: sketch.gradient(
      [
        [0, '#ffffff'],
        [0.4, tones.base],
        [1, tones.deep],
      ],
      'round',
    ),
    line: tones.line,
    ...PLAIN,
  });
}

/** A round wire of metal along a path, with its own sheen. */
export function wire(sketch: Sketch, d: string, width: number): void {
  const tones = sketch.metal;
  sketch.band(d, width, tones, { cap: 'round' });
  sketch.add(
    path`<path d="${d}" fill="none" stroke="${tones.dark}" stroke-width="${width * 0.3}" stroke-opacity=".6" transform="translate(${width * 0.26} ${width * 0.2})"/><path d="${d}" fill="none" stroke="#fff" stroke-width="${width * 0.22}" stroke-opacity=".85" transform="translate(${-width * 0.16} ${-width * 0.16})"/>`,
  );
}

export function drawEarrings(sketch: Sketch, style: 'hoop' | 'drop' | 'stud' | 'tassel' = 'hoop'): void {
  const x = 92;
  const size = sketch.random.between(0.9, 1.1);
  const pearls = sketch.random.chance(0.5) && !sketch.metallic;
  for (const side of BOTH_SIDES) {
    const cx = side === flipped ? -x : x;
    if (style !== 'stud')
      wire(
        sketch,
        side(
          path`M${x} -112C${x} -160 ${x - 34} -160 ${x - 34} -124C${x - 34} -112 ${x - 30} -104 ${x - 26} -100`,
        ),
        4,
      );
    if (style === 'hoop') {
      wire(sketch, oval(cx, -112 + 84 * size, 72 * size, 84 * size), 12);
      if (!sketch.metallic)
        for (const dx of [-36, 0, 36])
          drawStone(sketch, cx + dx, -112 + (dx ? 146 : 168) * size, 15, sketch.main);
    } else if (style === 'drop') {
      drawStone(sketch, cx, -92, 17, sketch.metallic ? sketch.metal : sketch.main);
      wire(sketch, path`M${cx} -72L${cx} -30`, 4);
      const drop = path`M${x} -34C${x + 14} 10 ${x + 48} 44 ${x + 48} 84C${x + 48} 116 ${x + 26} 136 ${x} 136C${x - 26} 136 ${x - 48} 116 ${x - 48} 84C${x - 48} 44 ${x - 14} 10 ${x} -34Z`;
      sketch.piece(side(drop), {
        fill: sketch.metallic
          ? sketch.sheen(sketch.metal, 'slant')
          : sketch.gradient(
              [
                [0, sketch.main.pale],
                [0.45, sketch.main.base],
                [1, sketch.main.deep],
              ],
              'round',
            ),
        line: sketch.metal.deep,
        ...PLAIN,
      });
      sketch.line(side(drop), 6, sketch.metal.base);
      sketch.add(
        path`<path d="${side(path`M${x - 24} 70C${x - 20} 50 ${x - 12} 36 ${x - 4} 24L${x - 2} 44C${x - 12} 56 ${x - 16} 68 ${x - 18} 84Z`)}" fill="#fff" fill-opacity=".5"/>`,
      );
    } else if (style === 'stud') {
      if (pearls) drawPearl(sketch, cx, 0, 58 * size, sketch.main);
      else drawStone(sketch, cx, 0, 58 * size, sketch.metallic ? sketch.metal : sketch.main);
    } else {
      drawStone(sketch, cx, -84, 26, sketch.metallic ? sketch.metal : sketch.main);
      for (let i = -6; i <= 6; i++)
        sketch.band(
          path`M${cx + i * 2} -54C${cx + i * 4} 10 ${cx + i * 6} 60 ${cx + i * 6.4} ${132 - Math.abs(i) * 2}`,
          4.4,
          sketch.metallic ? sketch.metal : sketch.main,
        );
      wire(sketch, path`M${cx - 13} -48L${cx + 13} -48`, 10);
    }
  }
}

export function drawNecklace(
  sketch: Sketch,
  style: 'pendant' | 'beads' | 'chain' | 'heart' = 'pendant',
): void {
  const depth = sketch.random.between(96, 130);
  const at = (t: number) => {
    const x = (t * 2 - 1) * 152;
    const u = Math.abs(t * 2 - 1);
    return [x * (1 - 0.28 * u ** 4), depth - (depth + 210) * u ** 2.4] as const;
  };
  const line = Array.from({ length: 41 }, (_, i) => at(i / 40))
    .map(([x, y], i) => path`${i ? 'L' : 'M'}${x} ${y}`)
    .join('');
  if (style === 'beads') {
    sketch.line(line, 2, sketch.metal.dark);
    // Bead by bead along the string: each begins where the one before ends.
    let hung = Number.POSITIVE_INFINITY;
    let [beforeX, beforeY] = at(0);
    for (let i = 0; i <= 600; i++) {
      const [x, y] = at(i / 600);
      hung += Math.hypot(x - beforeX, y - beforeY);
      [beforeX, beforeY] = [x, y];
      const r = 9 + 6 * (1 - Math.abs(i / 300 - 1));
      if (hung < r * 1.9) continue;
      hung = 0;
      drawPearl(sketch, x, y, r, sketch.metallic ? sketch.metal : sketch.main);
    }
    return;
  }
  const thick = style === 'chain' ? 13 : 5;
  sketch.add(
    path`<path d="${line}" fill="none" stroke="#1a1522" stroke-opacity=".12" stroke-width="${thick + 3}" transform="translate(4 7)"/><path d="${line}" fill="none" stroke="${sketch.metal.deep}" stroke-width="${thick + 2}" stroke-dasharray="${thick * 1.3} 1.6" stroke-linecap="round"/><path d="${line}" fill="none" stroke="${sketch.metal.base}" stroke-width="${thick}" stroke-dasharray="${thick * 1.3} 1.6"/><path d="${line}" fill="none" stroke="#fff" stroke-opacity=".7" stroke-width="${thick * 0.3}" stroke-dasharray="${thick * 1.3} 1.6"/>`,
  );
  if (style === 'chain') return;
  wire(sketch, oval(0, depth + 8, 7, 9), 4);
  const stone = sketch.metallic ? sketch.metal : sketch.main;
  if (style === 'heart') {
    sketch.piece(
      path`M0 ${depth + 112}C-72 ${depth + 60} -54 ${depth + 14} -26 ${depth + 16}C-10 ${depth + 18} 0 ${depth + 30} 0 ${depth + 38}C0 ${depth + 30} 10 ${depth + 18} 26 ${depth + 16}C54 ${depth + 14} 72 ${depth + 60} 0 ${depth + 112}Z`,
      {
        fill: sketch.metallic
          ? sketch.sheen(sketch.metal, 'slant')
          : sketch.gradient(
              [
                [0, stone.pale],
                [0.4, stone.base],
                [1, stone.deep],
              ],
              'round',
            ),
        line: sketch.metal.deep,
        ...PLAIN,
      },
    );
    sketch.add(
      path`<path d="M-34 ${depth + 50}C-36 ${depth + 36} -30 ${depth + 28} -22 ${depth + 28}" fill="none" stroke="#fff" stroke-opacity=".7" stroke-width="6" stroke-linecap="round"/>`,
    );
  } else {
    drawStone(sketch, 0, depth + 52, 36, stone);
    for (let i = 0; i < 12; i++)
      drawPearl(
        sketch,
        Math.sin((i / 12) * 6.283) * 42,
        depth + 52 + Math.cos((i / 12) * 6.283) * 42,
        5,
        sketch.metal,
      );
  }
}
