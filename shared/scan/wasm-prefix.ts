import type { PrefixPart } from './kernel.ts';
import { prefixBase64 } from './prefix.generated.ts';
import { createPrefixQueries } from './prefix-part.ts';
import { PREFIX_QUERY_BYTES, peakRowsOf, type Scratch } from './scratch.ts';
import { instantiate } from './wasm-module.ts';

/** The module of assembly/prefix.ts; lists as typescript-prefix.ts gives them. */
export function createWasmPrefix(
  memory: WebAssembly.Memory,
  scratch: Scratch,
): PrefixPart & { setPrefixQueries(queries: readonly Float32Array[]): void } {
  const wasm = instantiate<PrefixExports>(prefixBase64, memory);
  const { siftPrefix, siftPrefixListed } = wasm;
  const { barsOffset, listOffset, prefixDotsOffset, peaksOffset } = scratch;
  const queryAt = (query: number) => scratch.prefixQueryOffset + query * PREFIX_QUERY_BYTES;
  const boundAt = (query: number) => scratch.prefixBoundsOffset + query * 16;
  const queries = createPrefixQueries((query, { codes, bound }) => {
    new Int16Array(memory.buffer, queryAt(query), codes.length).set(codes);
    new Float64Array(memory.buffer, boundAt(query), 2).set([bound.unit, bound.rest]);
  });
  /** Those multiplied last. */
  let rows = { first: 0, count: 0 };
  return {
    setPrefixQueries: queries.set,
    siftPrefix(place, first, count, query = 0) {
      queries.show(place);
      const { codes, modality, width } = place;
      return siftPrefix(
        codes,
        modality,
        width,
        queryAt(query),
        boundAt(query),
        barsOffset,
        first,
        count,
        listOffset,
      );
    },
    siftPrefixListed(place, count, query = 0) {
      queries.show(place);
      const { codes, modality, width } = place;
      return siftPrefixListed(
        codes,
        modality,
        width,
        queryAt(query),
        boundAt(query),
        barsOffset,
        count,
        listOffset,
      );
    },
    dotPrefix(place, first, count, query = 0) {
      queries.show(place);
      wasm.dotPrefix(place.codes, place.width, queryAt(query), first, count, prefixDotsOffset);
      rows = { first, count };
    },
    siftPrefixDots(place, first, count, query = 0) {
      queries.show(place);
      const dots = prefixDotsOffset + (first - rows.first) * 4;
      return wasm.siftDots(dots, place.modality, boundAt(query), barsOffset, first, count, listOffset);
    },
    listPeaks({ modality }, most, only = -1, at = 0) {
      const { first, count } = rows;
      const each = peakRowsOf(count);
      return wasm.listPeaks(
        prefixDotsOffset,
        modality + first,
        only,
        first,
        each,
        Math.floor(count / each),
        peaksOffset,
        most,
        listOffset + at * 4,
      );
    },
  };
}

interface PrefixExports {
  siftPrefix(
    codes: number,
    modality: number,
    width: number,
    query: number,
    bound: number,
    bars: number,
    first: number,
    count: number,
    list: number,
  ): number;
  siftPrefixListed(
    codes: number,
    modality: number,
    width: number,
    query: number,
    bound: number,
    bars: number,
    count: number,
    list: number,
  ): number;
  dotPrefix(codes: number, width: number, query: number, first: number, count: number, dots: number): void;
  siftDots(
    dots: number,
    modality: number,
    bound: number,
    bars: number,
    first: number,
    count: number,
    list: number,
  ): number;
  listPeaks(
    dots: number,
    modality: number,
    only: number,
    first: number,
    rows: number,
    blocks: number,
    peaks: number,
    most: number,
    list: number,
  ): number;
}
