/**
 * The eigenvectors of a symmetric matrix, by Jacobi's rotations (Golub and Van Loan, Matrix Computations, 8.5).
 *
 * @param matrix [size, size]
 * @returns by descending eigenvalue
 */
export function eigenvectors(matrix: Float64Array, size: number): Float64Array[] {
  const a = Array.from({ length: size }, (_, i) => matrix.slice(i * size, (i + 1) * size));
  const vectors = a.map((_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < MAX_SWEEPS && !isDiagonal(a); sweep++)
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        const off = a[p]![q]!;
        if (off === 0) continue;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * off);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        rotate(a[p]!, a[q]!, c, t * c);
        for (const row of a) {
          const x = row[p]!;
          row[p] = c * x - t * c * row[q]!;
          row[q] = t * c * x + c * row[q]!;
        }
        rotate(vectors[p]!, vectors[q]!, c, t * c);
      }
  return vectors
    .map((vector, i) => ({ vector, value: a[i]![i]! }))
    .sort((x, y) => y.value - x.value)
    .map(({ vector }) => vector);
}

/** Some eight do. */
const MAX_SWEEPS = 30;

function isDiagonal(a: readonly Float64Array[]): boolean {
  let off = 0;
  let all = 0;
  a.forEach((row, i) => {
    row.forEach((value, j) => {
      all += value * value;
      if (i !== j) off += value * value;
    });
  });
  return off <= all * 1e-20;
}

function rotate(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let i = 0; i < x.length; i++) {
    const own = x[i]!;
    x[i] = c * own - s * y[i]!;
    y[i] = s * own + c * y[i]!;
  }
}
