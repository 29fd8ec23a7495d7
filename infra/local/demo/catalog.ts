import { type ChosenSpec, chooseSpec } from './choose-spec.ts';
import { COLOURS, type ColourName } from './colours.ts';
import { describeProduct } from './describe.ts';
import { drawProduct } from './draw-product.ts';
import { MATERIALS } from './materials.ts';
import { PATTERNS } from './patterns.ts';
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
  return PRODUCT_TYPE_NAMES.flatMap((type) => drawType(type, seed));
}

function drawType(type: ProductTypeName, seed: number): DemoProduct[] {
  const random = createRandom(seedOf(`${seed} ${type}`));
  const nextPattern = dealer(random, PRODUCT_TYPES[type].patterns);
  const taken = new Map<string, number>();
  return coloursFor(type).map((colour, place) => {
    const cut = cutFor(type, colour, place);
    const spec = chooseSpec(random, { type, cut, colour, pattern: nextPattern(), seed: 0 });
    const stem = [type, colour, ...(spec.pattern === 'plain' ? [] : [spec.pattern])]
      .join('-')
      .replaceAll(' ', '-');
    const number = (taken.get(stem) ?? 0) + 1;
    taken.set(stem, number);
    const id = `${stem}-${String(number).padStart(2, '0')}`;
    return describe(id, { ...spec, seed: seedOf(`${seed} ${id}`) }, random);
  });
}

/** Two thirds go through the type's colours once, the rest to the first few again: many red dresses, one mustard one. */
function coloursFor(type: ProductTypeName): ColourName[] {
  const { colours, share } = PRODUCT_TYPES[type];
  const once = colours.slice(0, Math.ceil(share * 0.66));
  const favourites = colours.slice(0, Math.max(2, Math.ceil(share / 6)));
  const again = Array.from({ length: share - once.length }, (_, i) => favourites[i % favourites.length]!);
  return [...once, ...again];
}

/** Cuts in turn, but no steel watch in pink. */
function cutFor(type: ProductTypeName, colour: ColourName, place: number): number {
  const { cuts } = PRODUCT_TYPES[type];
  const fitting = cuts.map((_, i) => i).filter((i) => cuts[i]!.colours?.includes(colour) ?? true);
  return fitting[place % fitting.length]!;
}

/** Deals from a shuffled pack, and from a new one when it is used up: chance, but no long runs. */
function dealer<T>(random: Random, pack: readonly T[]): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) left = random.shuffle(pack);
    return left.pop()!;
  };
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
    description: describeProduct(spec, random),
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
  const tags = [
    cut.en,
    spec.pattern === 'plain' ? '' : PATTERNS[spec.pattern].en,
    type.departmentZh,
    type.zh,
  ].filter((tag) => tag !== '');
  if (random.chance(0.15)) tags.push('new');
  if (random.chance(0.12)) tags.push('sale');
  return [...new Set(tags)];
}
