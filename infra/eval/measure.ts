import { bootstrapMean, type Estimate } from '../../shared/evaluation/bootstrap.ts';
import type { JudgedQuery, JudgedSet } from './judged-set.ts';
import { type Measure, measuresOf } from './measures.ts';

/** Queries of one kind against rows of one kind. */
export interface Group {
  readonly query: 'text' | 'image';
  readonly against: JudgedQuery['against'];
  /** Of texts; absent for all of them together. */
  readonly language?: Language;
  readonly queries: number;
  /** Whether any query has more than one relevant item: where not, recall and hits are one. */
  readonly severalRelevant: boolean;
  readonly figures: readonly Figure[];
}

export type Language = 'Chinese' | 'English';

/** A measure's mean over queries with its interval, which holds 95 % of bootstrap resamples. */
export interface Figure extends Estimate {
  readonly measure: string;
  /** Those of which the measure says something. */
  readonly queries: number;
  /** The mean of the most that each query could reach. */
  readonly cap?: number;
  /** How much better than the first embedder's, query by query, where there are several. */
  readonly difference?: Estimate;
}

export interface MeasureOptions {
  readonly attributes: readonly string[];
  readonly seed: number;
}

export const resamples = 1000;
export const confidence = 0.95;

/** The ids that each query found, in the order of the queries. */
export type Rankings = readonly (readonly string[])[];

/** @param first what the first embedder found, to be compared with */
export function measure(
  set: JudgedSet,
  rankings: Rankings,
  options: MeasureOptions,
  first?: Rankings,
): Group[] {
  const measures = measuresOf(set, options.attributes);
  const estimate = (values: readonly number[]) =>
    bootstrapMean(values, { seed: options.seed, resamples, confidence });

  function figureOf(one: Measure, positions: readonly number[]): Figure | undefined {
    const values: number[] = [];
    const caps: number[] = [];
    const differences: number[] = [];
    for (const position of positions) {
      const query = set.queries[position]!;
      const value = one.valueOf(query, rankings[position]!);
      if (value === undefined) continue;
      values.push(value);
      const cap = one.capOf?.(query);
      if (cap !== undefined) caps.push(cap);
      if (first) differences.push(value - one.valueOf(query, first[position]!)!);
    }
    if (values.length === 0) return undefined;
    return {
      measure: one.name,
      queries: values.length,
      ...estimate(values),
      ...(caps.length > 0 && { cap: caps.reduce((sum, cap) => sum + cap, 0) / caps.length }),
      ...(first && { difference: estimate(differences) }),
    };
  }

  return groupsOf(set.queries).map(({ positions, ...group }) => ({
    ...group,
    queries: positions.length,
    severalRelevant: positions.some((position) => set.queries[position]!.relevant.size > 1),
    figures: measures.flatMap((one) => figureOf(one, positions) ?? []),
  }));
}

type Kind = Pick<Group, 'query' | 'against' | 'language'>;

/** Each direction as a whole and, of texts, each language; those that have queries. */
function groupsOf(queries: readonly JudgedQuery[]): (Kind & { positions: number[] })[] {
  const kinds = (['text', 'image'] as const).flatMap((query) =>
    (['any', 'text', 'image'] as const).flatMap((against): Kind[] => [
      { query, against },
      ...(query === 'text'
        ? (['English', 'Chinese'] as const).map((language) => ({ query, against, language }))
        : []),
    ]),
  );
  return kinds
    .map((kind) => {
      const positions = [...queries.keys()].filter((position) => isOf(queries[position]!, kind));
      return { ...kind, positions };
    })
    .filter(({ positions }) => positions.length > 0);
}

function isOf({ sought, against }: JudgedQuery, kind: Kind): boolean {
  if (sought.type !== kind.query || against !== kind.against) return false;
  if (kind.language === undefined || sought.type === 'image') return true;
  return languageOf(sought.text) === kind.language;
}

/** The two that the product is made for: Chinese is what has Chinese characters in it. */
function languageOf(text: string): Language {
  return /\p{Script=Han}/u.test(text) ? 'Chinese' : 'English';
}
