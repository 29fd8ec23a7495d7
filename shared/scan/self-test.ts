import { quantizeRows } from './int8-plane.ts';
import { quantizeQuery } from './int8-query.ts';
import { CHUNK_ROWS, SHARED_CHUNK_ROWS, scratchAt } from './scratch.ts';
import { int8Dot } from './typescript-int8.ts';
import type { createWasmInt8 } from './wasm-int8.ts';

const dimensions = 83;
const rows = 23;

/** Whether relaxed SIMD gives the integers that it must, for codes up to their limits and with all three loops. */
export function isRelaxedRight(create: typeof createWasmInt8): boolean {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const scratch = scratchAt(0, dimensions);
  const part = create(memory, dimensions, scratch, 'relaxed');
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
  ].map(quantizeQuery);
  const dots = new Int32Array(memory.buffer, scratch.dotsOffset, CHUNK_ROWS);
  const isRight = (query: number, row: number, dot: number | undefined) =>
    dot === int8Dot(queries[query]!.codes, codes, row * dimensions);
  const list = new Uint32Array(memory.buffer, scratch.listOffset, CHUNK_ROWS);
  const all = Array.from({ length: rows }, (_, row) => row);

  part.setInt8Queries(queries);
  part.dot(plane, 0, rows);
  const isTogetherRight = queries.every((_, q) =>
    all.every((row) => isRight(q, row, dots[q * SHARED_CHUNK_ROWS + row])),
  );
  const isAloneRight = queries.every((query, q) => {
    part.setInt8Queries([query]);
    part.dot(plane, 0, rows);
    if (!all.every((row) => isRight(q, row, dots[row]))) return false;
    list.set([...all].reverse());
    part.siftListed(plane, rows);
    return all.every((row) => isRight(q, row, dots[rows - 1 - row]));
  });
  return isTogetherRight && isAloneRight;
}
