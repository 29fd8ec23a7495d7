import { float16Values } from './float16.ts';
import type { Float16Part } from './kernel.ts';
import { CHUNK_ROWS, MAX_QUERIES, type Scratch } from './scratch.ts';

/** The plain kernel: what the WASM one must equal bit for bit, and what runs where there is no SIMD. */
export function createTypescriptFloat16(
  memory: WebAssembly.Memory,
  dimensions: number,
  scratch: Scratch,
): Float16Part & { setFloat16Queries(queries: readonly Float32Array[]): void } {
  const halves = new Uint16Array(memory.buffer);
  const own = Array.from(
    { length: MAX_QUERIES },
    (_, i) => new Float32Array(memory.buffer, scratch.queryOffset + i * scratch.queryBytes, dimensions),
  );
  const scores = new Float32Array(memory.buffer, scratch.scoresOffset, CHUNK_ROWS);
  const list = new Uint32Array(memory.buffer, scratch.listOffset, CHUNK_ROWS);
  return {
    setFloat16Queries(queries) {
      queries.forEach((query, i) => {
        own[i]!.set(query);
      });
    },
    score(offset, count, query = 0) {
      const first = offset / 2;
      for (let i = 0; i < count; i++) scores[i] = dot(own[query]!, halves, first + i * dimensions);
    },
    scoreListed(offset, count, query = 0) {
      const first = offset / 2;
      for (let i = 0; i < count; i++) scores[i] = dot(own[query]!, halves, first + list[i]! * dimensions);
    },
  };
}

/**
 * Sixteen partial sums: component i is multiplied in f32 and added in f32 to sum i mod 16, in the order of
 * i. The sums are then added as a tree. The product of two f32 is exact in a JavaScript number, and so is
 * the rounding of a sum of two (53 ≥ 2·24 + 2 bits), so Math.fround gives what f32 arithmetic would.
 */
export function dot(query: Float32Array, halves: Uint16Array, start: number): number {
  const f = Math.fround;
  const value = float16Values();
  const dimensions = query.length;
  const whole = dimensions - (dimensions % 16);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  let s8 = 0;
  let s9 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s14 = 0;
  let s15 = 0;
  for (let i = 0, x = start; i < whole; i += 16, x += 16) {
    s0 = f(s0 + f(query[i]! * value[halves[x]!]!));
    s1 = f(s1 + f(query[i + 1]! * value[halves[x + 1]!]!));
    s2 = f(s2 + f(query[i + 2]! * value[halves[x + 2]!]!));
    s3 = f(s3 + f(query[i + 3]! * value[halves[x + 3]!]!));
    s4 = f(s4 + f(query[i + 4]! * value[halves[x + 4]!]!));
    s5 = f(s5 + f(query[i + 5]! * value[halves[x + 5]!]!));
    s6 = f(s6 + f(query[i + 6]! * value[halves[x + 6]!]!));
    s7 = f(s7 + f(query[i + 7]! * value[halves[x + 7]!]!));
    s8 = f(s8 + f(query[i + 8]! * value[halves[x + 8]!]!));
    s9 = f(s9 + f(query[i + 9]! * value[halves[x + 9]!]!));
    s10 = f(s10 + f(query[i + 10]! * value[halves[x + 10]!]!));
    s11 = f(s11 + f(query[i + 11]! * value[halves[x + 11]!]!));
    s12 = f(s12 + f(query[i + 12]! * value[halves[x + 12]!]!));
    s13 = f(s13 + f(query[i + 13]! * value[halves[x + 13]!]!));
    s14 = f(s14 + f(query[i + 14]! * value[halves[x + 14]!]!));
    s15 = f(s15 + f(query[i + 15]! * value[halves[x + 15]!]!));
  }
  if (whole < dimensions) {
    sums.set([s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15]);
    for (let i = whole; i < dimensions; i++)
      sums[i - whole] = sums[i - whole]! + f(query[i]! * value[halves[start + i]!]!);
    [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15] = sums as unknown as Sixteen;
  }
  const t0 = f(f(s0 + s4) + f(s8 + s12));
  const t1 = f(f(s1 + s5) + f(s9 + s13));
  const t2 = f(f(s2 + s6) + f(s10 + s14));
  const t3 = f(f(s3 + s7) + f(s11 + s15));
  return f(f(t0 + t2) + f(t1 + t3));
}

const sums = new Float32Array(16);
type Sixteen = [...Quad, ...Quad, ...Quad, ...Quad];
type Quad = [number, number, number, number];
