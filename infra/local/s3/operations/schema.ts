import { z } from 'zod';

/** An element that is repeated, from once to `max` times: the parser gives one as itself, several as a list. */
export function oneOrMany<T extends z.ZodType>(item: T, { max }: { max: number }) {
  return z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(item).max(max));
}
