/** In plain words what the number from 0 to 1 means that the model gives to a result. */
export type Closeness = 'excellent' | 'good' | 'fair' | 'weak';

/** Under this nothing is really what was asked for. */
export const distantBelow = 0.25;

export function closenessOf(match: number): Closeness {
  if (match >= 0.75) return 'excellent';
  if (match >= 0.5) return 'good';
  return match >= distantBelow ? 'fair' : 'weak';
}
