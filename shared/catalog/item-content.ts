import { TuwenError } from '../error.ts';
import { type AttributeValue, type ItemContent, limits } from '../item.ts';

/**
 * Whether two contents say the same of an item: an absent list or map is as good as an empty one, and the
 * order of attributes says nothing.
 */
export function sameContent(a: ItemContent, b: ItemContent): boolean {
  return canonical(a) === canonical(b);
}

/** JSON with the names of attributes in order. */
function canonical({ title, description, attributes = {}, images = [] }: ItemContent): string {
  const sorted: [string, AttributeValue][] = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([title, description ?? null, sorted, images]);
}

export function tooManyPictures(id: string): TuwenError {
  return new TuwenError(
    'too_large',
    `expected at most ${limits.attached} objects under catalog/${id}/, found one more`,
  );
}
