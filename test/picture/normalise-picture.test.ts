import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePixels } from '../../shared/picture/decode-pixels.ts';
import { checkPicture, normalisePicture } from '../../shared/picture/normalise-picture.ts';

/** A picture that decoders must work for: coloured clouds. */
function clouds(width: number, height: number) {
  const seeds = Buffer.from(Array.from({ length: 8 * 6 * 3 }, (_, i) => (i * 89 + 31) % 256));
  return sharp(seeds, { raw: { width: 8, height: 6, channels: 3 } }).resize(width, height, {
    fit: 'fill',
    kernel: 'cubic',
  });
}

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** The left half in one colour, the right half in another. */
function halves(width: number, height: number, left: Rgba, right: Rgba) {
  const pixels = Array.from({ length: width * height }, (_, i) => (i % width < width / 2 ? left : right));
  return sharp(Buffer.from(pixels.flat()), { raw: { width, height, channels: 4 } });
}

async function colourAt(webp: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, width } = await decodePixels(webp);
  const at = (y * width + x) * 3;
  return [...data.subarray(at, at + 3)];
}

function expectColour(found: number[], expected: number[], tolerance = 6) {
  for (const [i, value] of expected.entries())
    expect(Math.abs(found[i]! - value), `found ${found}, expected ${expected}`).toBeLessThanOrEqual(
      tolerance,
    );
}

const formats = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const;
const kinds = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP', gif: 'GIF', avif: 'AVIF' };

describe('a picture that is normalised', () => {
  it.each(formats)(
    'is read from %s and comes out as WebP of at most 640 px, named by its hash',
    async (format) => {
      const bytes = await clouds(1000, 700).toFormat(format).toBuffer();
      const { webp, hash, width, height } = await normalisePicture(bytes);
      expect([width, height]).toEqual([640, 448]);
      const metadata = await sharp(webp).metadata();
      expect(metadata).toMatchObject({
        format: 'webp',
        width: 640,
        height: 448,
        space: 'srgb',
        hasAlpha: false,
      });
      expect(hash).toBe(createHash('sha256').update(webp).digest('hex'));
      expect((await normalisePicture(bytes)).hash).toBe(hash);
    },
  );

  it('is never enlarged', async () => {
    const { width, height } = await normalisePicture(await clouds(30, 20).png().toBuffer());
    expect([width, height]).toEqual([30, 20]);
  });

  it('keeps at least one pixel of a very long one', async () => {
    const { width, height } = await normalisePicture(await clouds(2000, 1).png().toBuffer());
    expect([width, height]).toEqual([640, 1]);
  });

  it.each([1, 3, 6, 8])('stands upright whatever its EXIF orientation says: %i', async (orientation) => {
    // Red where the top is, when the orientation is applied.
    const upright = sharp({ create: { width: 40, height: 60, channels: 3, background: 'red' } }).composite([
      { input: { create: { width: 40, height: 30, channels: 3, background: 'blue' } }, top: 30, left: 0 },
    ]);
    const turn = { 1: 0, 3: 180, 6: 270, 8: 90 }[orientation] ?? 0;
    const stored = sharp(await upright.png().toBuffer())
      .rotate(turn)
      .withMetadata({ orientation });
    const { webp, width, height } = await normalisePicture(await stored.jpeg({ quality: 95 }).toBuffer());
    expect([width, height]).toEqual([40, 60]);
    expectColour(await colourAt(webp, 20, 5), [254, 0, 0]);
    expectColour(await colourAt(webp, 20, 55), [0, 0, 254]);
    expect((await sharp(webp).metadata()).orientation).toBeUndefined();
  });

  it('loses its metadata', async () => {
    const bytes = await clouds(50, 50)
      .withExif({ IFD0: { Artist: 'somebody', ImageDescription: 'where I live' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>somebody</a></x:xmpmeta>')
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    expect(bytes.includes('somebody')).toBe(true);
    const { webp } = await normalisePicture(bytes);
    const { exif, xmp, icc } = await sharp(webp).metadata();
    expect([exif, xmp, icc]).toEqual([undefined, undefined, undefined]);
    expect(Buffer.from(webp).includes('somebody')).toBe(false);
  });

  it.each(['png', 'webp', 'gif', 'avif'] as const)(
    'lies on white where %s is transparent',
    async (format) => {
      const picture = halves(40, 20, [0, 160, 0, 255], [200, 0, 0, 0]);
      const { webp } = await normalisePicture(await picture.toFormat(format).toBuffer());
      expectColour(await colourAt(webp, 35, 10), [255, 255, 255]);
      expectColour(await colourAt(webp, 5, 10), [0, 160, 0], 12);
    },
  );

  it('mixes with white where it is half transparent', async () => {
    const { webp } = await normalisePicture(
      await halves(40, 20, [0, 0, 0, 128], [0, 0, 0, 128]).png().toBuffer(),
    );
    expectColour(await colourAt(webp, 20, 10), [127, 127, 127]);
  });

  it.each(['gif', 'webp'] as const)('is the first frame of an animated %s', async (format) => {
    const frame = (background: string) =>
      sharp({ create: { width: 30, height: 30, channels: 3, background } })
        .png()
        .toBuffer();
    const animation = sharp([await frame('#00a000'), await frame('#a00000')], { join: { animated: true } });
    const bytes = await animation.toFormat(format).toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    const { webp, height } = await normalisePicture(bytes);
    expect(height).toBe(30);
    expectColour(await colourAt(webp, 15, 15), [0, 160, 0], 12);
  });

  it('is turned from CMYK to sRGB', async () => {
    const red = sharp({ create: { width: 30, height: 30, channels: 3, background: '#ff0000' } });
    const bytes = await red.toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const [r, g, b] = await colourAt((await normalisePicture(bytes)).webp, 15, 15);
    expect(r).toBeGreaterThan(180);
    expect(g).toBeLessThan(80);
    expect(b).toBeLessThan(80);
  });

  it('is turned from a wide gamut to sRGB by its ICC profile', async () => {
    const orange = sharp({ create: { width: 30, height: 30, channels: 3, background: '#c86432' } });
    const bytes = await orange.withIccProfile('p3').png().toBuffer();
    expect((await sharp(bytes).metadata()).icc).toBeDefined();
    expectColour(await colourAt((await normalisePicture(bytes)).webp, 15, 15), [0xc8, 0x64, 0x32]);
  });

  it.each([
    ['16 bits', 'rgb16', [200, 100, 50]],
    ['grey', 'b-w', [120, 120, 120]],
    ['grey of 16 bits', 'grey16', [120, 120, 120]],
  ])('is turned from %s to 8 bits sRGB', async (_, space, expected) => {
    const [r, g, b] = expected as [number, number, number];
    const flat = sharp({ create: { width: 30, height: 30, channels: 3, background: { r, g, b } } });
    const bytes = await flat.toColourspace(space).png().toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe(space);
    const { webp } = await normalisePicture(bytes);
    expectColour(await colourAt(webp, 15, 15), expected);
    expect(await sharp(webp).metadata()).toMatchObject({ channels: 3, depth: 'uchar' });
  });
});

describe.each([
  ['normalised', normalisePicture],
  ['only checked', checkPicture],
])('a picture that is refused when it is %s', (_, take) => {
  it.each([
    ['a PDF', '%PDF-1.7\n', 'PDF'],
    ['an SVG', '<?xml version="1.0"?><!-- drawn --><svg xmlns="http://www.w3.org/2000/svg"/>', 'SVG'],
    ['a page', '<!DOCTYPE html><html></html>', 'HTML'],
    ['JSON', '{"image": 1}', 'JSON'],
    ['text', 'not a picture', 'text'],
    ['a BMP', 'BM\x46\0\0\0\0\0\0\0', 'BMP'],
    ['a TIFF', 'II*\0\x08\0\0\0', 'TIFF'],
    ['a HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'HEIC'],
    ['a video', '\0\0\0\x18ftypisom\0\0\0\0isommp42', 'video'],
    ['anything else', '\x01\x02\x03\x04', '01020304'],
  ])('says what came in place of a picture: %s', async (_what, content, found) => {
    await expect(take(Buffer.from(content, 'latin1'))).rejects.toMatchObject({
      code: 'unsupported_media_type',
      message: expect.stringMatching(new RegExp(`expected a picture in JPEG.*found.*${found}`)),
    });
  });

  it.each(formats)('says that %s is cut off, wherever it is cut', async (format) => {
    const bytes = await clouds(400, 300).toFormat(format).toBuffer();
    for (const part of [0.1, 0.5, 0.9, 0.99])
      await expect(take(bytes.subarray(0, Math.floor(bytes.length * part)))).rejects.toMatchObject({
        code: 'unreadable_picture',
        message: `the ${kinds[format]} is cut off: its data ends too early`,
      });
  });

  it.each(formats)('says that %s is damaged', async (format) => {
    const bytes = await clouds(400, 300).toFormat(format).toBuffer();
    const damaged = Buffer.from(bytes);
    // Never 0xff, so that no JPEG marker arises, up to the last bytes, which stay as they were.
    for (let i = Math.min(700, bytes.length >> 1); i < bytes.length - 20; i++) damaged[i] = (i * 73) % 251;
    await expect(take(damaged)).rejects.toMatchObject({ code: 'unreadable_picture' });
  });

  it('says that it is empty', async () => {
    await expect(take(new Uint8Array())).rejects.toMatchObject({ code: 'unreadable_picture' });
  });

  it('accepts a JPEG with harmless oddities', async () => {
    const jpeg = await clouds(100, 80).jpeg().toBuffer();
    const end = jpeg.subarray(-2);
    const odd = Buffer.concat([
      jpeg.subarray(0, -2),
      Buffer.from([0, 0, 0, 0]),
      end,
      Buffer.from('trailing words'),
    ]);
    await expect(take(odd)).resolves.toBeTruthy();
  });

  it('is refused by its size in bytes, without being looked at', async () => {
    const bytes = await clouds(60, 40).png().toBuffer();
    await expect(take(bytes, { maxBytes: bytes.length - 1 })).rejects.toMatchObject({
      code: 'too_large',
      message: `expected a picture of at most ${bytes.length - 1} bytes; this one has ${bytes.length}`,
    });
    await expect(take(bytes, { maxBytes: bytes.length })).resolves.toBeTruthy();
  });

  it('is refused by its pixels from the header alone: what follows it is not there', async () => {
    const png = await clouds(10, 10).png().toBuffer();
    png.writeUInt32BE(10_000, 16);
    png.writeUInt32BE(5_001, 20);
    const { crc32 } = await import('node:zlib');
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    await expect(take(png)).rejects.toMatchObject({
      code: 'too_large',
      message: 'expected a picture of at most 50 megapixels; found 10000 × 5001 = 50.1 megapixels',
    });
  });
});
