import type { Texture } from './patterns.ts';

/** What products are made of, and how its surface is drawn. */
export const MATERIALS = {
  cotton: { en: 'cotton', zh: '纯棉', texture: 'none' },
  linen: { en: 'linen', zh: '亚麻', texture: 'none' },
  silk: { en: 'silk', zh: '真丝', texture: 'none' },
  viscose: { en: 'viscose', zh: '人造丝', texture: 'none' },
  polyester: { en: 'polyester', zh: '聚酯纤维', texture: 'none' },
  nylon: { en: 'nylon', zh: '尼龙', texture: 'none' },
  knit: { en: 'cotton knit', zh: '针织棉', texture: 'knit' },
  cashmere: { en: 'cashmere', zh: '羊绒', texture: 'knit' },
  wool: { en: 'wool', zh: '羊毛', texture: 'wool' },
  corduroy: { en: 'corduroy', zh: '灯芯绒', texture: 'rib' },
  denim: { en: 'denim', zh: '牛仔布', texture: 'denim' },
  canvas: { en: 'canvas', zh: '帆布', texture: 'denim' },
  leather: { en: 'leather', zh: '皮革', texture: 'leather' },
  suede: { en: 'suede', zh: '麂皮', texture: 'none' },
  mesh: { en: 'breathable mesh', zh: '透气网布', texture: 'mesh' },
  straw: { en: 'straw', zh: '草编', texture: 'straw' },
  down: { en: 'down', zh: '羽绒', texture: 'none' },
  rubber: { en: 'rubber', zh: '橡胶', texture: 'none' },
  acetate: { en: 'acetate', zh: '板材', texture: 'none' },
  steel: { en: 'stainless steel', zh: '不锈钢', texture: 'none' },
  alloy: { en: 'plated alloy', zh: '合金镀层', texture: 'none' },
  stones: { en: 'crystal', zh: '水晶', texture: 'none' },
  ceramic: { en: 'ceramic', zh: '陶瓷', texture: 'none' },
  polycarbonate: { en: 'polycarbonate', zh: '聚碳酸酯', texture: 'none' },
} as const satisfies Record<string, { en: string; zh: string; texture: Texture }>;

export type MaterialName = keyof typeof MATERIALS;
