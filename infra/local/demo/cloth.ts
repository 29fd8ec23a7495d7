import type { Tones } from './colours.ts';
import type { Definitions, Direction, Stop } from './definitions.ts';
import { type PatternName, type Texture, TILES, textureTile } from './patterns.ts';
import type { Random } from './random.ts';

/** How light falls over a piece: across a body, from the left, from above, on a ball. */
export type Light = 'across' | 'left' | 'down' | 'ball';

/** What a product's pieces are painted with: the fabric, its weave over it, and light over both. */
export interface Cloth {
  fabric(turnDegrees?: number): string;
  weave: string | undefined;
  light(from: Light): string;
}

export interface ClothSettings {
  random: Random;
  main: Tones;
  accent: Tones;
  pattern: PatternName;
  texture: Texture;
  /** Metals and leather shine. */
  glossy: boolean;
}

export function createCloth(
  definitions: Definitions,
  { random, main, accent, pattern, texture, glossy }: ClothSettings,
): Cloth {
  const tile = TILES[pattern]?.(main, accent, random);
  const block =
    pattern === 'colour block' ? definitions.define(colourBlock(random, main, accent)) : undefined;
  const lights = lightsOn(main, glossy);
  return {
    fabric: (turn = 0) => (tile ? definitions.tiled(tile, turn) : (block ?? main.base)),
    weave:
      texture === 'none' || texture === 'leather'
        ? undefined
        : definitions.tiled(textureTile(texture, main.luminance < 0.06)),
    light: (from) => definitions.gradient(...lights[from]),
  };
}

const DARK = '#120d1c';
const BRIGHT = '#fff';

/** White pieces take little shade, black ones a lot, and shine shows on what is glossy. */
function lightsOn(main: Tones, glossy: boolean): Record<Light, [Stop[], Direction]> {
  const white = main.luminance > 0.75;
  const black = main.luminance < 0.05;
  const shade = white ? 0.12 : black ? 0.36 : 0.24;
  const shine = (white ? 0.3 : black ? 0.1 : 0.17) * (glossy ? 1.6 : 1);
  const body: Stop[] = [
    [0, DARK, shade],
    [0.22, DARK, 0.02],
    [0.36, BRIGHT, shine],
    [0.58, BRIGHT, 0],
    [0.8, DARK, shade * 0.35],
    [1, DARK, shade * 1.15],
  ];
  return {
    across: [body, 'across'],
    left: [
      [
        [0, BRIGHT, shine],
        [0.35, BRIGHT, 0.02],
        [0.6, DARK, 0.03],
        [1, DARK, shade * 1.1],
      ],
      'slant',
    ],
    down: [
      [
        [0, BRIGHT, shine],
        [0.4, BRIGHT, 0],
        [1, DARK, shade * 1.1],
      ],
      'down',
    ],
    ball: [
      [
        [0, BRIGHT, shine * 1.6],
        [0.45, BRIGHT, 0],
        [1, DARK, shade * 1.2],
      ],
      'round',
    ],
  };
}

/** Two or three fields of plain colour with hard edges, over the whole product. */
function colourBlock(random: Random, main: Tones, accent: Tones): (id: string) => string {
  const cut = random.pick([0.4, 0.5, 0.6]);
  const middle = random.chance(0.4) ? main.pale : accent.base;
  const end = +(cut + random.pick([0.1, 0.16, 0.2])).toFixed(2);
  const [x, y] = random.chance(0.7) ? [0, 190] : [130, 150];
  const stops = [
    [0, main.base],
    [cut, main.base],
    [cut, middle],
    [end, middle],
    [end, accent.base],
    [1, accent.base],
  ];
  const marks = stops.map(([offset, colour]) => `<stop offset="${offset}" stop-color="${colour}"/>`).join('');
  const line = `x1="${-x}" y1="${-y}" x2="${x}" y2="${y}"`;
  return (id) =>
    `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" ${line}>${marks}</linearGradient>`;
}
