import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { en } from '../../functions/web/page/strings/en.ts';
import { readCsv } from '../../functions/web/page/views/import/csv.ts';
import { recordsOf } from '../../functions/web/page/views/import/csv-records.ts';
import { createPictureFinder } from '../../functions/web/page/views/import/find-picture.ts';
import { linesOf } from '../../functions/web/page/views/import/lines.ts';
import { readJsonLines, readRows } from '../../functions/web/page/views/import/read-rows.ts';
import { columnsOf, observe, readCells, rowOf } from '../../shared/import/csv.ts';
import { beginning } from '../../shared/import/records.ts';

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** The records of CSV as the import of the server finds them. */
async function recordsOnServer(bytes: Uint8Array) {
  async function* once() {
    yield bytes;
  }
  const records: { line: number; read: { cells: readonly string[] } | { fault: string } }[] = [];
  for await (const record of readCells(once(), beginning)) {
    const read = 'value' in record ? { cells: record.value } : { fault: record.fault };
    records.push({ line: record.line, read });
  }
  return records;
}

/** The same as the page finds them, with its faults in its own English. */
const recordsOnPage = (bytes: Uint8Array) =>
  recordsOf(linesOf(bytes)).map(({ line, read }) => ({
    line,
    read: 'fault' in read ? { fault: en.import[read.fault] } : read,
  }));

/** The rows as the import of the server reads them. */
async function rowsOnServer(text: string): Promise<unknown[]> {
  const cellsOf = (await recordsOnServer(encode(text))).map(({ read }) =>
    'cells' in read ? read.cells : [],
  );
  const [header, ...rows] = cellsOf;
  const columns = columnsOf(header!);
  for (const cells of rows) observe(columns, cells);
  return rows.flatMap((cells) => {
    const row = rowOf(columns, cells);
    return row && 'value' in row ? [row.value] : [];
  });
}

const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const written = (cell: string) => (/[",\n\r]/.test(cell) ? quote(cell) : cell);
const readText = (text: string) => readCsv(linesOf(encode(text)));

describe('the records of CSV', () => {
  const anyText = fc
    .array(
      fc.constantFrom('"', '"', ',', '\n', '\r\n', '\r', ' ', 'a', '连', '\u2028', '\ufeff', '7', '""'),
      {
        maxLength: 40,
      },
    )
    .map((parts) => parts.join(''));

  it('are those that the server finds, with the same faults, in whatever it is given', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        expect(recordsOnPage(encode(text))).toEqual(await recordsOnServer(encode(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it('are the same in bytes that are no UTF-8, and that costs no more than the lines it is in', async () => {
    const anyBytes = fc
      .array(fc.constantFrom(0x22, 0x2c, 0x0a, 0x0d, 0x61, 0xc1, 0xac, 0xe8, 0xbf, 0x9e, 0xef), {
        maxLength: 30,
      })
      .map((bytes) => Uint8Array.from(bytes));
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        const server = (await recordsOnServer(bytes)).map(({ read, ...record }) => ({
          ...record,
          // The page adds what to do about it.
          read: 'fault' in read && /UTF-8/.test(read.fault) ? { fault: en.import.notUtf8 } : read,
        }));
        expect(recordsOnPage(bytes)).toEqual(server);
      }),
      { numRuns: 1000 },
    );
  });

  it('are the ones that csv-parse reads from a whole file, with and without a byte order mark', () => {
    const cell = fc.string({
      unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', '连', '🙂', "'", ';', '\t'),
    });
    // A row of nothing but space is a blank line, which is none.
    const row = fc
      .array(cell, { minLength: 1, maxLength: 4 })
      .filter((cells) => cells.join('').trim() !== '');
    const file = fc.record({
      rows: fc.array(row, { minLength: 1, maxLength: 6 }),
      newline: fc.constantFrom('\n', '\r\n'),
      end: fc.boolean(),
      mark: fc.boolean(),
      quoteAll: fc.boolean(),
    });
    fc.assert(
      fc.property(file, ({ rows, newline, end, mark, quoteAll }) => {
        const lines = rows.map((cells) => cells.map(quoteAll ? quote : written).join(','));
        const text = `${mark ? '\ufeff' : ''}${lines.join(newline)}${end ? newline : ''}`;
        const options = { bom: true, relax_column_count: true, record_delimiter: newline };
        const found = recordsOf(linesOf(encode(text))).map(({ read }) =>
          'cells' in read ? read.cells : read,
        );
        expect(found).toEqual(parseCsv(text, options));
        expect(found).toEqual(rows);
      }),
      { numRuns: 500 },
    );
  });

  it('are given up where they are longer than any item, one line at a time', async () => {
    const lines = Array.from({ length: 9 }, (_, i) => `${i === 2 ? '"' : ''}${'x'.repeat(100_000)},${i}`);
    const text = lines.join('\n');
    const found = recordsOnPage(encode(text));
    expect(found.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(found.flatMap(({ read }) => ('fault' in read ? [read.fault] : []))).toEqual([en.import.longRow]);
    const server = await recordsOnServer(encode(text));
    expect(server.map(({ line, read }) => [line, 'fault' in read])).toEqual(
      found.map(({ line, read }) => [line, 'fault' in read]),
    );
  });
});

describe('CSV', () => {
  it('becomes the rows that the server makes of it', async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        'true',
        'false',
        '007',
        '7',
        '-1.5',
        '1e3',
        'NaN',
        'Infinity',
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
        const lines = rows.map((cells, i) => [`id${i}`, ...cells.map(String)].map(written).join(','));
        const text = ['id,title,images,size,__proto__', ...lines].join('\r\n');
        expect(readText(text).rows.map(({ row }) => row)).toEqual(await rowsOnServer(text));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps a column of whatever name', () => {
    const [row] = readText('id,title,__proto__\na,A,x').rows;
    expect(JSON.stringify(row?.row.attributes)).toBe('{"__proto__":"x"}');
  });

  it('tells what is no row by the line where it begins, and goes on', () => {
    const text = 'id,title,note\na,A,"two\nlines"\nb,B\nc,C,"x" y\n\nd,5" wide,ok\ne,E,ok\nf,F,"open';
    const { rows, faults } = readText(text);
    expect(rows.map(({ line }) => line)).toEqual([2, 8]);
    expect(faults.map(({ line, reason }) => [line, reason(en).text])).toEqual([
      [4, en.import.cells(3, 2)],
      [5, en.import.strayQuote],
      [7, en.import.bareQuote],
      [9, en.import.openQuote],
    ]);
  });

  it.each([
    ['without a title', 'id,name\na,b', en.import.noColumn('title', 'id, name')],
    ['with semicolons', 'id;title\na;b', en.import.noCommas('id;title')],
    ['with a column twice', 'id,title,id\n', en.import.twice('id')],
    ['with a column without a name', 'id,title,,x\n', en.import.badColumn(3, 64)],
    ['with a name that filters keep for themselves', 'id,$eq,title\n', en.import.badColumn(2, 64)],
    ['with a name that is too long', `id,title,${'长'.repeat(65)}\n`, en.import.badColumn(3, 64)],
  ])('with a header %s is refused as a whole, as the server does', (_, text, reason) => {
    const { rows, faults } = readText(text);
    expect(rows).toEqual([]);
    expect(faults.map((fault) => fault.reason(en).text)).toEqual([reason]);
    expect(() => columnsOf(text.split('\n')[0]!.split(','))).toThrow();
  });

  it('of nothing is nothing', () => {
    expect(readText('')).toEqual({ rows: [], faults: [] });
  });
});

describe('a file', () => {
  const file = (name: string, ...parts: BlobPart[]) => new File(parts, name);

  it('in UTF-16 is refused as such', async () => {
    const { rows, faults } = await readRows(file('a.csv', Uint8Array.of(0xff, 0xfe, 0x69, 0x00)));
    expect(rows).toEqual([]);
    expect(faults.map(({ line, reason }) => [line, reason(en).text])).toEqual([[1, en.import.utf16]]);
  });

  it('in another encoding loses the rows that it has other bytes in, and says how to save it', async () => {
    // 红 in GBK.
    const csv = file('a.csv', 'id,title\na,A\nb,', Uint8Array.of(0xba, 0xec), '\nc,C\n');
    const { rows, faults } = await readRows(csv);
    expect(rows.map(({ row }) => row.id)).toEqual(['a', 'c']);
    expect(faults.map(({ line, reason }) => [line, reason(en).text])).toEqual([[3, en.import.notUtf8]]);
    const { faults: ofLines } = await readRows(file('a.jsonl', '{"id":"', Uint8Array.of(0xba, 0xec), '"}'));
    expect(ofLines.map(({ reason }) => reason(en).text)).toEqual([en.import.notUtf8]);
  });

  it('may begin with a byte order mark', async () => {
    const { rows } = await readRows(file('a.JSONL', '\ufeff{"id":"a"}'));
    expect(rows.map(({ row }) => row)).toEqual([{ id: 'a' }]);
  });
});

describe('JSONL', () => {
  it('keeps the line of each row, and tells what is no object', () => {
    const { rows, faults } = readJsonLines(linesOf(encode('{"id":"a"}\r\n\n[1]\n{"id":\n{"id":"b"}\n')));
    expect(rows.map(({ line, row }) => [line, row.id])).toEqual([
      [1, 'a'],
      [5, 'b'],
    ]);
    expect(faults.map(({ line }) => line)).toEqual([3, 4]);
  });
});

describe('the pictures that were dropped along', () => {
  const file = (name: string, path = '') =>
    Object.defineProperty(new File([], name), 'webkitRelativePath', { value: path });

  it('are found by their path in the folder, or by their name', () => {
    const [front, other, plain] = [
      file('1.jpg', 'shop/front/1.jpg'),
      file('1.jpg', 'shop/back/1.jpg'),
      file('2.jpg'),
    ];
    const finder = createPictureFinder([front, other, plain]);
    expect(finder.take('front/1.jpg')).toBe(front);
    expect(finder.take('./shop/back/1.jpg')).toBe(other);
    expect(finder.find('pictures/2.jpg')).toBe(plain);
    expect(finder.find('3.jpg')).toBe('missing');
    expect(finder.unused()).toBe(1);
  });

  it('are none of them meant where the row could mean several', () => {
    const [top, inner] = [file('1.jpg', 'shop/1.jpg'), file('1.jpg', 'shop/front/1.jpg')];
    const two = [file('2.jpg', 'shop/front/2.jpg'), file('2.jpg', 'shop/back/2.jpg')];
    const finder = createPictureFinder([top, inner, ...two]);
    expect(finder.find('1.jpg')).toBe(top);
    expect(finder.find('2.jpg')).toBe('several');
    expect(finder.find('elsewhere/2.jpg')).toBe('several');
  });
});
