import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ChosenSpec, chooseSpec } from './choose-spec.ts';
import { COLOUR_NAMES, COLOURS } from './colours.ts';
import { drawProduct } from './draw-product.ts';
import { PATTERNS, type PatternName } from './patterns.ts';
import { PRODUCT_TYPE_NAMES, PRODUCT_TYPES } from './product-types.ts';
import { createRandom, type Random } from './random.ts';
import { renderProduct } from './render-product.ts';
import { anyScene } from './scenes.ts';
import { nameProduct } from './words.ts';

/**
 * Draws pictures to train the built-in encoder on: endless variants of everything in the demo, before any
 * background. `npx tsx infra/local/demo/draw-training-set.ts --count 24000 --seed 7 --out <folder>`
 */
const PICTURE_WIDTH = 128;
const AT_ONCE = 8;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '24000' },
    seed: { type: 'string', default: '7' },
    out: { type: 'string' },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
if (!values.out || !Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  throw new Error(
    `expected --count <number> --seed <number> --out <folder>, found ${JSON.stringify(values)}`,
  );
}
const folder = values.out;
await mkdir(folder, { recursive: true });
const random = createRandom(seed);
const rows: string[] = [];
for (let from = 0; from < count; from += AT_ONCE) {
  const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i);
  const drawn = numbers.map((number) => ({
    number,
    spec: anySpec(random),
    scene: anyScene(random),
    quality: random.integer(68, 94),
  }));
  await Promise.all(
    drawn.map(async ({ number, spec, scene, quality }) => {
      const picture = await renderProduct(drawProduct(spec, scene), { width: PICTURE_WIDTH, quality });
      await writeFile(join(folder, fileOf(number)), picture);
    }),
  );
  for (const { number, spec } of drawn) rows.push(JSON.stringify(rowOf(number, spec)));
  if (from % 1000 === 0) console.log(`${from} of ${count}`);
}
await writeFile(join(folder, 'drawn.jsonl'), `${rows.join('\n')}\n`);
console.log(`${count} pictures in ${folder}`);

function anySpec(random: Random): ChosenSpec {
  const type = random.pick(PRODUCT_TYPE_NAMES);
  const cut = random.integer(0, PRODUCT_TYPES[type].cuts.length - 1);
  const usual = PRODUCT_TYPES[type].cuts[cut]!.colours ?? PRODUCT_TYPES[type].colours;
  // Three in four as a shop would have them, the rest in any colour and pattern, so that each is learnt by itself.
  const free = random.chance(0.25);
  const colour = random.pick(free ? COLOUR_NAMES : usual);
  const patterned = PRODUCT_TYPES[type].patterns.some((pattern) => pattern !== 'plain');
  const pattern =
    free && patterned && random.chance(0.5) ? random.pick(Object.keys(PATTERNS) as PatternName[]) : undefined;
  const seed = random.integer(0, 2 ** 31);
  return chooseSpec(random, { type, cut, colour, seed, ...(pattern ? { pattern } : {}) });
}

function rowOf(number: number, spec: ChosenSpec) {
  const type = PRODUCT_TYPES[spec.type];
  const name = nameProduct(spec);
  return {
    file: fileOf(number),
    name: name.en,
    nameZh: name.zh,
    type: type.en,
    typeZh: type.zh,
    colour: COLOURS[spec.colour].en,
    colourZh: COLOURS[spec.colour].zh,
    pattern: PATTERNS[spec.pattern].en,
    patternZh: PATTERNS[spec.pattern].zh,
    gender: spec.gender,
  };
}

function fileOf(number: number): string {
  return `${String(number).padStart(6, '0')}.jpg`;
}
