import { TuwenError } from '../error.ts';
import { loadSharp } from './sharp.ts';

/** RGB, 8 bits, row by row from the top: `data` [height, width, 3]. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * The pixels of a normalised picture.
 *
 * @throws TuwenError `unreadable_picture`
 */
export async function decodePixels(webp: Uint8Array): Promise<Pixels> {
  const sharp = await loadSharp();
  try {
    const { data, info } = await sharp(webp, { failOn: 'error' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    throw new TuwenError('unreadable_picture', 'the picture cannot be decoded', { cause });
  }
}
