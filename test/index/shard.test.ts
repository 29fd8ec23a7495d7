import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { decodeSafetensorsHeader, encodeSafetensors, type Tensor } from '../../shared/index/safetensors.ts';
import { decodeShard, decodeTerms, encodeShard, type IndexItem } from '../../shared/index/shard.ts';
import { everyPrefix, row, sampleItems, withoutPlanes } from './sample.ts';

describe('a shard', () => {
  it.each([
    [1, 1],
    [1, 5],
    [40, 7],
    [40, 16],
  ])('of %i items of %i dimensions gives back what was written', (count, dimensions) => {
    const items = sampleItems(count, dimensions);
    const { bytes, rows } = encodeShard(items, { dimensions, model: 'm' });
    expect(rows).toBe(items.flatMap((item) => item.rows).length);
    expect(itemsOf(bytes)).toEqual(items.map(comparable));
  });

  it('lays vectors first, at a multiple of 64, and 4-byte numbers at multiples of 4', () => {
    for (const dimensions of [1, 2, 3, 8]) {
      const items: IndexItem[] = [
        { id: 'a', attributes: {}, rows: [row('text', new Array(dimensions).fill(1))] },
      ];
      const { tensors } = encodeShard(items, { dimensions, model: 'm' });
      expect(tensors[0]).toMatchObject({ name: 'vectors', dtype: 'F16', shape: [1, dimensions] });
      expect(tensors[0]!.offset % 64).toBe(0);
      for (const { dtype, offset } of tensors)
        if (['U32', 'I32', 'F32'].includes(dtype)) expect(offset % 4).toBe(0);
      expect(tensors.some(({ name }) => name === 'padding')).toBe(dimensions % 4 !== 0);
    }
  });

  it('keeps each term once and tells values of different types apart', () => {
    const attributes = { v: ['1', '1', 'é'], n: 1, b: true, s: '1', t: 'true', none: [] };
    const items = [
      { id: 'a', attributes, rows: [row('text', [1])] },
      { id: 'b', attributes: { n: 1, s: '2' }, rows: [row('text', [1])] },
    ];
    const shard = decodeShard(encodeShard(items, { dimensions: 1, model: 'm' }).bytes);
    expect(decodeTerms(shard.terms)).toEqual([
      ['b', true],
      ['n', 1],
      ['none', null],
      ['s', '1'],
      ['s', '2'],
      ['t', 'true'],
      ['v', '1'],
      ['v', 'é'],
    ]);
    expect([...shard.termOffsets]).toEqual([0, 7, 9]);
    expect([...shard.termIds]).toEqual([0, 1, 2, 3, 5, 6, 7, 1, 4]);
  });

  it('is refused when tensors are missing or do not fit together', () => {
    const { bytes } = encodeShard(sampleItems(3, 2), { dimensions: 2, model: 'm' });
    const refuses = (change: Partial<Record<string, Uint8Array | undefined>>, message: string) => {
      expect(() => decodeShard(withTensors(bytes, change))).toThrow(
        expect.objectContaining({ code: 'corrupt_index', message: expect.stringContaining(message) }),
      );
    };
    refuses({ modality: undefined }, 'expected tensor modality U8 of 1 axes, found none');
    refuses({ modality: new Uint8Array(1) }, 'elements of modality, found 1');
    refuses({ idOffsets: u32(0, 1) }, 'elements of idOffsets, found 2');
    refuses({ itemOffsets: u32(0, 2, 2, 3) }, 'itemOffsets to ascend, found 2 before 2');
    refuses({ itemOffsets: u32(1, 2, 3, 4) }, 'itemOffsets to begin with 0, found 1');
    refuses({ itemOffsets: u32(0, 1, 2, 99) }, 'itemOffsets to end with');
    refuses({ termOffsets: u32(0, 1) }, 'elements of termOffsets, found 2');
    refuses({ int8Scales: undefined }, 'expected tensor int8Scales F32 of 1 axes, found none');
    refuses({ int8Sums: u32(1) }, 'elements of int8Sums, found 1');
    for (const terms of ['{}', 'x', '[1]', '[["a"]]', '[["a",{}]]'])
      expect(() => decodeTerms(Buffer.from(terms))).toThrow('terms');
  });

  it('gives back its prefix plane, and is refused where that does not fit', () => {
    const dimensions = 18;
    const prefixes = everyPrefix(dimensions);
    const { bytes, rows, tensors } = encodeShard(sampleItems(30, dimensions), {
      dimensions,
      model: 'm',
      prefixes,
    });
    const { vectors, modality, prefix } = decodeShard(bytes);
    expect(prefix).toEqual(prefixes.build(vectors, modality));
    expect(prefix!.codes.length).toBe(rows * 16);
    for (const { dtype, offset } of tensors)
      if (['U32', 'I32', 'F32'].includes(dtype)) expect(offset % 4).toBe(0);

    const { places, metadata } = decodeSafetensorsHeader(bytes);
    const parts = places.map((place) => ({
      ...place,
      data: bytes.slice(place.offset, place.offset + place.bytes),
    }));
    const decodeWith = (name: string, change: Partial<Tensor>) =>
      decodeShard(
        encodeSafetensors(
          parts.map((tensor) => (tensor.name === name ? { ...tensor, ...change } : tensor)),
          metadata,
        ).bytes,
      );
    expect(() => decodeWith('prefixCodes', { shape: [rows * 2, 8] })).toThrow(
      `expected tensor prefixCodes [${rows}, 8`,
    );
    expect(() => decodeWith('prefixCodes', { dtype: 'U8' })).toThrow('expected tensor prefixCodes I8');
    // As it was before codes had one byte.
    const twice = new Uint8Array(2 * parts.find(({ name }) => name === 'prefixCodes')!.data.length);
    expect(decodeWith('prefixCodes', { name: 'prefix', dtype: 'I16', data: twice }).prefix).toBeUndefined();
    expect(() => decodeWith('prefixAxes', { shape: [18, 15] })).toThrow(
      'expected tensor prefixAxes [15, 18]',
    );
    for (const wrong of [0, Number.NaN, -1])
      expect(() =>
        decodeWith('prefixNumbers', {
          data: new Uint8Array(Float32Array.of(wrong, 1, 1, 1).buffer),
        }),
      ).toThrow('prefixNumbers');
    expect(() => decodeWith('prefixNumbers', { name: 'other' })).toThrow('expected tensor prefixNumbers');
  });

  it('of before there were planes is read without them', () => {
    const items = sampleItems(3, 4);
    const { bytes } = encodeShard(items, { dimensions: 4, model: 'm' });
    const old = withoutPlanes(bytes).bytes;
    expect(decodeShard(bytes).int8?.codes).toHaveLength(decodeShard(bytes).vectors.length);
    expect(decodeShard(old).int8).toBeUndefined();
    expect(itemsOf(old)).toEqual(items.map(comparable));
  });

  const hasPython = spawnSync('python3', ['--version']).status === 0;

  it.runIf(hasPython)('is read by another program as README.md describes it', async () => {
    const items = sampleItems(9, 3);
    const folder = await mkdtemp(join(tmpdir(), 'tuwen-'));
    try {
      const path = join(folder, 'shard.safetensors');
      await writeFile(path, encodeShard(items, { dimensions: 3, model: 'm' }).bytes);
      const python = await promisify(execFile)('python3', ['-c', pythonReader, path]);
      expect(JSON.parse(python.stdout)).toEqual(items.map(comparable));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** Nothing but the standard library; struct knows half floats as "e". */
const pythonReader = `
import json, struct, sys
from fractions import Fraction
data = open(sys.argv[1], 'rb').read()
size = struct.unpack('<Q', data[:8])[0]
header = json.loads(data[8:8 + size])
assert (8 + size) % 64 == 0
def read(name):
    entry = header[name]
    begin, end = entry['data_offsets']
    kind = {'U8': 'B', 'I8': 'b', 'U32': 'I', 'I32': 'i', 'F16': 'e', 'F32': 'f'}[entry['dtype']]
    raw = data[8 + size + begin:8 + size + end]
    return struct.unpack('<%d%s' % (len(raw) // struct.calcsize(kind), kind), raw)
ids, vectors, hashes = bytes(read('ids')), read('vectors'), bytes(read('contentHashes'))
terms = json.loads(bytes(read('terms')))
idOffsets, itemOffsets, termOffsets = read('idOffsets'), read('itemOffsets'), read('termOffsets')
modality, termIds = read('modality'), read('termIds')
dimensions = header['vectors']['shape'][1]
int8, scales, residuals, norms, sums = (read('int8' + part) for part in ['', 'Scales', 'Residuals', 'Norms', 'Sums'])
for r, scale in enumerate(scales):
    codes, vector = (all[r * dimensions:(r + 1) * dimensions] for all in [int8, vectors])
    assert sum(codes) == sums[r] and max(map(abs, codes)) == 127
    left = sum((Fraction(x) - Fraction(scale) * c) ** 2 for x, c in zip(vector, codes))
    assert left <= Fraction(residuals[r]) ** 2 <= left * (1 + Fraction(1, 2 ** 21))
    whole = sum((Fraction(scale) * c) ** 2 for c in codes)
    assert whole <= Fraction(norms[r]) ** 2 <= whole * (1 + Fraction(1, 2 ** 21))
items = []
for i in range(len(itemOffsets) - 1):
    rows = range(itemOffsets[i], itemOffsets[i + 1])
    items.append({
        'id': ids[idOffsets[rows[0]]:idOffsets[rows[0] + 1]].decode(),
        'terms': [terms[t] for t in termIds[termOffsets[i]:termOffsets[i + 1]]],
        'rows': [[['text', 'image'][modality[r]], vectors[r * dimensions:(r + 1) * dimensions],
                  hashes[r * 16:r * 16 + 16].hex()] for r in rows],
    })
print(json.dumps(items))
`;

function itemsOf(bytes: Uint8Array) {
  const shard = decodeShard(bytes);
  const dimensions = shard.vectors.length / shard.rows;
  const terms = decodeTerms(shard.terms);
  return Array.from({ length: shard.items }, (_, item) => {
    const first = shard.itemOffsets[item]!;
    const rows = Array.from({ length: shard.itemOffsets[item + 1]! - first }, (_, i) => first + i);
    return {
      id: Buffer.from(shard.ids.slice(shard.idOffsets[first], shard.idOffsets[first + 1])).toString(),
      terms: [...shard.termIds.slice(shard.termOffsets[item], shard.termOffsets[item + 1])].map(
        (id) => terms[id],
      ),
      rows: rows.map((r) => [
        ['text', 'image'][shard.modality[r]!],
        floats(shard.vectors.slice(r * dimensions, (r + 1) * dimensions)),
        Buffer.from(shard.contentHashes.slice(r * 16, r * 16 + 16)).toString('hex'),
      ]),
    };
  });
}

/** What a shard tells of an item. */
function comparable({ id, attributes, rows }: IndexItem) {
  const terms = Object.entries(attributes).flatMap(([name, value]): [string, unknown][] => {
    if (!Array.isArray(value)) return [[name, value]];
    return value.length === 0 ? [[name, null]] : value.map((element) => [name, element]);
  });
  return {
    id,
    terms: terms.sort(([a, x], [b, y]) => Buffer.compare(Buffer.from(`${a} ${x}`), Buffer.from(`${b} ${y}`))),
    rows: rows.map(({ modality, vector, contentHash }) => [
      modality,
      floats(vector),
      Buffer.from(contentHash).toString('hex'),
    ]),
  };
}

function floats(bits: Uint16Array): number[] {
  return [...bits].map((value) => {
    const fraction = (value & 0x3ff) / 1024;
    const exponent = (value >> 10) & 31;
    const magnitude = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
    return value & 0x8000 ? -magnitude : magnitude;
  });
}

function u32(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** The file with some tensors of one axis replaced or left out. */
function withTensors(bytes: Uint8Array, change: Partial<Record<string, Uint8Array | undefined>>): Uint8Array {
  const { places } = decodeSafetensorsHeader(bytes);
  const tensors = places.flatMap(({ name, dtype, shape, offset, bytes: size }): Tensor[] => {
    if (!(name in change)) return [{ name, dtype, shape, data: bytes.slice(offset, offset + size) }];
    const data = change[name];
    return data ? [{ name, dtype, shape: [data.length / (dtype.endsWith('32') ? 4 : 1)], data }] : [];
  });
  return encodeSafetensors(tensors, {}).bytes;
}
