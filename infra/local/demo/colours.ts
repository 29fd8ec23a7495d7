import type { Random } from './random.ts';

/** The colours that a product may have, with their shop terms and the paints that may stand for them. */
export const COLOURS = {
  black: { en: 'black', zh: '黑色', paints: ['#1c1c1f', '#232326', '#17181c'] },
  white: { en: 'white', zh: '白色', paints: ['#f8f8f6', '#fbfbfa', '#f4f5f6'] },
  grey: { en: 'grey', zh: '灰色', paints: ['#9a9ca0', '#a9a9ab', '#878a90'] },
  charcoal: { en: 'charcoal', zh: '炭灰色', paints: ['#46484d', '#3e4147'] },
  silver: { en: 'silver', zh: '银色', paints: ['#c3c6cb', '#cfd2d6'] },
  gold: { en: 'gold', zh: '金色', paints: ['#cfa64a', '#d9b35b'] },
  red: { en: 'red', zh: '红色', paints: ['#cf2430', '#d62a2a', '#c21f35'] },
  maroon: { en: 'maroon', zh: '栗色', paints: ['#6e1f2b', '#7a2430'] },
  pink: { en: 'pink', zh: '粉色', paints: ['#f0a3b7', '#ef8fb0', '#f5bccb'] },
  magenta: { en: 'magenta', zh: '洋红色', paints: ['#c92f86', '#d13a91'] },
  peach: { en: 'peach', zh: '桃色', paints: ['#f6bd9c', '#f4b08d'] },
  orange: { en: 'orange', zh: '橙色', paints: ['#ee7b24', '#f08a2e', '#e86c1d'] },
  rust: { en: 'rust', zh: '铁锈色', paints: ['#a8492a', '#b35333'] },
  yellow: { en: 'yellow', zh: '黄色', paints: ['#f4cd33', '#f7d74f', '#f0c320'] },
  mustard: { en: 'mustard', zh: '芥末黄', paints: ['#c99a2c', '#c08f25'] },
  green: { en: 'green', zh: '绿色', paints: ['#2f8a4b', '#3a9a55', '#257a44'] },
  'lime green': { en: 'lime green', zh: '柠檬绿', paints: ['#a3cf3f', '#b1d84e'] },
  olive: { en: 'olive', zh: '橄榄绿', paints: ['#6b6b35', '#75733c', '#5e6131'] },
  teal: { en: 'teal', zh: '蓝绿色', paints: ['#15807f', '#1b8c89'] },
  turquoise: { en: 'turquoise', zh: '绿松石蓝', paints: ['#3fbfc4', '#55c8cb'] },
  'light blue': { en: 'light blue', zh: '浅蓝色', paints: ['#9cc4e8', '#a9cfee', '#8dbbe3'] },
  blue: { en: 'blue', zh: '蓝色', paints: ['#2a62b8', '#2f6fc9', '#3a78c4'] },
  navy: { en: 'navy', zh: '藏青色', paints: ['#1f2d4f', '#1b2746', '#24355c'] },
  purple: { en: 'purple', zh: '紫色', paints: ['#6d3f9c', '#7a49a8', '#5f3690'] },
  lavender: { en: 'lavender', zh: '淡紫色', paints: ['#bfa8dc', '#c7b4e2'] },
  brown: { en: 'brown', zh: '棕色', paints: ['#6b432b', '#774c31', '#5d3a26'] },
  tan: { en: 'tan', zh: '棕褐色', paints: ['#b98353', '#c18d5e'] },
  khaki: { en: 'khaki', zh: '卡其色', paints: ['#b5a37a', '#ac9a70'] },
  beige: { en: 'beige', zh: '米色', paints: ['#dcc9a9', '#e0cfb3', '#d4bf9d'] },
  cream: { en: 'cream', zh: '奶油色', paints: ['#f3ead6', '#f5eedd'] },
} as const;

export type ColourName = keyof typeof COLOURS;
export const COLOUR_NAMES = Object.keys(COLOURS) as ColourName[];

/** What a piece of one colour is painted with. */
export interface Tones {
  base: string;
  light: string;
  pale: string;
  dark: string;
  deep: string;
  /** Outlines and seams: darker than the piece, but lighter on pieces too dark to show a darker line. */
  line: string;
  /** Relative luminance of the base, 0 to 1. */
  luminance: number;
}

const SHADOW = '#17121f';

export function tonesOf(base: string): Tones {
  const luminance = luminanceOf(base);
  return {
    base,
    light: mix(base, '#ffffff', 0.22),
    pale: mix(base, '#ffffff', 0.55),
    dark: mix(base, SHADOW, luminance > 0.75 ? 0.12 : 0.24),
    deep: mix(base, SHADOW, luminance > 0.75 ? 0.26 : 0.48),
    line: luminance < 0.045 ? mix(base, '#ffffff', 0.2) : mix(base, SHADOW, luminance > 0.7 ? 0.3 : 0.44),
    luminance,
  };
}

/** One of the colour's paints, a little off: no two dye lots are the same. */
export function paintOf(colour: ColourName, random: Random, spread = 5): string {
  const shift = () => Math.round(random.between(-spread, spread));
  const [red, green, blue] = channelsOf(random.pick(COLOURS[colour].paints));
  const all = shift();
  return hexOf([red + all + shift() / 2, green + all + shift() / 2, blue + all + shift() / 2]);
}

/** `amount` 0 gives the first colour, 1 the second. */
export function mix(from: string, to: string, amount: number): string {
  const start = channelsOf(from);
  const end = channelsOf(to);
  return hexOf([0, 1, 2].map((i) => start[i]! + (end[i]! - start[i]!) * amount));
}

function luminanceOf(hex: string): number {
  const [red, green, blue] = channelsOf(hex).map((channel) => (channel / 255) ** 2.2) as [
    number,
    number,
    number,
  ];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function hexOf(channels: readonly number[]): string {
  const digits = channels.map((c) =>
    Math.max(0, Math.min(255, Math.round(c)))
      .toString(16)
      .padStart(2, '0'),
  );
  return `#${digits.join('')}`;
}
