import { drawBallerinas, drawFlipFlops, drawSandals, drawSlides, drawSocks } from '../drawings/open-shoes.ts';
import { drawBoots, drawFormalShoes, drawHeels, drawRunningShoes, drawSneakers } from '../drawings/shoes.ts';
import { cut, LEATHERS, type ProductType, VIVID } from './product-type.ts';

const SHOES = { department: 'shoes', departmentZh: '鞋履' } as const;
const ALL_YEAR = ['Spring', 'Summer', 'Fall', 'Winter'] as const;

export const FOOTWEAR_TYPES = {
  sneakers: {
    ...SHOES, en: 'sneakers', zh: '休闲鞋', share: 18,
    cuts: [cut('', '', (s) => drawSneakers(s)), cut('high-top', '高帮', (s) => drawSneakers(s, 'high')), cut('slip-on', '一脚蹬', (s) => drawSneakers(s, 'slip-on'))],
    colours: ['white', 'black', 'red', 'blue', 'grey', 'green', 'navy', 'pink', 'yellow', 'beige', 'orange', 'purple', 'olive', 'brown', 'teal', 'maroon', 'lavender'],
    patterns: ['plain', 'plain', 'plain', 'plain', 'checked', 'floral', 'leopard', 'camouflage'], materials: ['canvas', 'leather', 'canvas'], genders: ['Men', 'Women', 'Unisex'], seasons: ALL_YEAR, price: [35, 129],
  },
  'running-shoes': {
    ...SHOES, en: 'running shoes', zh: '跑步鞋', share: 12,
    cuts: [cut('', '', drawRunningShoes)],
    colours: ['black', 'blue', 'red', 'white', 'grey', 'green', 'orange', 'yellow', 'pink', 'purple', 'navy', 'turquoise', 'lime green', 'teal'],
    patterns: ['plain'], materials: ['mesh'], genders: ['Men', 'Women', 'Unisex'], seasons: ALL_YEAR, price: [49, 159],
  },
  'formal-shoes': {
    ...SHOES, en: 'formal shoes', zh: '正装皮鞋', share: 7,
    cuts: [cut('', '', (s) => drawFormalShoes(s)), cut('loafers', '乐福鞋', (s) => drawFormalShoes(s, 'loafer'), { whole: 'both' })],
    colours: ['black', 'brown', 'tan', 'maroon', 'navy', 'grey', 'white'], patterns: ['plain'], materials: ['leather'], genders: ['Men', 'Men', 'Women'], seasons: ALL_YEAR, price: [65, 199],
  },
  heels: {
    ...SHOES, en: 'heels', zh: '高跟鞋', share: 13,
    cuts: [
      cut('stiletto', '细跟', (s) => drawHeels(s)),
      cut('block', '粗跟', (s) => drawHeels(s, 'block')),
      cut('ankle-strap', '绑带', (s) => drawHeels(s, 'strap')),
      cut('wedge', '坡跟', (s) => drawHeels(s, 'wedge')),
    ],
    colours: ['black', 'red', 'beige', 'pink', 'silver', 'gold', 'white', 'blue', 'purple', 'green', 'navy', 'brown', 'maroon', 'magenta', 'teal', 'yellow'],
    patterns: ['plain', 'plain', 'plain', 'plain', 'leopard', 'polka dot', 'floral'], materials: ['leather', 'suede'], genders: ['Women'], seasons: ALL_YEAR, price: [39, 179],
  },
  boots: {
    ...SHOES, en: 'boots', zh: '靴子', share: 11,
    cuts: [
      cut('chelsea', '切尔西靴', (s) => drawBoots(s), { whole: 'zh' }),
      cut('lace-up', '系带', (s) => drawBoots(s, 'lace-up')),
      cut('knee-high', '长筒', (s) => drawBoots(s, 'knee-high'), { genders: ['Women'] }),
      cut('heeled', '粗跟', (s) => drawBoots(s, 'heeled'), { genders: ['Women'] }),
    ],
    colours: ['black', 'brown', 'tan', 'maroon', 'grey', 'navy', 'beige', 'olive', 'red', 'white', 'rust', 'yellow'], patterns: ['plain'], materials: ['leather', 'suede'], genders: ['Men', 'Women'], seasons: ['Fall', 'Winter'], price: [69, 239],
  },
  sandals: {
    ...SHOES, en: 'sandals', zh: '凉鞋', share: 9,
    cuts: [cut('', '', drawSandals), cut('slide', '一字拖', (s) => drawSlides(s), { whole: 'zh' }), cut('two-strap', '双带', (s) => drawSlides(s, 2))],
    colours: LEATHERS, patterns: ['plain', 'plain', 'plain', 'leopard', 'floral'], materials: ['leather', 'rubber'], genders: ['Women', 'Men', 'Unisex'], seasons: ['Summer'], price: [19, 89],
  },
  'flip-flops': {
    ...SHOES, en: 'flip flops', zh: '人字拖', share: 6,
    cuts: [cut('', '', drawFlipFlops)], colours: VIVID, patterns: ['plain', 'plain', 'leafy', 'floral', 'striped', 'camouflage'], materials: ['rubber'], genders: ['Men', 'Women', 'Unisex'], seasons: ['Summer'], price: [7, 25],
  },
  flats: {
    ...SHOES, en: 'flat shoes', zh: '平底鞋', share: 8,
    cuts: [cut('ballet', '芭蕾', drawBallerinas)],
    colours: ['black', 'red', 'beige', 'pink', 'navy', 'gold', 'silver', 'white', 'blue', 'brown', 'green', 'purple', 'yellow', 'teal'],
    patterns: ['plain', 'plain', 'plain', 'leopard', 'polka dot', 'floral', 'checked'], materials: ['leather', 'suede'], genders: ['Women'], seasons: ALL_YEAR, price: [25, 89],
  },
  socks: {
    ...SHOES, department: 'clothing', departmentZh: '服装', en: 'socks', zh: '袜子', share: 8,
    cuts: [cut('', '', (s) => drawSocks(s)), cut('ankle', '短筒', (s) => drawSocks(s, 'ankle')), cut('knee-high', '长筒', (s) => drawSocks(s, 'knee'))],
    colours: VIVID, patterns: ['plain', 'striped', 'striped', 'polka dot', 'geometric', 'checked', 'floral'], materials: ['cotton', 'knit'], genders: ['Unisex', 'Men', 'Women'], seasons: ALL_YEAR, price: [4, 15],
  },
} satisfies Record<string, ProductType>;
