import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRowStorage, StorageError } from '../../shared/index/row-storage.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-rows-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('files of rows', () => {
  it('give back what was written, wherever and in whatever order', async () => {
    const file = createRowStorage({ directory }).create();
    await file.write(Uint8Array.of(7, 8, 9), 5);
    await file.write(Uint8Array.of(1, 2, 3, 4, 5), 0);
    const found = new Uint8Array(8);
    file.read(found, 0);
    expect([...found]).toEqual([1, 2, 3, 4, 5, 7, 8, 9]);
    file.close();
  });

  it('have no name, so that no other process finds them and none is ever left', async () => {
    const file = createRowStorage({ directory }).create();
    await file.write(new Uint8Array(100), 0);
    expect(await readdir(directory)).toEqual([]);
    file.close();
  });

  it('take together no more than they may, and free it when they are closed', async () => {
    const storage = createRowStorage({ directory, limitBytes: 100 });
    const [one, other] = [storage.create(), storage.create()];
    await one.write(new Uint8Array(60), 0);
    await one.write(new Uint8Array(60), 0);
    expect(await storage.free()).toBe(40);
    await expect(other.write(new Uint8Array(41), 0)).rejects.toThrow(StorageError);
    await other.write(new Uint8Array(40), 0);
    expect(await storage.free()).toBe(0);
    one.close();
    one.close();
    expect(await storage.free()).toBe(60);
    other.close();
    expect(await storage.free()).toBe(100);
  });

  it('tell the room that the disk has', async () => {
    expect(await createRowStorage({ directory }).free()).toBeGreaterThan(0);
  });

  it('say what is wrong where the directory is not there, or a file ends too soon', async () => {
    const nowhere = createRowStorage({ directory: join(directory, 'nowhere') });
    expect(() => nowhere.create()).toThrow(/expected to create .*nowhere.*ENOENT/);
    await expect(nowhere.free()).rejects.toThrow(/expected to look at .*nowhere.*ENOENT/);
    const file = createRowStorage({ directory }).create();
    await file.write(new Uint8Array(10), 0);
    expect(() => file.read(new Uint8Array(11), 0)).toThrow('expected to read 11 bytes at 0, found its end');
    file.close();
  });
});
