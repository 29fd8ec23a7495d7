import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../shared/index/filter.ts';
import { filterItems, forEachItem, hasItem } from '../../shared/index/filter-items.ts';
import { postingsOf } from '../../shared/index/postings.ts';
import { decodeShard, decodeTerms, encodeShard } from '../../shared/index/shard.ts';
import type { Attributes } from '../../shared/item.ts';
import { row } from './sample.ts';

/** Which of the items pass, by way of a shard, as a version does it. */
function passing(filter: unknown, items: readonly Attributes[]): boolean[] {
  const rows = [row('text', [1])];
  const { bytes } = encodeShard(
    items.map((attributes, i) => ({ id: String(i), attributes, rows })),
    { dimensions: 1, model: 'm' },
  );
  const shard = decodeShard(bytes);
  const terms = decodeTerms(shard.terms);
  const filtered = {
    items: shard.items,
    terms: () => terms,
    postings: () => postingsOf(shard, terms.length),
  };
  const bitmap = filterItems(compileFilter(filter), filtered);
  const listed: number[] = [];
  forEachItem(bitmap, (item) => listed.push(item));
  const passes = items.map((_, item) => hasItem(bitmap, item));
  expect(listed).toEqual([...passes.keys()].filter((item) => passes[item]));
  return passes;
}

const names = ['a', 'b', 'é', '__proto__', 'constructor'];
const scalar = fc.constantFrom<string | number | boolean>(
  'x',
  'y',
  '1',
  '',
  1,
  2,
  2.5,
  -1,
  0,
  -0,
  true,
  false,
);
const attributes = fc
  .dictionary(
    fc.constantFrom(...names),
    fc.oneof(scalar, fc.array(fc.constantFrom('x', 'y', '1'), { maxLength: 3 })),
    { maxKeys: 4 },
  )
  .map((entries) => Object.fromEntries(Object.entries(entries)) as Attributes);
const operators = fc.dictionary(
  fc.constantFrom('$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$exists'),
  fc.constant(0),
  { minKeys: 1, maxKeys: 3 },
);
const operand = (operator: string): fc.Arbitrary<unknown> => {
  if (operator === '$exists') return fc.boolean();
  if (operator === '$in' || operator === '$nin') return fc.array(scalar, { maxLength: 3 });
  return operator === '$eq' || operator === '$ne' ? scalar : fc.constantFrom(0, 1, 2, 2.5);
};
const condition = fc.oneof(
  scalar,
  operators.chain((of) =>
    fc.record(Object.fromEntries(Object.keys(of).map((name) => [name, operand(name)] as const))),
  ),
);
const { filter } = fc.letrec<{ filter: unknown }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.dictionary(fc.constantFrom(...names), condition, { maxKeys: 3 }),
    fc.record({ $and: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ $or: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }), a: condition }),
  ),
}));

/** The language read word for word, over plain objects. */
function naive(filter: unknown, attributes: Attributes): boolean {
  return Object.entries(filter as object).every(([name, inner]) => {
    if (name === '$and') return (inner as unknown[]).every((each) => naive(each, attributes));
    if (name === '$or') return (inner as unknown[]).some((each) => naive(each, attributes));
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const values: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
    if (typeof inner !== 'object') return values.includes(inner);
    return Object.entries(inner as object).every(([operator, operand]) => {
      const compares = (holds: (a: number, b: number) => boolean) =>
        values.some((each) => typeof each === 'number' && holds(each, operand as number));
      switch (operator) {
        case '$eq':
          return values.includes(operand);
        case '$ne':
          return !values.includes(operand);
        case '$in':
          return values.some((each) => (operand as unknown[]).includes(each));
        case '$nin':
          return !values.some((each) => (operand as unknown[]).includes(each));
        case '$gt':
          return compares((a, b) => a > b);
        case '$gte':
          return compares((a, b) => a >= b);
        case '$lt':
          return compares((a, b) => a < b);
        case '$lte':
          return compares((a, b) => a <= b);
        default:
          return (value !== undefined) === operand;
      }
    });
  });
}

describe('a filter', () => {
  it('passes what the language says, read word for word', () => {
    fc.assert(
      fc.property(filter, fc.array(attributes, { minLength: 1, maxLength: 8 }), (given, items) => {
        expect(passing(given, items)).toEqual(items.map((each) => naive(given, each)));
      }),
      { numRuns: 3000, seed: 1 },
    );
  });

  it('does so for more items than a word has bits, and for just as many', () => {
    const many = fc.constantFrom(31, 32, 33, 64, 100).chain((length) => {
      return fc.array(attributes, { minLength: length, maxLength: length });
    });
    fc.assert(
      fc.property(filter, many, (given, items) => {
        expect(passing(given, items)).toEqual(items.map((each) => naive(given, each)));
      }),
      { numRuns: 150, seed: 2 },
    );
  });

  it.each<[string, unknown, Attributes, boolean]>([
    ['equality matches an equal value', { c: 'dress' }, { c: 'dress' }, true],
    ['equality tells types apart', { n: 1 }, { n: '1' }, false],
    ['an array matches by any element', { tags: 'b' }, { tags: ['a', 'b'] }, true],
    ['$ne on an array wants no element equal', { tags: { $ne: 'b' } }, { tags: ['a', 'b'] }, false],
    ['$ne matches what lacks the attribute', { c: { $ne: 'x' } }, {}, true],
    ['$nin matches what lacks the attribute', { c: { $nin: ['x'] } }, {}, true],
    ['$nin: [] matches everything', { c: { $nin: [] } }, { c: 'x' }, true],
    ['$in: [] matches nothing', { c: { $in: [] } }, { c: 'x' }, false],
    ['{} filters nothing', {}, {}, true],
    ['a comparison does not match text', { c: { $gte: 0 } }, { c: '5' }, false],
    ['a comparison does not match a boolean', { c: { $gte: 0 } }, { c: true }, false],
    ['several on one field are AND', { p: { $gt: 1, $lt: 3 } }, { p: 3 }, false],
    ['several fields are AND', { p: 1, q: 2 }, { p: 1, q: 1 }, false],
    ['an empty array exists', { tags: { $exists: true } }, { tags: [] }, true],
    ['an empty array equals nothing', { tags: { $nin: ['a'], $ne: 'b' } }, { tags: [] }, true],
    ['$exists: false', { c: { $exists: false } }, { c: false }, false],
    ['$or takes one', { $or: [{ a: 1 }, { b: 1 }] }, { b: 1 }, true],
    ['$and and a field beside it', { $and: [{ a: 1 }], b: 2 }, { a: 1, b: 1 }, false],
    ['a name like a method of objects', { toString: 'x' }, {}, false],
    ['a number equal to negative zero', { n: -0 }, { n: 0 }, true],
  ])('%s', (_, given, item, verdict) => {
    expect(passing(given, [item])).toEqual([verdict]);
  });

  it('takes 64 conditions and each of them counts', () => {
    const given = { $or: Array.from({ length: 64 }, (_, i) => ({ n: i })) };
    const items = Array.from({ length: 66 }, (_, i) => ({ n: i }));
    expect(passing(given, items)).toEqual(items.map(({ n }) => n < 64));
  });

  const nested = (depth: number): unknown => (depth === 1 ? { a: 1 } : { $and: [nested(depth - 1)] });

  it('takes filters 8 deep', () => {
    expect(passing(nested(8), [{ a: 1 }, { a: 2 }])).toEqual([true, false]);
  });

  it.each<[string, unknown, string]>([
    ['no object', 'x', 'filter: expected an object, found "x"'],
    ['null', null, 'filter: expected an object, found null'],
    ['a list', [], 'filter: expected an object, found []'],
    ['an unknown operator', { a: { $regex: 'x' } }, 'filter.a: expected one of $eq, '],
    ['an inherited name as operator', { a: { toString: 1 } }, 'found "toString"'],
    [
      'an unknown operator of filters',
      { $not: {} },
      'filter: expected an attribute, $and or $or, found "$not"',
    ],
    ['null as value', { a: null }, 'filter.a: expected a string, a number or a boolean, found null'],
    ['a list as value', { a: ['x'] }, 'filter.a: expected a string, a number or a boolean, found ["x"]'],
    ['a text to compare', { a: { $lt: '5' } }, 'filter.a.$lt: expected a number, found "5"'],
    ['$in without a list', { a: { $in: 'x' } }, 'filter.a.$in: expected a list, found "x"'],
    [
      'null in a list',
      { a: { $in: ['x', null] } },
      'filter.a.$in[1]: expected a string, a number or a boolean',
    ],
    ['$exists without a boolean', { a: { $exists: 1 } }, 'filter.a.$exists: expected true or false, found 1'],
    ['no operators', { a: {} }, 'filter.a: expected one of $eq'],
    ['an empty $and', { $and: [] }, 'filter.$and: expected one filter or more, found []'],
    ['an $or of no list', { $or: { a: 1 } }, 'filter.$or: expected one filter or more, found {"a":1}'],
    ['an error inside', { $or: [{ a: 1 }, { b: { $gt: null } }] }, 'filter.$or[1].b.$gt: expected a number'],
    ['65 conditions', { $or: Array.from({ length: 65 }, () => ({ a: 1 })) }, 'at most 64 conditions'],
    ['9 deep', nested(9), 'expected objects at most 8 deep'],
  ])('is refused: %s', (_, given, message) => {
    expect(() => compileFilter(given)).toThrow(
      expect.objectContaining({ code: 'invalid_filter', message: expect.stringContaining(message) }),
    );
  });

  it('has no conditions where there is none', () => {
    expect(compileFilter(undefined).conditions).toEqual([]);
    expect(compileFilter({}).passes(new Int32Array(0))).toBe(-1);
  });
});
