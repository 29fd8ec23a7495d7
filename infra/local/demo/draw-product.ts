import { type ColourName, paintOf, tonesOf } from './colours.ts';
import { MATERIALS, type MaterialName } from './materials.ts';
import type { PatternName } from './patterns.ts';
import { PRODUCT_TYPES, type ProductTypeName } from './product-types.ts';
import { createRandom } from './random.ts';
import { PICTURE_HEIGHT, PICTURE_WIDTH, type Scene, studioScene } from './scenes.ts';
import { createSketch } from './sketch.ts';

/** All that decides how a product looks: equal specs give equal pictures, byte for byte. */
export interface ProductSpec {
  type: ProductTypeName;
  /** Which of the type's cuts, by its place. */
  cut: number;
  colour: ColourName;
  /** The second colour: of the pattern, the trim, the laces. */
  accent: ColourName;
  pattern: PatternName;
  material: MaterialName;
  seed: number;
}

const METALS = ['#c6c9ce', '#cda552', '#8f9299'];

/** The product's picture as an SVG of 480×600; `scene` puts it elsewhere than into the studio. */
export function drawProduct(spec: ProductSpec, scene?: Scene): string {
  const random = createRandom(spec.seed);
  const type = PRODUCT_TYPES[spec.type];
  const drawn = type.cuts[spec.cut];
  if (!drawn)
    throw new Error(`expected one of the ${type.cuts.length} cuts of ${spec.type}, found ${spec.cut}`);
  const main = paintOf(spec.colour, random);
  const metallic = spec.colour === 'gold' || spec.colour === 'silver';
  const sketch = createSketch({
    random,
    main,
    accent: paintOf(spec.accent, random),
    metal: metallic ? main : random.pick(METALS),
    pattern: spec.pattern,
    texture: MATERIALS[spec.material].texture,
    metallic,
  });
  drawn.draw(sketch);
  const { defs, body } = sketch.finish();
  const { defs: sceneDefs, background, place } = scene ?? studioScene(random, tonesOf(main).luminance > 0.6);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE_WIDTH}" height="${PICTURE_HEIGHT}" viewBox="0 0 ${PICTURE_WIDTH} ${PICTURE_HEIGHT}"><defs>${sceneDefs}${defs}</defs>${background}<g transform="${place}">${body}</g></svg>`;
}
