/**
 * The vector at length 1, computed in f64 and rounded once to f32; undefined where it has no direction
 * (a number that is not finite, or all of them zero).
 */
export function unitVector(vector: ArrayLike<number>): Float32Array | undefined {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) {
    const size = Math.abs(vector[i]!);
    if (!Number.isFinite(size)) return undefined;
    if (size > largest) largest = size;
  }
  if (largest === 0) return undefined;
  // Scaled by the largest, so that squares neither overflow nor vanish.
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i]! / largest) ** 2;
  const norm = Math.sqrt(sum);
  return Float32Array.from(vector, (value) => value / largest / norm);
}
