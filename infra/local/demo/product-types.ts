import { ACCESSORY_TYPES } from './types/accessories.ts';
import { BAG_TYPES } from './types/bags.ts';
import { BOTTOM_TYPES } from './types/dresses-and-bottoms.ts';
import { FOOTWEAR_TYPES } from './types/footwear.ts';
import { JEWELLERY_TYPES } from './types/jewellery-and-home.ts';
import { OUTERWEAR_TYPES } from './types/outerwear.ts';
import type { ProductType } from './types/product-type.ts';
import { TOP_TYPES } from './types/tops.ts';
import { WATCH_TYPES } from './types/watches-and-eyewear.ts';

const ALL = {
  ...TOP_TYPES,
  ...OUTERWEAR_TYPES,
  ...BOTTOM_TYPES,
  ...FOOTWEAR_TYPES,
  ...BAG_TYPES,
  ...WATCH_TYPES,
  ...ACCESSORY_TYPES,
  ...JEWELLERY_TYPES,
};

/** Everything that the demo can draw, in the order of the catalog. */
export const PRODUCT_TYPES: Record<ProductTypeName, ProductType> = ALL;
export type ProductTypeName = keyof typeof ALL;
export const PRODUCT_TYPE_NAMES = Object.keys(ALL) as ProductTypeName[];
