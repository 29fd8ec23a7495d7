import type { Tones } from './colours.ts';
import { short } from './paths.ts';
import type { Random } from './random.ts';

/** The patterns that a fabric may have. `printed` is one motif on the chest or the side: the drawing places it. */
export const PATTERNS = {
  plain: { en: 'plain', zh: '纯色' },
  striped: { en: 'striped', zh: '条纹' },
  pinstriped: { en: 'pinstriped', zh: '细条纹' },
  checked: { en: 'checked', zh: '格纹' },
  'polka dot': { en: 'polka dot', zh: '波点' },
  floral: { en: 'floral', zh: '碎花' },
  leafy: { en: 'leaf print', zh: '树叶印花' },
  geometric: { en: 'geometric', zh: '几何图案' },
  leopard: { en: 'leopard print', zh: '豹纹' },
  camouflage: { en: 'camouflage', zh: '迷彩' },
  printed: { en: 'printed', zh: '印花' },
  'colour block': { en: 'colour block', zh: '拼色' },
} as const;

export type PatternName = keyof typeof PATTERNS;

/** What is laid over the fabric, finer than a pattern. */
export type Texture = 'none' | 'knit' | 'denim' | 'leather' | 'mesh' | 'straw' | 'wool' | 'rib';

export interface Tile {
  width: number;
  height: number;
  svg: string;
}

type DrawTile = (main: Tones, accent: Tones, random: Random) => Tile;

/**
 * A tile to repeat for each repeating pattern; the others have none. Sides are multiples of 3, so that at two thirds
 * of its size, as the demo has it, a tile is whole pixels: rendering takes half the time.
 */
export const TILES: Partial<Record<PatternName, DrawTile>> = {
  striped: (main, accent, random) => {
    const height = random.pick([21, 27, 36, 45]);
    const bar = height * random.pick([0.3, 0.42, 0.5]);
    return tile(21, height, main, `<path d="M0 0H21V${short(bar)}H0Z" fill="${accent.base}"/>`);
  },
  pinstriped: (main, accent, random) => {
    const width = random.pick([12, 15, 21]);
    return tile(
      width,
      21,
      main,
      `<path d="M2 0H${width > 15 ? 4 : 3.6}V21H2Z" fill="${accent.base}" fill-opacity=".85"/>`,
    );
  },
  checked: (main, accent, random) => {
    const size = random.pick([27, 33, 45, 57]);
    const half = short(size / 2);
    const thin = short(size * 0.72);
    const tartan = random.chance(0.5)
      ? `<path d="M0 ${thin}H${size}M${thin} 0V${size}" stroke="${accent.pale}" stroke-width="1.6" fill="none"/>`
      : '';
    const bands = `<path d="M0 0H${size}V${half}H0Z" fill="${accent.base}" fill-opacity=".5"/><path d="M0 0H${half}V${size}H0Z" fill="${accent.base}" fill-opacity=".5"/>`;
    return tile(size, size, main, bands + tartan);
  },
  'polka dot': (main, accent, random) => {
    const size = random.pick([21, 27, 36, 45]);
    const r = short(size * random.between(0.14, 0.22));
    const dot = (at: number) =>
      `<circle cx="${short(size * at)}" cy="${short(size * at)}" r="${r}" fill="${accent.base}"/>`;
    return tile(size, size, main, dot(0.25) + dot(0.75));
  },
  floral: (main, accent, random) => {
    const size = random.pick([51, 63, 78]);
    const leaf = random.pick(['#5f8f5a', '#3f7552', '#8aa86a']);
    const heart = random.pick(['#f3cf5b', '#fff3d0', '#f0a04b']);
    const spots = [
      [0.25, 0.27, 0.15],
      [0.74, 0.72, 0.17],
      [0.77, 0.2, 0.08],
      [0.22, 0.78, 0.1],
    ] as const;
    const flowers = spots.map(([x, y, r], i) => {
      const petal = i % 2 === 0 ? accent.base : mixPetal(accent);
      return flower(x * size, y * size, r * size, petal, heart, leaf, random.between(0, 70));
    });
    return tile(size, size, main, flowers.join(''));
  },
  leafy: (main, accent, random) => {
    const size = random.pick([48, 60, 75]);
    const leaves = [
      [0.28, 0.3, 25],
      [0.75, 0.7, 130],
      [0.75, 0.22, 75],
      [0.25, 0.8, -40],
    ] as const;
    const blade = (x: number, y: number, turn: number, i: number) =>
      `<path transform="translate(${short(x * size)} ${short(y * size)}) rotate(${turn}) scale(${short(size / 60)})" d="M-14 0C-8 -9 6 -9 14 0C6 9 -8 9 -14 0ZM-20 0H12" fill="${i % 2 ? accent.base : accent.dark}" stroke="${accent.pale}" stroke-width="1"/>`;
    return tile(size, size, main, leaves.map(([x, y, turn], i) => blade(x, y, turn, i)).join(''));
  },
  geometric: (main, accent, random) => {
    const size = random.pick([27, 36, 45]);
    const half = size / 2;
    const shapes = [
      `<path d="M${half} 3L${size - 3} ${half}L${half} ${size - 3}L3 ${half}Z" fill="none" stroke="${accent.base}" stroke-width="3"/><circle cx="${half}" cy="${half}" r="3.4" fill="${accent.base}"/>`,
      `<path d="M0 ${half}L${half} 4L${size} ${half}M0 ${size}L${half} ${half + 4}L${size} ${size}" fill="none" stroke="${accent.base}" stroke-width="4.4"/>`,
      `<path d="M0 0H${half}L0 ${half}ZM${half} ${half}H${size}L${half} ${size}Z" fill="${accent.base}"/>`,
    ];
    return tile(size, size, main, random.pick(shapes));
  },
  leopard: (main, accent, random) => {
    const spots = Array.from({ length: 9 }, (_, i) => {
      const x = 12 + (i % 3) * 23 + random.between(-5, 5);
      const y = 12 + Math.floor(i / 3) * 23 + random.between(-5, 5);
      const turn = short(random.between(0, 360));
      return `<g transform="translate(${short(x)} ${short(y)}) rotate(${turn})"><circle r="5.4" fill="${accent.base}" fill-opacity=".55"/><path d="M-7 -1C-6 -8 2 -9 6 -5M6 3C3 9 -5 8 -7 4" stroke="${accent.deep}" stroke-width="3.6" stroke-linecap="round" fill="none"/></g>`;
    });
    return tile(69, 69, main, spots.join(''));
  },
  camouflage: (main, accent, random) => {
    const blob = (fill: string) => {
      const x = random.between(14, 78);
      const y = random.between(14, 78);
      const [a, b] = [random.between(12, 20), random.between(8, 14)];
      return `<path transform="translate(${short(x)} ${short(y)}) rotate(${short(random.between(-30, 30))})" d="M${short(-a)} 0C${short(-a)} ${short(-b)} -4 ${short(-b * 1.3)} 2 ${short(-b * 0.6)}C8 ${short(-b)} ${short(a)} ${short(-b)} ${short(a)} 2C${short(a)} ${short(b)} 4 ${short(b * 0.5)} 0 ${short(b)}C-6 ${short(b * 1.2)} ${short(-a)} ${short(b)} ${short(-a)} 0Z" fill="${fill}"/>`;
    };
    const fills = [main.dark, accent.base, main.deep, main.light, main.dark, accent.dark, main.deep];
    return tile(93, 93, main, fills.map(blob).join(''));
  },
};

/** The tile of a texture: strokes of translucent black and white, so that it fits any colour. */
export function textureTile(texture: Exclude<Texture, 'none' | 'leather'>, dark: boolean): Tile {
  const [shade, shine] = dark ? ['.3', '.1'] : ['.1', '.16'];
  const lines = (d: string, width: number, paint: string, opacity: string) =>
    `<path d="${d}" fill="none" stroke="${paint}" stroke-opacity="${opacity}" stroke-width="${width}"/>`;
  switch (texture) {
    case 'knit':
      return {
        width: 9,
        height: 9,
        svg: lines('M0 1L4.5 7L9 1', 1.6, '#000', shade) + lines('M0 4L4.5 10L9 4', 1.4, '#fff', shine),
      };
    case 'rib':
      return {
        width: 9,
        height: 9,
        svg: lines('M1 0V9', 2, '#000', shade) + lines('M5 0V9', 2, '#fff', shine),
      };
    case 'denim':
      return { width: 6, height: 6, svg: lines('M-1 7L7 -1M-1 1L1 -1M5 7L7 5', 1, '#fff', shine) };
    case 'mesh':
      return {
        width: 6,
        height: 6,
        svg: `<circle cx="1.5" cy="1.5" r="1.1" fill-opacity="${shade}"/><circle cx="4.5" cy="4.5" r="1.1" fill-opacity="${shade}"/>`,
      };
    case 'straw':
      return {
        width: 12,
        height: 12,
        svg:
          lines('M0 3H6M6 9H12M3 6V12M9 0V6', 2.4, '#000', shade) + lines('M0 1H6M6 7H12', 1, '#fff', '.3'),
      };
    case 'wool':
      return {
        width: 15,
        height: 15,
        svg:
          lines('M1 2L4 5M9 1L7 5M13 8L15 11M4 10L7 13M10 13L12 15', 1.3, '#000', shade) +
          lines('M5 1L8 3M11 5L13 3M2 8L5 7M13 13L15 15', 1.2, '#fff', shine),
      };
  }
}

function tile(width: number, height: number, main: Tones, marks: string): Tile {
  return { width, height, svg: `<path d="M0 0H${width}V${height}H0Z" fill="${main.base}"/>${marks}` };
}

/** A second petal colour, close to the first. */
function mixPetal(accent: Tones): string {
  return accent.luminance > 0.5 ? accent.dark : accent.pale;
}

function flower(
  x: number,
  y: number,
  r: number,
  petal: string,
  heart: string,
  leaf: string,
  turn: number,
): string {
  const petals = [0, 72, 144, 216, 288]
    .map((angle) => {
      const radians = ((angle + turn) * Math.PI) / 180;
      return `<circle cx="${short(Math.cos(radians) * r * 0.62)}" cy="${short(Math.sin(radians) * r * 0.62)}" r="${short(r * 0.5)}"/>`;
    })
    .join('');
  const leaves = `<path d="M0 0C${short(r)} ${short(-r)} ${short(r * 1.5)} ${short(-r)} ${short(r * 1.8)} ${short(-r * 0.4)}C${short(r * 1.3)} ${short(r * 0.2)} ${short(r)} ${short(r * 0.2)} 0 0Z" fill="${leaf}"/>`;
  return `<g transform="translate(${short(x)} ${short(y)}) rotate(${short(turn)})">${leaves}<g fill="${petal}">${petals}</g><circle r="${short(r * 0.3)}" fill="${heart}"/></g>`;
}
