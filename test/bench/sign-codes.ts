import type { Dataset } from './dataset.ts';
import type { Tunable } from './fast-peers.ts';
import { createUnitVectors } from './random.ts';

const BITS = 256;
const WORDS = BITS / 32;

/**
 * Signs by random hyperplanes (Charikar, 2002), in JavaScript and for the bench alone: rows whose 256 signs
 * differ least from the query's are scored by f32. The setting is how many.
 */
export function createSignCodes({ floats, count, dimensions }: Dataset, topK: number): Tunable {
  const plane = createUnitVectors(dimensions, 77);
  const planes = Array.from({ length: BITS }, plane);
  const codes = new Uint32Array(count * WORDS);
  for (let row = 0; row < count; row++)
    codes.set(signsOf(floats.subarray(row * dimensions, (row + 1) * dimensions), planes), row * WORDS);
  const distances = new Uint16Array(count);
  const settings = [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200].filter((k) => k < count);
  return {
    settings,
    create: (candidates) => ({
      name: `random-hyperplane signs, ${BITS} bits, ${candidates} rescored`,
      bytesPerRow: BITS / 8 + dimensions * 4,
      run(query) {
        const own = signsOf(query, planes);
        const counts = new Uint32Array(BITS + 1);
        for (let row = 0, at = 0; row < count; row++) {
          let distance = 0;
          for (let word = 0; word < WORDS; word++) distance += onesOf(own[word]! ^ codes[at++]!);
          distances[row] = distance;
          counts[distance] = counts[distance]! + 1;
        }
        let farthest = 0;
        for (let sum = counts[0]!; sum < candidates; sum += counts[++farthest]!);
        const found: { row: number; score: number }[] = [];
        for (let row = 0; row < count; row++) {
          if (distances[row]! > farthest) continue;
          let score = 0;
          for (let i = 0, x = row * dimensions; i < dimensions; i++, x++) score += query[i]! * floats[x]!;
          found.push({ row, score });
        }
        found.sort((a, b) => b.score - a.score);
        return found.slice(0, topK).map(({ row }) => row);
      },
    }),
  };
}

function signsOf(vector: Float32Array, planes: readonly Float32Array[]): Uint32Array {
  const signs = new Uint32Array(WORDS);
  planes.forEach((plane, bit) => {
    let sum = 0;
    for (let i = 0; i < vector.length; i++) sum += plane[i]! * vector[i]!;
    if (sum > 0) signs[bit >>> 5] = signs[bit >>> 5]! | (1 << (bit & 31));
  });
  return signs;
}

function onesOf(word: number): number {
  let ones = word - ((word >>> 1) & 0x55555555);
  ones = (ones & 0x33333333) + ((ones >>> 2) & 0x33333333);
  return Math.imul((ones + (ones >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
