import { describe, expect, it } from 'vitest';
import { picturePathOf } from '../../../infra/cli/export-path.ts';

const hashed = /^pictures\/_\/[0-9a-f]{64}(\.[a-z]+)?$/;

describe('the path of a picture in an export', () => {
  it.each([
    ['catalog/sku-1/front.jpg', 'pictures/sku-1/front.jpg'],
    ['catalog/连衣裙 1/正面 1+1 %41.jpg', 'pictures/连衣裙 1/正面 1+1 %41.jpg'],
    ['catalog/a/b/c.png', 'pictures/a/b/c.png'],
    ['catalog/a/b', 'pictures/a/b'],
  ])('of %s is that of its key', (key, path) => {
    expect(picturePathOf(key, new Set())).toBe(path);
  });

  it.each([
    'catalog/a/../../../etc/passwd',
    'catalog/a/./b.jpg',
    'catalog/a//b.jpg',
    'catalog/a/.hidden',
    'catalog/a/b\\..\\c.jpg',
    'catalog/a/b\n.jpg',
    'catalog/a/b:c.jpg',
    'catalog/a/NUL.jpg',
    'catalog/a/b.jpg ',
    'catalog/a/b.jpg.part',
    'catalog/_/b.jpg',
    `catalog/${'鞋'.repeat(100)}/b.jpg`,
  ])('of %j is made of a hash', (key) => {
    expect(picturePathOf(key, new Set())).toMatch(hashed);
  });

  it('is never that of another key on a file system that minds no case', () => {
    const taken = new Set<string>();
    expect(picturePathOf('catalog/SKU/a.jpg', taken)).toBe('pictures/SKU/a.jpg');
    expect(picturePathOf('catalog/sku/A.jpg', taken)).toMatch(hashed);
  });
});
