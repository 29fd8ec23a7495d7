import type { Modality } from '../item.ts';
import { createRandom } from '../scan/random.ts';
import type { IndexItem } from './shard.ts';

/** A row that was drawn. */
export interface SampledRow {
  /** fp16 bits [dimensions]; the caller's own, not a copy. */
  readonly vector: Uint16Array;
  /** Of its item. */
  readonly position: number;
}

/** Rows drawn from all that pass by, each with the same chance: for each modality by itself. */
export interface RowSample {
  /** Items in order of position. */
  add(item: IndexItem): void;
  /** How many rows have passed by, and those drawn of them, in no order. */
  of(modality: Modality): { readonly count: number; readonly rows: readonly SampledRow[] };
}

/** Vitter's algorithm R, seeded: the same rows give the same sample. */
export function createRowSample(size: number, seed: number): RowSample {
  const strata = {
    text: { count: 0, rows: [] as SampledRow[], random: createRandom(seed) },
    image: { count: 0, rows: [] as SampledRow[], random: createRandom(seed + 1) },
  };
  let position = 0;
  return {
    add({ rows }) {
      for (const { modality, vector } of rows) {
        const stratum = strata[modality];
        const place =
          stratum.count < size ? stratum.count : Math.floor(stratum.random() * (stratum.count + 1));
        if (place < size) stratum.rows[place] = { vector, position };
        stratum.count++;
      }
      position++;
    },
    of: (modality) => strata[modality],
  };
}
