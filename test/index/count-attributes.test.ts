import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostFrequent } from '../../shared/index/count-attributes.ts';
import { compileFilter } from '../../shared/index/filter.ts';
import { loadVersion } from '../../shared/index/load-version.ts';
import type { IndexItem } from '../../shared/index/shard.ts';
import type { Attributes } from '../../shared/item.ts';
import { createMemoryObjectStore } from '../../shared/objects/memory-object-store.ts';
import { row, writeVersion } from './sample.ts';

const values = fc.oneof(
  fc.constantFrom('red', 'blue', '红', '1', 'true'),
  fc.constantFrom(0, 1, 2.5),
  fc.boolean(),
  fc.array(fc.constantFrom('red', 'blue', '红'), { maxLength: 4 }),
);
const catalogs = fc.array(
  fc.dictionary(fc.constantFrom('a', 'b', 'é', '__proto__', 'constructor'), values, {
    noNullPrototype: true,
  }),
  { minLength: 1, maxLength: 30 },
);

async function loaded(catalog: readonly Attributes[], shardBytes = 700) {
  const objects = createMemoryObjectStore();
  const items = catalog.map((attributes, i): IndexItem => {
    return { id: `i${String(i).padStart(2, '0')}`, attributes, rows: [row('text', [1, 0])] };
  });
  const manifest = await writeVersion(objects, items, { dimensions: 2, shardBytes });
  return loadVersion(objects, manifest, { kernel: 'typescript' });
}

/** The same by looking at every item. */
function expected(catalog: readonly Attributes[], passes: (attributes: Attributes) => boolean) {
  const counts = new Map<string, { items: number; values: Map<unknown, number> }>();
  for (const attributes of catalog)
    for (const [name, value] of Object.entries(attributes)) {
      const ofName = counts.get(name) ?? { items: 0, values: new Map() };
      counts.set(name, ofName);
      const weight = passes(attributes) ? 1 : 0;
      ofName.items += weight;
      for (const element of new Set(Array.isArray(value) ? value : [value]))
        ofName.values.set(element, (ofName.values.get(element) ?? 0) + weight);
    }
  return counts;
}

describe('counting attributes', () => {
  it('gives, over any number of shards, what looking at every item would', async () => {
    await fc.assert(
      fc.asyncProperty(catalogs, fc.boolean(), async (catalog, isFiltered) => {
        const version = await loaded(catalog);
        const filter = compileFilter(isFiltered ? { a: { $ne: 'red' } } : {});
        const passes = ({ a }: Attributes) =>
          !isFiltered || !(a === 'red' || (Array.isArray(a) && a.includes('red')));
        expect(version.countAttributes({ filter })).toEqual(expected(catalog, passes));
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('counts the attributes asked for only', async () => {
    const version = await loaded([{ a: 1, b: 2 }, { b: 3 }]);
    expect([...version.countAttributes({ names: new Set(['b', 'nowhere']) }).keys()]).toEqual(['b']);
  });

  it('tells the most frequent values first, then booleans, numbers and text, each ascending', async () => {
    const version = await loaded([
      { a: ['红', 'red'] },
      { a: 'red' },
      { a: 10 },
      { a: 9 },
      { a: true },
      { a: [] },
      { a: 'blue' },
    ]);
    const counts = version.countAttributes().get('a')!;
    expect(counts.items).toBe(7);
    expect(mostFrequent(counts, 100)).toEqual([
      { value: 'red', count: 2 },
      { value: true, count: 1 },
      { value: 9, count: 1 },
      { value: 10, count: 1 },
      { value: 'blue', count: 1 },
      { value: '红', count: 1 },
    ]);
    expect(mostFrequent(counts, 2)).toHaveLength(2);
  });
});
