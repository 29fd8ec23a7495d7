import { quantizeRows } from './int8-plane.ts';
import { type Int8Query, quantizeCoarsely, quantizeQuery } from './int8-query.ts';
import type { PlanePlace } from './kernel.ts';
import { CHUNK_ROWS, type Scratch, SHARED_CHUNK_ROWS, scratchAt } from './scratch.ts';
import { int8Dot } from './typescript-int8.ts';
import type { createWasmInt8, WasmInt8 } from './wasm-int8.ts';

const dimensions = 83;
const rows = 23;
const all = Array.from({ length: rows }, (_, row) => row);

/** Whether relaxed SIMD gives the integers that it must, for codes up to their limits and with all its loops. */
export function isRelaxedRight(create: typeof createWasmInt8): boolean {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const scratch = scratchAt(0, dimensions);
  // fp16 bits of ordinary size, some of them all equal and so all 127 or −127.
  const vectors = Uint16Array.from({ length: rows * dimensions }, (_, i) => {
    const row = Math.floor(i / dimensions);
    return row < 4 ? 0x3c00 | ((row & 1) << 15) : ((i * 40_503) & 0x83ff) | 0x3400;
  });
  const { codes, sums } = quantizeRows(vectors, dimensions);
  const plane = {
    codes: scratch.end,
    sums: scratch.end + 4096,
    scales: 0,
    residuals: 0,
    norms: 0,
    modality: 0,
  };
  new Int8Array(memory.buffer, plane.codes, codes.length).set(codes);
  new Int32Array(memory.buffer, plane.sums, sums.length).set(sums);
  const queries = [
    new Float32Array(dimensions).fill(1),
    new Float32Array(dimensions).fill(-1),
    Float32Array.from({ length: dimensions }, (_, i) => ((i * 7919) % 201) - 100),
  ];
  const isRight = (part: WasmInt8) =>
    isFineRight(part, memory, scratch, plane, codes, queries) &&
    isCoarseRight(part, memory, scratch, plane, codes, queries);
  return (['pairs', 'sums'] as const).every((loops) =>
    isRight(create(memory, dimensions, scratch, 'relaxed', loops)),
  );
}

type Test = (
  part: WasmInt8,
  memory: WebAssembly.Memory,
  scratch: Scratch,
  plane: PlanePlace,
  codes: Int8Array,
  queries: readonly Float32Array[],
) => boolean;

const isFineRight: Test = (part, memory, scratch, plane, codes, asked) => {
  const queries = asked.map(quantizeQuery);
  const areDots = dotsOf(memory, scratch, codes);
  part.setInt8Queries(() => queries);
  part.dot(plane, 0, rows);
  if (!queries.every((query, q) => areDots(query, all, q))) return false;
  return queries.every((query) => {
    part.setInt8Queries(() => [query]);
    part.dot(plane, 0, rows);
    if (!areDots(query, all)) return false;
    const reversed = [...all].reverse();
    new Uint32Array(memory.buffer, scratch.listOffset, CHUNK_ROWS).set(reversed);
    part.siftListed(plane, rows);
    return areDots(query, reversed);
  });
};

const isCoarseRight: Test = ({ coarse }, memory, scratch, plane, codes, queries) => {
  if (!coarse) return false;
  const areDots = dotsOf(memory, scratch, codes);
  coarse.setCoarseQueries(queries);
  coarse.dot(plane, 0, rows);
  return queries.every((query, q) => areDots(quantizeCoarsely(query), all, q));
};

/** Whether the latest dot products with the q-th query are those of these rows. */
function dotsOf(memory: WebAssembly.Memory, scratch: Scratch, codes: Int8Array) {
  const dots = new Int32Array(memory.buffer, scratch.dotsOffset, scratch.dots);
  return (query: Int8Query, of: readonly number[], q = 0) =>
    of.every((row, i) => dots[q * SHARED_CHUNK_ROWS + i] === int8Dot(query.codes, codes, row * dimensions));
}
