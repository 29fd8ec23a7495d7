import { ndcgAt } from '../../shared/evaluation/ndcg.ts';
import { precisionAt, precisionCapAt } from '../../shared/evaluation/precision.ts';
import { hitAt, recallAt, recallCapAt, reciprocalRank } from '../../shared/evaluation/recall.ts';
import type { Item } from '../../shared/item.ts';
import type { JudgedQuery, JudgedSet } from './judged-set.ts';
import { rankingDepth } from './rank-queries.ts';

/** One measure of one query, from 0 to 1. */
export interface Measure {
  readonly name: string;
  /** Undefined where the measure says nothing of the query, which then does not count. */
  valueOf(query: JudgedQuery, ranking: readonly string[]): number | undefined;
  /** The most that any ranking could reach; where it is absent, that is 1 or nearly so. */
  capOf?(query: JudgedQuery): number | undefined;
}

const recallDepths = [1, 5, 10];
const depth = 10;

/** @param attributes names, or several joined by `+`, which then must all be equal */
export function measuresOf(set: JudgedSet, attributes: readonly string[]): Measure[] {
  const gradesOf = ({ relevant }: JudgedQuery, ranking: readonly string[]) =>
    ranking.map((id) => relevant.get(id) ?? 0);
  const reachable = (query: JudgedQuery) =>
    [...query.relevant.keys()].filter((id) => canMatch(set.items.get(id)!.item, query)).length;

  return [
    ...recallDepths.map((k): Measure => {
      return {
        name: `recall@${k}`,
        valueOf: (query, ranking) => recallAt(gradesOf(query, ranking), query.relevant.size, k),
        capOf: (query) => recallCapAt(query.relevant.size, reachable(query), k),
      };
    }),
    ...recallDepths.map((k): Measure => {
      return { name: `hit@${k}`, valueOf: (query, ranking) => hitAt(gradesOf(query, ranking), k) };
    }),
    {
      name: `nDCG@${depth}`,
      valueOf: (query, ranking) => ndcgAt(gradesOf(query, ranking), [...query.relevant.values()], depth),
    },
    { name: `MRR@${rankingDepth}`, valueOf: (query, ranking) => reciprocalRank(gradesOf(query, ranking)) },
    ...attributes.map((attribute) => precisionBy(set, attribute)),
  ];
}

/** Of the first ten, those that are of the kind that the best of what is relevant has in common. */
function precisionBy({ items }: JudgedSet, attribute: string): Measure {
  const names = attribute.split('+');
  const kinds = new Map([...items].map(([id, { item }]) => [id, kindOf(item, names)]));
  const sizes = new Map<string, number>();

  function soughtBy({ relevant }: JudgedQuery): string | undefined {
    const best = Math.max(...relevant.values());
    const ids = [...relevant].filter(([, grade]) => grade === best).map(([id]) => id);
    const kind = kinds.get(ids[0]!);
    return ids.every((id) => kinds.get(id) === kind) ? kind : undefined;
  }

  /** Items of the kind that could match, before any is left out. */
  function sizeOf(kind: string, against: JudgedQuery['against']): number {
    const key = `${against} ${kind}`;
    const known = sizes.get(key);
    if (known !== undefined) return known;
    const members = [...items].filter(
      ([id, { item }]) => kinds.get(id) === kind && canMatch(item, { against }),
    );
    sizes.set(key, members.length);
    return members.length;
  }

  return {
    name: `precision@${depth} by ${attribute}`,
    valueOf(query, ranking) {
      const kind = soughtBy(query);
      if (kind === undefined) return undefined;
      return precisionAt(
        ranking.map((id) => kinds.get(id) === kind),
        depth,
      );
    },
    capOf(query) {
      const kind = soughtBy(query);
      if (kind === undefined) return undefined;
      const left = [...query.exclude].filter(
        (id) => kinds.get(id) === kind && canMatch(items.get(id)!.item, query),
      );
      return precisionCapAt(sizeOf(kind, query.against) - left.length, depth);
    },
  };
}

/** Every item has a text. */
function canMatch({ images }: Item, { against }: Pick<JudgedQuery, 'against'>): boolean {
  return against !== 'image' || images.length > 0;
}

/** Equal for items that have equal values of all these attributes; undefined where one is missing. */
function kindOf({ attributes }: Item, names: readonly string[]): string | undefined {
  const values = names.map((name) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined));
  if (values.includes(undefined)) return undefined;
  return JSON.stringify(values.map((value) => (Array.isArray(value) ? value.toSorted() : value)));
}
