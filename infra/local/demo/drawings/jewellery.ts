import { tonesOf } from '../colours.ts';
import { flipped, oval, path } from '../paths.ts';
import type { Sketch } from '../sketch.ts';

const BOTH_SIDES = [flipped, (d: string) => d];
const PLAIN = { texture: false, shade: 'none' } as const;

/** A cut stone: facets around a bright table. */
export function drawStone(sketch: Sketch, x: number, y: number, r: number, tones = sketch.accent): void {
  const corner = (i: number, scale: number) => {
    const angle = ((i + 0.5) / 8) * Math.PI * 2;
    return [x + Math.cos(angle) * r * scale, y + Math.sin(angle) * r * scale] as const;
  };
  sketch.piece(oval(x, y, r + 2.4), { fill: sketch.metal.base, line: sketch.metal.deep, ...PLAIN });
  const shades = [tones.light, tones.pale, tones.light, tones.base, tones.dark, tones.deep, tones.dark, tones.base];
  for (let i = 0; i < 8; i++) {
    const [ax, ay] = corner(i, 1);
    const [bx, by] = corner(i + 1, 1);
    sketch.add(path`<path d="M${x} ${y}L${ax} ${ay}L${bx} ${by}Z" fill="${shades[i]!}" stroke="${shades[i]!}" stroke-width=".6"/>`);
  }
  const table = Array.from({ length: 8 }, (_, i) => corner(i, 0.55)).map(([px, py], i) => path`${i ? 'L' : 'M'}${px} ${py}`);
  sketch.add(`<path d="${table.join('')}Z" fill="${tones.light}" stroke="${tones.pale}"/>`);
  sketch.add(path`<path d="M${x - r * 0.35} ${y - r * 0.3}L${x - r * 0.05} ${y - r * 0.38}L${x - r * 0.3} ${y + r * 0.05}Z" fill="#fff" fill-opacity=".85"/>`);
}

function drawPearl(sketch: Sketch, x: number, y: number, r: number, tones = tonesOf('#f3eee6')): void {
  sketch.piece(oval(x, y, r), { fill: sketch.gradient([[0, '#ffffff'], [0.4, tones.base], [1, tones.deep]], 'round'), line: tones.line, ...PLAIN });
}

/** A round wire of metal along a path, with its own sheen. */
function wire(sketch: Sketch, d: string, width: number): void {
  const tones = sketch.metal;
  sketch.band(d, width, tones, { cap: 'round' });
  sketch.add(path`<path d="${d}" fill="none" stroke="${tones.dark}" stroke-width="${width * 0.3}" stroke-opacity=".6" transform="translate(${width * 0.26} ${width * 0.2})"/><path d="${d}" fill="none" stroke="#fff" stroke-width="${width * 0.22}" stroke-opacity=".85" transform="translate(${-width * 0.16} ${-width * 0.16})"/>`);
}

export function drawEarrings(sketch: Sketch, style: 'hoop' | 'drop' | 'stud' | 'tassel' = 'hoop'): void {
  const x = 92;
  const size = sketch.random.between(0.9, 1.1);
  for (const side of BOTH_SIDES) {
    const cx = side === flipped ? -x : x;
    if (style !== 'stud') wire(sketch, side(path`M${x} -112C${x} -160 ${x - 34} -160 ${x - 34} -124C${x - 34} -112 ${x - 30} -104 ${x - 26} -100`), 4);
    if (style === 'hoop') {
      wire(sketch, oval(cx, -112 + 84 * size, 72 * size, 84 * size), 12);
      if (!sketch.metallic) for (const dx of [-36, 0, 36]) drawStone(sketch, cx + dx, -112 + (dx ? 146 : 168) * size, 15, sketch.main);
    } else if (style === 'drop') {
      drawStone(sketch, cx, -92, 17, sketch.metallic ? sketch.metal : sketch.main);
      wire(sketch, path`M${cx} -72L${cx} -30`, 4);
      const drop = path`M${x} -34C${x + 14} 10 ${x + 48} 44 ${x + 48} 84C${x + 48} 116 ${x + 26} 136 ${x} 136C${x - 26} 136 ${x - 48} 116 ${x - 48} 84C${x - 48} 44 ${x - 14} 10 ${x} -34Z`;
      sketch.piece(side(drop), { fill: sketch.metallic ? sketch.sheen(sketch.metal, 'slant') : sketch.gradient([[0, sketch.main.pale], [0.45, sketch.main.base], [1, sketch.main.deep]], 'round'), line: sketch.metal.deep, ...PLAIN });
      sketch.line(side(drop), 6, sketch.metal.base);
      sketch.add(path`<path d="${side(path`M${x - 24} 70C${x - 20} 50 ${x - 12} 36 ${x - 4} 24L${x - 2} 44C${x - 12} 56 ${x - 16} 68 ${x - 18} 84Z`)}" fill="#fff" fill-opacity=".5"/>`);
    } else if (style === 'stud') {
      if (sketch.random.chance(0.5) && !sketch.metallic) drawPearl(sketch, cx, 0, 58 * size, sketch.main);
      else drawStone(sketch, cx, 0, 58 * size, sketch.metallic ? sketch.metal : sketch.main);
    } else {
      drawStone(sketch, cx, -84, 26, sketch.metallic ? sketch.metal : sketch.main);
      for (let i = -6; i <= 6; i++) sketch.band(path`M${cx + i * 2} -54C${cx + i * 4} 10 ${cx + i * 6} 60 ${cx + i * 6.4} ${132 - Math.abs(i) * 2}`, 4.4, sketch.metallic ? sketch.metal : sketch.main);
      wire(sketch, path`M${cx - 13} -48L${cx + 13} -48`, 10);
    }
  }
}

export function drawNecklace(sketch: Sketch, style: 'pendant' | 'beads' | 'chain' | 'heart' = 'pendant'): void {
  const depth = sketch.random.between(96, 130);
  const at = (t: number) => {
    const x = (t * 2 - 1) * 152;
    const u = Math.abs(t * 2 - 1);
    return [x * (1 - 0.28 * u ** 4), depth - (depth + 210) * u ** 2.4] as const;
  };
  const line = Array.from({ length: 41 }, (_, i) => at(i / 40)).map(([x, y], i) => path`${i ? 'L' : 'M'}${x} ${y}`).join('');
  if (style === 'beads') {
    sketch.line(line, 2, sketch.metal.dark);
    for (let i = 0; i <= 44; i++) {
      const [x, y] = at(i / 44);
      const r = 9 + 6 * (1 - Math.abs(i / 22 - 1));
      if (sketch.metallic) drawPearl(sketch, x, y, r, sketch.metal);
      else drawPearl(sketch, x, y, r, sketch.main);
    }
    return;
  }
  const thick = style === 'chain' ? 13 : 5;
  sketch.add(path`<path d="${line}" fill="none" stroke="#1a1522" stroke-opacity=".12" stroke-width="${thick + 3}" transform="translate(4 7)"/><path d="${line}" fill="none" stroke="${sketch.metal.deep}" stroke-width="${thick + 2}" stroke-dasharray="${thick * 1.3} 1.6" stroke-linecap="round"/><path d="${line}" fill="none" stroke="${sketch.metal.base}" stroke-width="${thick}" stroke-dasharray="${thick * 1.3} 1.6"/><path d="${line}" fill="none" stroke="#fff" stroke-opacity=".7" stroke-width="${thick * 0.3}" stroke-dasharray="${thick * 1.3} 1.6"/>`);
  if (style === 'chain') return;
  wire(sketch, oval(0, depth + 8, 7, 9), 4);
  const stone = sketch.metallic ? sketch.metal : sketch.main;
  if (style === 'heart') {
    sketch.piece(path`M0 ${depth + 112}C-72 ${depth + 60} -54 ${depth + 14} -26 ${depth + 16}C-10 ${depth + 18} 0 ${depth + 30} 0 ${depth + 38}C0 ${depth + 30} 10 ${depth + 18} 26 ${depth + 16}C54 ${depth + 14} 72 ${depth + 60} 0 ${depth + 112}Z`, { fill: sketch.metallic ? sketch.sheen(sketch.metal, 'slant') : sketch.gradient([[0, stone.pale], [0.4, stone.base], [1, stone.deep]], 'round'), line: sketch.metal.deep, ...PLAIN });
    sketch.add(path`<path d="M-34 ${depth + 50}C-36 ${depth + 36} -30 ${depth + 28} -22 ${depth + 28}" fill="none" stroke="#fff" stroke-opacity=".7" stroke-width="6" stroke-linecap="round"/>`);
  } else {
    drawStone(sketch, 0, depth + 52, 36, stone);
    for (let i = 0; i < 12; i++) drawPearl(sketch, Math.sin((i / 12) * 6.283) * 42, depth + 52 + Math.cos((i / 12) * 6.283) * 42, 5, sketch.metal);
  }
}

export function drawRing(sketch: Sketch, style: 'solitaire' | 'band' | 'halo' = 'solitaire'): void {
  const stone = sketch.metallic ? tonesOf('#e6f1f7') : sketch.main;
  const r = 116;
  const y = 50;
  sketch.ground(0, y + r + 12, 230, 26);
  if (style === 'band') {
    sketch.piece(path`M-150 -6C-150 -70 -80 -112 0 -112C80 -112 150 -70 150 -6L150 60C150 0 80 -40 0 -40C-80 -40 -150 0 -150 60Z`, { fill: sketch.sheen({ ...sketch.metal, light: sketch.metal.base }), line: sketch.metal.deep, ...PLAIN });
    sketch.piece(path`M-152 -6C-152 60 -80 100 0 100C80 100 152 60 152 -6L152 64C152 130 80 172 0 172C-80 172 -152 130 -152 64Z`, { fill: sketch.sheen(sketch.metal), line: sketch.metal.deep, ...PLAIN });
    sketch.line(path`M-152 8C-150 74 -80 114 0 114C80 114 150 74 152 8M-152 50C-150 116 -80 158 0 158C80 158 150 116 152 50`, 2.4, sketch.metal.deep);
    if (!sketch.metallic) for (const [x, dy] of [[-88, 112], [-46, 130], [0, 136], [46, 130], [88, 112]] as const) drawStone(sketch, x, dy, 17, stone);
    return;
  }
  wire(sketch, oval(0, y, r, r), 17);
  const size = style === 'halo' ? 40 : sketch.random.between(44, 54);
  const cy = y - r - size * 0.55;
  sketch.piece(path`M-26 ${y - r + 4}L${-size * 0.8} ${cy}L${size * 0.8} ${cy}L26 ${y - r + 4}Z`, { fill: sketch.sheen(sketch.metal), line: sketch.metal.deep, ...PLAIN });
  if (style === 'halo') for (let i = 0; i < 14; i++) drawStone(sketch, Math.sin((i / 14) * 6.283) * (size + 14), cy + Math.cos((i / 14) * 6.283) * (size + 14), 8, tonesOf('#e6f1f7'));
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
  sketch.piece(path`M-182 -14C-180 60 -90 96 0 96C90 96 180 60 182 -14L182 34C180 108 90 144 0 144C-90 144 -180 108 -182 34Z`, { fill: sketch.sheen(tones), line: tones.deep, ...PLAIN });
  sketch.line(path`M-182 0C-178 74 -90 108 0 108C90 108 178 74 182 0M-182 24C-178 96 -90 132 0 132C90 132 178 96 182 24`, 2, tones.deep);
  if (!sketch.metallic) for (const [x, y] of [[-120, 92], [-62, 114], [0, 120], [62, 114], [120, 92]] as const) sketch.button(x, y, 6, sketch.metal);
}
