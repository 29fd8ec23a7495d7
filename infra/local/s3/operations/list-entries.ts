import { compareUtf8, type KeyList } from '../store/key-list.ts';

/** A key, or what all keys up to the next delimiter are rolled up to. */
export type Entry<T> = { readonly object: T } | { readonly prefix: string };

export interface Listing<T> {
  readonly entries: readonly Entry<T>[];
  /** The last entry's key or prefix, where there is more. */
  readonly next: string | undefined;
}

/**
 * One page of a listing, in the order of UTF-8 bytes; costs a search for each entry, however many keys a prefix
 * stands for.
 * @param after entries up to and with this one are left out
 */
export function listEntries<T>(
  objects: KeyList<T>,
  { prefix, delimiter, after, limit }: { prefix: string; delimiter: string; after: string; limit: number },
): Listing<T> {
  const entries: Entry<T>[] = [];
  let at = objects.firstNot((key) => compareUtf8(key, prefix) < 0 || compareUtf8(key, after) <= 0);
  let last = '';
  for (let key = objects.keyAt(at); key?.startsWith(prefix); key = objects.keyAt(at)) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const rolledUp = cut === -1 ? undefined : key.slice(0, cut + delimiter.length);
    const isNew = rolledUp === undefined || compareUtf8(rolledUp, after) > 0;
    if (isNew) {
      if (entries.length === limit) return { entries, next: limit === 0 ? undefined : last };
      entries.push(rolledUp === undefined ? { object: objects.get(key)! } : { prefix: rolledUp });
      last = rolledUp ?? key;
    }
    at =
      rolledUp === undefined
        ? at + 1
        : objects.firstNot((other) => compareUtf8(other, rolledUp) < 0 || other.startsWith(rolledUp));
  }
  return { entries, next: undefined };
}
