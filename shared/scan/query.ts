/** Throws unless the query has these dimensions and only components below 65,536 in magnitude. */
export function checkQuery(query: Float32Array, dimensions: number): void {
  if (query.length !== dimensions)
    throw new RangeError(`expected a query of ${dimensions} dimensions, found ${query.length}`);
  for (let i = 0; i < query.length; i++)
    if (!(Math.abs(query[i]!) < 65_536))
      throw new RangeError(`expected components below 65,536 in magnitude, found ${query[i]}`);
}
