import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS, createHasher } from '../../../../infra/local/s3/body/checksum.ts';

/** A CRC by its definition: reflected, beginning and ending with all bits turned, a bit at a time. */
function plainCrc(bytes: Uint8Array, polynomial: bigint, width: number): string {
  const all = (1n << BigInt(width)) - 1n;
  let crc = all;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return (crc ^ all).toString(16).padStart(width / 4, '0');
}

const CRCS = [
  ['CRC32', 0xedb88320n, 32, 'cbf43926'],
  ['CRC32C', 0x82f63b78n, 32, 'e3069283'],
  ['CRC64NVME', 0x9a6c9329ac4bc9b5n, 64, 'ae8b14860a799888'],
] as const;

describe.each(CRCS)('%s', (algorithm, polynomial, width, checkValue) => {
  it('of 123456789 is the check value of its catalogue', () => {
    const hasher = createHasher(algorithm);
    hasher.update(Buffer.from('123456789'));
    expect(hasher.digest().toString('hex')).toBe(checkValue);
  });

  it('agrees with the definition for any bytes, cut anywhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
        const hasher = createHasher(algorithm);
        hasher.update(bytes.subarray(0, cut));
        hasher.update(bytes.subarray(cut));
        expect(hasher.digest().toString('hex')).toBe(plainCrc(bytes, polynomial, width));
      }),
    );
  });
});

it('of nothing is there for every algorithm', () => {
  const lengths = CHECKSUM_ALGORITHMS.map((algorithm) => createHasher(algorithm).digest().length);
  expect(lengths).toEqual([4, 4, 8, 20, 32]);
});
