import type { PrefixPart, PrefixPlace } from './kernel.ts';
import { createPrefixQueries, type ReadyQuery } from './prefix-part.ts';
import { CHUNK_ROWS, peakRowsOf, type Scratch, SEED_ROWS } from './scratch.ts';

/** The plain one: what the WASM module must equal, and what runs where there is no SIMD. */
export function createTypescriptPrefix(
  memory: WebAssembly.Memory,
  scratch: Scratch,
): PrefixPart & { setPrefixQueries(queries: readonly Float32Array[]): void } {
  const bytes = new Uint8Array(memory.buffer);
  const rowCodes = new Int8Array(memory.buffer);
  const bars = new Float32Array(memory.buffer, scratch.barsOffset, scratch.bars);
  const list = new Uint32Array(memory.buffer, scratch.listOffset, CHUNK_ROWS);
  const dots = new Int32Array(memory.buffer, scratch.prefixDotsOffset, SEED_ROWS);
  const ready: ReadyQuery[] = [];
  const queries = createPrefixQueries((query, own) => {
    ready[query] = own;
  });

  /** Those multiplied last. */
  let rows = { first: 0, count: 0, at: 0 };

  function dotOf(place: PrefixPlace, { codes }: ReadyQuery, row: number): number {
    let dot = 0;
    // Exact, in an f64 as in an i32.
    for (let i = 0, x = place.codes + row * codes.length; i < codes.length; i++, x++)
      dot += codes[i]! * rowCodes[x]!;
    return dot;
  }

  function isPossible(place: PrefixPlace, query: ReadyQuery, row: number, dot = dotOf(place, query, row)) {
    return dot * query.bound.unit + query.bound.rest > bars[bytes[place.modality + row]!]!;
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
    dotPrefix(place, first, count, query = 0, at = 0) {
      queries.show(place);
      for (let i = 0; i < count; i++) dots[at + i] = dotOf(place, ready[query]!, first + i);
      rows = { first, count, at };
    },
    siftPrefixDots(place, first, count, query = 0, at = rows.at + first - rows.first) {
      queries.show(place);
      let kept = 0;
      for (let i = 0; i < count; i++)
        if (isPossible(place, ready[query]!, first + i, dots[at + i])) list[kept++] = first + i;
      return kept;
    },
    listPeaks({ modality }, most, only, at = 0) {
      const { first, count } = rows;
      const isOwn = (i: number) => only === undefined || bytes[modality + first + i] === only;
      return listPeaks(rows.at, count, most, isOwn, (i, nth) => {
        list[at + nth] = first + i;
      });
    },
    listPeakDots(from, count, most) {
      const put = (i: number, nth: number) => {
        list[nth] = from + i;
      };
      return listPeaks(from, count, most, () => true, put);
    },
  };

  function listPeaks(
    from: number,
    count: number,
    most: number,
    isOwn: (i: number) => boolean,
    put: (i: number, nth: number) => void,
  ): number {
    const of = dots.subarray(from);
    const best: number[] = [];
    const each = peakRowsOf(count);
    for (let begin = 0; begin + each <= count; begin += each) {
      const block = Array.from({ length: each }, (_, i) => begin + i).filter(isOwn);
      if (block.length > 0) best.push(block.reduce((a, b) => (of[b]! > of[a]! ? b : a)));
    }
    const listed = best.sort((a, b) => of[b]! - of[a]! || a - b).slice(0, most);
    listed.forEach(put);
    return listed.length;
  }
}
