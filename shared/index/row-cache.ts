/** Rows by number, those that were used last; so many at most. */
export interface RowCache {
  get(row: number): Uint8Array | undefined;
  /** Whether it is there; then it counts as used now. */
  touch(row: number): boolean;
  add(row: number, bytes: Uint8Array): void;
  clear(): void;
}

export function createRowCache(most: number): RowCache {
  /** In the order of their use. */
  const rows = new Map<number, Uint8Array>();
  function add(row: number, bytes: Uint8Array): void {
    rows.delete(row);
    rows.set(row, bytes);
    if (rows.size <= most) return;
    for (const oldest of rows.keys()) {
      rows.delete(oldest);
      return;
    }
  }
  return {
    get: (row) => rows.get(row),
    touch(row) {
      const bytes = rows.get(row);
      if (bytes) add(row, bytes);
      return bytes !== undefined;
    },
    add,
    clear: () => rows.clear(),
  };
}
