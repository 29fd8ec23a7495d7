/** The sum of weighted vectors, f32 [dimensions]; absent ones count nothing. */
export function combine(
  dimensions: number,
  parts: readonly (readonly [weight: number, vector: Float32Array | undefined])[],
): Float32Array {
  const sum = new Float32Array(dimensions);
  for (const [weight, vector] of parts) {
    if (!vector) continue;
    for (let i = 0; i < dimensions; i++) sum[i]! += weight * vector[i]!;
  }
  return sum;
}

/**
 * The unit vector of the same direction, or undefined where there is none. What is left when two unit
 * vectors cancel out in f32 is rounding, not a direction: hence the bound.
 */
export function normalise(vector: Float32Array): Float32Array | undefined {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const norm = Math.sqrt(squares);
  return norm > 1e-6 ? vector.map((value) => value / norm) : undefined;
}
