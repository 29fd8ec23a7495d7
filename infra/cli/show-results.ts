import { z } from 'zod';
import { tableOf } from './table.ts';

/** As much of a result as a table shows. */
const shownResult = z.object({
  id: z.string(),
  score: z.number(),
  via: z.string(),
  /** Where the model carries a calibration. */
  match: z.number().optional(),
  item: z.object({ title: z.string() }),
});

export function resultLines(results: unknown): string[] {
  const shown = z.array(shownResult).parse(results);
  if (shown.length === 0) return ['nothing found'];
  const hasMatch = shown.some(({ match }) => match !== undefined);
  return tableOf([
    ['score', ...(hasMatch ? ['match'] : []), 'via', 'id', 'title'],
    ...shown.map(({ id, score, via, match, item }) => [
      score.toFixed(4),
      ...(hasMatch ? [match === undefined ? '' : `${Math.round(100 * match)} %`] : []),
      via,
      id,
      item.title,
    ]),
  ]);
}
