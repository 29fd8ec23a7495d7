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
  let rows = { first: 0, count: 0, at: 0 };

  function listPeaks(
    { first, count, at: dotsAt }: typeof rows,
    of: { readonly modality: number; readonly only: number; readonly most: number; readonly at: number },
  ): number {
    const each = peakRowsOf(count);
    return wasm.listPeaks(
      prefixDotsOffset + dotsAt * 4,
      of.modality,
      of.only,
      first,
      each,
      Math.floor(count / each),
      peaksOffset,
      of.most,
      listOffset + of.at * 4,
    );
  }

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
    dotPrefix(place, first, count, query = 0, at = 0) {
      queries.show(place);
      wasm.dotPrefix(place.codes, place.width, queryAt(query), first, count, prefixDotsOffset + at * 4);
      rows = { first, count, at };
    },
    siftPrefixDots(place, first, count, query = 0, at = rows.at + first - rows.first) {
      queries.show(place);
      const dots = prefixDotsOffset + at * 4;
      return wasm.siftDots(dots, place.modality, boundAt(query), barsOffset, first, count, listOffset);
    },
    listPeaks({ modality }, most, only = -1, at = 0) {
      return listPeaks(rows, { modality: modality + rows.first, only, most, at });
    },
    listPeakDots(from, count, most) {
      return listPeaks({ first: from, count, at: from }, { modality: 0, only: -1, most, at: 0 });
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
