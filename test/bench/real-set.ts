import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeSafetensorsHeader, encodeSafetensors, type Tensor } from '../../shared/index/safetensors.ts';
import { toFloat16 } from '../../shared/scan/float16.ts';
import type { Embeddings } from './embed-in-turn.ts';

/** A safetensors file: `images` and `texts` F16 [rows, dimensions], as the index stores them; `queries` F32. */
export function writeEmbeddings(
  { images, texts, queries }: Embeddings,
  { model, dimensions }: { model: string; dimensions: number },
): Uint8Array {
  const halves = (name: string, vectors: readonly Float32Array[]): Tensor => ({
    name,
    dtype: 'F16',
    shape: [vectors.length, dimensions],
    data: Buffer.concat(vectors.map((vector) => bytesOf(toFloat16(vector)))),
  });
  const floats: Tensor = {
    name: 'queries',
    dtype: 'F32',
    shape: [queries.length, dimensions],
    data: Buffer.concat(queries.map(bytesOf)),
  };
  return encodeSafetensors([floats, halves('images', images), halves('texts', texts)], { model }).bytes;
}

/** What embed-set.ts wrote. */
export interface RealSet {
  readonly model: string;
  readonly dimensions: number;
  /** fp16 bits [rows, dimensions] */
  readonly images: Uint16Array;
  readonly texts: Uint16Array;
  /** f32 [rows, dimensions] */
  readonly queries: Float32Array;
}

/** Where `TUWEN_REAL_DIR` says; undefined where it says nothing. */
export async function readRealSet(directory = process.env.TUWEN_REAL_DIR): Promise<RealSet | undefined> {
  if (!directory) return undefined;
  const file = new Uint8Array(await readFile(join(directory, 'real.safetensors')));
  const { metadata, places } = decodeSafetensorsHeader(file);
  const find = (name: string, dtype: string) => {
    const place = places.find((each) => each.name === name);
    if (place?.dtype !== dtype || place.shape.length !== 2)
      throw new Error(`expected tensor ${name} ${dtype} of 2 axes in ${directory}, found ${place?.dtype}`);
    return { at: file.byteOffset + place.offset, length: place.shape[0]! * place.shape[1]! };
  };
  const halves = (name: string) => {
    const { at, length } = find(name, 'F16');
    return new Uint16Array(file.buffer, at, length);
  };
  const { at, length } = find('queries', 'F32');
  return {
    model: metadata.model ?? '',
    dimensions: places.find(({ name }) => name === 'images')!.shape[1]!,
    images: halves('images'),
    texts: halves('texts'),
    queries: new Float32Array(file.buffer, at, length),
  };
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
