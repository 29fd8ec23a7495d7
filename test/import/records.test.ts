import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, observe, readCells, rowOf } from '../../shared/import/csv.ts';
import { readJsonLines } from '../../shared/import/json-lines.ts';
import { beginning, type Position, type ReadRecord, recordBytes } from '../../shared/import/records.ts';

const encode = (text: string) => new TextEncoder().encode(text);

/** In chunks of so many bytes. */
async function* chunked(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

type Reader<T> = (chunks: AsyncIterable<Uint8Array>, from: Position) => AsyncGenerator<ReadRecord<T>>;

async function readAll<T>(read: Reader<T>, file: Uint8Array | string, from = beginning, size = 7) {
  const bytes = typeof file === 'string' ? encode(file) : file;
  const found: ReadRecord<T>[] = [];
  for await (const record of read(chunked(bytes.slice(from.offset), size), from)) found.push(record);
  return found;
}

/** Line and value, or line and fault. */
const told = <T>(records: readonly ReadRecord<T>[]) =>
  records.map((record) => [record.line, 'value' in record ? record.value : record.fault]);

describe('JSONL', { timeout: 30_000 }, () => {
  it('is read line by line, with BOM, CRLF, blank lines and no newline at the end', async () => {
    const file = '\ufeff{"id":"红"}\r\n\r\n  \n{"id":"b"}\n{"id":"👗"}';
    expect(told(await readAll(readJsonLines, file))).toEqual([
      [1, { id: '红' }],
      [4, { id: 'b' }],
      [5, { id: '👗' }],
    ]);
  });

  it('gives up lines that are no JSON or no UTF-8, and reads on', async () => {
    const file = Buffer.concat([encode('{"id":1}\n{"id":\n'), Buffer.of(0xff, 0x41, 10), encode('[]\nnull')]);
    expect(told(await readAll(readJsonLines, file))).toEqual([
      [1, { id: 1 }],
      [2, expect.stringContaining('expected one JSON object on the line')],
      [3, 'expected UTF-8, found other bytes'],
      [4, []],
      [5, null],
    ]);
  });

  it('passes over a line that is too long, however long, without keeping it', async () => {
    const long = `"${'x'.repeat(recordBytes * 3)}"`;
    const found = await readAll(readJsonLines, `1\n${long}\n2\n${long}`, beginning, 65_536);
    expect(told(found)).toEqual([
      [1, 1],
      [2, expect.stringContaining(`at most ${recordBytes} bytes`)],
      [3, 2],
      [4, expect.stringContaining(`at most ${recordBytes} bytes`)],
    ]);
  });

  it('in UTF-16 is refused as a whole', async () => {
    await expect(readAll(readJsonLines, Buffer.from('\ufeff{}', 'utf16le'))).rejects.toMatchObject({
      code: 'unsupported_media_type',
    });
  });

  it('that is empty has no rows', async () => {
    for (const file of ['', '\n', '\ufeff', ' \r\n ']) expect(await readAll(readJsonLines, file)).toEqual([]);
  });
});

describe('CSV', { timeout: 30_000 }, () => {
  it('is read with quotes, doubled quotes, commas and newlines in cells, BOM and CRLF', async () => {
    const file = '\ufeffid,title\r\na,"x, ""y""\r\nz"\r\n\r\n"",\r\n"红","""👗"""';
    expect(told(await readAll(readCells, file))).toEqual([
      [1, ['id', 'title']],
      [2, ['a', 'x, "y"\r\nz']],
      [5, ['', '']],
      [6, ['红', '"👗"']],
    ]);
  });

  it('loses one line to a quote that is never closed, and to nothing else', async () => {
    const file = 'a,b\n1,"open\n2,x\n3,y\n';
    expect(told(await readAll(readCells, file))).toEqual([
      [1, ['a', 'b']],
      [2, 'expected the quote that opens a cell to be closed'],
      [3, ['2', 'x']],
      [4, ['3', 'y']],
    ]);
  });

  it('loses one line to a quote that is closed far away, and to quotes in the wrong place', async () => {
    const file = 'a,b\n1,"open\n2,x\n3,"y"\n4,x "y" z\n5,a""b\n6,"a"b\n7,z';
    const found = told(await readAll(readCells, file));
    expect(found.filter(([, value]) => Array.isArray(value))).toEqual([
      [1, ['a', 'b']],
      [3, ['2', 'x']],
      [4, ['3', 'y']],
      [8, ['7', 'z']],
    ]);
    expect(found.map(([line]) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('loses one line to an open quote before more than a row may hold', async () => {
    const rest = Array.from({ length: 700 }, (_, i) => `${i},${'x'.repeat(1000)}`);
    const file = ['a,b', '1,"open', ...rest].join('\n');
    const found = await readAll(readCells, file, beginning, 65_536);
    expect(found).toHaveLength(702);
    expect(told(found.slice(0, 4))).toEqual([
      [1, ['a', 'b']],
      [2, expect.stringContaining('a quote that is never closed')],
      [3, ['0', 'x'.repeat(1000)]],
      [4, ['1', 'x'.repeat(1000)]],
    ]);
  });

  it('gives back any cells that were written by the rules, in chunks of any size, from any row on', async () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', '红', '👗', ' '),
      maxLength: 8,
    });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (table, size, bom) => {
        const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const file = `${bom ? '\ufeff' : ''}${table.map((cells) => cells.map(quoted).join(',')).join('\r\n')}`;
        const found = await readAll(readCells, file, beginning, size);
        expect(found.map((record) => 'value' in record && record.value)).toEqual(table);
        for (const [i, { next }] of found.entries())
          expect(await readAll(readCells, file, next, size)).toEqual(found.slice(i + 1));
      }),
      { numRuns: 300, seed: 20261123 },
    );
  });
});

describe('the columns of a CSV', { timeout: 30_000 }, () => {
  const parse = (header: string[], ...rows: string[][]) => {
    const columns = columnsOf(header);
    for (const cells of rows) observe(columns, cells);
    return rows.map((cells) => {
      const row = rowOf(columns, cells);
      return row && 'value' in row ? row.value : row?.fault;
    });
  };

  it('are numbers only where every value reads back as itself', () => {
    const header = ['id', 'title', 'price', 'code', 'big', 'exp', 'nan', 'minus', 'mixed'];
    expect(
      parse(
        header,
        ['a', 'A', '49.5', '007', '12345678901234567890', '1e21', 'NaN', '-0', '1'],
        ['b', 'B', '-3', '7', '1', '1.5e+300', 'Infinity', '1', 'x'],
      ),
    ).toEqual([
      {
        id: 'a',
        title: 'A',
        attributes: {
          price: 49.5,
          code: '007',
          big: '12345678901234567890',
          exp: '1e21',
          nan: 'NaN',
          minus: '-0',
          mixed: '1',
        },
      },
      {
        id: 'b',
        title: 'B',
        attributes: {
          price: -3,
          code: '7',
          big: '1',
          exp: '1.5e+300',
          nan: 'Infinity',
          minus: '1',
          mixed: 'x',
        },
      },
    ]);
  });

  it('are booleans only where every value is true or false', () => {
    expect(
      parse(['id', 'title', 'sale', 'new'], ['a', 'A', 'true', 'true'], ['b', 'B', 'false', 'True']),
    ).toEqual([
      { id: 'a', title: 'A', attributes: { sale: true, new: 'true' } },
      { id: 'b', title: 'B', attributes: { sale: false, new: 'True' } },
    ]);
  });

  it('leave out empty cells, which say nothing about a column, and part pictures', () => {
    expect(
      parse(
        ['id', 'title', 'description', 'images', 'price'],
        ['1', '2', '', '', ''],
        ['2', '3', '4', 'catalog/a/1| catalog/a/2 |', '5'],
      ),
    ).toEqual([
      { id: '1', title: '2' },
      {
        id: '2',
        title: '3',
        description: '4',
        images: ['catalog/a/1', 'catalog/a/2'],
        attributes: { price: 5 },
      },
    ]);
  });

  it('are not judged by rows of another width, which are refused', () => {
    expect(parse(['id', 'title', 'price'], ['a', 'A', '1'], ['b', 'B', 'x', 'y'], ['c', 'C'])).toEqual([
      { id: 'a', title: 'A', attributes: { price: 1 } },
      'expected 3 cells, found 4',
      'expected 3 cells, found 2',
    ]);
  });

  it.each([
    [['sku', 'title'], 'expected a column "id", found "sku", "title"'],
    [['id'], 'expected a column "title", found "id"'],
    [['id;title;price'], 'expected commas between the columns, found "id;title;price"'],
    [['id', 'title', 'x', 'x'], 'expected each column once, found "x" twice'],
    [['id', 'title', ''], 'column 3: expected a name, found an empty one'],
    [['id', 'title', '$eq'], 'column 3: expected a name that doesn\'t begin with $, found "$eq"'],
  ])('need a header that an import can have: %s', (header, reason) => {
    expect(() => columnsOf(header)).toThrow(reason);
  });
});
