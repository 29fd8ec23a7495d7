import { drawBelt, drawBottle, drawGloves, drawMug, drawScarf, drawTie, drawUmbrella } from '../drawings/accessories.ts';
import { drawBackpack, drawHandbag, drawSuitcase, drawTote, drawWallet } from '../drawings/bags.ts';
import { drawCap, drawHat } from '../drawings/headwear.ts';
import { drawBracelet, drawEarrings, drawNecklace, drawRing } from '../drawings/jewellery.ts';
import { drawEyewear, drawWatch } from '../drawings/watches-and-eyewear.ts';
import { cut, LEATHERS, type ProductType, VIVID } from './product-type.ts';

const BAGS = { department: 'bags', departmentZh: '箱包' } as const;
const ACCESSORIES = { department: 'accessories', departmentZh: '配饰' } as const;
const JEWELLERY = { department: 'jewellery', departmentZh: '首饰', genders: ['Women'] } as const;
const ALL_YEAR = ['Spring', 'Summer', 'Fall', 'Winter'] as const;
const COLD = ['Fall', 'Winter'] as const;

export const BAG_TYPES = {
  handbag: {
    ...BAGS, en: 'handbag', zh: '手提包', share: 18,
    cuts: [
      cut('', '', (s) => drawHandbag(s)),
      cut('bucket', '水桶', (s) => drawHandbag(s, 'bucket')),
      cut('hobo', '软皮', (s) => drawHandbag(s, 'hobo')),
      cut('chain', '链条', (s) => drawHandbag(s, 'flap')),
    ],
    colours: ['black', 'red', 'brown', 'pink', 'tan', 'beige', 'blue', 'green', 'white', 'yellow', 'navy', 'purple', 'maroon', 'grey', 'orange', 'teal', 'gold', 'cream', 'lavender'],
    patterns: ['plain', 'plain', 'plain', 'plain', 'leopard', 'checked', 'colour block', 'floral'], materials: ['leather'], genders: ['Women'], seasons: ALL_YEAR, price: [39, 259],
  },
  clutch: {
    ...BAGS, en: 'clutch', zh: '手拿包', share: 6,
    cuts: [cut('', '', (s) => drawHandbag(s, 'clutch'))], colours: ['gold', 'black', 'silver', 'red', 'pink', 'purple', 'blue', 'green', 'beige', 'maroon', 'navy', 'white'],
    patterns: ['plain', 'plain', 'plain', 'leopard', 'floral', 'geometric'], materials: ['leather', 'silk'], genders: ['Women'], seasons: ALL_YEAR, price: [25, 129],
  },
  'crossbody-bag': {
    ...BAGS, en: 'crossbody bag', zh: '斜挎包', share: 7,
    cuts: [cut('', '', (s) => drawHandbag(s, 'crossbody'))], colours: LEATHERS, patterns: ['plain', 'plain', 'plain', 'printed', 'colour block', 'camouflage'], materials: ['leather', 'canvas', 'nylon'], genders: ['Women', 'Unisex', 'Men'], seasons: ALL_YEAR, price: [29, 139],
  },
  tote: {
    ...BAGS, en: 'tote bag', zh: '托特包', share: 8,
    cuts: [cut('', '', drawTote)], colours: VIVID, patterns: ['plain', 'plain', 'printed', 'printed', 'striped', 'floral', 'polka dot', 'colour block', 'leafy'], materials: ['canvas', 'canvas', 'leather'], genders: ['Women', 'Unisex'], seasons: ALL_YEAR, price: [15, 119],
  },
  backpack: {
    ...BAGS, en: 'backpack', zh: '双肩包', share: 12,
    cuts: [cut('', '', (s) => drawBackpack(s)), cut('roll-top', '卷口', (s) => drawBackpack(s, 'roll-top')), cut('flap', '翻盖', (s) => drawBackpack(s, 'drawstring'))],
    colours: ['black', 'navy', 'grey', 'red', 'blue', 'green', 'olive', 'yellow', 'pink', 'orange', 'brown', 'purple', 'teal', 'maroon', 'beige', 'turquoise'],
    patterns: ['plain', 'plain', 'plain', 'colour block', 'printed', 'camouflage', 'checked', 'floral'], materials: ['nylon', 'canvas', 'polyester'], genders: ['Unisex', 'Men', 'Women'], seasons: ALL_YEAR, price: [29, 129],
  },
  suitcase: {
    ...BAGS, en: 'suitcase', zh: '拉杆箱', share: 5,
    cuts: [cut('', '', drawSuitcase)], colours: ['silver', 'black', 'blue', 'red', 'yellow', 'pink', 'green', 'navy', 'orange', 'teal', 'grey', 'white', 'purple'], patterns: ['plain'], materials: ['polycarbonate'], genders: ['Unisex'], seasons: ALL_YEAR, price: [69, 229],
  },
  wallet: {
    ...BAGS, en: 'wallet', zh: '钱包', share: 9,
    cuts: [cut('bifold', '对折', (s) => drawWallet(s)), cut('long', '长款', (s) => drawWallet(s, 'long'), { genders: ['Women'] }), cut('card', '卡位', (s) => drawWallet(s, 'open'))],
    colours: LEATHERS, patterns: ['plain', 'plain', 'plain', 'plain', 'checked', 'leopard', 'floral'], materials: ['leather'], genders: ['Men', 'Women'], seasons: ALL_YEAR, price: [15, 89],
  },
} satisfies Record<string, ProductType>;

const STEEL = { materials: ['steel'], colours: ['silver', 'gold', 'black'] } as const;
const SPORTS = { materials: ['rubber'], colours: VIVID } as const;

export const ACCESSORY_TYPES = {
  watch: {
    ...ACCESSORIES, en: 'watch', zh: '手表', share: 18,
    cuts: [
      cut('leather-strap', '皮带', (s) => drawWatch(s, { face: 'round', strap: 'leather' })),
      cut('square leather-strap', '方形皮带', (s) => drawWatch(s, { face: 'square', strap: 'leather' })),
      cut('steel', '钢带', (s) => drawWatch(s, { face: 'round', strap: 'metal' }), STEEL),
      cut('square steel', '方形钢带', (s) => drawWatch(s, { face: 'square', strap: 'metal' }), STEEL),
      cut('digital', '电子', (s) => drawWatch(s, { face: 'square', strap: 'digital' }), SPORTS),
      cut('sports', '运动', (s) => drawWatch(s, { face: 'round', strap: 'rubber' }), SPORTS),
    ],
    colours: ['black', 'brown', 'silver', 'blue', 'gold', 'tan', 'red', 'white', 'green', 'navy', 'pink', 'grey', 'orange', 'yellow', 'purple', 'maroon', 'teal'],
    patterns: ['plain'], materials: ['leather'], genders: ['Men', 'Women', 'Unisex'], seasons: ALL_YEAR, price: [39, 349],
  },
  sunglasses: {
    ...ACCESSORIES, en: 'sunglasses', zh: '太阳镜', share: 11,
    cuts: (['aviator:飞行员', 'wayfarer:方框', 'round:圆框', 'cat-eye:猫眼', 'sport:运动'] as const).map((name) => {
      const [frame, zh] = name.split(':') as ['aviator' | 'wayfarer' | 'round' | 'cat-eye' | 'sport', string];
      return cut(frame === 'wayfarer' ? 'square' : frame, zh, (s) => drawEyewear(s, frame, true));
    }),
    colours: ['black', 'brown', 'gold', 'red', 'silver', 'blue', 'white', 'pink', 'green', 'grey', 'purple', 'yellow', 'tan', 'orange'], patterns: ['plain', 'plain', 'plain', 'plain', 'leopard'], materials: ['acetate'], genders: ['Unisex', 'Women', 'Men'], seasons: ['Summer', 'Spring'], price: [19, 149],
  },
  glasses: {
    ...ACCESSORIES, en: 'glasses', zh: '眼镜', share: 7,
    cuts: (['rectangle:长方框', 'round:圆框', 'cat-eye:猫眼', 'wayfarer:方框'] as const).map((name) => {
      const [frame, zh] = name.split(':') as ['rectangle' | 'round' | 'cat-eye' | 'wayfarer', string];
      return cut(frame === 'wayfarer' ? 'square' : frame === 'rectangle' ? 'rectangular' : frame, zh, (s) => drawEyewear(s, frame, false));
    }),
    colours: ['black', 'brown', 'gold', 'silver', 'red', 'blue', 'purple', 'green', 'grey', 'pink', 'navy', 'tan'], patterns: ['plain', 'plain', 'plain', 'leopard'], materials: ['acetate'], genders: ['Unisex', 'Women', 'Men'], seasons: ALL_YEAR, price: [29, 139],
  },
  hat: {
    ...ACCESSORIES, en: 'hat', zh: '帽子', share: 9,
    cuts: [
      cut('fedora', '礼帽', (s) => drawHat(s), { whole: 'zh', materials: ['wool', 'straw'] }),
      cut('sun', '遮阳帽', (s) => drawHat(s, 'sun'), { whole: 'zh', materials: ['straw'], genders: ['Women'] }),
      cut('bucket', '渔夫帽', (s) => drawHat(s, 'bucket'), { whole: 'zh', materials: ['cotton'] }),
      cut('beret', '贝雷帽', (s) => drawHat(s, 'beret'), { whole: 'both', materials: ['wool'], genders: ['Women'] }),
    ],
    colours: ['beige', 'black', 'brown', 'red', 'navy', 'grey', 'cream', 'tan', 'green', 'white', 'pink', 'maroon', 'blue', 'khaki', 'yellow', 'purple'], patterns: ['plain', 'plain', 'plain', 'plain', 'checked', 'striped'], materials: ['wool'], genders: ['Unisex', 'Men', 'Women'], seasons: ALL_YEAR, price: [15, 69],
  },
  beanie: {
    ...ACCESSORIES, en: 'beanie', zh: '针织帽', share: 5,
    cuts: [cut('', '', (s) => drawHat(s, 'beanie'))], colours: VIVID, patterns: ['plain', 'plain', 'striped', 'geometric', 'colour block'], materials: ['knit'], genders: ['Unisex', 'Men', 'Women'], seasons: ['Winter', 'Fall'], price: [9, 35],
  },
  cap: {
    ...ACCESSORIES, en: 'cap', zh: '棒球帽', share: 9,
    cuts: [cut('', '', (s) => drawCap(s)), cut('', '', (s) => drawCap(s, 'front'))], colours: VIVID, patterns: ['plain', 'plain', 'plain', 'colour block', 'camouflage', 'checked'], materials: ['cotton', 'polyester'], genders: ['Unisex', 'Men', 'Women'], seasons: ['Summer', 'Spring'], price: [9, 35],
  },
  scarf: {
    ...ACCESSORIES, en: 'scarf', zh: '围巾', share: 10,
    cuts: [
      cut('', '', (s) => drawScarf(s)),
      cut('long', '长款', (s) => drawScarf(s, 'hanging')),
      cut('silk', '真丝', (s) => drawScarf(s, 'silk'), { materials: ['silk'], genders: ['Women'] }),
    ],
    colours: ['red', 'grey', 'navy', 'beige', 'green', 'black', 'mustard', 'pink', 'blue', 'brown', 'cream', 'maroon', 'purple', 'orange', 'teal', 'yellow', 'white'], patterns: ['plain', 'checked', 'checked', 'striped', 'floral', 'polka dot', 'leopard'], materials: ['wool', 'cashmere'], genders: ['Unisex', 'Women', 'Men'], seasons: COLD, price: [15, 95],
  },
  belt: {
    ...ACCESSORIES, en: 'belt', zh: '皮带', share: 7,
    cuts: [cut('', '', drawBelt)], colours: ['black', 'brown', 'tan', 'red', 'white', 'navy', 'maroon', 'beige', 'blue', 'green', 'grey', 'pink', 'gold', 'silver'], patterns: ['plain', 'plain', 'plain', 'plain', 'leopard'], materials: ['leather'], genders: ['Men', 'Women', 'Men'], seasons: ALL_YEAR, price: [15, 79],
  },
  tie: {
    ...ACCESSORIES, en: 'tie', zh: '领带', share: 8, genders: ['Men'],
    cuts: [cut('', '', (s) => drawTie(s))], colours: ['navy', 'red', 'blue', 'black', 'green', 'maroon', 'purple', 'grey', 'pink', 'yellow', 'orange', 'teal', 'gold', 'brown'], patterns: ['striped', 'plain', 'polka dot', 'checked', 'geometric', 'floral'], materials: ['silk'], seasons: ALL_YEAR, price: [15, 69],
  },
  'bow-tie': {
    ...ACCESSORIES, en: 'bow tie', zh: '领结', share: 4, genders: ['Men'],
    cuts: [cut('', '', (s) => drawTie(s, 'bow'))], colours: ['black', 'red', 'navy', 'white', 'blue', 'maroon', 'green', 'purple', 'pink', 'grey'], patterns: ['plain', 'polka dot', 'striped', 'checked'], materials: ['silk'], seasons: ALL_YEAR, price: [12, 45],
  },
  gloves: {
    ...ACCESSORIES, en: 'gloves', zh: '手套', share: 6,
    cuts: [cut('', '', (s) => drawGloves(s), { materials: ['leather', 'knit'] }), cut('mittens', '连指手套', (s) => drawGloves(s, 'mittens'), { whole: 'both', materials: ['knit'] })],
    colours: ['black', 'brown', 'red', 'grey', 'navy', 'beige', 'pink', 'green', 'blue', 'purple', 'mustard', 'white', 'maroon', 'tan'], patterns: ['plain', 'plain', 'plain', 'striped', 'geometric'], materials: ['leather'], genders: ['Women', 'Men', 'Unisex'], seasons: ['Winter'], price: [12, 79],
  },
  umbrella: {
    ...ACCESSORIES, en: 'umbrella', zh: '雨伞', share: 8,
    cuts: [cut('', '', (s) => drawUmbrella(s)), cut('', '', (s) => drawUmbrella(s)), cut('folded', '折叠', (s) => drawUmbrella(s, 'folded'))],
    colours: ['red', 'black', 'yellow', 'blue', 'navy', 'green', 'pink', 'purple', 'white', 'orange', 'teal', 'grey', 'turquoise', 'maroon'], patterns: ['plain', 'plain', 'polka dot', 'striped', 'floral', 'checked'], materials: ['polyester'], genders: ['Unisex'], seasons: ['Spring', 'Fall'], price: [12, 45],
  },
  earrings: {
    ...JEWELLERY, en: 'earrings', zh: '耳环', share: 9,
    cuts: [
      cut('hoop', '圈形', (s) => drawEarrings(s)),
      cut('drop', '水滴', (s) => drawEarrings(s, 'drop')),
      cut('stud', '耳钉', (s) => drawEarrings(s, 'stud'), { whole: 'zh' }),
      cut('tassel', '流苏', (s) => drawEarrings(s, 'tassel')),
    ],
    colours: ['gold', 'silver', 'gold', 'silver', 'red', 'blue', 'green', 'white', 'pink', 'purple', 'black', 'turquoise', 'orange', 'yellow'], patterns: ['plain'], materials: ['alloy'], seasons: ALL_YEAR, price: [9, 119],
  },
  necklace: {
    ...JEWELLERY, en: 'necklace', zh: '项链', share: 9,
    cuts: [
      cut('pendant', '吊坠', (s) => drawNecklace(s)),
      cut('beaded', '串珠', (s) => drawNecklace(s, 'beads')),
      cut('chain', '链条', (s) => drawNecklace(s, 'chain')),
      cut('heart', '心形', (s) => drawNecklace(s, 'heart')),
    ],
    colours: ['gold', 'silver', 'gold', 'silver', 'white', 'red', 'blue', 'green', 'pink', 'turquoise', 'purple', 'black', 'orange'], patterns: ['plain'], materials: ['alloy'], seasons: ALL_YEAR, price: [12, 159],
  },
  ring: {
    ...JEWELLERY, en: 'ring', zh: '戒指', share: 7,
    cuts: [cut('solitaire', '单石', (s) => drawRing(s)), cut('band', '素圈', (s) => drawRing(s, 'band')), cut('halo', '群镶', (s) => drawRing(s, 'halo'))],
    colours: ['gold', 'silver', 'gold', 'silver', 'red', 'blue', 'green', 'pink', 'purple', 'black', 'yellow', 'turquoise'], patterns: ['plain'], materials: ['alloy'], seasons: ALL_YEAR, price: [15, 259],
  },
  bracelet: {
    ...JEWELLERY, en: 'bracelet', zh: '手链', share: 6,
    cuts: [cut('bangle', '手镯', (s) => drawBracelet(s), { whole: 'both' }), cut('beaded', '串珠', (s) => drawBracelet(s, 'beads'))],
    colours: ['gold', 'silver', 'gold', 'silver', 'red', 'blue', 'green', 'brown', 'black', 'pink', 'turquoise', 'purple', 'white'], patterns: ['plain'], materials: ['alloy'], seasons: ALL_YEAR, price: [9, 99],
  },
  mug: {
    ...ACCESSORIES, department: 'home', departmentZh: '家居', en: 'mug', zh: '马克杯', share: 6,
    cuts: [cut('', '', drawMug)], colours: VIVID, patterns: ['plain', 'plain', 'printed', 'printed', 'striped', 'polka dot', 'floral', 'colour block'], materials: ['ceramic'], genders: ['Unisex'], seasons: ALL_YEAR, price: [7, 25],
  },
  'water-bottle': {
    ...ACCESSORIES, department: 'home', departmentZh: '家居', en: 'water bottle', zh: '水壶', share: 6,
    cuts: [cut('', '', drawBottle)], colours: VIVID, patterns: ['plain', 'plain', 'plain', 'printed', 'colour block', 'striped'], materials: ['steel'], genders: ['Unisex'], seasons: ALL_YEAR, price: [12, 39],
  },
} satisfies Record<string, ProductType>;
