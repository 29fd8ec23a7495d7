import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeFrom, closenessOf } from '../../functions/web/page/views/search/closeness.ts';
import {
  asksForSomething,
  conditionsOf,
  emptyQuery,
  type Query,
  readQuery,
  requestOf,
  targetOf,
} from '../../functions/web/page/views/search/query.ts';
import { searchQuery } from '../../shared/api/search.ts';

const read = (address: string) => readQuery(new URLSearchParams(address));
const written = (query: Query) => targetOf(query).parameters!.toString();

describe('the query of an address', () => {
  it('is the query that the address was made of', () => {
    const text = fc.string({ unit: 'grapheme' });
    const share = fc.integer({ min: 1, max: 500 }).map((n) => n / 1000);
    const query: fc.Arbitrary<Query> = fc.record({
      text,
      pictureId: fc.constant('0123456789abcdef'),
      crop: fc.option(fc.record({ x: share, y: share, width: share, height: share }), { nil: undefined }),
      mix: fc.integer({ min: 0, max: 100 }),
      itemId: fc.option(fc.string({ unit: 'grapheme', minLength: 1 }), { nil: undefined }),
      withoutText: text,
      withoutItemId: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
      against: fc.constantFrom('any', 'image', 'text'),
      filter: fc.constantFrom(
        {},
        { colour: ['red', 'blue'] },
        { inStock: [true], size: [38, 40.5], price: { min: 5, max: 9.5 }, '价格 &=': { max: 3 } },
      ),
      onlyClose: fc.boolean(),
    });
    fc.assert(
      fc.property(query, (given) => {
        expect(read(written(given))).toEqual(given);
      }),
    );
  });

  it('takes no harm from an address that somebody has broken', () => {
    expect(read('crop=1-2&mix=999&filter=[1]&against=x')).toEqual(emptyQuery);
    expect(read('filter={"a":1,"b":[1,"x",null],"c":{"min":"5","max":6}}').filter).toEqual({
      b: [1, 'x'],
      c: { max: 6 },
    });
    // As filters they would be ones that nothing passes.
    expect(read('filter={"a":[],"b":[null],"c":{},"d":{"min":"5"}}').filter).toEqual({});
    expect(read('crop=900-0-200-100').crop).toBeUndefined();
  });

  it('asks for nothing while it only says what is unwanted', () => {
    expect(asksForSomething(read('without=lace&not=a'))).toBe(false);
    expect(asksForSomething(read('item=a'))).toBe(true);
  });
});

describe('the request for a query', () => {
  it('is one that the API takes', () => {
    const query = read('text=dress&item=a&without=lace&not=b&against=image&mix=70&filter={"c":["red"]}');
    const request = requestOf(query, 'AAAA');
    expect(searchQuery.safeParse(request).success).toBe(true);
    expect(request).toMatchObject({
      without: { text: 'lace', itemId: 'b' },
      weights: { text: 0.6, image: 1.4 },
      filter: { c: { $in: ['red'] } },
    });
  });

  it('weighs words and picture as the API does by itself while the slider is in the middle', () => {
    expect(requestOf(read('text=a'), 'AAAA').weights).toEqual({ text: 1, image: 1 });
  });

  it('asks the API to leave out what is not close only where that is wanted', () => {
    expect(requestOf(read('text=a&close=1'), undefined).minMatch).toBe(closeFrom);
    expect(closenessOf(closeFrom)).toBe('good');
    expect(requestOf(read('text=a'), undefined)).not.toHaveProperty('minMatch');
  });

  it('says ranges in the operators of the API', () => {
    expect(conditionsOf({ price: { min: 5, max: 10 }, size: { max: 3 } })).toEqual({
      price: { $gte: 5, $lte: 10 },
      size: { $lte: 3 },
    });
  });
});
