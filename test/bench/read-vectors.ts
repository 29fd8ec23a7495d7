import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensorsHeader } from '../../shared/index/safetensors.ts';
import { fromFloat16 } from '../../shared/scan/float16.ts';
import { createUniform } from './random.ts';

export interface RealVectors {
  readonly dimensions: number;
  /** f32, unit. */
  readonly rows: readonly Float32Array[];
  /** Held out: not among the rows. */
  readonly queries: readonly Float32Array[];
}

/**
 * The `vectors`, F16 or F32 [rows, dimensions], of all safetensors files in a directory and below it.
 *
 * @throws Error where there are none, or of different dimensions
 */
export async function readVectors(directory: string, queries: number): Promise<RealVectors> {
  const names = (await readdir(directory, { recursive: true })).filter((name) =>
    name.endsWith('.safetensors'),
  );
  const all: Float32Array[] = [];
  for (const name of names.sort()) all.push(...(await vectorsOf(join(directory, name))));
  const dimensions = all[0]?.length ?? 0;
  if (all.length <= queries || all.some(({ length }) => length !== dimensions))
    throw new Error(
      `expected more than ${queries} vectors of the same dimensions in ${directory}, found ${all.length} of ${dimensions}`,
    );
  const uniform = createUniform(3);
  for (let i = 0; i < queries; i++) {
    const other = i + Math.floor(uniform() * (all.length - i));
    [all[i], all[other]] = [all[other]!, all[i]!];
  }
  return { dimensions, rows: all.slice(queries), queries: all.slice(0, queries) };
}

async function vectorsOf(file: string): Promise<Float32Array[]> {
  const bytes = await readFile(file);
  const place = decodeSafetensorsHeader(bytes).places.find(({ name }) => name === 'vectors');
  if (!place) return [];
  const [rows = 0, dimensions = 0] = place.shape;
  const data = bytes.buffer.slice(
    bytes.byteOffset + place.offset,
    bytes.byteOffset + place.offset + place.bytes,
  );
  if (place.dtype !== 'F16' && place.dtype !== 'F32')
    throw new Error(`${file}: expected vectors of F16 or F32, found ${place.dtype}`);
  const values = place.dtype === 'F16' ? fromFloat16(new Uint16Array(data)) : new Float32Array(data);
  return Array.from({ length: rows }, (_, i) => unit(values.slice(i * dimensions, (i + 1) * dimensions)));
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;
  return vector.map((value) => value / norm);
}
