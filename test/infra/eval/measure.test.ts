import { describe, expect, it } from 'vitest';
import type { JudgedQuery, JudgedSet } from '../../../infra/eval/judged-set.ts';
import { type Group, measure, type Rankings } from '../../../infra/eval/measure.ts';
import type { Attributes } from '../../../shared/item.ts';

/** Twelve red shoes and two blue hats; the last shoe and the last hat have no picture. */
const catalog = new Map<string, { attributes: Attributes; images: string[] }>();
for (let i = 0; i < 12; i++)
  catalog.set(`shoe-${i}`, { attributes: { type: 'shoe', colour: 'red' }, images: i < 11 ? ['a.jpg'] : [] });
for (let i = 0; i < 2; i++)
  catalog.set(`hat-${i}`, { attributes: { type: 'hat', colour: 'blue' }, images: i < 1 ? ['a.jpg'] : [] });
catalog.set('red-hat', { attributes: { type: 'hat', colour: 'red' }, images: ['a.jpg'] });
catalog.set('plain', { attributes: {}, images: [] });

type Asked = Partial<Pick<JudgedQuery, 'against'>> & {
  text?: string;
  relevant: Record<string, number>;
  exclude?: string[];
};

function judged(asked: readonly Asked[]): JudgedSet {
  const unused = { title: 'title', attached: [], implicit: false, revision: 1, createdAt: '', updatedAt: '' };
  return {
    directory: '',
    items: new Map([...catalog].map(([id, own]) => [id, { line: 1, item: { id, ...unused, ...own } }])),
    queries: asked.map(({ text, against = 'any', relevant, exclude = [] }, i) => ({
      line: i + 1,
      sought: text === undefined ? { type: 'image', path: 'a.jpg' } : { type: 'text', text },
      against,
      relevant: new Map(Object.entries(relevant)),
      exclude: new Set(exclude),
    })),
  };
}

const options = { attributes: ['type', 'colour', 'type+colour'], seed: 1 };
const figuresOf = (group: Group | undefined) =>
  Object.fromEntries(
    group!.figures.map(({ measure: name, mean, cap, queries }) => [name, { mean, cap, queries }]),
  );
const shoes = Array.from({ length: 12 }, (_, i) => `shoe-${i}`);

describe('the figures of an evaluation', () => {
  it('are grouped by what is asked against what, and texts by language', () => {
    const relevant = { 'shoe-0': 1 };
    const set = judged([
      { text: 'red shoe', relevant },
      { text: '红色 shoe', relevant },
      { text: 'shoe', against: 'image', relevant },
      { against: 'image', relevant },
      { against: 'text', relevant },
    ]);
    const groups = measure(
      set,
      set.queries.map(() => shoes),
      options,
    );
    expect(
      groups.map(({ query, against, language, queries }) => [query, against, language, queries]),
    ).toEqual([
      ['text', 'any', undefined, 2],
      ['text', 'any', 'English', 1],
      ['text', 'any', 'Chinese', 1],
      ['text', 'image', undefined, 1],
      ['text', 'image', 'English', 1],
      ['image', 'text', undefined, 1],
      ['image', 'image', undefined, 1],
    ]);
  });

  it('are means over queries of the group', () => {
    const set = judged([
      { text: 'shoe', relevant: { 'shoe-0': 1 } },
      { text: 'hat', relevant: { 'hat-0': 2, 'hat-1': 1 } },
    ]);
    const [group] = measure(
      set,
      [
        ['hat-0', 'shoe-0'],
        ['hat-1', 'plain', 'hat-0'],
      ],
      options,
    );
    const figures = figuresOf(group);
    expect(figures['recall@1']).toEqual({ mean: (0 + 0.5) / 2, cap: (1 + 0.5) / 2, queries: 2 });
    expect(figures['recall@5']?.mean).toBe(1);
    expect(figures['hit@1']?.mean).toBe(0.5);
    expect(figures['MRR@100']?.mean).toBe((1 / 2 + 1) / 2);
    const ndcg = [1 / Math.log2(3), (1 + 2 / 2) / (2 + 1 / Math.log2(3))];
    expect(figures['nDCG@10']?.mean).toBeCloseTo((ndcg[0]! + ndcg[1]!) / 2, 12);
    expect(group).toMatchObject({ severalRelevant: true });
  });

  it('count the kind of the best of what is relevant, where it is one, beside what the gallery could give', () => {
    const set = judged([
      // The best are shoes alike; that a hat is relevant too does not matter.
      { against: 'image', relevant: { 'shoe-0': 2, 'shoe-1': 2, 'hat-0': 1 } },
      // Only two hats have a picture, and one of them is left out.
      { against: 'image', relevant: { 'red-hat': 1 }, exclude: ['hat-0'] },
      // A shoe and a hat agree in colour alone.
      { against: 'image', relevant: { 'shoe-0': 1, 'red-hat': 1 } },
      // Of this one nothing is known.
      { against: 'image', relevant: { plain: 1 } },
    ]);
    const found = ['shoe-0', 'red-hat', 'shoe-1', 'plain'];
    const figures = figuresOf(
      measure(
        set,
        set.queries.map(() => found),
        options,
      )[0],
    );
    expect(figures['precision@10 by type']).toEqual({
      mean: (0.2 + 0.1) / 2,
      cap: (1 + 0.1) / 2,
      queries: 2,
    });
    // Eleven shoes and a hat are red and have a picture.
    expect(figures['precision@10 by colour']).toEqual({ mean: expect.closeTo(0.3), cap: 1, queries: 3 });
    expect(figures['precision@10 by type+colour']).toEqual({
      mean: expect.closeTo((0.2 + 0.1) / 2),
      cap: (1 + 0.1) / 2,
      queries: 2,
    });
    // What has no picture can't be found by one.
    expect(figures['recall@10']?.cap).toBe(3 / 4);
  });

  it('have no precision where no query has the attribute', () => {
    const set = judged([{ text: 'plain', relevant: { plain: 1 } }]);
    expect(Object.keys(figuresOf(measure(set, [['plain']], options)[0]))).toEqual([
      ...['recall@1', 'recall@5', 'recall@10', 'hit@1', 'hit@5', 'hit@10', 'nDCG@10', 'MRR@100'],
    ]);
  });

  it('tell how much better than the first embedder, query by query', () => {
    const set = judged(Array.from({ length: 20 }, () => ({ text: 'shoe', relevant: { 'shoe-0': 1 } })));
    const found = (every: number): Rankings =>
      set.queries.map((_, i) => (i % every === 0 ? ['shoe-0'] : ['plain', 'shoe-0']));
    const [alone] = measure(set, found(4), options);
    expect(alone!.figures[0]).not.toHaveProperty('difference');
    const [[recall]] = measure(set, found(2), options, found(4)).map(({ figures }) => figures) as [
      [Group['figures'][0]],
    ];
    expect(recall).toMatchObject({ mean: 0.5, difference: { mean: 0.25 } });
    // Where one is right the other is too, so they differ more surely than their own intervals tell.
    const { low, high } = recall.difference!;
    expect(low).toBeGreaterThan(0);
    expect(high - low).toBeLessThan(recall.high - recall.low);
    const same = measure(set, found(4), options, found(4))[0]!.figures[0]!;
    expect(same.difference).toEqual({ mean: 0, low: 0, high: 0 });
  });
});
