import type { ChosenSpec } from './choose-spec.ts';
import { COLOURS } from './colours.ts';
import { MATERIALS } from './materials.ts';
import { PRODUCT_TYPES } from './product-types.ts';
import type { Random } from './random.ts';
import type { ProductType } from './types/product-type.ts';

/** What the title does not say, a sentence in English and one in Chinese, from invented makers. */
export function describeProduct(spec: ChosenSpec, random: Random): string {
  const type = PRODUCT_TYPES[spec.type];
  const material = MATERIALS[spec.material];
  const maker = random.pick(MAKERS);
  const looks = random.pick(LOOKS[type.department]);
  const trim = spec.pattern === 'plain' ? '' : ` with ${COLOURS[spec.accent].en} accents`;
  return `By ${maker}, in ${material.en}${trim}. ${material.zh}材质，${looks}。`;
}

/** Houses that exist nowhere. */
const MAKERS = [
  'Millrow',
  'Tamarind Lane',
  'Ostrava & Fern',
  'Linden Harbour',
  'Papercrane',
  'Quillon',
  'Northmoss',
  'Velour Street',
  'Bramblecote',
  'Sienna Yard',
];

const LOOKS: Record<ProductType['department'], readonly string[]> = {
  clothing: ['日常百搭', '柔软亲肤，版型挺括', '通勤休闲皆宜', '做工精细，线条利落'],
  shoes: ['软弹鞋底，久走不累', '轻便防滑，易打理', '舒适好走'],
  bags: ['容量充足，分区合理', '走线结实，五金耐用', '轻便易取'],
  accessories: ['点睛之选', '送礼佳品', '做工考究，易搭配'],
  jewellery: ['低调闪耀，日常可戴', '附精美礼盒', '手工抛光'],
  home: ['手感舒适，居家办公皆宜', '易清洗，经久耐用'],
};
