import { drawJeans, drawLeggings, drawShorts, drawSkirt, drawTrackPants, drawTrousers, JEANS_CUTS, SKIRT_CUTS, TROUSER_CUTS } from '../drawings/bottoms.ts';
import { DRESS_CUTS, drawDress } from '../drawings/dresses.ts';
import { drawBikerJacket, drawBlazer, drawBomber, drawCoat, drawDenimJacket, drawParka, drawPuffer, drawWaistcoat } from '../drawings/outerwear.ts';
import { drawBlouse, drawCardigan, drawHoodie, drawPolo, drawShirt, drawSweater, drawTank, drawTShirt } from '../drawings/tops.ts';
import { CLASSIC, cut, DENIMS, type ProductType, VIVID } from './product-type.ts';

const CLOTHING = { department: 'clothing', departmentZh: '服装' } as const;
const ALL_YEAR = ['Spring', 'Summer', 'Fall', 'Winter'] as const;
const WARM = ['Spring', 'Summer'] as const;
const COLD = ['Fall', 'Winter'] as const;

export const CLOTHING_TYPES = {
  't-shirt': {
    ...CLOTHING, en: 't-shirt', zh: 'T恤', share: 22,
    cuts: [
      cut('', '', (s) => drawTShirt(s)),
      cut('v-neck', 'V领', (s) => drawTShirt(s, 'v')),
      cut('long-sleeved', '长袖', (s) => drawTShirt(s, 'round', 'long')),
    ],
    colours: VIVID, patterns: ['plain', 'plain', 'striped', 'printed', 'printed', 'colour block', 'polka dot', 'leafy', 'camouflage', 'geometric'],
    materials: ['cotton', 'cotton', 'linen', 'polyester'], genders: ['Men', 'Women', 'Unisex'], seasons: WARM, price: [9, 35],
  },
  shirt: {
    ...CLOTHING, en: 'shirt', zh: '衬衫', share: 18,
    cuts: [cut('', '', (s) => drawShirt(s)), cut('', '', (s) => drawShirt(s)), cut('short-sleeved', '短袖', (s) => drawShirt(s, 'short'))],
    colours: ['white', 'light blue', 'blue', 'black', 'pink', 'red', 'navy', 'green', 'grey', 'lavender', 'olive', 'beige', 'yellow', 'maroon', 'teal', 'purple', 'peach'],
    patterns: ['plain', 'checked', 'checked', 'striped', 'pinstriped', 'floral', 'polka dot', 'leafy'],
    materials: ['cotton', 'linen'], genders: ['Men', 'Men', 'Women'], seasons: ALL_YEAR, price: [24, 79],
  },
  polo: {
    ...CLOTHING, en: 'polo shirt', zh: 'POLO衫', share: 8,
    cuts: [cut('', '', drawPolo)],
    colours: ['navy', 'white', 'green', 'red', 'black', 'blue', 'yellow', 'pink', 'grey', 'orange', 'teal', 'purple', 'maroon', 'light blue'],
    patterns: ['plain', 'plain', 'striped', 'colour block'], materials: ['cotton'], genders: ['Men', 'Women', 'Unisex'], seasons: WARM, price: [19, 55],
  },
  'tank-top': {
    ...CLOTHING, en: 'tank top', zh: '背心', share: 6,
    cuts: [cut('', '', drawTank)], colours: VIVID, patterns: ['plain', 'plain', 'striped', 'printed', 'floral'],
    materials: ['cotton', 'viscose'], genders: ['Women', 'Men', 'Unisex'], seasons: ['Summer'], price: [8, 25],
  },
  blouse: {
    ...CLOTHING, en: 'blouse', zh: '女士上衣', share: 8,
    cuts: [cut('', '', drawBlouse)],
    colours: ['white', 'pink', 'black', 'red', 'light blue', 'cream', 'lavender', 'teal', 'yellow', 'peach', 'green', 'magenta', 'navy', 'orange', 'purple'],
    patterns: ['plain', 'plain', 'floral', 'floral', 'polka dot', 'leafy', 'striped', 'leopard'], materials: ['silk', 'viscose', 'cotton'], genders: ['Women'], seasons: WARM, price: [22, 75],
  },
  sweater: {
    ...CLOTHING, en: 'sweater', zh: '毛衣', share: 14,
    cuts: [cut('', '', (s) => drawSweater(s)), cut('v-neck', 'V领', (s) => drawSweater(s, 'v')), cut('turtleneck', '高领', (s) => drawSweater(s, 'turtle'))],
    colours: ['grey', 'navy', 'cream', 'red', 'black', 'green', 'mustard', 'beige', 'maroon', 'blue', 'pink', 'brown', 'white', 'teal', 'orange', 'purple', 'olive', 'rust', 'yellow'],
    patterns: ['plain', 'plain', 'striped', 'striped', 'geometric', 'colour block'], materials: ['knit', 'cashmere'], genders: ['Men', 'Women', 'Unisex'], seasons: COLD, price: [29, 129],
  },
  cardigan: {
    ...CLOTHING, en: 'cardigan', zh: '开衫', share: 7,
    cuts: [cut('', '', drawCardigan)],
    colours: ['grey', 'beige', 'navy', 'pink', 'cream', 'black', 'green', 'red', 'mustard', 'brown', 'lavender', 'teal', 'blue'],
    patterns: ['plain', 'plain', 'plain', 'striped', 'checked'], materials: ['knit', 'cashmere'], genders: ['Women', 'Women', 'Men'], seasons: COLD, price: [35, 110],
  },
  hoodie: {
    ...CLOTHING, en: 'hoodie', zh: '连帽卫衣', share: 12,
    cuts: [cut('', '', (s) => drawHoodie(s)), cut('zip-up', '拉链', (s) => drawHoodie(s, true))],
    colours: ['grey', 'black', 'navy', 'red', 'green', 'white', 'blue', 'pink', 'yellow', 'purple', 'orange', 'maroon', 'olive', 'teal', 'beige', 'lavender'],
    patterns: ['plain', 'plain', 'printed', 'colour block', 'camouflage'], materials: ['cotton', 'polyester'], genders: ['Unisex', 'Men', 'Women'], seasons: COLD, price: [29, 79],
  },
  jacket: {
    ...CLOTHING, en: 'jacket', zh: '夹克', share: 18,
    cuts: [
      cut('bomber', '飞行员', drawBomber, { materials: ['nylon'] }),
      cut('denim', '牛仔', drawDenimJacket, { materials: ['denim'] }),
      cut('leather', '皮', drawBikerJacket, { materials: ['leather'] }),
      cut('puffer', '羽绒服', drawPuffer, { whole: 'zh', materials: ['down'] }),
    ],
    colours: ['black', 'blue', 'brown', 'red', 'green', 'navy', 'olive', 'grey', 'yellow', 'white', 'orange', 'beige', 'maroon', 'pink', 'purple', 'teal', 'tan', 'silver'],
    patterns: ['plain', 'plain', 'plain', 'plain', 'plain', 'colour block', 'camouflage'], materials: ['nylon'], genders: ['Men', 'Women', 'Unisex'], seasons: COLD, price: [59, 249],
  },
  coat: {
    ...CLOTHING, en: 'coat', zh: '大衣', share: 13,
    cuts: [
      cut('', '', (s) => drawCoat(s)),
      cut('double-breasted', '双排扣', (s) => drawCoat(s, 'double')),
      cut('trench', '风衣', (s) => drawCoat(s, 'trench'), { whole: 'zh', materials: ['cotton'] }),
      cut('parka', '派克', drawParka, { materials: ['nylon'] }),
    ],
    colours: [...CLASSIC.slice(0, 9), 'red', 'pink', 'blue', 'green', 'mustard', 'cream', 'purple', 'maroon'],
    patterns: ['plain', 'plain', 'plain', 'checked'], materials: ['wool', 'cashmere'], genders: ['Women', 'Men'], seasons: COLD, price: [99, 349],
  },
  blazer: {
    ...CLOTHING, en: 'blazer', zh: '西装外套', share: 7,
    cuts: [cut('', '', drawBlazer)],
    colours: ['navy', 'black', 'grey', 'charcoal', 'beige', 'brown', 'blue', 'green', 'maroon', 'white', 'pink', 'red'],
    patterns: ['plain', 'plain', 'checked', 'pinstriped'], materials: ['wool', 'linen', 'cotton'], genders: ['Men', 'Women'], seasons: ALL_YEAR, price: [79, 259],
  },
  waistcoat: {
    ...CLOTHING, en: 'waistcoat', zh: '马甲', share: 4,
    cuts: [cut('', '', drawWaistcoat)], colours: CLASSIC, patterns: ['plain', 'checked', 'pinstriped'], materials: ['wool', 'cotton'], genders: ['Men', 'Women'], seasons: ALL_YEAR, price: [35, 99],
  },
  dress: {
    ...CLOTHING, en: 'dress', zh: '连衣裙', share: 32,
    cuts: [
      cut('a-line', 'A字', (s) => drawDress(s, DRESS_CUTS['a-line'])),
      cut('skater', '伞摆', (s) => drawDress(s, DRESS_CUTS.skater)),
      cut('maxi', '长款', (s) => drawDress(s, DRESS_CUTS.maxi)),
      cut('tiered', '蛋糕', (s) => drawDress(s, DRESS_CUTS.tiered)),
      cut('slip', '吊带', (s) => drawDress(s, DRESS_CUTS.slip)),
      cut('bodycon', '修身', (s) => drawDress(s, DRESS_CUTS.bodycon)),
      cut('shirt', '衬衫式', (s) => drawDress(s, DRESS_CUTS.shirt)),
      cut('wrap', '裹身', (s) => drawDress(s, DRESS_CUTS.wrap)),
    ],
    colours: ['red', 'black', 'blue', 'white', 'pink', 'green', 'yellow', 'navy', 'purple', 'teal', 'orange', 'maroon', 'cream', 'lavender', 'light blue', 'magenta', 'beige', 'grey', 'turquoise', 'peach', 'gold', 'brown', 'mustard'],
    patterns: ['plain', 'plain', 'plain', 'floral', 'floral', 'polka dot', 'striped', 'checked', 'leafy', 'leopard', 'geometric'],
    materials: ['cotton', 'silk', 'viscose', 'linen'], genders: ['Women'], seasons: ['Spring', 'Summer', 'Summer', 'Fall'], price: [29, 159],
  },
  skirt: {
    ...CLOTHING, en: 'skirt', zh: '半身裙', share: 13,
    cuts: [
      cut('a-line', 'A字', (s) => drawSkirt(s, SKIRT_CUTS['a-line'])),
      cut('pencil', '包臀', (s) => drawSkirt(s, SKIRT_CUTS.pencil)),
      cut('pleated', '百褶', (s) => drawSkirt(s, SKIRT_CUTS.pleated)),
      cut('maxi', '长款', (s) => drawSkirt(s, SKIRT_CUTS.maxi)),
      cut('mini', '迷你', (s) => drawSkirt(s, SKIRT_CUTS.mini)),
    ],
    colours: ['black', 'red', 'blue', 'pink', 'white', 'green', 'navy', 'yellow', 'beige', 'grey', 'purple', 'brown', 'orange', 'teal', 'maroon', 'olive', 'lavender'],
    patterns: ['plain', 'plain', 'plain', 'checked', 'floral', 'polka dot', 'striped', 'leopard', 'leafy'],
    materials: ['cotton', 'polyester', 'wool'], genders: ['Women'], seasons: ALL_YEAR, price: [22, 85],
  },
  jeans: {
    ...CLOTHING, en: 'jeans', zh: '牛仔裤', share: 14,
    cuts: [
      cut('straight', '直筒', (s) => drawJeans(s, JEANS_CUTS.straight)),
      cut('skinny', '紧身', (s) => drawJeans(s, JEANS_CUTS.skinny)),
      cut('flared', '喇叭', (s) => drawJeans(s, JEANS_CUTS.flared), { genders: ['Women'] }),
      cut('wide-leg', '阔腿', (s) => drawJeans(s, JEANS_CUTS.wide)),
    ],
    colours: DENIMS, patterns: ['plain'], materials: ['denim'], genders: ['Men', 'Women'], seasons: ALL_YEAR, price: [35, 119],
  },
  trousers: {
    ...CLOTHING, en: 'trousers', zh: '长裤', share: 10,
    cuts: [
      cut('tailored', '修身', (s) => drawTrousers(s, TROUSER_CUTS.tailored)),
      cut('wide-leg', '阔腿', (s) => drawTrousers(s, TROUSER_CUTS.wide)),
      cut('cropped', '九分', (s) => drawTrousers(s, TROUSER_CUTS.cropped)),
    ],
    colours: ['black', 'beige', 'grey', 'navy', 'khaki', 'brown', 'olive', 'charcoal', 'white', 'green', 'maroon', 'red', 'cream', 'blue', 'pink'],
    patterns: ['plain', 'plain', 'plain', 'checked', 'pinstriped'], materials: ['cotton', 'wool', 'linen', 'corduroy'], genders: ['Men', 'Women'], seasons: ALL_YEAR, price: [35, 110],
  },
  'track-pants': {
    ...CLOTHING, en: 'track pants', zh: '运动裤', share: 6,
    cuts: [cut('', '', drawTrackPants)], colours: ['black', 'grey', 'navy', 'red', 'green', 'blue', 'olive', 'maroon', 'pink', 'white'],
    patterns: ['plain', 'plain', 'camouflage'], materials: ['cotton', 'polyester'], genders: ['Men', 'Women', 'Unisex'], seasons: ALL_YEAR, price: [19, 65],
  },
  leggings: {
    ...CLOTHING, en: 'leggings', zh: '打底裤', share: 5,
    cuts: [cut('', '', drawLeggings)], colours: ['black', 'navy', 'grey', 'purple', 'maroon', 'teal', 'pink', 'green', 'blue', 'olive'],
    patterns: ['plain', 'plain', 'plain', 'geometric', 'leopard', 'floral', 'camouflage'], materials: ['nylon', 'cotton'], genders: ['Women'], seasons: ALL_YEAR, price: [15, 55],
  },
  shorts: {
    ...CLOTHING, en: 'shorts', zh: '短裤', share: 11,
    cuts: [
      cut('', '', (s) => drawShorts(s)),
      cut('sports', '运动', (s) => drawShorts(s, true), { materials: ['polyester'] }),
      cut('denim', '牛仔', (s) => drawJeans(s, {}, true), { materials: ['denim'] }),
    ],
    colours: ['khaki', 'blue', 'black', 'navy', 'beige', 'red', 'green', 'white', 'grey', 'olive', 'orange', 'pink', 'yellow', 'teal'],
    patterns: ['plain', 'plain', 'plain', 'striped', 'checked', 'leafy', 'floral', 'camouflage'], materials: ['cotton', 'linen'], genders: ['Men', 'Women', 'Unisex'], seasons: ['Summer'], price: [15, 59],
  },
} satisfies Record<string, ProductType>;
