import type { Item, ItemContent } from '../item.ts';

/**
 * The items. Every change is one conditional write of one record, so that concurrent writers cannot
 * lose each other's changes, and marks the item `pending` until a publication has taken it up.
 */
export interface ItemStore {
  get(id: string): Promise<Item | undefined>;
  /** Those of the ids that exist, in any order; any number of ids. */
  getMany(ids: readonly string[]): Promise<Map<string, Item>>;
  /**
   * Creates or replaces what the user says of it; attached pictures stay. Equal content changes nothing. An
   * implicit item, of which so far only pictures were told, is created by the first words.
   * `known` is what a read has just shown, which then need not be read again unless it has changed.
   */
  put(
    id: string,
    content: ItemContent,
    options?: { readonly known: Item | undefined },
  ): Promise<{ item: Item; outcome: 'created' | 'updated' | 'unchanged' }>;
  /** Leaves a tombstone until a publication without the item. False where there was none. */
  delete(id: string): Promise<boolean>;
  /**
   * Notes that the object exists; creates an implicit item where there is none, and says so. Marks the item pending
   * even when the key was attached before, since its content may have changed.
   *
   * @throws TuwenError `too_large` beyond limits.attached.
   */
  attach(id: string, key: string): Promise<{ created: boolean }>;
  /** Notes that the object is gone; an implicit item without pictures goes with it. */
  detach(id: string, key: string): Promise<void>;
  /**
   * Takes a picture off the item, whether it names it or has it attached; an implicit item goes with its last
   * picture. False where it had no such picture.
   */
  drop(id: string, key: string): Promise<boolean>;
  /** A page in an order that stands between calls, tombstones left out. */
  page(options: { limit: number; cursor?: string }): Promise<{ items: Item[]; cursor?: string }>;
  /** Every item, a page at a time. */
  all(): AsyncIterable<Item[]>;
  /** How many items wait for a publication; reads only those that do. Counts to `atMost` (default all). */
  countPending(atMost?: number): Promise<number>;
  /** Ids and revisions that wait for a publication, tombstones included. */
  pending(): Promise<PendingItem[]>;
  /** Unmarks what is still at the revision given (a tombstone is then removed); the rest stays pending. */
  published(items: readonly PendingItem[]): Promise<void>;
}

export interface PendingItem {
  readonly id: string;
  readonly revision: number;
  readonly deleted: boolean;
}
