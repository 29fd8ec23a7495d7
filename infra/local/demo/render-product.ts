import sharp from 'sharp';
import { PICTURE_WIDTH } from './scenes.ts';

// A second thread for the lines of one drawing saves no time, and each is drawn once.
sharp.concurrency(1);
sharp.cache(false);

export interface RenderOptions {
  /** In pixels; the height follows at 4:5. */
  width?: number;
  /** JPEG quality, 1 to 100. */
  quality?: number;
}

/** The drawing as a JPEG: a third of WebP's time to encode, at a few more bytes. */
export async function renderProduct(
  svg: string,
  { width = PICTURE_WIDTH, quality = 82 }: RenderOptions = {},
): Promise<Buffer> {
  // The SVG is drawn at its final size: drawing large and shrinking costs fifteen times as much for a thumbnail.
  const sized =
    width === PICTURE_WIDTH
      ? svg
      : svg.replace(/width="\d+" height="\d+"/, `width="${width}" height="${Math.round(width * 1.25)}"`);
  return sharp(Buffer.from(sized)).jpeg({ quality }).toBuffer();
}
