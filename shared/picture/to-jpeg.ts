import { TuwenError } from '../error.ts';
import { loadSharp } from './sharp.ts';

export interface JpegOptions {
  readonly maxBytes: number;
  /** Sides are padded with white to at least this many pixels. Default 1. */
  readonly leastSide?: number;
}

/**
 * A normalised picture as JPEG, for services that read no WebP; coarser where it would be too large.
 *
 * @throws TuwenError `unreadable_picture`, `too_large`.
 */
export async function toJpeg(
  webp: Uint8Array,
  { maxBytes, leastSide = 1 }: JpegOptions,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  try {
    const { width, height } = await sharp(webp).metadata();
    for (const quality of [92, 80, 60, 40]) {
      const jpeg = await sharp(webp, { failOn: 'error' })
        .extend({
          right: Math.max(0, leastSide - width),
          bottom: Math.max(0, leastSide - height),
          background: '#ffffff',
        })
        .jpeg({ quality, chromaSubsampling: quality > 80 ? '4:4:4' : '4:2:0' })
        .toBuffer();
      if (jpeg.byteLength <= maxBytes) return jpeg;
    }
  } catch (cause) {
    throw new TuwenError('unreadable_picture', 'the picture cannot be decoded', { cause });
  }
  throw new TuwenError('too_large', `expected a picture that fits into ${maxBytes} bytes as JPEG; none does`);
}
