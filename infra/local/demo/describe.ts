import type { ChosenSpec } from './choose-spec.ts';
import { COLOURS } from './colours.ts';
import { MATERIALS } from './materials.ts';
import { PRODUCT_TYPES } from './product-types.ts';
import type { Random } from './random.ts';
import type { ProductType } from './types/product-type.ts';

/** What the title does not say, two sentences in English and one in Chinese, from invented makers. */
export function describeProduct(spec: ChosenSpec, random: Random): string {
  const type = PRODUCT_TYPES[spec.type];
  const material = MATERIALS[spec.material];
  const maker = random.pick(MAKERS);
  const looks = random.pick(LOOKS[type.department]);
  const trim = spec.pattern === 'plain' ? '' : ` with ${COLOURS[spec.accent].en} accents`;
  return `By ${maker}, in ${material.en}${trim}. ${looks.en} ${material.zh}材质，${looks.zh}。`;
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

interface Looks {
  en: string;
  zh: string;
}

const LOOKS: Record<ProductType['department'], readonly Looks[]> = {
  clothing: [
    { en: 'An easy fit for every day.', zh: '日常百搭' },
    { en: 'Soft on the skin, and it keeps its shape.', zh: '柔软亲肤，版型挺括' },
    { en: 'Looks as good at work as at the weekend.', zh: '通勤休闲皆宜' },
    { en: 'Neat seams and a clean line.', zh: '做工精细，线条利落' },
  ],
  shoes: [
    { en: 'A cushioned sole for long days.', zh: '软弹鞋底，久走不累' },
    { en: 'Light, sure-footed and easy to clean.', zh: '轻便防滑，易打理' },
    { en: 'Made to be walked in, not only looked at.', zh: '舒适好走' },
  ],
  bags: [
    { en: 'Room for the day, and a pocket for the keys.', zh: '容量充足，分区合理' },
    { en: 'Sturdy seams and hardware that lasts.', zh: '走线结实，五金耐用' },
    { en: 'Light to carry and quick to open.', zh: '轻便易取' },
  ],
  accessories: [
    { en: 'The small thing that finishes an outfit.', zh: '点睛之选' },
    { en: 'A present that always fits.', zh: '送礼佳品' },
    { en: 'Well made and easy to match.', zh: '做工考究，易搭配' },
  ],
  jewellery: [
    { en: 'A quiet sparkle for every day.', zh: '低调闪耀，日常可戴' },
    { en: 'Comes in a small gift box.', zh: '附精美礼盒' },
    { en: 'Polished by hand.', zh: '手工抛光' },
  ],
  home: [
    { en: 'Pleasant to hold, at home or at work.', zh: '手感舒适，居家办公皆宜' },
    { en: 'Easy to clean and made to last.', zh: '易清洗，经久耐用' },
  ],
};
