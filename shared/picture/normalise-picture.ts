import { createHash } from 'node:crypto';
import { TuwenError } from '../error.ts';
import { limits } from '../item.ts';
import { loadSharp, type Sharp } from './sharp.ts';
import { acceptedPictures, type PictureType, sniffPicture } from './sniff-picture.ts';

export interface NormalisedPicture {
  /** WebP, sRGB, 8 bits, opaque, upright, no metadata, longest side at most 640 px. */
  readonly webp: Uint8Array;
  /** Hexadecimal SHA-256 of `webp`. */
  readonly hash: string;
  readonly width: number;
  readonly height: number;
}

export interface NormaliseOptions {
  /** Default limits.storedPictureBytes. */
  readonly maxBytes?: number;
  /** Default limits.picturePixels. */
  readonly maxPixels?: number;
  /** Default 20. */
  readonly timeoutSeconds?: number;
}

/**
 * The one way in for pictures, those of the catalog and those of a query: checked by their bytes, first
 * frame, upright, sRGB, on white, small. What a model sees is then the same whatever was sent.
 *
 * @throws TuwenError `too_large` (bytes or pixels), `unsupported_media_type`, `unreadable_picture`.
 */
export async function normalisePicture(
  bytes: Uint8Array,
  options: NormaliseOptions = {},
): Promise<NormalisedPicture> {
  return read(bytes, options, async (open, timeoutSeconds) => {
    const { data, info } = await shrink(open(), timeoutSeconds);
    const hash = createHash('sha256').update(data).digest('hex');
    return { webp: data, hash, width: info.width, height: info.height };
  });
}

/**
 * Whether `normalisePicture` would take it, at a fraction of the cost: decoded all the same, but not encoded.
 *
 * @throws TuwenError as `normalisePicture` does
 */
export async function checkPicture(bytes: Uint8Array, options: NormaliseOptions = {}): Promise<PictureType> {
  return read(bytes, options, async (open, timeoutSeconds, type) => {
    await open().resize({ width: checkedSide }).timeout({ seconds: timeoutSeconds }).raw().toBuffer();
    return type;
  });
}

/** JPEG and WebP are decoded at a smaller scale then, which still reads all of their data. */
const checkedSide = 64;

async function read<T>(
  bytes: Uint8Array,
  options: NormaliseOptions,
  decoded: (open: () => SharpPicture, timeoutSeconds: number, type: PictureType) => Promise<T>,
): Promise<T> {
  const { maxBytes = limits.storedPictureBytes, maxPixels = limits.picturePixels } = options;
  const timeoutSeconds = options.timeoutSeconds ?? 20;
  if (bytes.byteLength > maxBytes) {
    const found = `this one has ${bytes.byteLength}`;
    throw new TuwenError('too_large', `expected a picture of at most ${maxBytes} bytes; ${found}`);
  }
  if (bytes.byteLength === 0) throw new TuwenError('unreadable_picture', 'the picture is empty: 0 bytes');
  const { type, name } = sniffPicture(bytes);
  if (!type)
    throw new TuwenError(
      'unsupported_media_type',
      `expected a picture in ${acceptedPictures}; found ${name}`,
    );

  const sharp = await loadSharp();
  try {
    return await decode(type, (failOn) =>
      // The limit is held against the header alone: a bomb must be refused before it is decoded.
      decoded(() => openFirst(sharp, bytes, { failOn, limitInputPixels: maxPixels }), timeoutSeconds, type),
    );
  } catch (error) {
    if (isTooLarge(error)) throw await tooManyPixels(sharp, bytes, maxPixels);
    throw new TuwenError('unreadable_picture', `the ${name} ${fault(type, bytes, error, timeoutSeconds)}`, {
      cause: error,
    });
  }
}

type SharpPicture = ReturnType<Sharp>;

function openFirst(sharp: Sharp, bytes: Uint8Array, options: Parameters<Sharp>[1]): SharpPicture {
  return sharp(bytes, { ...options, page: 0, pages: 1 });
}

const isTooLarge = (error: unknown) => /exceeds pixel limit/i.test(String(error));

async function tooManyPixels(sharp: Sharp, bytes: Uint8Array, maxPixels: number): Promise<TuwenError> {
  const { width, height } = await openFirst(sharp, bytes, { limitInputPixels: false }).metadata();
  const found = `${width} × ${height} = ${Math.ceil((width * height) / 1e5) / 10} megapixels`;
  return new TuwenError(
    'too_large',
    `expected a picture of at most ${maxPixels / 1e6} megapixels; found ${found}`,
  );
}

type FailOn = 'error' | 'warning';

/**
 * The JPEG decoder paints over damaged data with a mere warning, and warns of harmless oddities too: so
 * warnings fail at first, and what is not damage is decoded again without minding them.
 */
async function decode<T>(type: PictureType, attempt: (failOn: FailOn) => Promise<T>): Promise<T> {
  if (type !== 'jpeg') return attempt('error');
  return attempt('warning').catch((error) => {
    if (isTooLarge(error)) throw error;
    if (/corrupt jpeg data(?!.*extraneous)|premature end|timeout/i.test(String(error))) throw error;
    return attempt('error');
  });
}

async function shrink(picture: SharpPicture, timeoutSeconds: number) {
  const side = limits.derivedSide;
  return picture
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .webp({ quality: 85, effort: 2 }) // Effort 2: 20 ms for 640 px; 4 takes twice as long to save 4 %.
    .timeout({ seconds: timeoutSeconds })
    .toBuffer({ resolveWithObject: true });
}

/** The decoders' messages are for their makers; people are told what is wrong with the file. */
function fault(type: PictureType, bytes: Uint8Array, error: unknown, timeoutSeconds: number): string {
  const message = String(error);
  if (/timeout:/i.test(message)) return `took longer than ${timeoutSeconds} s to decode`;
  if (isCutOff(type, bytes) || /premature end of jpeg|unexpected end of gif/i.test(message))
    return 'is cut off: its data ends too early';
  return 'is damaged: its data cannot be decoded';
}

function isCutOff(type: PictureType, bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'png') return !view.includes('IEND');
  if (type === 'webp') return view.byteLength < 20 || view.readUInt32LE(4) + 8 > view.byteLength;
  if (type === 'avif') return !boxesEndInside(view);
  return false;
}

/** Whether the boxes of an ISO media file, one after the other, end where the file ends. */
function boxesEndInside(view: Buffer): boolean {
  let at = 0;
  while (at + 8 <= view.byteLength) {
    const bytes = view.readUInt32BE(at);
    if (bytes < 8) return true; // 0: to the end of the file; 1: a 64-bit size, for files beyond our limit.
    at += bytes;
  }
  return at === view.byteLength;
}
