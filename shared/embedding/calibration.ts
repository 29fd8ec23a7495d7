import { createHash } from 'node:crypto';
import { z } from 'zod';
import { TuwenError } from '../error.ts';
import type { Modality } from '../item.ts';
import { describeIssue } from '../item-schema.ts';
import { type MatchMap, matchMap } from '../scan/match-map.ts';

/**
 * What a model's scores mean. Cosines of words with pictures lie lower than those of pictures with
 * pictures, so the same score is a fine match in one pair of modalities and none in the other; the
 * probability that a pair belongs together compares across them.
 */
export interface Calibration {
  /** Equal names mean equal maps: results that are ordered by different ones can't be paged as one list. */
  readonly name: string;
  /** From the score of a query of that kind with a row of that modality to the probability of a match. */
  readonly matchOf: Readonly<Record<QueryKind, Readonly<Record<Modality, MatchMap>>>>;
}

/** What a query was made of: `mixed` is fused from words and pictures. */
export type QueryKind = Modality | 'mixed';

/** Of a model's directory. */
export const calibrationFile = 'calibration.json';

/**
 * Reads the content of a calibration.json, found at `place`.
 *
 * @throws TuwenError `embedder_failed` that says where, what was expected and what was found.
 */
export function parseCalibration(content: string, place: string): Calibration {
  const fail = (problem: string, cause?: unknown) =>
    new TuwenError('embedder_failed', `${place} is no calibration: ${problem}`, { cause });
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw fail(`expected JSON: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
  const parsed = calibrationSchema.safeParse(json, { reportInput: true });
  if (!parsed.success) throw fail(describeIssue(parsed.error), parsed.error);
  const mapsOf = ({ text, image }: z.output<typeof pairSchema>) => ({
    text: matchMap(text),
    image: matchMap(image),
  });
  const { text: words, image: pictures, mixed } = parsed.data;
  return {
    name: createHash('sha256').update(JSON.stringify(parsed.data)).digest('hex').slice(0, 16),
    matchOf: { text: mapsOf(words), image: mapsOf(pictures), mixed: mapsOf(mixed) },
  };
}

/** Of unit vectors a cosine is at most 1; rounding to fp16 and f32 may take it a little further. */
const largestCosine = 1.01;

const curveSchema = z
  .object({
    /** Of the cosines of pairs that have nothing to do with each other. */
    mean: z.number(),
    spread: z.number().min(0),
    cosines: z.array(z.number().min(-largestCosine).max(largestCosine)).min(2),
    matches: z.array(z.number().min(0).max(1)),
  })
  .superRefine(({ cosines, matches }, context) => {
    const refuse = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (matches.length !== cosines.length)
      refuse(
        ['matches'],
        `expected as many as cosines, which are ${cosines.length}, found ${matches.length}`,
      );
    const level = cosines.findIndex((cosine, i) => i > 0 && cosine <= cosines[i - 1]!);
    if (level > 0)
      refuse(['cosines', level], `expected more than ${cosines[level - 1]}, found ${cosines[level]}`);
    const falling = matches.findIndex((match, i) => i > 0 && match < matches[i - 1]!);
    if (falling > 0)
      refuse(['matches', falling], `expected at least ${matches[falling - 1]}, found ${matches[falling]}`);
  });

/** By the modality of the row. */
const pairSchema = z.object({ text: curveSchema, image: curveSchema });
/** By the kind of the query. */
const calibrationSchema = z.object({ text: pairSchema, image: pairSchema, mixed: pairSchema });
