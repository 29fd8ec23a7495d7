import { TuwenError } from '../error.ts';

export type PictureType = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

export interface Sniffed {
  /** Absent where the bytes are no picture of a type that is accepted. */
  readonly type?: PictureType;
  /** What the bytes are, for people: "JPEG", "PDF", "text". */
  readonly name: string;
}

export const acceptedPictures = 'JPEG, PNG, WebP, GIF or AVIF';

export const contentTypeOf: Readonly<Record<PictureType, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
};

/** Tells what bytes are by their beginning; names and declared types are not asked, since they lie. */
export function sniffPicture(bytes: Uint8Array): Sniffed {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 512)).toString(
    'latin1',
  );
  if (head.startsWith('\xff\xd8\xff')) return { type: 'jpeg', name: 'JPEG' };
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return { type: 'png', name: 'PNG' };
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return { type: 'webp', name: 'WebP' };
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return { type: 'gif', name: 'GIF' };
  if (head.startsWith('ftyp', 4)) return sniffBrands(head);
  const known = signatures.find(([start]) => head.startsWith(start));
  return { name: known?.[1] ?? sniffText(head) };
}

/** @throws TuwenError `unsupported_media_type` where the bytes are no picture of a type that is accepted. */
export function pictureTypeOf(bytes: Uint8Array): PictureType {
  const { type, name } = sniffPicture(bytes);
  if (type) return type;
  throw new TuwenError('unsupported_media_type', `expected a picture in ${acceptedPictures}; found ${name}`);
}

/** An ISO media file names its major brand, a version, and the brands it is compatible with. */
function sniffBrands(head: string): Sniffed {
  const end = Math.min(head.length, Buffer.from(head.slice(0, 4), 'latin1').readUInt32BE());
  const brands = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(head.slice(at, at + 4));
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return { type: 'avif', name: 'AVIF' };
  if (brands.some((brand) => /^(hei[cmsx]|hev[cmsx]|mif1|msf1)$/.test(brand))) return { name: 'HEIC' };
  return { name: 'a video (MP4 or QuickTime)' };
}

const signatures: readonly (readonly [start: string, name: string])[] = [
  ['%PDF-', 'PDF'],
  ['II*\0', 'TIFF'],
  ['MM\0*', 'TIFF'],
  ['BM', 'BMP'],
  ['\0\0\x01\0', 'an icon (ICO)'],
  ['\xff\x0a', 'JPEG XL'],
  ['\0\0\0\x0cJXL ', 'JPEG XL'],
  ['\0\0\0\x0cjP ', 'JPEG 2000'],
  ['8BPS', 'Photoshop (PSD)'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['\x1f\x8b', 'a gzip archive'],
  ['\x1aE\xdf\xa3', 'a video (WebM or Matroska)'],
];

function sniffText(head: string): string {
  if (/<svg[\s>]/i.test(head)) return 'SVG';
  if (/^\W*<(!doctype html|html|head|body)[\s>]/i.test(head)) return 'an HTML page';
  if (/^\W*<\?xml/i.test(head)) return 'XML';
  if (/^\s*[[{]\s*["{[\]}]/.test(head)) return 'JSON';
  if (head === '') return 'an empty file';
  if (/^[\t\n\r -~]*$/.test(head)) return 'text';
  return `bytes of an unknown type, beginning ${Buffer.from(head.slice(0, 4), 'latin1').toString('hex')}`;
}
