/** Seeded numbers in [0, 1) (mulberry32). */
export function createUniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Unit vectors of independent normal components. */
export function createUnitVectors(dimensions: number, seed: number): () => Float32Array {
  const uniform = createUniform(seed);
  const table = normals();
  return () =>
    unit(Float32Array.from({ length: dimensions }, () => table[Math.floor(uniform() * table.length)]!));
}

/**
 * Unit vectors around some hundred centres, near enough that the closest of a query share its centre, as
 * pictures of one kind of product do.
 */
export function createClusteredVectors(dimensions: number, seed: number): () => Float32Array {
  const vector = createUnitVectors(dimensions, seed);
  const centres = Array.from({ length: 128 }, vector);
  const uniform = createUniform(seed + 1);
  return () => {
    const centre = centres[Math.floor(uniform() * centres.length)]!;
    const noise = vector();
    return unit(noise.map((component, i) => component * 0.7 + centre[i]!));
  };
}

/** 65,536 draws, from which vectors take their components: a billion by Box and Muller would take a minute. */
function normals(): Float32Array {
  const uniform = createUniform(1);
  return Float32Array.from({ length: 2 ** 16 }, () => {
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  });
}

export function unit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const component of vector) squares += component * component;
  const perNorm = 1 / Math.sqrt(squares);
  for (let i = 0; i < vector.length; i++) vector[i] = vector[i]! * perNorm;
  return vector;
}
