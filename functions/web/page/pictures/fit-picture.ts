/** Pictures made to fit before they are sent. */

/** A part of a picture, in shares of its width and height. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What goes along with a query, and into `uploads/` and `catalog/`. */
export const inlineBytes = 4 * 1024 * 1024;
export const storedBytes = 10 * 1024 * 1024;

/** More than the server looks at (640) and than any crop is likely to need. */
const longestSide = 1600;
const quality = 0.9;

export class UnreadablePicture extends Error {
  override name = 'UnreadablePicture';
}

/**
 * The picture as it is where it is small enough, else scaled down.
 *
 * @throws UnreadablePicture where it is empty, or too large and the browser can't read it
 */
export async function fitPicture(picture: Blob, bytes: number): Promise<Blob> {
  if (picture.size === 0) throw new UnreadablePicture();
  if (picture.size <= bytes) return picture;
  return draw(picture, { x: 0, y: 0, width: 1, height: 1 });
}

/** @throws UnreadablePicture */
export const cropPicture = (picture: Blob, crop: Crop): Promise<Blob> => draw(picture, crop);

async function draw(picture: Blob, { x, y, width, height }: Crop): Promise<Blob> {
  const bitmap = await createImageBitmap(picture).catch(() => {
    throw new UnreadablePicture();
  });
  try {
    const from = { width: Math.max(1, bitmap.width * width), height: Math.max(1, bitmap.height * height) };
    const scale = Math.min(1, longestSide / Math.max(from.width, from.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(from.width * scale));
    canvas.height = Math.max(1, Math.round(from.height * scale));
    const context = canvas.getContext('2d');
    if (!context) throw new UnreadablePicture();
    // As the server does: a JPEG has no transparency, and black would change what it looks like.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(
      bitmap,
      x * bitmap.width,
      y * bitmap.height,
      from.width,
      from.height,
      0,
      0,
      canvas.width,
      canvas.height,
    );
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new UnreadablePicture())),
        'image/jpeg',
        quality,
      ),
    );
  } finally {
    bitmap.close();
  }
}

/** Without the megabytes as arguments of one call, which overflow the stack. */
export function toBase64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^,]*,/, ''));
    reader.onerror = () => reject(new UnreadablePicture());
    reader.readAsDataURL(blob);
  });
}
