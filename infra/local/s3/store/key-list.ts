/** Things by their key, in the order S3 lists them: that of the keys' UTF-8 bytes. */
export interface KeyList<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  readonly size: number;
  /** The place of the first key for which `isBefore` does not hold; it must hold for all keys before that one. */
  firstNot(isBefore: (key: string) => boolean): number;
  /** The key at a place in the order. */
  keyAt(at: number): string | undefined;
  values(): Iterable<T>;
}

/**
 * A map and a sorted array, which is put in order when it is first looked at: filling it with 50,000 keys sorts
 * once, and one more key into the sorted array moves pointers for some microseconds.
 */
export function createKeyList<T>(): KeyList<T> {
  const values = new Map<string, T>();
  let sorted: string[] | undefined;

  function order(): string[] {
    sorted ??= [...values.keys()].sort(compareUtf8);
    return sorted;
  }

  function firstNot(isBefore: (key: string) => boolean): number {
    const keys = order();
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(keys[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get: (key) => values.get(key),
    set(key, value) {
      if (sorted !== undefined && !values.has(key))
        sorted.splice(
          firstNot((other) => compareUtf8(other, key) < 0),
          0,
          key,
        );
      values.set(key, value);
    },
    delete(key) {
      if (!values.delete(key) || sorted === undefined) return;
      sorted.splice(
        firstNot((other) => compareUtf8(other, key) < 0),
        1,
      );
    },
    get size() {
      return values.size;
    },
    firstNot,
    keyAt: (at) => order()[at],
    values: () => values.values(),
  };
}

/** The order of the UTF-8 bytes, which differs from JavaScript's where surrogates meet U+E000 to U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    return x >= 0xd800 && y >= 0xd800 ? astralLast(x) - astralLast(y) : x - y;
  }
  return a.length - b.length;
}

/** Puts surrogates, of which the four-byte characters are made, after the other code units. */
function astralLast(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
