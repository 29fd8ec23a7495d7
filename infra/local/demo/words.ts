import type { ChosenSpec } from './choose-spec.ts';
import { COLOURS } from './colours.ts';
import { MATERIALS } from './materials.ts';
import { PATTERNS } from './patterns.ts';
import { PRODUCT_TYPES } from './product-types.ts';

/** The product's name in English and in Chinese: "Red floral maxi dress", "红色碎花长款连衣裙". */
export function nameProduct(
  spec: ChosenSpec,
  extra: { en?: string; zh?: string } = {},
): { en: string; zh: string } {
  const type = PRODUCT_TYPES[spec.type];
  const cut = type.cuts[spec.cut]!;
  const pattern = spec.pattern === 'plain' ? { en: '', zh: '' } : PATTERNS[spec.pattern];
  const stuff = telling(spec) ? MATERIALS[spec.material] : { en: '', zh: '' };
  const english = [
    extra.en,
    COLOURS[spec.colour].en,
    pattern.en,
    stuff.en,
    cut.en,
    cut.whole === 'both' ? '' : type.en,
  ]
    .filter(Boolean)
    .join(' ');
  const chinese = [COLOURS[spec.colour].zh, pattern.zh, extra.zh, stuff.zh, cut.zh, cut.whole ? '' : type.zh]
    .filter(Boolean)
    .join('');
  return { en: english[0]!.toUpperCase() + english.slice(1), zh: chinese };
}

/** Whether one sees or would say what it is made of: nobody looks for a "cotton t-shirt" by its picture. */
function telling({ material, type, cut, seed }: ChosenSpec): boolean {
  const said = `${PRODUCT_TYPES[type].cuts[cut]!.en} ${PRODUCT_TYPES[type].en}`;
  const materials = ['linen', 'silk', 'cashmere', 'wool', 'corduroy', 'leather', 'suede', 'canvas', 'straw'];
  return materials.includes(material) && !said.includes(material) && type !== 'watch' && seed % 3 === 0;
}
