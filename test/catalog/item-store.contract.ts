import { beforeEach, describe, expect, it } from 'vitest';
import type { ItemStore } from '../../shared/catalog/item-store.ts';
import { type Item, limits } from '../../shared/item.ts';
import { createClock, type ManualClock } from './clock.ts';

/** What every item store guarantees. */
export function itemStoreContract(create: (clock: () => number) => Promise<ItemStore>): void {
  describe('an item store', { timeout: 30_000 }, () => {
    let items: ItemStore;
    let clock: ManualClock;
    beforeEach(async () => {
      clock = createClock();
      items = await create(clock);
    });

    const publish = async () => items.published(await items.pending());
    const everything = async () => {
      const found: Item[] = [];
      for await (const page of items.all()) found.push(...page);
      return found.sort((a, b) => (a.id < b.id ? -1 : 1));
    };
    const at = (ms: number) => new Date(ms).toISOString();

    it('gives back all that was put, exactly', async () => {
      const content = {
        title: '红色连衣裙 👗',
        description: 'Silk\n"and" lace',
        attributes: {
          price: 0.1 + 0.2,
          huge: 1.5e300,
          tiny: 5e-324,
          whole: 2 ** 60,
          sale: false,
          tags: [],
          c: ['a', 'a'],
          '': '',
        },
        images: ['catalog/x/1.jpg', 'catalog/x/0.jpg'],
      };
      const { item, outcome } = await items.put('裙-1 👗', content);
      expect(outcome).toBe('created');
      const expected: Item = {
        id: '裙-1 👗',
        ...content,
        attached: [],
        implicit: false,
        revision: 1,
        createdAt: at(clock()),
        updatedAt: at(clock()),
      };
      expect(item).toEqual(expected);
      expect(await items.get('裙-1 👗')).toEqual(expected);
      expect(await items.get('裙-1')).toBeUndefined();
    });

    it('replaces everything that was said of an item, and grows its revision', async () => {
      await items.put('a', { title: 'A', description: 'old', attributes: { x: 1 }, images: ['catalog/a/1'] });
      const createdAt = at(clock());
      clock.advance(1000);
      const { item, outcome } = await items.put('a', { title: 'B' });
      expect(outcome).toBe('updated');
      expect(item).toEqual({
        id: 'a',
        title: 'B',
        attributes: {},
        images: [],
        attached: [],
        implicit: false,
        revision: 2,
        createdAt,
        updatedAt: at(clock()),
      });
      expect(await items.get('a')).toEqual(item);
    });

    it('changes nothing when the same is put again, in whatever order its attributes stand', async () => {
      const { item } = await items.put('a', { title: 'A', attributes: { x: 1, y: ['b', 'c'] } });
      await publish();
      clock.advance(1000);
      const again = await items.put('a', { title: 'A', attributes: { y: ['b', 'c'], x: 1 }, images: [] });
      expect(again).toEqual({ item, outcome: 'unchanged' });
      expect(await items.countPending()).toBe(0);
      expect((await items.put('a', { title: 'A', attributes: { x: 1, y: ['c', 'b'] } })).outcome).toBe(
        'updated',
      );
    });

    it('is not misled by what its caller believes to know', async () => {
      const { item: first } = await items.put('a', { title: 'A' }, { known: undefined });
      const { item: second } = await items.put('a', { title: 'B' }, { known: first });
      expect(second).toMatchObject({ title: 'B', revision: 2 });
      // Stale beliefs: another item, none at all, one that is deleted by now.
      expect(await items.put('a', { title: 'C' }, { known: first })).toMatchObject({
        outcome: 'updated',
        item: { title: 'C', revision: 3 },
      });
      expect(await items.put('a', { title: 'D' }, { known: undefined })).toMatchObject({
        outcome: 'updated',
        item: { title: 'D', revision: 4 },
      });
      expect(await items.put('a', { title: 'B' }, { known: second })).toMatchObject({ outcome: 'updated' });
      await items.put('a', { title: 'D' });
      await items.delete('a');
      expect(await items.put('a', { title: 'E' }, { known: second })).toMatchObject({
        outcome: 'created',
        item: { title: 'E', revision: 8 },
      });
      await items.delete('a');
      expect(await items.put('a', { title: 'F' }, { known: undefined })).toMatchObject({
        outcome: 'created',
        item: { title: 'F', revision: 10 },
      });
    });

    it('gives many at once, those that exist, asked for in any number and more than once', async () => {
      const ids = Array.from({ length: 230 }, (_, i) => `item-${i}`);
      await Promise.all(ids.slice(0, 120).map((id) => items.put(id, { title: id })));
      await items.delete('item-7');
      const found = await items.getMany([...ids, 'item-1', 'item-2']);
      expect(found.size).toBe(119);
      expect(found.get('item-119')?.title).toBe('item-119');
      expect(found.has('item-7')).toBe(false);
      expect(await items.getMany([])).toEqual(new Map());
    });

    it('loses no picture when many are attached and detached while the item is rewritten', async () => {
      await items.put('a', { title: 'A' });
      for (let i = 0; i < 5; i++) await items.attach('a', `catalog/a/old-${i}`);
      await Promise.all([
        ...Array.from({ length: 10 }, (_, i) => items.attach('a', `catalog/a/new-${i}`)),
        ...Array.from({ length: 5 }, (_, i) => items.detach('a', `catalog/a/old-${i}`)),
        items.put('a', { title: 'B' }),
      ]);
      const item = await items.get('a');
      expect(item?.attached).toEqual(Array.from({ length: 10 }, (_, i) => `catalog/a/new-${i}`));
      expect(item?.title).toBe('B');
      // One for each change: put, 5 attached, 10 attached, 5 detached, put.
      expect(item?.revision).toBe(22);
    });

    it('lets one of several writers create an item, and all of them have their say', async () => {
      const outcomes = await Promise.all(
        ['x', 'y', 'z'].map(async (title) => (await items.put('a', { title })).outcome),
      );
      expect(outcomes.sort()).toEqual(['created', 'updated', 'updated']);
      expect((await items.get('a'))?.revision).toBe(3);
    });

    it('creates an implicit item, with its id as title, for a picture of an item it does not know', async () => {
      await Promise.all([items.attach('a', 'catalog/a/2'), items.attach('a', 'catalog/a/1')]);
      expect(await items.get('a')).toEqual({
        id: 'a',
        title: 'a',
        attributes: {},
        images: [],
        attached: ['catalog/a/1', 'catalog/a/2'],
        implicit: true,
        revision: 2,
        createdAt: at(clock()),
        updatedAt: at(clock()),
      });
    });

    it('keeps the pictures when an implicit item is described, even by the same words', async () => {
      await items.attach('a', 'catalog/a/1');
      const { item, outcome } = await items.put('a', { title: 'a' });
      // Whoever imports rows after their pictures counts new ones.
      expect(outcome).toBe('created');
      expect(item).toMatchObject({ implicit: false, attached: ['catalog/a/1'], revision: 2 });
      await items.detach('a', 'catalog/a/1');
      expect(await items.get('a')).toMatchObject({ title: 'a', attached: [] });
    });

    it('marks an item pending when a picture it already has is attached again, for it may be another', async () => {
      await items.attach('a', 'catalog/a/1');
      await publish();
      await items.attach('a', 'catalog/a/1');
      expect(await items.pending()).toEqual([{ id: 'a', revision: 2, deleted: false }]);
      expect((await items.get('a'))?.attached).toEqual(['catalog/a/1']);
    });

    it('says whether the picture has made the item, deleted ones included', async () => {
      expect(await items.attach('a', 'catalog/a/1')).toEqual({ created: true });
      expect(await items.attach('a', 'catalog/a/2')).toEqual({ created: false });
      await items.delete('a');
      expect(await items.attach('a', 'catalog/a/1')).toEqual({ created: true });
    });

    it('takes no more pictures than an item may have', async () => {
      for (let i = 0; i < limits.attached; i++) await items.attach('a', `catalog/a/${i}`);
      await expect(items.attach('a', 'catalog/a/more')).rejects.toMatchObject({ code: 'too_large' });
      await items.attach('a', 'catalog/a/0');
      expect((await items.get('a'))?.attached).toHaveLength(limits.attached);
    });

    it('does nothing when what is detached was not attached', async () => {
      await items.detach('a', 'catalog/a/1');
      await items.put('b', { title: 'B' });
      await publish();
      await items.detach('b', 'catalog/b/1');
      expect(await items.countPending()).toBe(0);
      expect(await items.get('a')).toBeUndefined();
    });

    it('lets an implicit item go with its last picture', async () => {
      await items.attach('a', 'catalog/a/1');
      await items.attach('a', 'catalog/a/2');
      await items.detach('a', 'catalog/a/1');
      expect(await items.get('a')).toBeDefined();
      await items.detach('a', 'catalog/a/2');
      expect(await items.get('a')).toBeUndefined();
      expect(await items.pending()).toEqual([{ id: 'a', revision: 4, deleted: true }]);
    });

    it('keeps an implicit item when a picture arrives while its last one goes', async () => {
      for (let i = 0; i < 10; i++) {
        await items.attach(`i${i}`, 'catalog/old');
        await Promise.all([items.detach(`i${i}`, 'catalog/old'), items.attach(`i${i}`, 'catalog/new')]);
        expect((await items.get(`i${i}`))?.attached).toEqual(['catalog/new']);
      }
    });

    it('drops a picture that is named, attached, or both, and says whether there was one', async () => {
      const named = ['catalog/a/2', 'catalog/b/1', 'catalog/a/9'];
      await items.put('a', { title: 'A', description: 'of it', attributes: { x: 1 }, images: named });
      for (const key of ['catalog/a/1', 'catalog/a/2']) await items.attach('a', key);
      await publish();
      const drops = async (key: string) => [await items.drop('a', key), await items.drop('a', key)];
      for (const key of ['catalog/a/1', 'catalog/a/2', 'catalog/b/1'])
        expect(await drops(key)).toEqual([true, false]);
      expect(await items.get('a')).toMatchObject({
        title: 'A',
        description: 'of it',
        attributes: { x: 1 },
        images: ['catalog/a/9'],
        attached: [],
      });
      expect(await items.pending()).toEqual([{ id: 'a', revision: 6, deleted: false }]);
      expect(await items.drop('never', 'catalog/never/1')).toBe(false);
    });

    it('lets an implicit item go when its last picture is dropped', async () => {
      await items.attach('a', 'catalog/a/1');
      await items.attach('a', 'catalog/a/2');
      expect(await items.drop('a', 'catalog/a/1')).toBe(true);
      expect((await items.get('a'))?.attached).toEqual(['catalog/a/2']);
      expect(await items.drop('a', 'catalog/a/2')).toBe(true);
      expect(await items.get('a')).toBeUndefined();
      expect(await items.drop('a', 'catalog/a/2')).toBe(false);
    });

    it('loses no change that comes while pictures are dropped', async () => {
      const images = Array.from({ length: 4 }, (_, i) => `catalog/b/${i}`);
      await items.put('a', { title: 'A', images });
      await Promise.all([
        ...images.slice(1).map((key) => items.drop('a', key)),
        items.attach('a', 'catalog/a/new'),
      ]);
      expect(await items.get('a')).toMatchObject({ images: ['catalog/b/0'], attached: ['catalog/a/new'] });
    });

    it('shows nothing of a deleted item but that it waits for a publication', async () => {
      await items.put('a', { title: 'A' });
      await items.put('b', { title: 'B' });
      expect(await items.delete('a')).toBe(true);
      expect(await items.delete('a')).toBe(false);
      expect(await items.delete('never')).toBe(false);
      expect(await items.get('a')).toBeUndefined();
      expect((await items.getMany(['a', 'b'])).size).toBe(1);
      expect((await items.page({ limit: 10 })).items.map(({ id }) => id)).toEqual(['b']);
      expect((await everything()).map(({ id }) => id)).toEqual(['b']);
      expect(await items.pending()).toContainEqual({ id: 'a', revision: 2, deleted: true });
    });

    it('creates an item anew after its deletion, without the old pictures', async () => {
      await items.put('a', { title: 'A', description: 'old' });
      await items.attach('a', 'catalog/a/1');
      await items.delete('a');
      clock.advance(5000);
      const { item, outcome } = await items.put('a', { title: 'A2' });
      expect(outcome).toBe('created');
      expect(item).toEqual({
        id: 'a',
        title: 'A2',
        attributes: {},
        images: [],
        attached: [],
        implicit: false,
        revision: 4,
        createdAt: at(clock()),
        updatedAt: at(clock()),
      });
      expect(await items.pending()).toEqual([{ id: 'a', revision: 4, deleted: false }]);
    });

    it('lets a picture that comes after the deletion create an implicit item', async () => {
      await items.put('a', { title: 'A', description: 'old', attributes: { x: 1 } });
      await items.delete('a');
      await items.attach('a', 'catalog/a/1');
      const item = await items.get('a');
      expect(item).toMatchObject({ title: 'a', implicit: true, attached: ['catalog/a/1'], attributes: {} });
      expect(item?.description).toBeUndefined();
      expect(item?.revision).toBe(3);
    });

    it('unmarks what was published, and nothing that changed meanwhile', async () => {
      for (const id of ['same', 'changed', 'deleted', 'gone']) await items.put(id, { title: id });
      await items.delete('gone');
      await items.put('revived', { title: 'old' });
      await items.delete('revived');
      const pending = await items.pending();
      expect(pending).toHaveLength(5);
      await items.put('changed', { title: 'new' });
      await items.delete('deleted');
      await items.put('revived', { title: 'new' });
      await items.published(pending);
      const left = await items.pending();
      expect(left.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
        { id: 'changed', revision: 2, deleted: false },
        { id: 'deleted', revision: 2, deleted: true },
        { id: 'revived', revision: 3, deleted: false },
      ]);
      expect((await everything()).map(({ id }) => id)).toEqual(['changed', 'revived', 'same']);
    });

    it('leaves nothing of a tombstone once it was published', async () => {
      await items.put('a', { title: 'A' });
      await items.delete('a');
      await publish();
      await publish();
      expect(await items.countPending()).toBe(0);
      expect((await items.put('a', { title: 'A' })).item.revision).toBe(1);
    });

    it('counts what is pending, up to as many as it is asked', async () => {
      expect(await items.countPending()).toBe(0);
      for (let i = 0; i < 7; i++) await items.put(`i${i}`, { title: 'x' });
      expect(await items.countPending()).toBe(7);
      expect(await items.countPending(1)).toBe(1);
      expect(await items.countPending(7)).toBe(7);
      expect(await items.countPending(100)).toBe(7);
    });

    it('pages through every item once, tombstones left out, with no cursor on the last page', async () => {
      const ids = Array.from({ length: 23 }, (_, i) => `i${String(i).padStart(2, '0')}`);
      for (const id of ids) await items.put(id, { title: id });
      for (const id of ids.slice(0, 3)) await items.delete(id);
      const sizes: number[] = [];
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await items.page({ limit: 5, ...(cursor && { cursor }) });
        sizes.push(page.items.length);
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.cursor;
      } while (cursor);
      expect(sizes).toEqual([5, 5, 5, 5]);
      expect(seen.sort()).toEqual(ids.slice(3));
    });

    it('goes on from a cursor whose item was deleted, and neither repeats nor skips the others', async () => {
      const ids = Array.from({ length: 9 }, (_, i) => `i${i}`);
      for (const id of ids) await items.put(id, { title: id });
      const first = await items.page({ limit: 4 });
      for (const { id } of first.items) await items.delete(id);
      await publish();
      const second = await items.page({ limit: 10, cursor: first.cursor! });
      expect([...first.items, ...second.items].map(({ id }) => id).sort()).toEqual(ids);
    });

    it('refuses a cursor that no page gave', async () => {
      for (const cursor of ['', 'x', 'e30', Buffer.from('{"after":"a/b"}').toString('base64url')])
        await expect(items.page({ limit: 1, cursor })).rejects.toMatchObject({ code: 'invalid_cursor' });
    });

    it('reads every item in pages', async () => {
      const ids = Array.from({ length: 250 }, (_, i) => `i${String(i).padStart(3, '0')}`);
      await Promise.all(ids.map((id) => items.put(id, { title: id, description: 'd'.repeat(5000) })));
      expect((await everything()).map(({ id }) => id)).toEqual(ids);
    });

    it('hands out copies, so that nobody changes the catalog by changing what was read', async () => {
      const { item } = await items.put('a', { title: 'A', images: ['catalog/a/1'] });
      Object.assign(item.images, { 0: 'changed' });
      expect((await items.get('a'))?.images).toEqual(['catalog/a/1']);
    });
  });
}
