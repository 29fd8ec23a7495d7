import { createHash } from 'node:crypto';
import { XMLValidator } from 'fast-xml-parser';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { demoCatalog } from '../../../../infra/local/demo/catalog.ts';
import { renderProduct } from '../../../../infra/local/demo/render-product.ts';

const products = demoCatalog();
const withColour = (colour: string, category: string) =>
  products.filter(({ attributes }) => attributes.colour === colour && attributes.category === category);

describe('the demo catalog', () => {
  it('is the same byte for byte for the same seed, and another for another', () => {
    const digest = (seed?: number) =>
      createHash('sha256')
        .update(JSON.stringify(demoCatalog(seed)))
        .digest('hex');
    expect(digest()).toBe(digest(1));
    expect(digest(2)).not.toBe(digest(1));
  });

  it('holds some hundreds of products of many types and colours', () => {
    expect(products.length).toBeGreaterThanOrEqual(300);
    expect(new Set(products.map(({ attributes }) => attributes.category)).size).toBeGreaterThanOrEqual(30);
    expect(new Set(products.map(({ attributes }) => attributes.colour)).size).toBeGreaterThanOrEqual(18);
    expect(new Set(products.map(({ attributes }) => attributes.pattern)).size).toBeGreaterThanOrEqual(8);
  });

  it('gives every product an id of its own that may stand in a URL and in an object key', () => {
    expect(new Set(products.map(({ id }) => id)).size).toBe(products.length);
    for (const { id } of products) expect(id).toMatch(/^[a-z0-9-]+-\d\d$/);
  });

  it('names every product in English and in Chinese', () => {
    for (const { title, description } of products) {
      expect(title).toMatch(/^[A-Z][a-zA-Z -]+ [\p{Script=Han}A-Z]+$/u);
      expect(title).toMatch(/\p{Script=Han}/u);
      expect(description).toMatch(/[a-z]\. .*\p{Script=Han}.*。$/u);
    }
  });

  it('prices every product, and has most of them in stock', () => {
    for (const { attributes } of products) expect(attributes.price).toBeGreaterThan(1);
    const inStock = products.filter(({ attributes }) => attributes.inStock).length;
    expect(inStock / products.length).toBeGreaterThan(0.7);
    expect(inStock).toBeLessThan(products.length);
  });

  it.each([
    ['red', 'dress', 2],
    ['blue', 'jeans', 2],
    ['black', 'handbag', 2],
    ['white', 't-shirt', 2],
    ['white', 'sneakers', 2],
    ['black', 'boots', 2],
    ['gold', 'earrings', 2],
    ['silver', 'watch', 1],
    ['brown', 'belt', 1],
    ['yellow', 'umbrella', 1],
    ['navy', 'tie', 1],
    ['grey', 'hoodie', 1],
    ['green', 'jacket', 1],
    ['pink', 'skirt', 1],
  ])('has what people look for first: %s %s', (colour, category, atLeast) => {
    expect(withColour(colour, category).length).toBeGreaterThanOrEqual(atLeast);
  });
});

describe('a product’s picture', () => {
  it('is well-formed SVG without ids that nothing defines', () => {
    for (const { id, svg } of products) {
      expect(XMLValidator.validate(svg), id).toBe(true);
      expect(svg, id).not.toMatch(/NaN|undefined|Infinity/);
      const defined = new Set([...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
      for (const [, used] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(defined, id).toContain(used);
    }
  });

  it('renders to a small JPEG of 480×600 that shows something in its middle', async () => {
    for (const { id, svg } of products.filter((_, i) => i % 29 === 0)) {
      const jpeg = await renderProduct(svg);
      const picture = sharp(jpeg);
      expect(await picture.metadata(), id).toMatchObject({ format: 'jpeg', width: 480, height: 600 });
      expect(jpeg.length, id).toBeLessThan(80_000);
      const { channels } = await picture.stats();
      expect(Math.max(...channels.map(({ stdev }) => stdev)), id).toBeGreaterThan(6);
    }
  });

  it('renders at other widths too', async () => {
    const jpeg = await renderProduct(products[0]!.svg, { width: 128 });
    expect(await sharp(jpeg).metadata()).toMatchObject({ width: 128, height: 160 });
  });
});
