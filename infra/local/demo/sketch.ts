import { createCloth, type Light } from './cloth.ts';
import { mix, type Tones, tonesOf } from './colours.ts';
import { createDefinitions, type Direction, type Stop } from './definitions.ts';
import { type Point, path, short } from './paths.ts';
import type { PatternName, Texture } from './patterns.ts';
import type { Random } from './random.ts';
import { type Cast, writeShadow } from './shadow.ts';

export interface PieceOptions {
  /** A paint; the fabric where it is left out. */
  fill?: string;
  shade?: Light | 'none';
  /** The outline's colour, or false for no outline. */
  line?: string | false;
  /** Whether the piece throws a shadow on what lies behind the product. */
  shadow?: boolean;
  /** Whether it shows the weave; left out: if it is of the product's own stuff. */
  texture?: boolean;
}

export interface BandOptions {
  fill?: string;
  cap?: 'butt' | 'round';
  shadow?: boolean;
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
  band(d: string, width: number, tones?: Tones, options?: BandOptions): void;
  line(d: string, width?: number, paint?: string): void;
  stitch(d: string, paint?: string): void;
  fold(d: string, strength?: number): void;
  gloss(d: string, strength?: number): void;
  /** A pleat's shadow, or its light: nothing at the first point, `width` wide at the second. */
  wedge(from: Point, to: Point, width: number, light?: boolean): void;
  button(x: number, y: number, radius?: number, tones?: Tones): void;
  gradient(stops: readonly Stop[], direction?: Direction): string;
  /** The sheen of metal in these tones. */
  sheen(tones: Tones, direction?: Direction): string;
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

/** A sketch, and what it comes to: the definitions, and the drawing with its shadow beneath. */
export function createSketch(
  settings: SketchSettings,
): Sketch & { finish(): { defs: string; body: string } } {
  const { random, pattern, texture, metallic } = settings;
  const [main, accent, metal] = [tonesOf(settings.main), tonesOf(settings.accent), tonesOf(settings.metal)];
  const black = main.luminance < 0.045;
  const definitions = createDefinitions();
  const cloth = createCloth(definitions, {
    random,
    main,
    accent,
    pattern,
    texture,
    glossy: metallic || texture === 'leather',
  });
  const body: string[] = [];
  const grounds: string[] = [];
  const casts: Cast[] = [];
  let transform = '';

  const fill = (d: string, paint: string, more = '') => body.push(`<path d="${d}" fill="${paint}"${more}/>`);
  const stroke = (d: string, paint: string, width: number, more = '') =>
    body.push(`<path d="${d}" fill="none" stroke="${paint}" stroke-width="${short(width)}"${more}/>`);
  /** Three strokes, each narrower, look like a blurred one and cost a hundredth of a filter. */
  const soft = (d: string, paint: string, strength: number) => {
    for (const [width, opacity] of [
      [15, 0.035],
      [9, 0.045],
      [4, 0.06],
    ] as const) {
      stroke(d, paint, width, ` stroke-opacity="${+(opacity * strength).toFixed(3)}" stroke-linecap="round"`);
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
    fabric: cloth.fabric,
    gradient: definitions.gradient,
    piece(d, options = {}) {
      const { shade = 'across', shadow = true, line = main.line } = options;
      const own = options.fill === undefined || options.fill === main.base;
      fill(d, options.fill ?? cloth.fabric(), line === false ? '' : ` stroke="${line}" stroke-width="1.6"`);
      // Under a transform a fine weave is resampled: invisible, and twice the time of all the rest.
      if (cloth.weave && transform === '' && (options.texture ?? own)) fill(d, cloth.weave);
      if (shade !== 'none') fill(d, cloth.light(shade));
      if (shadow) casts.push({ d, width: 0, transform });
    },
    band(d, width, tones = main, { fill: paint = tones.base, cap = 'butt', shadow = true } = {}) {
      const ends = ` stroke-linecap="${cap}"`;
      stroke(d, tones.line, width + 2.4, ends);
      stroke(d, paint, width, ends);
      if (width > 5) stroke(d, '#fff', width * 0.34, ' stroke-opacity=".16"');
      if (shadow) casts.push({ d, width, transform });
    },
    line: (d, width = 1.6, paint = main.line) => void stroke(d, paint, width),
    stitch: (d, paint = black ? main.pale : main.line) =>
      void stroke(d, paint, 1.3, ' stroke-opacity=".75" stroke-dasharray="4.5 2.6"'),
    fold: (d, strength = 1) => soft(d, black ? '#000' : main.deep, strength * 1.25),
    gloss: (d, strength = 1) => soft(d, '#fff', strength * (main.luminance < 0.1 ? 1 : 1.5)),
    wedge([x, y], [toX, toY], width, light = false) {
      const paint = light ? '#fff' : black ? '#000' : main.deep;
      const strength = light ? 1.3 : main.luminance < 0.1 ? 3 : 1.6;
      const bend = path`${x + (toX - x) * 0.32} ${y + (toY - y) * 0.5}`;
      for (const [share, opacity] of [
        [1, 0.07],
        [0.55, 0.1],
      ] as const) {
        const half = (width / 2) * share;
        const d = path`M${x} ${y}Q${bend} ${toX - half} ${toY}L${toX + half} ${toY}Q${bend} ${x} ${y}Z`;
        fill(d, paint, ` fill-opacity="${+(opacity * strength).toFixed(2)}"`);
      }
    },
    button(x, y, radius = 5, tones = accent) {
      body.push(
        path`<circle cx="${x}" cy="${y + 1.4}" r="${radius}" fill-opacity=".25"/>`,
        path`<circle cx="${x}" cy="${y}" r="${radius}" fill="${tones.base}" stroke="${tones.line}"/>`,
      );
      stroke(path`M${x - 1.5} ${y}h.1M${x + 1.5} ${y}h.1`, tones.line, 1.6, ' stroke-linecap="round"');
    },
    sheen({ base, light, dark, deep }, direction = 'across') {
      const glint = mix(base, '#ffffff', 0.75);
      return definitions.gradient(
        [
          [0, dark],
          [0.18, light],
          [0.34, glint],
          [0.5, base],
          [0.78, dark],
          [0.9, light],
          [1, deep],
        ],
        direction,
      );
    },
    ground(x, y, width, height = width * 0.13) {
      const paint = definitions.gradient(
        [
          [0, '#1a1522', 0.4],
          [0.6, '#1a1522', 0.13],
          [1, '#1a1522', 0],
        ],
        'spot',
      );
      grounds.push(path`<ellipse cx="${x}" cy="${y}" rx="${width / 2}" ry="${height / 2}" fill="${paint}"/>`);
    },
    within(change, draw) {
      const outer = transform;
      transform = `${outer} ${change}`.trim();
      body.push(`<g transform="${change}">`);
      draw();
      body.push('</g>');
      transform = outer;
    },
    add: (svg) => void body.push(svg),
    finish() {
      const drawn = `<g stroke-linejoin="round">${body.join('')}</g>`;
      return { defs: definitions.written(), body: `${grounds.join('')}${writeShadow(casts)}${drawn}` };
    },
  };
}
