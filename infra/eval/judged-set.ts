import type { Item } from '../../shared/item.ts';

/** A catalog and queries of which a person has said what should be found. */
export interface JudgedSet {
  readonly directory: string;
  /** By id, in the order of the file. */
  readonly items: ReadonlyMap<string, JudgedItem>;
  readonly queries: readonly JudgedQuery[];
}

export interface JudgedItem {
  readonly line: number;
  /** As the catalog would keep it; `images` are paths within the directory. */
  readonly item: Item;
}

export interface JudgedQuery {
  readonly line: number;
  readonly sought:
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'image'; readonly path: string };
  readonly against: 'any' | 'text' | 'image';
  /** Grades above 0 by item id; what is not in it is not relevant. */
  readonly relevant: ReadonlyMap<string, number>;
  /** Ids that are left out of the ranking. */
  readonly exclude: ReadonlySet<string>;
}

export const itemsFile = 'items.jsonl';
export const queriesFile = 'queries.jsonl';
