import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../../infra/cli/journal.ts';

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-journal-'));
  file = join(directory, 'a.journal');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (url = 'http://a', fresh = false) => openJournal(file, { url, fresh });
const row = { line: 1, id: 'sku', sha256: 'aa' };

describe('the journal of an import', () => {
  it('knows rows by line and content, and pictures by key and content', () => {
    const first = open();
    first.addRows([row]);
    first.addPicture('catalog/sku/a.jpg', 'bb');
    first.close();
    const again = open();
    expect(again.hasRow(1, 'aa')).toBe(true);
    expect(again.hasRow(1, 'ab')).toBe(false);
    expect(again.hasRow(2, 'aa')).toBe(false);
    expect(again.hasPicture('catalog/sku/a.jpg', 'bb')).toBe(true);
    expect(again.hasPicture('catalog/sku/a.jpg', 'bc')).toBe(false);
    expect(again.sampleIds()).toEqual(['sku']);
    again.close();
  });

  it('keeps services apart, and knows the first again after the second', () => {
    const first = open();
    first.addRows([row]);
    first.close();
    const other = open('http://b');
    expect(other.hasRow(1, 'aa')).toBe(false);
    other.close();
    expect(open().hasRow(1, 'aa')).toBe(true);
  });

  it('is read up to a line that was cut off, and goes on after it', () => {
    const first = open();
    first.addRows([row]);
    first.close();
    appendFileSync(file, '{"picture":"catalog/sku/a.jpg","sha');
    const second = open();
    second.addPicture('catalog/sku/b.jpg', 'cc');
    second.close();
    const third = open();
    expect([third.hasRow(1, 'aa'), third.hasPicture('catalog/sku/b.jpg', 'cc')]).toEqual([true, true]);
    third.close();
  });

  it('forgets for good what it is told to, and all of it when begun afresh', () => {
    const first = open();
    first.addRows([row]);
    first.clear();
    first.addPicture('catalog/sku/b.jpg', 'cc');
    first.close();
    const second = open();
    expect([second.hasRow(1, 'aa'), second.hasPicture('catalog/sku/b.jpg', 'cc')]).toEqual([false, true]);
    second.close();
    const fresh = open('http://a', true);
    expect(fresh.hasPicture('catalog/sku/b.jpg', 'cc')).toBe(false);
    fresh.close();
  });

  it('says how to do without the place where it cannot be written', () => {
    expect(() => openJournal(join(directory, 'none', 'a'), { url: 'http://a', fresh: false })).toThrow(
      /cannot be written \(ENOENT\); name another with --journal/,
    );
  });
});
