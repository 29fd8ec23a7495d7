import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { readJudgedSet } from '../../../infra/eval/read-judged-set.ts';
import { type JudgedFiles, writeJudgedDirectory } from './judged-directory.ts';

const directories: string[] = [];
afterEach(async () => {
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

async function read(files: JudgedFiles) {
  const directory = await writeJudgedDirectory(files);
  directories.push(directory);
  return readJudgedSet(directory);
}

const shoe = { id: 'shoe', title: 'Red shoe' };
const asksForShoe = { text: 'shoe', relevant: { shoe: 1 } };
const picture = { 'shoe.jpg': 'not looked into here' };

/** @returns the lines of the refusal */
async function refusal(files: JudgedFiles): Promise<string[]> {
  const error = await read({ items: [shoe], queries: [asksForShoe], ...files }).then(
    () => undefined,
    (found: unknown) => found,
  );
  expect(error).toMatchObject({ name: 'EvaluationError' });
  return String(Object(error).message).split('\n');
}

describe('a judged set', () => {
  it('has the rows of an import with paths for pictures, and queries against any of them', async () => {
    const set = await read({
      items: [
        { ...shoe, attributes: { type: 'shoe' }, images: ['shoe.jpg'] },
        '',
        { id: '帽子', title: '帽子' },
      ],
      queries: [
        { text: '帽子', against: 'image', relevant: { 帽子: 2, shoe: 0.5 } },
        { image: './shoe.jpg', relevant: { 帽子: 1 }, exclude: ['shoe'] },
      ],
      files: picture,
    });
    expect([...set.items.values()]).toMatchObject([
      {
        line: 1,
        item: { id: 'shoe', title: 'Red shoe', attributes: { type: 'shoe' }, images: ['shoe.jpg'] },
      },
      { line: 3, item: { id: '帽子', attributes: {}, images: [] } },
    ]);
    expect(set.queries).toEqual([
      {
        line: 1,
        sought: { type: 'text', text: '帽子' },
        against: 'image',
        relevant: new Map(Object.entries({ 帽子: 2, shoe: 0.5 })),
        exclude: new Set(),
      },
      {
        line: 2,
        sought: { type: 'image', path: './shoe.jpg' },
        against: 'any',
        relevant: new Map([['帽子', 1]]),
        exclude: new Set(['shoe']),
      },
    ]);
  });

  it.each<[string, JudgedFiles, string[]]>([
    ['no JSON', { items: ['{"id": "shoe"'] }, ['items.jsonl:1: expected one JSON object on the line: …']],
    ['no object', { items: [['shoe']] }, ['items.jsonl:1: expected an object, found an array']],
    ['no title', { items: [{ id: 'shoe' }] }, ['items.jsonl:1: title: expected a string, found nothing']],
    [
      'a field that imports do not have',
      { items: [{ ...shoe, price: 3 }] },
      ['items.jsonl:1: expected no other fields, found "price"'],
    ],
    [
      'an id twice',
      { items: [shoe, shoe] },
      ['items.jsonl:2: expected each id once, found "shoe" on line 1 too'],
    ],
    [
      'a picture that is not there',
      { items: [{ ...shoe, images: ['lost.jpg'] }] },
      ['items.jsonl:1: expected a picture at lost.jpg, found no file'],
    ],
    [
      'a folder for a picture',
      { items: [{ ...shoe, images: ['pictures'] }], files: { 'pictures/shoe.jpg': '' } },
      ['items.jsonl:1: expected a picture at pictures, found no file'],
    ],
    [
      'a picture outside the directory',
      { items: [{ ...shoe, images: ['pictures/../../shoe.jpg'] }] },
      [
        'items.jsonl:1: images[0]: expected a path within the directory, found "pictures/../../shoe.jpg", which leaves it',
      ],
    ],
    [
      'an absolute path',
      { queries: [{ image: '/etc/hostname', relevant: { shoe: 1 } }] },
      ['queries.jsonl:1: image: expected a path from the directory on, found "/etc/hostname"'],
    ],
    [
      'text and image at once',
      { queries: [{ ...asksForShoe, image: 'shoe.jpg' }], files: picture },
      ['queries.jsonl:1: expected either text or image, found both'],
    ],
    [
      'neither text nor image',
      { queries: [{ relevant: { shoe: 1 } }] },
      ['queries.jsonl:1: expected either text or image, found neither'],
    ],
    [
      'nothing relevant',
      { queries: [{ text: 'shoe', relevant: {} }] },
      ['queries.jsonl:1: relevant: expected the id of a relevant item or more, found none'],
    ],
    [
      'a grade of nothing',
      { queries: [{ text: 'shoe', relevant: { shoe: 0 } }] },
      ['queries.jsonl:1: relevant.shoe: expected a grade above 0'],
    ],
    [
      'an unknown relevant id',
      { queries: [asksForShoe, { text: 'hat', relevant: { hat: 1 } }] },
      ['queries.jsonl:2: relevant: expected ids of items.jsonl, found "hat"'],
    ],
    [
      'an unknown excluded id',
      { queries: [{ ...asksForShoe, exclude: ['hat'] }] },
      ['queries.jsonl:1: exclude: expected ids of items.jsonl, found "hat"'],
    ],
    [
      'relevant and excluded at once',
      { queries: [{ ...asksForShoe, exclude: ['shoe'] }] },
      ['queries.jsonl:1: exclude: expected ids that are not relevant, found "shoe", which is'],
    ],
    [
      'against something else',
      { queries: [{ ...asksForShoe, against: 'titles' }] },
      ['queries.jsonl:1: against: expected "any" or "text" or "image", found "titles"'],
    ],
    [
      'a misspelt field',
      { queries: [{ ...asksForShoe, excludes: [] }] },
      ['queries.jsonl:1: expected no other fields, found "excludes"'],
    ],
    ['no items', { items: [] }, ['items.jsonl: expected an item or more, found none']],
    ['no queries', { queries: [] }, ['queries.jsonl: expected a query or more, found none']],
  ])('is refused with file and line: %s', async (_, files, expected) => {
    const lines = await refusal(files);
    expect(lines).toHaveLength(expected.length);
    for (const [i, line] of lines.entries()) {
      const [start, open] = expected[i]!.split('…') as [string, string | undefined];
      if (open === undefined) expect(line).toBe(start);
      else expect(line.startsWith(start)).toBe(true);
    }
  });

  it('is refused when a file is missing', async () => {
    const directory = await writeJudgedDirectory({ items: [shoe] });
    directories.push(directory);
    await expect(readJudgedSet(directory)).rejects.toThrow(
      `queries.jsonl: expected in ${directory}, found none`,
    );
  });

  it('tells the first faults of both files and how many more there are, and blames no query for a bad item', async () => {
    const bad = Array.from({ length: 6 }, (_, i) => ({ id: `item-${i}` }));
    const lines = await refusal({
      items: [shoe, ...bad],
      queries: [{ text: 'item', relevant: { 'item-0': 1 } }, ...bad],
    });
    expect(lines.filter((line) => line.startsWith('items.jsonl:'))).toHaveLength(6);
    expect(lines.filter((line) => line.startsWith('queries.jsonl:'))).toHaveLength(4);
    expect(lines.at(-1)).toBe('and 2 more');
    expect(lines.some((line) => line.startsWith('queries.jsonl:1:'))).toBe(false);
  });
});
