import { describe, expect, it } from 'vitest';
import { eigenvectors } from '../../shared/scan/eigenvectors.ts';
import { toFloat16 } from '../../shared/scan/float16.ts';
import { createPrefixBuilder } from '../../shared/scan/prefix-builder.ts';
import { measureAxes } from '../../shared/scan/prefix-plane.ts';
import { principalAxes } from '../../shared/scan/principal-axes.ts';
import { createRandom, unitVector } from '../index/sample.ts';

const dimensions = 64;

describe('prefix planes', () => {
  it('are made where few axes hold most of the rows, with the same bits each time', () => {
    const rows = flatRows(1000, 6, 1);
    const modality = new Uint8Array(1000);
    const [one, other] = [0, 1].map(() => createPrefixBuilder(dimensions, { leastRows: 1 }));
    const plane = one!.build(rows, modality)!;
    expect(plane.codes.length).toBe(16_000);
    expect(other!.build(rows, modality)).toEqual(plane);
  });

  it('are not made of random rows, nor of few', () => {
    const modality = new Uint8Array(1000);
    expect(
      createPrefixBuilder(dimensions, { leastRows: 1 }).build(flatRows(1000, dimensions, 2), modality),
    ).toBeUndefined();
    expect(createPrefixBuilder(dimensions).build(flatRows(1000, 6, 1), modality)).toBeUndefined();
  });

  it('take the axes of the shard before while they do, and others where they do not', () => {
    const builder = createPrefixBuilder(dimensions, { leastRows: 1 });
    const modality = new Uint8Array(1000);
    const first = builder.build(flatRows(1000, 6, 1), modality)!;
    expect(builder.build(flatRows(1000, 6, 1, 9), modality)!.axes).toBe(first.axes);
    const turned = builder.build(flatRows(1000, 6, 7), modality)!;
    expect(turned.axes).not.toBe(first.axes);
  });
});

describe('principal axes', () => {
  it('are orthonormal and hold what rows of few dimensions are', () => {
    const rows = Float64Array.from({ length: 200 * dimensions }, (_, i) =>
      i % dimensions < 5 ? Math.sin(i * i) : 0,
    );
    const axes = principalAxes(rows, dimensions, 15);
    expect(measureAxes(axes, dimensions).skew).toBeLessThan(1e-5);
    for (let row = 0; row < rows.length; row += dimensions) {
      let left = 0;
      for (let i = 0; i < dimensions; i++) left += rows[row + i]! ** 2;
      for (let axis = 0; axis < 5; axis++) {
        let component = 0;
        for (let i = 0; i < dimensions; i++) component += rows[row + i]! * axes[axis * dimensions + i]!;
        left -= component ** 2;
      }
      expect(Math.abs(left)).toBeLessThan(1e-5);
    }
  });

  it('are orthonormal even of rows of zeros', () => {
    expect(measureAxes(principalAxes(new Float64Array(128), 16, 7), 16).skew).toBeLessThan(1e-5);
  });

  it('are eigenvectors, the largest first', () => {
    const [first, second] = eigenvectors(Float64Array.of(2, 1, 1, 2), 2);
    expect(Math.abs(first![0]! - first![1]!)).toBeLessThan(1e-12);
    expect(Math.abs(second![0]! + second![1]!)).toBeLessThan(1e-12);
  });
});

/** fp16 rows in a subspace of so many dimensions, turned by the seed, and a little beside it. */
function flatRows(count: number, rank: number, seed: number, draw = seed): Uint16Array {
  const random = createRandom(seed);
  const basis = Array.from({ length: rank }, () => unitVector(dimensions, random));
  const next = createRandom(draw + 100);
  return toFloat16(
    Array.from({ length: count }, () => {
      const weights = unitVector(rank, next);
      const beside = unitVector(dimensions, next);
      return Array.from(beside, (component, i) =>
        weights.reduce((sum, weight, axis) => sum + weight * basis[axis]![i]!, component * 0.01),
      );
    }).flat(),
  );
}
