/** A knotted map as calibration.json has it. */
export interface Knots {
  readonly cosines: readonly number[];
  readonly matches: readonly number[];
}

type Pair = { readonly text: Knots; readonly image: Knots };

/** The content of a calibration.json: the same map everywhere but where `pairs` says otherwise. */
export function calibrationOf(knots: Knots, pairs: Partial<Record<'text' | 'image' | 'mixed', Pair>> = {}) {
  const curve = ({ cosines, matches }: Knots) => ({ mean: 0.1, spread: 0.05, cosines, matches });
  const pairOf = ({ text, image }: Pair) => ({ text: curve(text), image: curve(image) });
  const same = { text: knots, image: knots };
  return {
    text: pairOf(pairs.text ?? same),
    image: pairOf(pairs.image ?? same),
    mixed: pairOf(pairs.mixed ?? same),
  };
}
