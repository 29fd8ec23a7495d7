import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeIssue, parseItemRow } from '../../shared/item-schema.ts';

const good = { id: 'sku-1', title: 'Red dress' };

function faultOf(row: unknown): string {
  try {
    parseItemRow(row);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${error.code}: ${error.message}`;
  }
  throw new Error('expected the row to be refused');
}

describe('a row of an item', () => {
  it('is taken with everything an item may have', () => {
    const content = {
      title: '红色连衣裙',
      description: 'Silk',
      attributes: { price: 49.5, sale: true, colour: 'red', tags: ['a', 'b'], empty: [] },
      images: ['catalog/sku-1/a.jpg', 'catalog/其他/深/b.webp'],
    };
    expect(parseItemRow({ id: '裙-1', ...content })).toEqual({ id: '裙-1', content });
  });

  it('counts characters as people do, not in UTF-16 units', () => {
    expect(parseItemRow({ ...good, title: '👗'.repeat(500) }).content.title).toHaveLength(1000);
    expect(faultOf({ ...good, title: '👗'.repeat(501) })).toBe(
      'invalid_row: title: expected at most 500 characters, found 501',
    );
  });

  it.each([
    ['not an object', null, 'invalid_row: expected an object, found null'],
    ['an array', [good], 'invalid_row: expected an object, found an array'],
    ['without id', { title: 'x' }, 'invalid_id: id: expected a string, found nothing'],
    ['id a number', { id: 1, title: 'x' }, 'invalid_id: id: expected a string, found 1'],
    [
      'id with a slash',
      { id: 'a/b', title: 'x' },
      'invalid_id: expected an item id, without / ? # % \\ or control characters; found "/"',
    ],
    ['no title', { id: 'a' }, 'invalid_row: title: expected a string, found nothing'],
    ['blank title', { ...good, title: ' \n' }, 'title: expected words, found nothing but space'],
    ['null description', { ...good, description: null }, 'description: expected a string, found null'],
    ['unknown fields', { ...good, titel: 1, b: 2 }, 'expected no other fields, found "titel", "b"'],
    [
      'lone surrogate',
      { ...good, title: '\ud83d' },
      'title: expected well-formed Unicode, found half of a surrogate pair',
    ],
    [
      'attribute an object',
      { ...good, attributes: { size: { eu: 36 } } },
      'attributes.size: expected a string, a finite number, a boolean or an array of strings, found an object',
    ],
    [
      'attribute infinite',
      { ...good, attributes: JSON.parse('{"price": 1e999}') },
      'attributes.price: expected a string, a finite number, a boolean or an array of strings, found Infinity',
    ],
    [
      'attribute too long',
      { ...good, attributes: { note: 'x'.repeat(257) } },
      'attributes.note: expected at most 256 characters, found 257',
    ],
    [
      'mixed array',
      { ...good, attributes: { tags: ['a', 1] } },
      'attributes.tags[1]: expected a string, found 1',
    ],
    [
      'long array',
      { ...good, attributes: { tags: Array(33).fill('a') } },
      'attributes.tags: expected at most 32 elements, found 33',
    ],
    [
      'operator for a name',
      { ...good, attributes: { $eq: 1 } },
      'attributes.$eq: expected a name that doesn\'t begin with $, found "$eq"',
    ],
    ['empty name', { ...good, attributes: { '': 1 } }, 'attributes[""]: expected a name, found an empty one'],
    [
      'too many attributes',
      { ...good, attributes: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`a${i}`, i])) },
      'attributes: expected at most 64 attributes, found 65',
    ],
    [
      'picture elsewhere',
      { ...good, images: ['uploads/a.jpg'] },
      'images[0]: expected a key catalog/<item id>/<name> or an https:// URL, found "uploads/a.jpg"',
    ],
    [
      'URL that is not https',
      { ...good, images: ['http://user:secret@shop.example/a.jpg'] },
      'images[0]: expected an https:// URL, found http://',
    ],
    [
      'URL with a password',
      { ...good, images: ['https://user:secret@shop.example/a.jpg'] },
      'images[0]: expected a URL without user name and password, found one with them',
    ],
    [
      'URL that is none',
      { ...good, images: ['https://?token=secret'] },
      'images[0]: expected a valid https:// URL, found one that cannot be parsed',
    ],
    [
      'long URL',
      { ...good, images: [`https://shop.example/${'a'.repeat(2048)}`] },
      'images[0]: expected at most 2048 characters, found 2069',
    ],
    [
      'too many pictures',
      { ...good, images: Array(17).fill('catalog/a/b') },
      'images: expected at most 16 elements, found 17',
    ],
  ])('is refused with the reason: %s', (_, row, reason) => {
    expect(faultOf(row)).toContain(reason);
    expect(faultOf(row)).not.toContain('secret');
  });

  it('is refused when it would not fit into a record', () => {
    const tags = Array(32).fill('字'.repeat(256));
    const attributes = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`a${i}`, tags]));
    expect(faultOf({ ...good, attributes })).toBe(
      'invalid_row: expected an item of at most 262144 bytes as JSON',
    );
  });
});

describe('what is told of refused input', () => {
  it('names at most three faults and counts the rest', () => {
    const schema = z.strictObject({
      a: z.int(),
      b: z.enum(['x', 'y']),
      c: z.array(z.string()),
      d: z.boolean(),
    });
    const { error } = schema.safeParse({ a: 1.5, b: 'z', c: 'no', d: 0 }, { reportInput: true });
    expect(describeIssue(error!)).toBe(
      'a: expected a whole number, found 1.5; b: expected "x" or "y", found "z"; c: expected an array, found "no"; and 1 more',
    );
  });
});
