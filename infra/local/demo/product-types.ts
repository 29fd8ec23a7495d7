import { ACCESSORY_TYPES, BAG_TYPES } from './types/accessories.ts';
import { CLOTHING_TYPES } from './types/clothing.ts';
import { FOOTWEAR_TYPES } from './types/footwear.ts';
import type { ProductType } from './types/product-type.ts';

const ALL = { ...CLOTHING_TYPES, ...FOOTWEAR_TYPES, ...BAG_TYPES, ...ACCESSORY_TYPES };

/** Everything that the demo can draw, in the order of the catalog. */
export const PRODUCT_TYPES: Record<ProductTypeName, ProductType> = ALL;
export type ProductTypeName = keyof typeof ALL;
export const PRODUCT_TYPE_NAMES = Object.keys(ALL) as ProductTypeName[];
