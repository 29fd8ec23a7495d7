import { eigenvectors } from './eigenvectors.ts';

/**
 * The orthonormal axes along which rows have most of their squares, the first holding most: those of their
 * second moments, not of their variance, since scores are products with the rows as they are. By iteration of a
 * subspace, so the last of them are only near what they should be. The same rows give the same bits.
 *
 * @param rows [count, dimensions]
 * @returns f32 [axes, dimensions]
 */
export function principalAxes(rows: Float64Array, dimensions: number, axes: number): Float32Array {
  const moments = momentsOf(rows, dimensions);
  const count = Math.min(dimensions, axes + SPARE_AXES);
  let basis = Array.from({ length: count }, (_, i) => arbitraryVector(dimensions, i));
  orthonormalise(basis);
  for (let i = 0; i < ITERATIONS; i++) {
    basis = basis.map((vector) => times(moments, vector));
    orthonormalise(basis);
  }
  // Within the subspace, the axes themselves.
  const images = basis.map((vector) => times(moments, vector));
  const within = Float64Array.from({ length: count * count }, (_, i) =>
    dot(basis[Math.floor(i / count)]!, images[i % count]!),
  );
  const turned = eigenvectors(within, count).map((weights) => {
    const axis = new Float64Array(dimensions);
    weights.forEach((weight, i) => {
      subtract(axis, basis[i]!, -weight);
    });
    return axis;
  });
  orthonormalise(turned);
  const found = new Float32Array(axes * dimensions);
  for (let i = 0; i < axes; i++) found.set(turned[i]!, i * dimensions);
  return found;
}

/** Beyond those that are asked for: they let the iteration find the last ones sooner. */
const SPARE_AXES = 8;
const ITERATIONS = 6;

/** [dimensions, dimensions], symmetric. */
function momentsOf(rows: Float64Array, dimensions: number): Float64Array {
  const moments = new Float64Array(dimensions * dimensions);
  for (let row = 0; row < rows.length; row += dimensions)
    for (let i = 0; i < dimensions; i++) {
      const own = rows[row + i]!;
      for (let j = 0, m = i * dimensions; j <= i; j++) moments[m + j]! += own * rows[row + j]!;
    }
  for (let i = 0; i < dimensions; i++)
    for (let j = 0; j < i; j++) moments[j * dimensions + i] = moments[i * dimensions + j]!;
  return moments;
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  return vector.map((_, i) => product(matrix, i * vector.length, vector, 0, vector.length));
}

/** Gram and Schmidt, each vector twice. One that the others span already gives way to an arbitrary one. */
function orthonormalise(vectors: Float64Array[]): void {
  for (let i = 0; i < vectors.length; i++)
    for (let attempt = 0; ; attempt++) {
      const vector = vectors[i]!;
      const before = Math.sqrt(dot(vector, vector));
      for (let pass = 0; pass < 2; pass++)
        for (let j = 0; j < i; j++) subtract(vector, vectors[j]!, dot(vector, vectors[j]!));
      const norm = Math.sqrt(dot(vector, vector));
      if (norm > before * 1e-9) {
        for (let k = 0; k < vector.length; k++) vector[k]! /= norm;
        break;
      }
      vectors[i] = arbitraryVector(vector.length, i + (attempt + 1) * vectors.length);
    }
}

function subtract(from: Float64Array, vector: Float64Array, factor: number): void {
  for (let i = 0; i < from.length; i++) from[i]! -= factor * vector[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  return product(a, 0, b, 0, a.length);
}

/** The dot product of stretches, in four sums, so that additions need not wait for each other. */
export function product(
  a: Float64Array,
  x: number,
  b: Float64Array | Float32Array,
  y: number,
  length: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[x + i]! * b[y + i]!;
    s1 += a[x + i + 1]! * b[y + i + 1]!;
    s2 += a[x + i + 2]! * b[y + i + 2]!;
    s3 += a[x + i + 3]! * b[y + i + 3]!;
  }
  for (; i < length; i++) s0 += a[x + i]! * b[y + i]!;
  return s0 + s1 + (s2 + s3);
}

/** Components from −1 to 1 of a linear congruential generator: the same for the same number. */
function arbitraryVector(dimensions: number, number: number): Float64Array {
  let state = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  return Float64Array.from({ length: dimensions }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
