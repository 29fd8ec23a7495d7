import { z } from 'zod';
import { TuwenError } from '../error.ts';

/**
 * The safetensors format (https://github.com/huggingface/safetensors): 8 bytes, little-endian, tell the
 * length of a JSON header, then comes the header, then the tensors' data, one after the other without
 * holes. We pad the header with spaces so that the data begins at a multiple of 64.
 */
export interface Tensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Little-endian, row by row. */
  readonly data: Uint8Array;
}

/** Where a tensor stands in a file. */
export interface TensorPlace {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** From the beginning of the file. */
  readonly offset: number;
  readonly bytes: number;
}

export type Dtype = keyof typeof bytesOfDtype;

export const bytesOfDtype = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

/** Where data begins is a multiple of this. */
export const DATA_ALIGNMENT = 64;

/** As the format's own implementation limits it. */
const MAX_HEADER_BYTES = 100_000_000;

/** A file of these tensors, their data in the order given. */
export function encodeSafetensors(
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>>,
): { bytes: Uint8Array; places: TensorPlace[] } {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, dtype, shape, data } of tensors) {
    header[name] = { dtype, shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const dataOffset = Math.ceil((8 + json.byteLength) / DATA_ALIGNMENT) * DATA_ALIGNMENT;
  const bytes = new Uint8Array(dataOffset + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataOffset - 8), true);
  bytes.fill(0x20, 8, dataOffset);
  bytes.set(json, 8);
  let offset = dataOffset;
  const places = tensors.map(({ name, dtype, shape, data }) => {
    const place = { name, dtype, shape, offset, bytes: data.byteLength };
    bytes.set(data, offset);
    offset += data.byteLength;
    return place;
  });
  return { bytes, places };
}

/**
 * Reads the header and checks every field of it.
 *
 * @param bytes the file, or its beginning up to the end of the header
 * @param fileBytes the length of the whole file
 * @returns the tensors in the order of their data
 * @throws TuwenError `corrupt_index`
 */
export function decodeSafetensorsHeader(
  bytes: Uint8Array,
  fileBytes = bytes.byteLength,
): { metadata: Record<string, string>; places: TensorPlace[]; dataOffset: number } {
  if (fileBytes < 8 || bytes.byteLength < 8) throw corrupt(`at least 8 bytes, found ${bytes.byteLength}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES))
    throw corrupt(`a header of at most ${MAX_HEADER_BYTES} bytes, found one of ${length}`);
  const dataOffset = 8 + Number(length);
  if (dataOffset > fileBytes)
    throw corrupt(`a header of ${length} bytes, found ${fileBytes - 8} bytes in the file`);
  if (dataOffset > bytes.byteLength)
    throw corrupt(`a header of ${length} bytes, found ${bytes.byteLength - 8} bytes of it`);
  const { __metadata__: metadata, ...entries } = parseHeader(bytes.subarray(8, dataOffset));
  const places = Object.entries(entries).map(([name, entry]) => placeOf(name, entry, dataOffset));
  places.sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  let end = dataOffset;
  for (const { name, offset, bytes: size } of places) {
    if (offset !== end)
      throw corrupt(
        `tensor ${name} to begin at data offset ${end - dataOffset}, found ${offset - dataOffset}: ${offset < end ? 'an overlap' : 'a hole'}`,
      );
    end += size;
  }
  if (end !== fileBytes)
    throw corrupt(`data to end with its last tensor at byte ${end}, found a file of ${fileBytes} bytes`);
  return { metadata: metadataOf(metadata), places, dataOffset };
}

const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) throw corrupt(`a header that begins with "{", found byte ${bytes[0]}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw corrupt('a header of UTF-8 JSON, found something else', cause);
  }
  return z.record(z.string(), z.unknown()).parse(header);
}

function placeOf(name: string, entry: unknown, dataOffset: number): TensorPlace {
  const parsed = tensorSchema.safeParse(entry);
  if (!parsed.success)
    throw corrupt(
      `tensor ${name} with dtype, shape and data_offsets, found ${JSON.stringify(entry)}`,
      parsed.error,
    );
  const { dtype, shape, data_offsets: offsets } = parsed.data;
  if (!isDtype(dtype))
    throw corrupt(`tensor ${name} of one of ${Object.keys(bytesOfDtype).join(', ')}, found ${dtype}`);
  const [begin, end] = offsets;
  const expected = shape.reduce((product, size) => product * size, bytesOfDtype[dtype]);
  if (end - begin !== expected)
    throw corrupt(`tensor ${name} ${dtype} [${shape}] of ${expected} bytes, found ${end - begin}`);
  return { name, dtype, shape, offset: dataOffset + begin, bytes: end - begin };
}

function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(bytesOfDtype, dtype);
}

function metadataOf(metadata: unknown): Record<string, string> {
  const parsed = z.record(z.string(), z.string()).safeParse(metadata ?? {});
  if (parsed.success) return parsed.data;
  throw corrupt(`__metadata__ of strings, found ${JSON.stringify(metadata)}`, parsed.error);
}

function corrupt(expected: string, cause?: unknown): TuwenError {
  return new TuwenError('corrupt_index', `safetensors: expected ${expected}`, { cause });
}
