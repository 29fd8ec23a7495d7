import { TuwenError } from '../error.ts';
import { limits } from '../item.ts';
import type { TermValue } from './terms.ts';

/**
 * The filter language of Pinecone and Amazon S3 Vectors: `{"category": "dress", "price": {"$lte": 50}}`.
 * Compiled once, then evaluated by a version over its dictionary of terms.
 */
export interface CompiledFilter {
  /** The positive tests, each on the values of one attribute; at most 64. */
  readonly conditions: readonly FilterCondition[];
  /**
   * Which of 32 items pass, a bit each: of `held[i]` the same bits tell of which of them any value of its
   * attribute passes condition i.
   */
  readonly passes: (held: Int32Array) => number;
}

export interface FilterCondition {
  readonly name: string;
  readonly test: (value: TermValue) => boolean;
}

/**
 * Without conditions (`{}` or undefined) everything passes.
 *
 * @throws TuwenError `invalid_filter` that names the path, what was expected and what was found.
 */
export function compileFilter(filter: unknown): CompiledFilter {
  const conditions: FilterCondition[] = [];
  if (filter === undefined) return { conditions, passes: () => -1 };

  function condition(path: string, name: string, test: FilterCondition['test']): Verdict {
    const i = conditions.length;
    if (i === limits.filterConditions)
      throw invalid(path, `at most ${limits.filterConditions} conditions`, 'one more');
    conditions.push({ name, test });
    return (held) => held[i]!;
  }

  function object(value: unknown, path: string, depth: number): Verdict {
    if (!isObject(value)) throw invalid(path, 'an object', value);
    if (depth > limits.filterDepth)
      throw invalid(path, `objects at most ${limits.filterDepth} deep`, 'a deeper one');
    return all(
      Object.entries(value).map(([name, inner]) => {
        const innerPath = `${path}.${name}`;
        if (name === '$and') return all(list(inner, innerPath, depth));
        if (name === '$or') return any(list(inner, innerPath, depth));
        if (name.startsWith('$')) throw invalid(path, 'an attribute, $and or $or', name);
        if (isObject(inner)) return field(name, inner, innerPath);
        return condition(innerPath, name, isEqual(inner, innerPath));
      }),
    );
  }

  function list(value: unknown, path: string, depth: number): Verdict[] {
    if (!Array.isArray(value) || value.length === 0) throw invalid(path, 'one filter or more', value);
    return value.map((inner: unknown, i) => object(inner, `${path}[${i}]`, depth + 1));
  }

  function field(name: string, operators: Record<string, unknown>, path: string): Verdict {
    const entries = Object.entries(operators);
    if (entries.length === 0) throw invalid(path, `one of ${operatorNames}`, operators);
    return all(
      entries.map(([operator, operand]) => {
        const innerPath = `${path}.${operator}`;
        const make = Object.hasOwn(tests, operator) ? tests[operator as Operator] : undefined;
        if (!make) throw invalid(path, `one of ${operatorNames}`, operator);
        const verdict = condition(innerPath, name, make(operand, innerPath));
        const isNegated = operator === '$ne' || operator === '$nin' || (operator === '$exists' && !operand);
        return isNegated ? not(verdict) : verdict;
      }),
    );
  }

  const passes = object(filter, 'filter', 1);
  return { conditions, passes };
}

type Verdict = CompiledFilter['passes'];
type Test = FilterCondition['test'];
type Operator = keyof typeof tests;

/** For each operator the positive test of one value; `$ne`, `$nin` and `$exists: false` negate it for the item. */
const tests = {
  $eq: isEqual,
  $ne: isEqual,
  $in: isIn,
  $nin: isIn,
  $gt: comparison((value, bound) => value > bound),
  $gte: comparison((value, bound) => value >= bound),
  $lt: comparison((value, bound) => value < bound),
  $lte: comparison((value, bound) => value <= bound),
  $exists(operand: unknown, path: string): Test {
    if (typeof operand !== 'boolean') throw invalid(path, 'true or false', operand);
    return () => true;
  },
};

const operatorNames = Object.keys(tests).join(', ');

function isEqual(operand: unknown, path: string): Test {
  if (!isScalar(operand)) throw invalid(path, 'a string, a number or a boolean', operand);
  return (value) => value === operand;
}

function isIn(operand: unknown, path: string): Test {
  if (!Array.isArray(operand)) throw invalid(path, 'a list', operand);
  operand.forEach((element: unknown, i) => {
    if (!isScalar(element)) throw invalid(`${path}[${i}]`, 'a string, a number or a boolean', element);
  });
  const values = new Set<unknown>(operand);
  return (value) => values.has(value);
}

function comparison(holds: (value: number, bound: number) => boolean) {
  return (operand: unknown, path: string): Test => {
    if (typeof operand !== 'number' || !Number.isFinite(operand)) throw invalid(path, 'a number', operand);
    return (value) => typeof value === 'number' && holds(value, operand);
  };
}

function all(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 1) return verdicts[0]!;
  return (held) => {
    let bits = -1;
    for (const verdict of verdicts) bits &= verdict(held);
    return bits;
  };
}

function any(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 1) return verdicts[0]!;
  return (held) => {
    let bits = 0;
    for (const verdict of verdicts) bits |= verdict(held);
    return bits;
  };
}

function not(verdict: Verdict): Verdict {
  return (held) => ~verdict(held);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(path: string, expected: string, found: unknown): TuwenError {
  const text = (JSON.stringify(found) ?? String(found)).slice(0, 100);
  return new TuwenError('invalid_filter', `${path}: expected ${expected}, found ${text}`);
}
