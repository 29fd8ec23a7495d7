import { mix, type Tones, tonesOf } from './colours.ts';
import { type PatternName, TILES, type Texture, type Tile, textureTile } from './patterns.ts';
import { path, type Point } from './paths.ts';
import type { Random } from './random.ts';

/** How light falls over a piece: across a body, from the left, from above, on a ball, or not at all. */
export type Shade = 'across' | 'left' | 'down' | 'ball' | 'none';

export interface PieceOptions {
  /** A paint; the fabric where it is left out. */
  fill?: string;
  shade?: Shade;
  /** The outline's colour, or false for no outline. */
  line?: string | false;
  /** Whether the piece throws a shadow on the ground behind the product. */
  shadow?: boolean;
  texture?: boolean;
}

/** The pencil box of a drawing: pieces are laid one on another, around x = 0, y = 0 in the middle of the picture. */
export interface Sketch {
  readonly random: Random;
  readonly main: Tones;
  readonly accent: Tones;
  /** Buckles, zips and other hardware. */
  readonly metal: Tones;
  readonly pattern: PatternName;
  readonly texture: Texture;
  /** Whether the product's colour is that of a metal: gold and silver shine. */
  readonly metallic: boolean;
  /** The fabric's paint; patterns turn with the piece, as on a sleeve. */
  fabric(turnDegrees?: number): string;
  piece(d: string, options?: PieceOptions): void;
  /** A strap of even width along a line. */
  band(d: string, width: number, tones?: Tones, options?: { fill?: string; cap?: 'butt' | 'round'; shadow?: boolean }): void;
  line(d: string, width?: number, paint?: string): void;
  stitch(d: string, paint?: string): void;
  fold(d: string, strength?: number): void;
  gloss(d: string, strength?: number): void;
  /** A pleat's shadow, or its light: nothing at the first point, `width` wide at the second. */
  wedge(from: Point, to: Point, width: number, light?: boolean): void;
  button(x: number, y: number, radius?: number, tones?: Tones): void;
  /** A gradient from left to right or from top to bottom of whatever it fills. */
  gradient(stops: readonly [number, string, number?][], direction?: 'across' | 'down' | 'slant' | 'round' | 'spot'): string;
  /** The sheen of metal in these tones. */
  sheen(tones: Tones, direction?: 'across' | 'down' | 'slant'): string;
  /** A soft shadow on the floor, for what stands. */
  ground(x: number, y: number, width: number, height?: number): void;
  /** Draws within an SVG transform. */
  within(transform: string, draw: () => void): void;
  add(svg: string): void;
}

export interface SketchSettings {
  random: Random;
  main: string;
  accent: string;
  metal: string;
  pattern: PatternName;
  texture: Texture;
  metallic: boolean;
}

export function createSketch(settings: SketchSettings): Sketch & { finish(): { defs: string; body: string } } {
  const { random, pattern, texture, metallic } = settings;
  const [main, accent, metal] = [tonesOf(settings.main), tonesOf(settings.accent), tonesOf(settings.metal)];
  const defs: string[] = [];
  const body: string[] = [];
  const grounds: string[] = [];
  const silhouettes: { d: string; width: number; transform: string }[] = [];
  let transform = '';
  const known = new Map<string, string>();

  /** One definition for each distinct content: drawings ask for the same gradient again and again. */
  const define = (content: (id: string) => string) => {
    const key = content('');
    const found = known.get(key);
    if (found) return found;
    const id = `p${known.size}`;
    known.set(key, `url(#${id})`);
    defs.push(content(id));
    return `url(#${id})`;
  };
  const tiled = (tile: Tile, turn: number) =>
    define((id) => {
      const turned = turn === 0 ? '' : ` patternTransform="rotate(${turn})"`;
      return `<pattern id="${id}" width="${tile.width}" height="${tile.height}" patternUnits="userSpaceOnUse"${turned}>${tile.svg}</pattern>`;
    });
  const gradient: Sketch['gradient'] = (stops, direction = 'across') =>
    define((id) => {
      const marks = stops.map(([offset, colour, opacity]) => {
        const faint = opacity === undefined ? '' : ` stop-opacity="${opacity}"`;
        return `<stop offset="${offset}" stop-color="${colour}"${faint}/>`;
      });
      if (direction === 'spot') return `<radialGradient id="${id}">${marks.join('')}</radialGradient>`;
      if (direction === 'round') return `<radialGradient id="${id}" cx=".38" cy=".32" r=".75">${marks.join('')}</radialGradient>`;
      const [x, y] = { across: ['1', '0'], down: ['0', '1'], slant: ['1', '1'] }[direction];
      return `<linearGradient id="${id}" x1="0" y1="0" x2="${x}" y2="${y}">${marks.join('')}</linearGradient>`;
    });

  const fabricTile = TILES[pattern]?.(main, accent, random);
  const block = pattern === 'colour block' ? colourBlock(random, main, accent) : undefined;
  const textured = texture === 'none' || texture === 'leather' ? undefined : tiled(textureTile(texture, main.luminance < 0.06), 0);
  const [shadeDepth, shineDepth] = shading(main, texture === 'leather' || metallic);
  const shades: Record<Exclude<Shade, 'none'>, () => string> = {
    across: () =>
      gradient([[0, '#120d1c', shadeDepth], [0.22, '#120d1c', 0.02], [0.36, '#fff', shineDepth], [0.58, '#fff', 0], [0.8, '#120d1c', shadeDepth * 0.35], [1, '#120d1c', shadeDepth * 1.15]]),
    left: () => gradient([[0, '#fff', shineDepth], [0.35, '#fff', 0.02], [0.6, '#120d1c', 0.03], [1, '#120d1c', shadeDepth * 1.1]], 'slant'),
    down: () => gradient([[0, '#fff', shineDepth], [0.4, '#fff', 0], [1, '#120d1c', shadeDepth * 1.1]], 'down'),
    ball: () => gradient([[0, '#fff', shineDepth * 1.6], [0.45, '#fff', 0], [1, '#120d1c', shadeDepth * 1.2]], 'round'),
  };

  const line: Sketch['line'] = (d, width = 1.6, paint = main.line) => {
    body.push(`<path d="${d}" fill="none" stroke="${paint}" stroke-width="${width}"/>`);
  };
  const soft = (d: string, paint: string, strength: number) => {
    // Three strokes, each narrower, look like a blurred one and cost a hundredth of a filter.
    for (const [width, opacity] of [[15, 0.035], [9, 0.045], [4, 0.06]] as const) {
      body.push(`<path d="${d}" fill="none" stroke="${paint}" stroke-opacity="${+(opacity * strength).toFixed(3)}" stroke-width="${width}" stroke-linecap="round"/>`);
    }
  };

  return {
    random,
    main,
    accent,
    metal,
    pattern,
    texture,
    metallic,
    gradient,
    line,
    fabric: (turn = 0) => (fabricTile ? tiled(fabricTile, turn) : (block && define(block)) || main.base),
    piece(d, options = {}) {
      const { shade = 'across', shadow = true } = options;
      const fabric = fabricTile ? tiled(fabricTile, 0) : (block && define(block)) || main.base;
      const outline = options.line === false ? '' : ` stroke="${options.line ?? main.line}" stroke-width="1.6"`;
      body.push(`<path d="${d}" fill="${options.fill ?? fabric}"${outline}/>`);
      if (textured && (options.texture ?? (options.fill === undefined || options.fill === main.base))) {
        body.push(`<path d="${d}" fill="${textured}"/>`);
      }
      if (shade !== 'none') body.push(`<path d="${d}" fill="${shades[shade]()}"/>`);
      if (shadow) silhouettes.push({ d, width: 0, transform });
    },
    band(d, width, tones = main, options = {}) {
      const cap = ` stroke-linecap="${options.cap ?? 'butt'}"`;
      body.push(`<path d="${d}" fill="none" stroke="${tones.line}" stroke-width="${+(width + 2.4).toFixed(1)}"${cap}/>`);
      body.push(`<path d="${d}" fill="none" stroke="${options.fill ?? tones.base}" stroke-width="${width}"${cap}/>`);
      if (width > 5) {
        body.push(`<path d="${d}" fill="none" stroke="#fff" stroke-opacity=".16" stroke-width="${+(width * 0.34).toFixed(1)}"/>`);
      }
      if (options.shadow ?? true) silhouettes.push({ d, width, transform });
    },
    stitch(d, paint = main.luminance < 0.045 ? main.pale : main.line) {
      body.push(`<path d="${d}" fill="none" stroke="${paint}" stroke-opacity=".75" stroke-width="1.3" stroke-dasharray="4.5 2.6"/>`);
    },
    fold: (d, strength = 1) => soft(d, main.luminance < 0.045 ? '#000' : main.deep, strength * 1.25),
    gloss: (d, strength = 1) => soft(d, '#fff', strength * (main.luminance < 0.1 ? 1 : 1.5)),
    wedge([x, y], [toX, toY], width, light = false) {
      const paint = light ? '#fff' : main.luminance < 0.045 ? '#000' : main.deep;
      const bend = path`${x + (toX - x) * 0.32} ${y + (toY - y) * 0.5}`;
      for (const [share, opacity] of [[1, 0.07], [0.55, 0.1]] as const) {
        const half = (width / 2) * share;
        const d = path`M${x} ${y}Q${bend} ${toX - half} ${toY}L${toX + half} ${toY}Q${bend} ${x} ${y}Z`;
        body.push(`<path d="${d}" fill="${paint}" fill-opacity="${light ? +(opacity * 1.3).toFixed(2) : +(opacity * (main.luminance < 0.1 ? 3 : 1.6)).toFixed(2)}"/>`);
      }
    },
    button(x, y, radius = 5, tones = accent) {
      const [cx, cy] = [x.toFixed(1), y.toFixed(1)];
      body.push(
        `<circle cx="${cx}" cy="${(y + 1.4).toFixed(1)}" r="${radius}" fill-opacity=".25"/><circle cx="${cx}" cy="${cy}" r="${radius}" fill="${tones.base}" stroke="${tones.line}"/>`,
        `<path d="M${(x - 1.5).toFixed(1)} ${cy}h.1M${(x + 1.5).toFixed(1)} ${cy}h.1" stroke="${tones.line}" stroke-width="1.6" stroke-linecap="round"/>`,
      );
    },
    sheen: (tones, direction = 'across') =>
      gradient([[0, tones.dark], [0.18, tones.light], [0.34, mix(tones.base, '#ffffff', 0.75)], [0.5, tones.base], [0.78, tones.dark], [0.9, tones.light], [1, tones.deep]], direction),
    ground(x, y, width, height = width * 0.13) {
      const paint = gradient([[0, '#1a1522', 0.4], [0.6, '#1a1522', 0.13], [1, '#1a1522', 0]], 'spot');
      grounds.push(`<ellipse cx="${x}" cy="${y}" rx="${width / 2}" ry="${+(height / 2).toFixed(1)}" fill="${paint}"/>`);
    },
    within(change, draw) {
      const outer = transform;
      transform = `${outer} ${change}`.trim();
      body.push(`<g transform="${change}">`);
      draw();
      body.push('</g>');
      transform = outer;
    },
    add: (svg) => body.push(svg),
    finish() {
      const shadows = [[20, 0.018], [11, 0.03], [4, 0.05]].map(([spread, opacity]) => {
        const casts = silhouettes.map(({ d, width, transform: placed }) => {
          const fill = width > 0 ? ' fill="none"' : '';
          const place = placed === '' ? '' : ` transform="${placed}"`;
          return `<path d="${d}"${place}${fill} stroke-width="${+(width + spread!).toFixed(1)}"/>`;
        });
        return `<g fill-opacity="${opacity}" stroke-opacity="${opacity}">${casts.join('')}</g>`;
      });
      const shadow = `<g transform="translate(5 9)" fill="#1a1522" stroke="#1a1522" stroke-linejoin="round" stroke-linecap="round">${shadows.join('')}</g>`;
      return { defs: defs.join(''), body: `${grounds.join('')}${shadow}<g stroke-linejoin="round">${body.join('')}</g>` };
    },
  };
}

/** How deep shade and how bright shine are: white pieces take little shade, black ones much shine, leather both. */
function shading(main: Tones, glossy: boolean): [number, number] {
  const gloss = glossy ? 1.6 : 1;
  const shade = main.luminance > 0.75 ? 0.12 : main.luminance < 0.05 ? 0.36 : 0.24;
  const shine = main.luminance > 0.75 ? 0.3 : main.luminance < 0.05 ? 0.1 : 0.17;
  return [shade, +(shine * gloss).toFixed(3)];
}

/** Two or three fields of plain colour with hard edges, over the whole product. */
function colourBlock(random: Random, main: Tones, accent: Tones): (id: string) => string {
  const cut = random.pick([0.4, 0.5, 0.6]);
  const third = random.chance(0.4) ? main.pale : accent.base;
  const next = +(cut + random.pick([0.1, 0.16, 0.2])).toFixed(2);
  const [x2, y2] = random.pick([
    [0, 190],
    [0, 190],
    [130, 150],
  ]);
  const stops = [
    [0, main.base],
    [cut, main.base],
    [cut, third],
    [next, third],
    [next, accent.base],
    [1, accent.base],
  ].map(([offset, colour]) => `<stop offset="${offset}" stop-color="${colour}"/>`);
  return (id) =>
    `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="${-x2!}" y1="${-y2!}" x2="${x2}" y2="${y2}">${stops.join('')}</linearGradient>`;
}
