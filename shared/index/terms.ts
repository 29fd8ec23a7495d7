import type { Attributes, AttributeValue } from '../item.ts';
import { compareUtf8 } from '../item.ts';

/** One value of an attribute; an array contributes each element, an empty one `null`. */
export type TermValue = string | number | boolean | null;

/** An attribute's name and one of its values. */
export type Term = readonly [name: string, value: TermValue];

/** The terms of an item, each once, in no order. */
export function termsOf(attributes: Attributes): Term[] {
  const terms = new Map<string, Term>();
  for (const [name, value] of Object.entries(attributes))
    for (const element of elementsOf(value)) {
      const term: Term = [name, element];
      terms.set(termKey(term), term);
    }
  return [...terms.values()];
}

/** Equal for equal terms only. */
export function termKey(term: Term): string {
  return JSON.stringify(term);
}

/** By name, then empty array, booleans, numbers, strings; each kind ascending, text by UTF-8 bytes. */
export function compareTerms([nameA, a]: Term, [nameB, b]: Term): number {
  if (nameA !== nameB) return compareUtf8(nameA, nameB);
  const kind = kindOf(a) - kindOf(b);
  if (kind !== 0) return kind;
  return typeof a === 'string' && typeof b === 'string' ? compareUtf8(a, b) : Number(a) - Number(b);
}

function elementsOf(value: AttributeValue): readonly TermValue[] {
  if (!Array.isArray(value)) return [value as Exclude<AttributeValue, readonly string[]>];
  return value.length === 0 ? [null] : value;
}

function kindOf(value: TermValue): number {
  return value === null ? 0 : ['boolean', 'number', 'string'].indexOf(typeof value) + 1;
}
