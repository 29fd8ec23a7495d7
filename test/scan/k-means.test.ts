import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../shared/scan/float16.ts';
import { trainCentroids } from '../../shared/scan/k-means.ts';
import { createRandom } from '../../shared/scan/random.ts';
import { unitVector } from '../index/sample.ts';

const dimensions = 19;

function sample(count: number, centres: number) {
  const random = createRandom(3);
  const middles = Array.from({ length: centres }, () => unitVector(dimensions, random));
  return Array.from({ length: count }, (_, i) => {
    const noise = unitVector(dimensions, random);
    const vector = middles[i % centres]!.map((value, j) => value * 0.9 + noise[j]! * 0.1);
    const norm = Math.hypot(...vector);
    return toFloat16(vector.map((value) => value / norm));
  });
}

function cosineToNearest(vectors: readonly Uint16Array[], centroids: Uint16Array): number[] {
  const all = Array.from({ length: centroids.length / dimensions }, (_, i) =>
    fromFloat16(centroids.subarray(i * dimensions, (i + 1) * dimensions)),
  );
  return vectors.map((bits) => {
    const vector = fromFloat16(bits);
    return Math.max(...all.map((of) => of.reduce((sum, value, i) => sum + value * vector[i]!, 0)));
  });
}

describe('k-means', () => {
  it('brings centroids nearer to their vectors, round by round', async () => {
    const vectors = sample(600, 12);
    const mean = async (rounds: number) => {
      const centroids = await trainCentroids(vectors, { dimensions, lists: 12, seed: 2, rounds });
      const cosines = cosineToNearest(vectors, centroids);
      return cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
    };
    const none = await mean(0);
    expect(await mean(1)).toBeGreaterThan(none);
    expect(await mean(8)).toBeGreaterThan(none + 0.02);
  });

  it('gives unit centroids, the same from the same sample and seed', async () => {
    const vectors = sample(300, 10);
    const train = (seed: number) => trainCentroids(vectors, { dimensions, lists: 20, seed });
    const centroids = await train(1);
    expect(await train(1)).toEqual(centroids);
    expect(await train(2)).not.toEqual(centroids);
    for (let i = 0; i < centroids.length; i += dimensions)
      expect(Math.hypot(...fromFloat16(centroids.subarray(i, i + dimensions)))).toBeCloseTo(1, 2);
  });

  it('copes with vectors of which most are alike, and with zeros', async () => {
    const vectors = [...sample(40, 2), ...Array.from({ length: 200 }, () => new Uint16Array(dimensions))];
    const centroids = await trainCentroids(vectors, { dimensions, lists: 30, seed: 1 });
    expect(fromFloat16(centroids).every(Number.isFinite)).toBe(true);
  });

  it('asks for as many vectors as centroids', async () => {
    await expect(trainCentroids(sample(5, 1), { dimensions, lists: 6, seed: 1 })).rejects.toThrow(
      'expected at least 6 vectors to train on, found 5',
    );
  });

  it('ends when its caller has had enough', async () => {
    const pause = async () => {
      throw new Error('taken over');
    };
    await expect(trainCentroids(sample(50, 5), { dimensions, lists: 5, seed: 1, pause })).rejects.toThrow(
      'taken over',
    );
  });
});
