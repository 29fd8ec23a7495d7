import { TuwenError } from '../error.ts';
import type { PrefixPlane } from '../scan/prefix-plane.ts';
import { MAX_PREFIX_WIDTH } from '../scan/scratch.ts';
import type { Dtype, Tensor } from './safetensors.ts';

/** It was `prefix` when codes had two bytes: what reads one of the two knows nothing of the other. */
export const PREFIX_TENSOR = 'prefixCodes';
/** Shards that have the same axes share them. */
export const AXES_TENSOR = 'prefixAxes';

/** A prefix plane as tensors of a shard; README.md has their layout. Each takes a multiple of 4 bytes. */
export function prefixTensors(plane: PrefixPlane, rows: number): Tensor[] {
  const { codes, axes, scale, error, norm, rowNorm } = plane;
  const width = codes.length / rows;
  return [
    { name: PREFIX_TENSOR, dtype: 'I8', shape: [rows, width], data: bytesOf(codes) },
    { name: AXES_TENSOR, dtype: 'F32', shape: [width - 1, axes.length / (width - 1)], data: bytesOf(axes) },
    {
      name: 'prefixNumbers',
      dtype: 'F32',
      shape: [4],
      data: bytesOf(Float32Array.of(scale, error, norm, rowNorm)),
    },
  ];
}

/**
 * The plane as views, checked against the shape of `vectors`.
 *
 * @param find where a tensor lies in the buffer
 * @throws TuwenError `corrupt_index`
 */
export function viewPrefix(
  buffer: ArrayBufferLike,
  find: (
    name: string,
    dtype: Dtype,
    axes: number,
  ) => { at: number; shape: readonly number[]; length: number },
  [rows, dimensions]: readonly number[],
): PrefixPlane {
  const codes = find(PREFIX_TENSOR, 'I8', 2);
  const axes = find(AXES_TENSOR, 'F32', 2);
  const [planeRows, width = 0] = codes.shape;
  if (planeRows !== rows || width % 8 !== 0 || width < 8 || width > MAX_PREFIX_WIDTH)
    throw corrupt(`tensor ${PREFIX_TENSOR} [${rows}, 8 to ${MAX_PREFIX_WIDTH} by 8], found [${codes.shape}]`);
  if (axes.shape[0] !== width - 1 || axes.shape[1] !== dimensions)
    throw corrupt(`tensor ${AXES_TENSOR} [${width - 1}, ${dimensions}], found [${axes.shape}]`);
  const place = find('prefixNumbers', 'F32', 1);
  const numbers = new Float32Array(buffer, place.at, place.length);
  if (numbers.length !== 4 || !numbers.every((number) => number >= 0 && number < Number.POSITIVE_INFINITY))
    throw corrupt(`four finite prefixNumbers of at least 0, found [${numbers}]`);
  const [scale, error, norm, rowNorm] = numbers as unknown as [number, number, number, number];
  if (scale === 0) throw corrupt('a scale of prefixNumbers above 0, found 0');
  return {
    codes: new Int8Array(buffer, codes.at, codes.length),
    axes: new Float32Array(buffer, axes.at, axes.length),
    scale,
    error,
    norm,
    rowNorm,
  };
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function corrupt(expected: string): TuwenError {
  return new TuwenError('corrupt_index', `shard: expected ${expected}`);
}
