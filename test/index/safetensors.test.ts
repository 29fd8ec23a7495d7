import { describe, expect, it } from 'vitest';
import { decodeSafetensorsHeader, encodeSafetensors, type Tensor } from '../../shared/index/safetensors.ts';

const tensors: Tensor[] = [
  { name: 'a', dtype: 'F16', shape: [3, 1], data: Uint8Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'empty', dtype: 'U32', shape: [0], data: new Uint8Array() },
  { name: '名', dtype: 'U8', shape: [2], data: Uint8Array.of(7, 8) },
];

describe('safetensors', () => {
  it('gives back what was written, each tensor where its place says', () => {
    const { bytes, places } = encodeSafetensors(tensors, { model: 'm"图' });
    const decoded = decodeSafetensorsHeader(bytes);
    expect(decoded.metadata).toEqual({ model: 'm"图' });
    expect(new Set(decoded.places)).toEqual(new Set(places));
    for (const [i, { offset, bytes: size }] of places.entries())
      expect(bytes.subarray(offset, offset + size)).toEqual(tensors[i]!.data);
  });

  it('begins its data at a multiple of 64, padded with spaces', () => {
    for (let length = 0; length < 70; length++) {
      const { bytes } = encodeSafetensors(tensors, { x: 'x'.repeat(length) });
      const { dataOffset } = decodeSafetensorsHeader(bytes);
      expect(dataOffset % 64).toBe(0);
      expect(Buffer.from(bytes.subarray(8, dataOffset)).toString()).toMatch(/^\{.*\} *$/);
    }
  });

  it('needs no more of a file than its header', () => {
    const { bytes, places } = encodeSafetensors(tensors, {});
    const { dataOffset } = decodeSafetensorsHeader(bytes);
    const found = decodeSafetensorsHeader(bytes.subarray(0, dataOffset), bytes.byteLength).places;
    expect(new Set(found)).toEqual(new Set(places));
  });

  const u8 = (begin: unknown, end: unknown, shape: unknown = [2]) => ({
    dtype: 'U8',
    shape,
    data_offsets: [begin, end],
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'expected at least 8 bytes, found 0'],
    ['a truncated length', Buffer.alloc(7), 'expected at least 8 bytes, found 7'],
    ['a huge header', header(2n ** 40n, '{}'), 'expected a header of at most 100000000 bytes'],
    [
      'a truncated header',
      header(100n, '{"a":'),
      'expected a header of 100 bytes, found 5 bytes in the file',
    ],
    ['another beginning', header(3n, '[1]'), 'expected a header that begins with "{", found byte 91'],
    ['broken JSON', header(2n, '{x'), 'expected a header of UTF-8 JSON'],
    ['broken UTF-8', header(2n, Buffer.from([0x7b, 0xff])), 'expected a header of UTF-8 JSON'],
    ['an overlap', file({ a: u8(0, 2), b: u8(1, 3) }, 3), 'b to begin at data offset 2, found 1: an overlap'],
    ['a hole', file({ a: u8(0, 2), b: u8(3, 5) }, 5), 'b to begin at data offset 2, found 3: a hole'],
    ['a hole at the start', file({ a: u8(1, 3) }, 3), 'a to begin at data offset 0, found 1: a hole'],
    ['an unknown dtype', file({ a: { ...u8(0, 2), dtype: 'toString' } }, 2), 'found toString'],
    ['a size that the shape contradicts', file({ a: u8(0, 2, [3]) }, 2), 'a U8 [3] of 3 bytes, found 2'],
    ['a negative shape', file({ a: u8(0, 2, [-2]) }, 2), 'tensor a with dtype, shape and data_offsets'],
    ['missing offsets', file({ a: { dtype: 'U8', shape: [2] } }, 2), 'tensor a with dtype, shape and'],
    ['truncated data', file({ a: u8(0, 2) }, 1), 'expected data to end with its last tensor'],
    ['more data than tensors', file({ a: u8(0, 2) }, 9), 'expected data to end with its last tensor'],
    ['metadata that is no text', file({ __metadata__: { x: 1 } }, 0), '__metadata__ of strings'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensorsHeader(bytes)).toThrow(
      expect.objectContaining({ code: 'corrupt_index', message: expect.stringContaining(message) }),
    );
  });
});

function header(length: bigint, json: string | Uint8Array): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length);
  return Buffer.concat([size, Buffer.from(json)]);
}

function file(entries: unknown, dataBytes: number): Buffer {
  const json = JSON.stringify(entries);
  return Buffer.concat([header(BigInt(json.length), json), Buffer.alloc(dataBytes)]);
}
