import { describe, expect, it } from 'vitest';
import { chooseSpec } from '../../../../infra/local/demo/choose-spec.ts';
import { drawProduct } from '../../../../infra/local/demo/draw-product.ts';
import { mirrored, path } from '../../../../infra/local/demo/paths.ts';
import { PRODUCT_TYPE_NAMES, PRODUCT_TYPES } from '../../../../infra/local/demo/product-types.ts';
import { createRandom } from '../../../../infra/local/demo/random.ts';
import { anyScene } from '../../../../infra/local/demo/scenes.ts';

describe('drawing', () => {
  it('draws every cut of every type in its first colour, before any background', () => {
    const random = createRandom(5);
    for (const type of PRODUCT_TYPE_NAMES) {
      const { cuts, colours } = PRODUCT_TYPES[type];
      for (let cut = 0; cut < cuts.length; cut++) {
        const spec = chooseSpec(random, { type, cut, colour: colours[0]!, seed: cut });
        const svg = drawProduct(spec, anyScene(random));
        expect(svg, `${type} ${cut}`).not.toMatch(/NaN|undefined|Infinity/);
        expect(svg.length, `${type} ${cut}`).toBeGreaterThan(1500);
      }
    }
  });

  it('gives the same picture for the same spec, and another for another seed', () => {
    const spec = chooseSpec(createRandom(1), { type: 'dress', colour: 'red', pattern: 'floral', seed: 4 });
    expect(drawProduct(spec)).toBe(drawProduct({ ...spec }));
    expect(drawProduct({ ...spec, seed: 5 })).not.toBe(drawProduct(spec));
  });

  it('says which cuts there are where one is asked for that is not', () => {
    const spec = chooseSpec(createRandom(1), { type: 'tie', colour: 'navy', seed: 1 });
    expect(() => drawProduct({ ...spec, cut: 9 })).toThrow('expected one of the 1 cuts of tie, found 9');
  });

  it('makes a whole outline of its right half', () => {
    expect(mirrored(path`M0 0C1 2 3 4 ${5.04} 6L0 8`)).toBe('M0 0C1 2 3 4 5 6L0 8L-5 6C-3 4 -1 2 0 0Z');
  });
});
