import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCursor, resolveCursor } from '../../shared/index/cursor.ts';
import { compileFilter } from '../../shared/index/filter.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import type { LoadedVersion } from '../../shared/index/loaded-version.ts';
import type { MatchOf, SearchHit, SearchQuery } from '../../shared/index/search-query.ts';
import type { IndexItem } from '../../shared/index/shard.ts';
import type { Modality } from '../../shared/item.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { matchMap } from '../../shared/scan/match-map.ts';
import { dot } from '../../shared/scan/typescript-kernel.ts';
import { row, writeVersion } from './sample.ts';

const dimensions = 2;
const query = Float32Array.of(1, 0);

/** A row's score is its first component: few distinct ones, so that ties are the rule. */
const rows = fc.record({
  modality: fc.constantFrom<Modality>('text', 'image'),
  score: fc.constantFrom(-0.5, 0, 0.125, 0.25, 0.5, 0.75, 1),
});
const catalogs = fc
  .array(fc.array(rows, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 40 })
  .map((items) =>
    items.map(
      (given, i): IndexItem => ({
        id: `i${String(i).padStart(2, '0')}`,
        attributes: { even: i % 2 === 0 },
        rows: given.map(({ modality, score }) => row(modality, [score, 0])),
      }),
    ),
  );
/** Knots that lie between scores, and level stretches. */
const maps = fc
  .array(fc.constantFrom(0, 0.25, 0.5, 1), { minLength: 4, maxLength: 4 })
  .map((matches) => matchMap({ cosines: [-0.5, 0.125, 0.3, 0.75], matches: matches.sort() }));
const matchOfs = fc.record({ text: maps, image: maps });

async function loaded(items: readonly IndexItem[]): Promise<LoadedVersion> {
  const objects = createMemoryObjectStore();
  const manifest = await writeVersion(objects, items, { dimensions, shardBytes: 600 });
  return loadVersion(objects, manifest, { kernel: 'typescript' });
}

/** Every item by its best row, all of them, by sorting. */
function expected(
  items: readonly IndexItem[],
  matchOf: MatchOf,
  { against = 'any', exclude = [], filter }: Omit<SearchQuery, 'query' | 'topK'>,
): SearchHit[] {
  const byMatch = (a: { match: number; score: number }, b: { match: number; score: number }) =>
    b.match - a.match || b.score - a.score;
  return items
    .flatMap(({ id, rows, attributes }, position) => {
      const [best] = rows
        .filter(({ modality }) => against === 'any' || modality === against)
        .map(({ modality, vector }) => {
          const score = dot(query, vector, 0);
          return { position, id, score, via: modality, match: matchOf[modality](score) };
        })
        .sort(byMatch);
      const isLeftOut = exclude.includes(position) || (filter && !attributes.even);
      return best && !isLeftOut ? [best] : [];
    })
    .sort((a, b) => byMatch(a, b) || a.position - b.position);
}

describe('search by match', () => {
  it('gives, page by page through cursors, what sorting every row would', async () => {
    const asked = fc.record({
      against: fc.constantFrom<'any' | Modality>('any', 'any', 'text', 'image'),
      topK: fc.integer({ min: 1, max: 9 }),
      exclude: fc.array(fc.nat({ max: 12 }), { maxLength: 2 }),
      isFiltered: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(catalogs, matchOfs, asked, async (items, matchOf, { isFiltered, ...options }) => {
        const version = await loaded(items);
        const filter = isFiltered ? { filter: compileFilter({ even: true }) } : {};
        const bound = { fingerprint: '0011223344556677', calibration: '8899aabbccddeeff' };
        const found: SearchHit[] = [];
        // No longer than it may take, so that a page that repeats fails rather than hangs.
        for (let cursor: string | undefined; found.length <= items.length; ) {
          const after = cursor === undefined ? {} : { after: resolveCursor(cursor, { version, ...bound }) };
          const page = await version.search({ query, matchOf, ...options, ...filter, ...after });
          found.push(...page);
          const last = page.at(-1);
          if (!last || page.length < options.topK) break;
          const { fingerprint, calibration } = bound;
          const calibrated = { calibration, match: last.match! };
          const place = { fingerprint, calibrated, score: last.score, id: last.id };
          cursor = encodeCursor({ version: version.version, ...place });
        }
        expect(found).toEqual(expected(items, matchOf, { ...options, ...filter }));
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it('ranks a lower score of a modality whose scores are low before a higher one of the other', async () => {
    const version = await loaded([
      { id: 'said', attributes: {}, rows: [row('text', [0.5, 0])] },
      { id: 'shown', attributes: {}, rows: [row('text', [0.25, 0]), row('image', [0.375, 0])] },
    ]);
    const identity = (score: number) => score;
    const matchOf = { text: identity, image: (score: number) => 2 * score };
    expect(await version.search({ query, topK: 5, matchOf })).toEqual([
      { id: 'shown', position: 1, score: 0.375, match: 0.75, via: 'image' },
      { id: 'said', position: 0, score: 0.5, match: 0.5, via: 'text' },
    ]);
    expect((await version.search({ query, topK: 5 })).map(({ id }) => id)).toEqual(['said', 'shown']);
  });

  it('refuses to go on after a place without its match', async () => {
    const version = await loaded([{ id: 'a', attributes: {}, rows: [row('text', [0.5, 0])] }]);
    const matchOf = { text: () => 1, image: () => 1 };
    const after = { score: 0.5, position: 0 };
    await expect(version.search({ query, topK: 1, matchOf, after })).rejects.toThrow(
      'a place that has a match',
    );
  });
});
