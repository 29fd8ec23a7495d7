import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { embedItems, embedQueries } from '../../../infra/eval/embed-judged-set.ts';
import type { JudgedQuery, JudgedSet } from '../../../infra/eval/judged-set.ts';
import type { PreparedPictures } from '../../../infra/eval/prepare-pictures.ts';
import { rankingDepth, rankQueries } from '../../../infra/eval/rank-queries.ts';
import { createEmbedder } from '../../../shared/embedding/caller.ts';
import type { Embedder, EmbedOptions } from '../../../shared/embedding/embedder.ts';
import { createWorld, queryOf } from '../../world.ts';

/** Titles beside what pictures show, so that texts and pictures of an item differ; several are equal. */
const shop: Readonly<Record<string, readonly [title: string, ...pictures: string[]]>> = {
  'dress-1': ['red summer dress', 'red dress', 'red dress on a chair'],
  'dress-2': ['blue summer dress', 'blue dress'],
  'dress-3': ['blue summer dress', 'blue dress'],
  'hat-1': ['straw hat'],
  帽子: ['红色帽子', 'red hat', 'red hat'],
};

const bytesOf = (words: string) => Buffer.from(`picture of ${words}`);
const hashOf = (words: string) => createHash('sha256').update(bytesOf(words)).digest('hex');
const shown = [...new Set(Object.values(shop).flatMap(([, ...pictures]) => pictures))];
/** A picture's path is what it shows. */
const pictures: PreparedPictures = {
  hashes: new Map(shown.map((words) => [words, { hash: hashOf(words) }])),
  load: async (hash) => bytesOf(shown.find((words) => hashOf(words) === hash)!),
};

const queries = (['any', 'text', 'image'] as const).flatMap((against): JudgedQuery[] => [
  ask({ type: 'text', text: 'blue dress' }, against),
  ask({ type: 'text', text: '红色帽子' }, against),
  ask({ type: 'image', path: 'red hat' }, against),
]);

function ask(
  sought: JudgedQuery['sought'],
  against: JudgedQuery['against'],
  exclude: string[] = [],
): JudgedQuery {
  return { line: 1, sought, against, relevant: new Map([['dress-1', 1]]), exclude: new Set(exclude) };
}

function judged(asked: readonly JudgedQuery[], catalog = shop): JudgedSet {
  const item = { attributes: {}, attached: [], implicit: false, revision: 1, createdAt: '', updatedAt: '' };
  const items = Object.entries(catalog).map(([id, [title, ...images]]) => {
    return [id, { line: 1, item: { ...item, id, title, images } }] as const;
  });
  return { directory: '', items: new Map(items), queries: asked };
}

async function rank(set: JudgedSet, embedder: Embedder): Promise<(readonly string[])[]> {
  const options = { embedder, pictures, onProgress: () => {} };
  const { version, refused } = await embedItems(set, options);
  expect(refused).toBe(0);
  const vectors = await embedQueries(set, options);
  const rankings: (readonly string[])[] = [];
  for await (const ranking of rankQueries(set, { version, embedder, vectors, pictures }))
    rankings.push(ranking);
  return rankings;
}

describe('queries of a judged set', () => {
  it('find what the product finds, in its order', async () => {
    const world = createWorld();
    for (const [id, [title, ...shows]] of Object.entries(shop)) {
      await world.items.put(id, { title });
      for (const [i, words] of shows.entries()) {
        const event = await world.upload(`catalog/${id}/${i}.jpg`, words);
        await world.ingestPicture({ ...event, itemId: id }, world);
      }
    }
    await world.publish();
    const found = await rank(judged(queries), createEmbedder(world.adapter));
    for (const [i, { sought, against }] of queries.entries()) {
      const asked = sought.type === 'text' ? { text: sought.text } : { image: bytesOf(sought.path) };
      const answer = await world.searchItems.search(queryOf({ ...asked, against, topK: 100 }), world);
      expect(found[i]).toEqual(answer.results.map(({ id }) => id));
    }
    // The two blue dresses are equal in all, so their ids decide; the straw hat has no picture.
    expect(found[0]!.slice(0, 2)).toEqual(['dress-2', 'dress-3']);
    expect(found[6]).not.toContain('hat-1');
    expect(found[0]).toHaveLength(5);
  });

  it('leave out what they exclude, and nothing else', async () => {
    const embedder = createEmbedder(createWorld().adapter);
    const sought = { type: 'image', path: 'red hat' } as const;
    const [all, without] = await rank(
      judged([ask(sought, 'any'), ask(sought, 'any', ['帽子', 'dress-2'])]),
      embedder,
    );
    expect(all![0]).toBe('帽子');
    expect(without).toEqual(all!.filter((id) => id !== '帽子' && id !== 'dress-2'));
  });

  it('find as many as ever, however many are left out', async () => {
    const ids = Array.from({ length: rankingDepth + 20 }, (_, i) => `item-${String(i).padStart(3, '0')}`);
    const many = Object.fromEntries(ids.map((id): [string, [string]] => [id, ['red dress']]));
    const sought = { type: 'text', text: 'red dress' } as const;
    const [found] = await rank(
      judged([ask(sought, 'any', ids.slice(0, 7))], many),
      createEmbedder(createWorld().adapter),
    );
    expect(found).toEqual(ids.slice(7, 7 + rankingDepth));
  });

  it('are embedded as queries and items as documents, equal ones once', async () => {
    const embedder = createEmbedder(createWorld().adapter);
    const seen: Record<EmbedOptions['role'], string[]> = { query: [], document: [] };
    await rank(judged(queries), {
      ...embedder,
      embed(inputs, options) {
        for (const input of inputs)
          seen[options.role].push(input.type === 'text' ? input.text : Buffer.from(input.picture).toString());
        return embedder.embed(inputs, options);
      },
    });
    const titles = [...new Set(Object.values(shop).map(([title]) => title))];
    expect(seen.document.sort()).toEqual([...titles, ...shown.map((words) => `picture of ${words}`)].sort());
    expect(seen.query.sort()).toEqual(['blue dress', '红色帽子', 'picture of red hat'].sort());
  });
});
