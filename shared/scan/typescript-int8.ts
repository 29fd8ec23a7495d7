import type { Int8Query } from './int8-query.ts';
import type { Int8Part, PlanePlace } from './kernel.ts';
import { CHUNK_ROWS, type Scratch, SHARED_CHUNK_ROWS } from './scratch.ts';

/** The plain one: what the WASM modules must equal, and what runs where there is no SIMD. */
export function createTypescriptInt8(
  memory: WebAssembly.Memory,
  dimensions: number,
  scratch: Scratch,
): Int8Part & { setInt8Queries(queries: () => readonly Int8Query[]): void } {
  const bytes = new Uint8Array(memory.buffer);
  const codes = new Int8Array(memory.buffer);
  const floats = new Float32Array(memory.buffer);
  const bars = new Float32Array(memory.buffer, scratch.barsOffset, scratch.bars);
  const list = new Uint32Array(memory.buffer, scratch.listOffset, CHUNK_ROWS);
  const dots = new Int32Array(memory.buffer, scratch.dotsOffset, scratch.dots);
  let quantize: () => readonly Int8Query[] = () => [];
  let asked: readonly Int8Query[] | undefined;

  /** Whether a row of that dot product may score above its bar. The same f64 arithmetic as in assembly/int8.ts. */
  function isPossible(plane: PlanePlace, query: Int8Query, row: number, dot: number): boolean {
    const upper =
      dot * (floats[plane.scales / 4 + row]! * query.step) +
      floats[plane.residuals / 4 + row]! * query.perResidual +
      floats[plane.norms / 4 + row]! * query.perNorm +
      query.rest;
    return upper > bars[bytes[plane.modality + row]!]!;
  }

  /** Not before they are needed: scores alone don't. */
  function ready(): readonly Int8Query[] {
    asked ??= quantize();
    return asked;
  }

  return {
    setInt8Queries(queries) {
      quantize = queries;
      asked = undefined;
    },
    dot(plane, first, count) {
      ready().forEach((query, q) => {
        for (let i = 0; i < count; i++)
          dots[q * SHARED_CHUNK_ROWS + i] = int8Dot(
            query.codes,
            codes,
            plane.codes + (first + i) * dimensions,
          );
      });
    },
    sift(plane, first, count, query = 0) {
      const own = ready()[query]!;
      let kept = 0;
      for (let i = 0; i < count; i++)
        if (isPossible(plane, own, first + i, dots[query * SHARED_CHUNK_ROWS + i]!)) list[kept++] = first + i;
      return kept;
    },
    siftListed(plane, count, query = 0) {
      const own = ready()[query]!;
      for (let i = 0; i < count; i++)
        dots[i] = int8Dot(own.codes, codes, plane.codes + list[i]! * dimensions);
      let kept = 0;
      for (let i = 0; i < count; i++) if (isPossible(plane, own, list[i]!, dots[i]!)) list[kept++] = list[i]!;
      return kept;
    },
  };
}

/** Exact: no sum of a row's products leaves the range of an i32, see MAX_QUERY_SUM. */
export function int8Dot(query: Int16Array, rows: Int8Array, start: number): number {
  const { length } = query;
  const whole = length - (length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0, x = start; i < whole; i += 4, x += 4) {
    a = (a + Math.imul(query[i]!, rows[x]!)) | 0;
    b = (b + Math.imul(query[i + 1]!, rows[x + 1]!)) | 0;
    c = (c + Math.imul(query[i + 2]!, rows[x + 2]!)) | 0;
    d = (d + Math.imul(query[i + 3]!, rows[x + 3]!)) | 0;
  }
  for (let i = whole; i < length; i++) a = (a + Math.imul(query[i]!, rows[start + i]!)) | 0;
  return (a + b + c + d) | 0;
}
