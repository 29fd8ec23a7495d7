import { crc32 } from 'node:zlib';

/**
 * The three CRCs that S3 takes, all reflected, beginning and ending with all bits turned.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html; polynomials and
 * check values from https://reveng.sourceforge.io/crc-catalogue/ (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME).
 */

/** A checksum in the making: bytes go in, the digest comes out, high byte first. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

export function createCrc32(): Hasher {
  let crc = 0;
  return {
    update(bytes) {
      crc = crc32(bytes, crc);
    },
    digest: () => bigEndian(crc),
  };
}

export function createCrc32c(): Hasher {
  let crc = -1;
  return {
    update(bytes) {
      const table = crc32cTable();
      let state = crc;
      for (let at = 0; at < bytes.length; at++) state = table[(state ^ bytes[at]!) & 255]! ^ (state >>> 8);
      crc = state;
    },
    digest: () => bigEndian(~crc >>> 0),
  };
}

/** Eight bytes a step (slicing-by-8), the register held as two halves of 32 bits, BigInt being far too slow. */
export function createCrc64Nvme(): Hasher {
  let high = -1;
  let low = -1;
  return {
    update(bytes) {
      const { highs, lows } = crc64Tables();
      let h = high;
      let l = low;
      let at = 0;
      for (; at + 8 <= bytes.length; at += 8) {
        const a = 1792 + ((l ^ bytes[at]!) & 255);
        const b = 1536 + (((l >>> 8) ^ bytes[at + 1]!) & 255);
        const c = 1280 + (((l >>> 16) ^ bytes[at + 2]!) & 255);
        const d = 1024 + (((l >>> 24) ^ bytes[at + 3]!) & 255);
        const e = 768 + ((h ^ bytes[at + 4]!) & 255);
        const f = 512 + (((h >>> 8) ^ bytes[at + 5]!) & 255);
        const g = 256 + (((h >>> 16) ^ bytes[at + 6]!) & 255);
        const i = ((h >>> 24) ^ bytes[at + 7]!) & 255;
        h = highs[a]! ^ highs[b]! ^ highs[c]! ^ highs[d]! ^ highs[e]! ^ highs[f]! ^ highs[g]! ^ highs[i]!;
        l = lows[a]! ^ lows[b]! ^ lows[c]! ^ lows[d]! ^ lows[e]! ^ lows[f]! ^ lows[g]! ^ lows[i]!;
      }
      for (; at < bytes.length; at++) {
        const index = (l ^ bytes[at]!) & 255;
        l = lows[index]! ^ ((l >>> 8) | (h << 24));
        h = highs[index]! ^ (h >>> 8);
      }
      high = h;
      low = l;
    },
    digest: () => Buffer.concat([bigEndian(~high >>> 0), bigEndian(~low >>> 0)]),
  };
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

let crc32cTableOnce: Int32Array | undefined;
function crc32cTable(): Int32Array {
  crc32cTableOnce ??= Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    return crc;
  });
  return crc32cTableOnce;
}

let crc64TablesOnce: { highs: Int32Array; lows: Int32Array } | undefined;
/** Eight tables of 256 in a row; table n tells what a byte becomes after n further bytes of zero. */
function crc64Tables(): { highs: Int32Array; lows: Int32Array } {
  if (crc64TablesOnce !== undefined) return crc64TablesOnce;
  const highs = new Int32Array(2048);
  const lows = new Int32Array(2048);
  for (let index = 0; index < 2048; index++) {
    let h = index < 256 ? 0 : highs[index - 256]!;
    let l = index < 256 ? index : lows[index - 256]!;
    if (index < 256) {
      for (let bit = 0; bit < 8; bit++) {
        const carry = l & 1;
        l = (l >>> 1) | (h << 31);
        h >>>= 1;
        if (carry) {
          h ^= 0x9a6c9329;
          l ^= 0xac4bc9b5;
        }
      }
    } else {
      const out = l & 255;
      l = lows[out]! ^ ((l >>> 8) | (h << 24));
      h = highs[out]! ^ (h >>> 8);
    }
    highs[index] = h;
    lows[index] = l;
  }
  crc64TablesOnce = { highs, lows };
  return crc64TablesOnce;
}
