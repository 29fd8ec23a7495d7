import { drawEyewear } from '../drawings/eyewear.ts';
import { drawWatch } from '../drawings/watches.ts';
import { ALL_YEAR, cut, LEATHERS, type ProductType, VIVID } from './product-type.ts';

const ACCESSORIES = { department: 'accessories', departmentZh: '配饰' } as const;
const LEATHER = { colours: LEATHERS.filter((colour) => colour !== 'gold' && colour !== 'silver') };
const STEEL = { materials: ['steel'], colours: ['silver', 'gold', 'black'] } as const;
const SPORTS = { materials: ['rubber'], colours: VIVID } as const;

export const WATCH_TYPES = {
  watch: {
    ...ACCESSORIES,
    en: 'watch',
    zh: '手表',
    share: 11,
    cuts: [
      cut('leather-strap', '皮带', (s) => drawWatch(s, { face: 'round', strap: 'leather' }), LEATHER),
      cut(
        'square leather-strap',
        '方形皮带',
        (s) => drawWatch(s, { face: 'square', strap: 'leather' }),
        LEATHER,
      ),
      cut('steel', '钢带', (s) => drawWatch(s, { face: 'round', strap: 'metal' }), STEEL),
      cut('square steel', '方形钢带', (s) => drawWatch(s, { face: 'square', strap: 'metal' }), STEEL),
      cut('digital', '电子', (s) => drawWatch(s, { face: 'square', strap: 'digital' }), SPORTS),
      cut('sports', '运动', (s) => drawWatch(s, { face: 'round', strap: 'rubber' }), SPORTS),
    ],
    colours: [
      'black',
      'brown',
      'silver',
      'blue',
      'gold',
      'tan',
      'red',
      'white',
      'green',
      'navy',
      'pink',
      'grey',
      'orange',
      'yellow',
      'purple',
      'maroon',
      'teal',
    ],
    patterns: ['plain'],
    materials: ['leather'],
    genders: ['Men', 'Women', 'Unisex'],
    seasons: ALL_YEAR,
    price: [39, 349],
  },
  sunglasses: {
    ...ACCESSORIES,
    en: 'sunglasses',
    zh: '太阳镜',
    share: 5,
    cuts: (['aviator:飞行员', 'wayfarer:方框', 'round:圆框', 'cat-eye:猫眼', 'sport:运动'] as const).map(
      (name) => {
        const [frame, zh] = name.split(':') as [
          'aviator' | 'wayfarer' | 'round' | 'cat-eye' | 'sport',
          string,
        ];
        return cut(frame === 'wayfarer' ? 'square' : frame, zh, (s) => drawEyewear(s, frame, true));
      },
    ),
    colours: [
      'black',
      'brown',
      'gold',
      'red',
      'silver',
      'blue',
      'white',
      'pink',
      'green',
      'grey',
      'purple',
      'yellow',
      'tan',
      'orange',
    ],
    patterns: ['plain', 'plain', 'plain', 'plain', 'leopard'],
    materials: ['acetate'],
    genders: ['Unisex', 'Women', 'Men'],
    seasons: ['Summer', 'Spring'],
    price: [19, 149],
  },
  glasses: {
    ...ACCESSORIES,
    en: 'glasses',
    zh: '眼镜',
    share: 4,
    cuts: (['rectangle:长方框', 'round:圆框', 'cat-eye:猫眼', 'wayfarer:方框'] as const).map((name) => {
      const [frame, zh] = name.split(':') as ['rectangle' | 'round' | 'cat-eye' | 'wayfarer', string];
      return cut(frame === 'wayfarer' ? 'square' : frame === 'rectangle' ? 'rectangular' : frame, zh, (s) =>
        drawEyewear(s, frame, false),
      );
    }),
    colours: [
      'black',
      'brown',
      'gold',
      'silver',
      'red',
      'blue',
      'purple',
      'green',
      'grey',
      'pink',
      'navy',
      'tan',
    ],
    patterns: ['plain', 'plain', 'plain', 'leopard'],
    materials: ['acetate'],
    genders: ['Unisex', 'Women', 'Men'],
    seasons: ALL_YEAR,
    price: [29, 139],
  },
} satisfies Record<string, ProductType>;
