import { quantizeRows } from '../../shared/scan/int8-plane.ts';
import { OVERREAD_BYTES, type PlanePlace } from '../../shared/scan/kernel.ts';
import { scratchBytes } from '../../shared/scan/scratch.ts';

/** Rows of alternating modality, 0 and 1, as an int8 plane in memory, behind the scratch of a kernel. */
export function placeRows(dimensions: number, rows: readonly Uint16Array[], from = scratchBytes(dimensions)) {
  const vectors = new Uint16Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    vectors.set(row, i * dimensions);
  });
  const values = quantizeRows(vectors, dimensions);
  const { codes, scales, residuals, norms, sums } = values;
  let end = from;
  const place = (view: ArrayBufferView) => {
    const start = Math.ceil(end / 4) * 4;
    end = start + view.byteLength;
    return start;
  };
  const modality = Uint8Array.from(rows, (_, i) => i % 2);
  const plane: PlanePlace = {
    codes: place(codes),
    scales: place(scales),
    residuals: place(residuals),
    norms: place(norms),
    sums: place(sums),
    modality: place(modality),
  };
  const memory = new WebAssembly.Memory({ initial: Math.ceil((end + OVERREAD_BYTES) / 65_536) });
  new Int8Array(memory.buffer, plane.codes).set(codes);
  new Float32Array(memory.buffer, plane.scales).set(scales);
  new Float32Array(memory.buffer, plane.residuals).set(residuals);
  new Float32Array(memory.buffer, plane.norms).set(norms);
  new Int32Array(memory.buffer, plane.sums).set(sums);
  new Uint8Array(memory.buffer, plane.modality).set(modality);
  return { memory, plane, values };
}

/** The f32 just below. */
export function below(value: number): number {
  if (value === 0) return -(2 ** -149);
  const floats = Float32Array.of(value);
  const bits = new Uint32Array(floats.buffer);
  bits[0] = bits[0]! + (value > 0 ? -1 : 1);
  return floats[0]!;
}
