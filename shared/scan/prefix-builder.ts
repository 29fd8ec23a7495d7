import { choosePrefix, costsOf, highestCost, type PrefixChoice, sampleRows } from './prefix-choice.ts';
import { PROJECTED_ROWS, type PrefixPlane, type Project, quantizePrefix } from './prefix-plane.ts';
import { MAX_QUERIES, scratchAt } from './scratch.ts';
import { createTypescriptFloat16 } from './typescript-kernel.ts';
import { createWasmFloat16, isWasmSimdSupported } from './wasm-kernel.ts';

/** Makes prefix planes for the shards of a version, one after the other. */
export interface PrefixBuilder {
  /**
   * Undefined where the int8 plane alone is better. Where the axes of the shard before do as well as they did
   * there, they are taken again: finding new ones takes seconds.
   *
   * @param vectors finite fp16 bits [rows, dimensions]
   * @param modality [rows]
   */
  build(vectors: Uint16Array, modality: Uint8Array): PrefixPlane | undefined;
}

/** With fewer rows, a search takes next to no time anyway. */
const LEAST_ROWS = 4096;

/** Axes are kept while their cost on a sample is no higher than this times what it was on theirs. */
const KEPT_WITHIN = 1.25;

export function createPrefixBuilder(
  dimensions: number,
  { leastRows = LEAST_ROWS }: { readonly leastRows?: number } = {},
): PrefixBuilder {
  let choice: PrefixChoice | undefined;
  let shards = 0;
  let nextSearch = 0;

  /** Where axes are not to be had, or change, they are sought in ever fewer shards: the 1st, 2nd, 4th, 8th … */
  function choose(vectors: Uint16Array, modality: Uint8Array): PrefixChoice | undefined {
    const sample = sampleRows(vectors, modality, dimensions);
    const cost = choice && costsOf(sample, choice.axes, [choice.axes.length / dimensions + 1])[0]!;
    if (choice && cost! <= choice.cost * KEPT_WITHIN) return choice;
    if (shards >= nextSearch) {
      nextSearch = shards * 2 + 1;
      const found = choosePrefix(sample);
      if (found) {
        choice = found;
        return choice;
      }
    }
    return choice && cost! <= highestCost(dimensions) ? choice : undefined;
  }

  return {
    build(vectors, modality) {
      if (modality.length < leastRows) return undefined;
      const chosen = choose(vectors, modality);
      shards++;
      if (!chosen) return undefined;
      return quantizePrefix(vectors, dimensions, chosen.axes, projector(vectors, dimensions, chosen.axes));
    },
  };
}

/** By the kernel that scores rows: the axes are its queries, and what it rounds is known. */
export function projector(vectors: Uint16Array, dimensions: number, axes: Float32Array): Project {
  const count = axes.length / dimensions;
  const passes = Math.ceil(count / MAX_QUERIES);
  const scratch = scratchAt(0, dimensions);
  const bytes = scratch.end + PROJECTED_ROWS * dimensions * 2 + 64;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) });
  const create = isWasmSimdSupported() ? createWasmFloat16 : createTypescriptFloat16;
  const kernel = create(memory, dimensions, scratch);
  const place = new Uint16Array(memory.buffer, scratch.end, PROJECTED_ROWS * dimensions);
  const scores = new Float32Array(memory.buffer, scratch.scoresOffset, PROJECTED_ROWS);
  const components = new Float32Array(PROJECTED_ROWS * count);
  return (first, some) => {
    place.set(vectors.subarray(first * dimensions, (first + some) * dimensions));
    for (let pass = 0; pass < passes; pass++) {
      const own = Math.min(MAX_QUERIES, count - pass * MAX_QUERIES);
      const axisAt = (i: number) => (pass * MAX_QUERIES + i) * dimensions;
      kernel.setFloat16Queries(
        Array.from({ length: own }, (_, i) => axes.subarray(axisAt(i), axisAt(i) + dimensions)),
      );
      for (let i = 0; i < own; i++) {
        kernel.score(scratch.end, some, i);
        for (let row = 0; row < some; row++) components[row * count + pass * MAX_QUERIES + i] = scores[row]!;
      }
    }
    return components;
  };
}
