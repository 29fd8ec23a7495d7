import type { ColourName } from './colours.ts';
import type { ProductSpec } from './draw-product.ts';
import type { PatternName } from './patterns.ts';
import { PRODUCT_TYPES, type ProductTypeName } from './product-types.ts';
import type { Random } from './random.ts';
import type { Gender } from './types/product-type.ts';

/** A product's looks together with who it is for. */
export interface ChosenSpec extends ProductSpec {
  gender: Gender;
}

/** Fills in what a product of this type and colour is like; what is given stays. */
export function chooseSpec(
  random: Random,
  given: { type: ProductTypeName; colour: ColourName; pattern?: PatternName; cut?: number; seed: number },
): ChosenSpec {
  const type = PRODUCT_TYPES[given.type];
  const cut = given.cut ?? random.integer(0, type.cuts.length - 1);
  const chosen = type.cuts[cut]!;
  const material = random.pick(chosen.materials ?? type.materials);
  const metallic = given.colour === 'gold' || given.colour === 'silver';
  let pattern = given.pattern ?? random.pick(type.patterns);
  // Denim, leather jackets and straw are plain; gold and silver shine best so.
  if (
    material === 'denim' ||
    material === 'straw' ||
    material === 'down' ||
    metallic ||
    (material === 'leather' && given.type === 'jacket')
  )
    pattern = 'plain';
  if (
    pattern === 'camouflage' &&
    !['olive', 'green', 'khaki', 'grey', 'beige', 'brown'].includes(given.colour)
  )
    pattern = 'plain';
  if (
    pattern === 'leopard' &&
    !['tan', 'beige', 'brown', 'mustard', 'khaki', 'cream', 'grey', 'white', 'pink'].includes(given.colour)
  )
    pattern = 'plain';
  return {
    ...given,
    cut,
    material,
    pattern,
    accent: accentFor(random, given.colour, pattern),
    gender: random.pick(chosen.genders ?? type.genders),
  };
}

const DARK: readonly ColourName[] = [
  'black',
  'charcoal',
  'navy',
  'maroon',
  'brown',
  'purple',
  'olive',
  'green',
  'teal',
  'blue',
  'rust',
];
const ON_DARK: readonly ColourName[] = [
  'white',
  'white',
  'cream',
  'light blue',
  'yellow',
  'red',
  'pink',
  'beige',
  'orange',
  'turquoise',
  'gold',
];
const ON_PALE: readonly ColourName[] = [
  'navy',
  'red',
  'black',
  'blue',
  'green',
  'maroon',
  'pink',
  'teal',
  'brown',
  'orange',
  'purple',
];
const ON_BRIGHT: readonly ColourName[] = ['white', 'white', 'cream', 'navy', 'black', 'white'];
const PALE: readonly ColourName[] = [
  'white',
  'cream',
  'beige',
  'silver',
  'peach',
  'light blue',
  'lavender',
  'grey',
  'khaki',
  'tan',
];

/** A second colour that goes with the first and is seen on it. */
function accentFor(random: Random, colour: ColourName, pattern: PatternName): ColourName {
  if (pattern === 'leopard')
    return colour === 'white' || colour === 'grey' || colour === 'pink' ? 'charcoal' : 'brown';
  if (pattern === 'camouflage')
    return colour === 'grey' ? 'charcoal' : colour === 'olive' || colour === 'green' ? 'khaki' : 'olive';
  const choices = DARK.includes(colour) ? ON_DARK : PALE.includes(colour) ? ON_PALE : ON_BRIGHT;
  const accent = random.pick(choices.filter((choice) => choice !== colour));
  return pattern === 'pinstriped' && DARK.includes(colour) ? 'white' : accent;
}
