import type { PrefixPart } from './kernel.ts';
import { prefixBase64 } from './prefix.generated.ts';
import { createPrefixQueries } from './prefix-part.ts';
import { PREFIX_QUERY_BYTES, type Scratch } from './scratch.ts';
import { instantiate } from './wasm-module.ts';

/** The module of assembly/prefix.ts; lists as typescript-prefix.ts gives them. */
export function createWasmPrefix(
  memory: WebAssembly.Memory,
  scratch: Scratch,
): PrefixPart & { setPrefixQueries(queries: readonly Float32Array[]): void } {
  const { siftPrefix, siftPrefixListed } = instantiate<PrefixExports>(prefixBase64, memory);
  const { barsOffset, listOffset } = scratch;
  const queryAt = (query: number) => scratch.prefixQueryOffset + query * PREFIX_QUERY_BYTES;
  const boundAt = (query: number) => scratch.prefixBoundsOffset + query * 16;
  const queries = createPrefixQueries((query, { codes, bound }) => {
    new Int16Array(memory.buffer, queryAt(query), codes.length).set(codes);
    new Float64Array(memory.buffer, boundAt(query), 2).set([bound.unit, bound.rest]);
  });
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
}
