import type { PrefixPart, PrefixPlace } from './kernel.ts';
import { createPrefixQueries, type ReadyQuery } from './prefix-part.ts';
import { CHUNK_ROWS, type Scratch } from './scratch.ts';

/** The plain one: what the WASM module must equal, and what runs where there is no SIMD. */
export function createTypescriptPrefix(
  memory: WebAssembly.Memory,
  scratch: Scratch,
): PrefixPart & { setPrefixQueries(queries: readonly Float32Array[]): void } {
  const bytes = new Uint8Array(memory.buffer);
  const rowCodes = new Int8Array(memory.buffer);
  const bars = new Float32Array(memory.buffer, scratch.barsOffset, scratch.bars);
  const list = new Uint32Array(memory.buffer, scratch.listOffset, CHUNK_ROWS);
  const ready: ReadyQuery[] = [];
  const queries = createPrefixQueries((query, own) => {
    ready[query] = own;
  });

  function isPossible(place: PrefixPlace, { codes, bound }: ReadyQuery, row: number): boolean {
    let dot = 0;
    // Exact, in an f64 as in an i32.
    for (let i = 0, x = place.codes + row * codes.length; i < codes.length; i++, x++)
      dot += codes[i]! * rowCodes[x]!;
    return dot * bound.unit + bound.rest > bars[bytes[place.modality + row]!]!;
  }

  return {
    setPrefixQueries: queries.set,
    siftPrefix(place, first, count, query = 0) {
      queries.show(place);
      let kept = 0;
      for (let row = first; row < first + count; row++)
        if (isPossible(place, ready[query]!, row)) list[kept++] = row;
      return kept;
    },
    siftPrefixListed(place, count, query = 0) {
      queries.show(place);
      let kept = 0;
      for (let i = 0; i < count; i++) if (isPossible(place, ready[query]!, list[i]!)) list[kept++] = list[i]!;
      return kept;
    },
  };
}
