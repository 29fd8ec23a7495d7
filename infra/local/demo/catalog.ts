import { type ChosenSpec, chooseSpec } from './choose-spec.ts';
import { type ColourName, COLOURS } from './colours.ts';
import { describeProduct } from './describe.ts';
import { drawProduct } from './draw-product.ts';
import { PATTERNS } from './patterns.ts';
import { MATERIALS } from './materials.ts';
import { PRODUCT_TYPE_NAMES, PRODUCT_TYPES, type ProductTypeName } from './product-types.ts';
import { createRandom, type Random, seedOf } from './random.ts';
import type { Season } from './types/product-type.ts';
import { nameProduct } from './words.ts';

/** A product of the demo: an import row and its drawing. */
export interface DemoProduct {
  /** Such as `dress-red-floral-01`. */
  id: string;
  /** English and Chinese, as "Red floral maxi dress 红色碎花长款连衣裙". */
  title: string;
  description: string;
  attributes: {
    category: string;
    department: string;
    colour: string;
    pattern: string;
    gender: string;
    season: Season;
    material: string;
    price: number;
    inStock: boolean;
    tags: string[];
  };
  svg: string;
}

/** The whole demo: every type in many colours, the colours most asked for several times. Same seed, same bytes. */
export function demoCatalog(seed = 1): DemoProduct[] {
  const taken = new Map<string, number>();
  return PRODUCT_TYPE_NAMES.flatMap((type) => {
    const random = createRandom(seedOf(`${seed} ${type}`));
    return coloursFor(type).map((colour, place) => drawDemoProduct(random, type, colour, place, taken));
  });
}

/** The first colours of a type come again once the list is through: three red dresses, but one mustard one. */
function coloursFor(type: ProductTypeName): ColourName[] {
  const { colours, share } = PRODUCT_TYPES[type];
  const favourites = colours.slice(0, Math.min(5, Math.ceil(share / 4)));
  const wanted = [...favourites, ...favourites, ...colours];
  return Array.from({ length: share }, (_, place) => wanted[place % wanted.length]!);
}

function drawDemoProduct(random: Random, type: ProductTypeName, colour: ColourName, place: number, taken: Map<string, number>): DemoProduct {
  const { cuts, patterns } = PRODUCT_TYPES[type];
  const cut = cutFor(type, colour, place);
  const spec = chooseSpec(random, { type, cut, colour, seed: 0, pattern: patterns[(place * 3 + Math.floor(place / cuts.length)) % patterns.length]! });
  const stem = [type, colour, ...(spec.pattern === 'plain' ? [] : [spec.pattern])].join('-').replaceAll(' ', '-');
  const number = (taken.get(stem) ?? 0) + 1;
  taken.set(stem, number);
  const id = `${stem}-${String(number).padStart(2, '0')}`;
  // The looks hang on the id and the catalog's seed alone, so that a new product doesn't redraw the old ones.
  return describe(id, { ...spec, seed: seedOf(`${id} ${random.next()}`) }, random);
}

/** Cuts in turn, but no steel watch in pink. */
function cutFor(type: ProductTypeName, colour: ColourName, place: number): number {
  const { cuts } = PRODUCT_TYPES[type];
  const fitting = cuts.map((_, i) => i).filter((i) => cuts[i]!.colours?.includes(colour) ?? true);
  return fitting[place % fitting.length]!;
}

function describe(id: string, spec: ChosenSpec, random: Random): DemoProduct {
  const type = PRODUCT_TYPES[spec.type];
  const name = nameProduct(spec);
  const season = random.pick(type.seasons);
  const [low, high] = type.price;
  // Most prices lie low in their range, and all end as prices do.
  const price = Math.round(low + (high - low) * random.next() ** 1.6) - random.pick([0.01, 0.05, 0.1, 0.5]);
  return {
    id,
    title: `${name.en} ${name.zh}`,
    description: describeProduct(spec, season, random),
    attributes: {
      category: type.en,
      department: type.department,
      colour: COLOURS[spec.colour].en,
      pattern: PATTERNS[spec.pattern].en,
      gender: spec.gender,
      season,
      material: MATERIALS[spec.material].en,
      price: Number(price.toFixed(2)),
      inStock: random.chance(0.88),
      tags: tagsOf(spec, random),
    },
    svg: drawProduct(spec),
  };
}

function tagsOf(spec: ChosenSpec, random: Random): string[] {
  const type = PRODUCT_TYPES[spec.type];
  const cut = type.cuts[spec.cut]!;
  const tags = [cut.en, spec.pattern === 'plain' ? '' : PATTERNS[spec.pattern].en, type.departmentZh, type.zh].filter((tag) => tag !== '');
  if (random.chance(0.15)) tags.push('new');
  if (random.chance(0.12)) tags.push('sale');
  return [...new Set(tags)];
}
