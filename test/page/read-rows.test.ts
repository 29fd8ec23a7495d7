import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { en } from '../../functions/web/page/strings/en.ts';
import { readCsv } from '../../functions/web/page/views/import/csv.ts';
import { createPictureFinder } from '../../functions/web/page/views/import/find-picture.ts';
import { readJsonLines } from '../../functions/web/page/views/import/read-rows.ts';
import { columnsOf, observe, readCells, rowOf } from '../../shared/import/csv.ts';
import { beginning } from '../../shared/import/records.ts';

/** The rows as the import of the server reads them. */
async function onServer(text: string): Promise<unknown[]> {
  async function* bytes() {
    yield new TextEncoder().encode(text);
  }
  const records: (readonly string[])[] = [];
  for await (const record of readCells(bytes(), beginning)) if ('value' in record) records.push(record.value);
  const [header, ...rows] = records;
  const columns = columnsOf(header!);
  for (const cells of rows) observe(columns, cells);
  return rows.flatMap((cells) => {
    const row = rowOf(columns, cells);
    return row && 'value' in row ? [row.value] : [];
  });
}

const quoted = (cell: string) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

describe('CSV', () => {
  it('is read as the server reads it', async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        'true',
        'false',
        '007',
        '7',
        '-1.5',
        '1e3',
        '',
        'a|b',
        'say "hi"',
        'x, y',
        'two\nlines',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll(/[\r\n]/g, ' ')),
    );
    const table = fc.array(fc.tuple(fc.integer({ min: 1, max: 999 }), cell, cell, cell), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const lines = rows.map((cells, i) => [`id${i}`, ...cells.map(String)].map(quoted).join(','));
        const text = ['id,title,images,size,note', ...lines].join('\r\n');
        expect(readCsv(text).rows.map(({ row }) => row)).toEqual(await onServer(text));
      }),
      { numRuns: 60 },
    );
  });

  it('tells what is no row by the line where it begins, and goes on', () => {
    const text = 'id,title,note\na,A,"two\nlines"\nb,B\nc,C,"x" y\n\nd,D,ok\ne,E,"open';
    const { rows, faults } = readCsv(text);
    expect(rows.map(({ line }) => line)).toEqual([2, 7]);
    expect(faults.map(({ line, reason }) => [line, reason(en)])).toEqual([
      [4, en.import.cells(3, 2)],
      [5, en.import.strayQuote],
      [8, en.import.openQuote],
    ]);
  });

  it('needs an id and a title, each once', () => {
    expect(readCsv('id,name\na,b').faults[0]!.reason(en)).toBe(en.import.noColumn('title'));
    expect(readCsv('id,title,id\n').faults[0]!.reason(en)).toBe(en.import.twice('id'));
    expect(readCsv('')).toEqual({ rows: [], faults: [] });
  });
});

describe('JSONL', () => {
  it('keeps the line of each row, and tells what is no object', () => {
    const { rows, faults } = readJsonLines('{"id":"a"}\n\n[1]\n{"id":\n{"id":"b"}\n');
    expect(rows.map(({ line, row }) => [line, row.id])).toEqual([
      [1, 'a'],
      [5, 'b'],
    ]);
    expect(faults.map(({ line }) => line)).toEqual([3, 4]);
  });
});

describe('the pictures that were dropped along', () => {
  it('are found by their path in the folder, or by their name', () => {
    const file = (name: string, path = '') =>
      Object.assign(new File([], name), path ? { webkitRelativePath: path } : {});
    const [front, other, plain] = [
      file('1.jpg', 'shop/front/1.jpg'),
      file('1.jpg', 'shop/back/1.jpg'),
      file('2.jpg'),
    ];
    const finder = createPictureFinder([front, other, plain]);
    expect(finder.take('front/1.jpg')).toBe(front);
    expect(finder.take('./shop/back/1.jpg')).toBe(other);
    expect(finder.find('pictures/2.jpg')).toBe(plain);
    expect(finder.find('3.jpg')).toBeUndefined();
    expect(finder.unused()).toBe(1);
  });
});
