import { compareUtf8, type Item, limits, picturesOf } from '../item.ts';
import { sameContent, tooManyPictures } from './item-content.ts';
import type { ItemStore, PendingItem } from './item-store.ts';
import { decodePageCursor, encodePageCursor } from './page-cursor.ts';

/** What is kept of an item; a tombstone keeps only its revision. */
type Entry =
  | { readonly deleted: false; readonly pending: boolean; readonly item: Item }
  | { readonly deleted: true; readonly pending: true; readonly revision: number };

const pageItems = 100;

/** Items in memory, for tests. Nothing awaits between reading and writing, so each change is atomic. */
export function createMemoryItemStore({ clock = Date.now }: { clock?: () => number } = {}): ItemStore {
  const entries = new Map<string, Entry>();

  const live = (id: string): Item | undefined => {
    const entry = entries.get(id);
    return entry?.deleted === false ? entry.item : undefined;
  };
  const revisionOf = (id: string): number => {
    const entry = entries.get(id);
    if (!entry) return 0;
    return entry.deleted ? entry.revision : entry.item.revision;
  };

  /** Stores a change of the item: the next revision, pending. */
  function change(item: Omit<Item, 'revision' | 'createdAt' | 'updatedAt'>): Item {
    const now = new Date(clock()).toISOString();
    const createdAt = live(item.id)?.createdAt ?? now;
    const changed = structuredClone({
      ...item,
      revision: revisionOf(item.id) + 1,
      createdAt,
      updatedAt: now,
    });
    entries.set(item.id, { deleted: false, pending: true, item: changed });
    return structuredClone(changed);
  }

  function bury(id: string): void {
    entries.set(id, { deleted: true, pending: true, revision: revisionOf(id) + 1 });
  }

  function pendingItems(): PendingItem[] {
    return [...entries]
      .filter(([, { pending }]) => pending)
      .map(([id, { deleted }]) => ({ id, revision: revisionOf(id), deleted }));
  }

  function liveIds(): string[] {
    return [...entries.keys()].filter((id) => live(id)).sort(compareUtf8);
  }

  return {
    async get(id) {
      return structuredClone(live(id));
    },

    async getMany(ids) {
      const found = new Map<string, Item>();
      for (const id of ids) {
        const item = live(id);
        if (item) found.set(id, structuredClone(item));
      }
      return found;
    },

    async put(id, { title, description, attributes = {}, images = [] }) {
      const content = { title, ...(description !== undefined && { description }), attributes, images };
      const before = live(id);
      if (before && !before.implicit && sameContent(before, content))
        return { item: structuredClone(before), outcome: 'unchanged' };
      const item = change({ id, ...content, attached: before?.attached ?? [], implicit: false });
      return { item, outcome: before && !before.implicit ? 'updated' : 'created' };
    },

    async delete(id) {
      if (!live(id)) return false;
      bury(id);
      return true;
    },

    async attach(id, key) {
      const known = live(id);
      const before = known ?? { id, title: id, attributes: {}, images: [], attached: [], implicit: true };
      const attached = [...new Set([...before.attached, key])].sort(compareUtf8);
      if (attached.length > limits.attached) throw tooManyPictures(id);
      change({ ...before, attached });
      return { created: known === undefined };
    },

    async detach(id, key) {
      const before = live(id);
      if (!before?.attached.includes(key)) return;
      const attached = before.attached.filter((other) => other !== key);
      if (before.implicit && attached.length === 0) bury(id);
      else change({ ...before, attached });
    },

    async drop(id, key) {
      const before = live(id);
      if (!before || !picturesOf(before).includes(key)) return false;
      const without = (all: readonly string[]) => all.filter((other) => other !== key);
      const [attached, images] = [without(before.attached), without(before.images)];
      if (before.implicit && attached.length === 0) bury(id);
      else change({ ...before, attached, images });
      return true;
    },

    async page({ limit, cursor }) {
      const after = cursor === undefined ? undefined : decodePageCursor(cursor);
      const rest = liveIds().filter((id) => after === undefined || compareUtf8(id, after) > 0);
      const ids = rest.slice(0, limit);
      const items = ids.map((id) => structuredClone(live(id)!));
      const last = ids.at(-1);
      return rest.length > ids.length && last !== undefined
        ? { items, cursor: encodePageCursor(last) }
        : { items };
    },

    async *all() {
      const ids = liveIds();
      for (let start = 0; start < ids.length; start += pageItems) {
        const items = ids.slice(start, start + pageItems).map(live);
        yield structuredClone(items.filter((item) => item !== undefined));
      }
    },

    async countPending(atMost = Number.POSITIVE_INFINITY) {
      return Math.min(pendingItems().length, atMost);
    },

    async pending() {
      return pendingItems();
    },

    async published(items) {
      for (const { id, revision } of items) {
        const entry = entries.get(id);
        if (!entry || revisionOf(id) !== revision) continue;
        if (entry.deleted) entries.delete(id);
        else entries.set(id, { ...entry, pending: false });
      }
    },
  };
}
