import type { ColourName } from '../colours.ts';
import type { MaterialName } from '../materials.ts';
import type { PatternName } from '../patterns.ts';
import type { Sketch } from '../sketch.ts';

export type Gender = 'Men' | 'Women' | 'Unisex';
export type Season = 'Spring' | 'Summer' | 'Fall' | 'Winter';

/** One silhouette of a type: its words stand before the type's, as in "maxi dress", "长款连衣裙". */
export interface Cut {
  en: string;
  zh: string;
  draw(sketch: Sketch): void;
  /** Where the cut is of other stuff, or for other people, than the type. */
  materials?: readonly MaterialName[];
  genders?: readonly Gender[];
  colours?: readonly ColourName[];
  /** Where the words stand for the type itself, as 羽绒服 and "mittens" do. */
  whole?: 'zh' | 'both';
}

export interface ProductType {
  en: string;
  zh: string;
  department: 'clothing' | 'shoes' | 'bags' | 'accessories' | 'jewellery' | 'home';
  departmentZh: string;
  cuts: readonly Cut[];
  /** The colours that a shop would have most of, most wanted first. */
  colours: readonly ColourName[];
  patterns: readonly PatternName[];
  materials: readonly MaterialName[];
  genders: readonly Gender[];
  seasons: readonly Season[];
  /** Lowest and highest price. */
  price: readonly [number, number];
  /** How many of the demo's products are of this type. */
  share: number;
}

export function cut(
  en: string,
  zh: string,
  draw: (sketch: Sketch) => void,
  more: Pick<Cut, 'materials' | 'genders' | 'colours' | 'whole'> = {},
): Cut {
  return { en, zh, draw, ...more };
}

export const ALL_YEAR: readonly Season[] = ['Spring', 'Summer', 'Fall', 'Winter'];

export const VIVID: readonly ColourName[] = [
  'black',
  'white',
  'red',
  'navy',
  'blue',
  'green',
  'grey',
  'pink',
  'yellow',
  'orange',
  'purple',
  'teal',
  'maroon',
  'olive',
  'light blue',
  'beige',
  'brown',
  'cream',
  'lavender',
  'mustard',
  'charcoal',
  'turquoise',
  'magenta',
  'peach',
  'rust',
  'lime green',
  'khaki',
  'tan',
];
export const CLASSIC: readonly ColourName[] = [
  'black',
  'navy',
  'grey',
  'beige',
  'brown',
  'charcoal',
  'olive',
  'khaki',
  'white',
  'cream',
  'maroon',
  'blue',
  'green',
  'tan',
  'red',
  'rust',
];
export const LEATHERS: readonly ColourName[] = [
  'black',
  'brown',
  'tan',
  'red',
  'beige',
  'navy',
  'maroon',
  'white',
  'pink',
  'green',
  'grey',
  'olive',
  'yellow',
  'blue',
  'cream',
  'orange',
  'purple',
  'gold',
  'silver',
  'teal',
  'lavender',
  'rust',
];
export const DENIMS: readonly ColourName[] = [
  'blue',
  'navy',
  'light blue',
  'black',
  'grey',
  'white',
  'charcoal',
];
