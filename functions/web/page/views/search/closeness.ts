/** In plain words what the number from 0 to 1 means that the model gives to a result. */
export type Closeness = 'excellent' | 'good' | 'fair' | 'weak';

/** From here on a result is called close: more likely a match than not. */
export const closeFrom = 0.5;

/** Under this nothing is really what was asked for. */
export const distantBelow = 0.25;

export function closenessOf(match: number): Closeness {
  if (match >= 0.75) return 'excellent';
  if (match >= closeFrom) return 'good';
  return match >= distantBelow ? 'fair' : 'weak';
}
