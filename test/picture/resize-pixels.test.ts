import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cropPixels, type Resample, resizePixels } from '../../shared/picture/resize-pixels.ts';
import pillow from './fixtures/pillow.json' with { type: 'json' };

/** The same linear congruential generator as in fixtures/pillow.py. */
function noise(count: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const { width, height } = pillow;
const picture = { data: noise(width * height * 3), width, height };

describe('resizing pixels', () => {
  it.each(Object.entries(pillow.sums))('gives the very bytes of Pillow: %s', (name, sum) => {
    const [, filter = '', wide = '', high = ''] = /^(\w+) (\d+)x(\d+)$/.exec(name) ?? [];
    const resized = resizePixels(picture, Number(wide), Number(high), filter as Resample);
    expect(resized.data.byteLength).toBe(Number(wide) * Number(high) * 3);
    expect(createHash('sha256').update(resized.data).digest('hex')).toBe(sum);
  });
});

it('resizes as before after pictures of other sizes', () => {
  // A part of a larger array, as decoders hand it out.
  const data = new Uint8Array(picture.data.byteLength + 9).subarray(5, -4);
  data.set(picture.data);
  const first = resizePixels({ ...picture, data }, 40, 50, 'bicubic');
  const large = { data: noise(600 * 500 * 3), width: 600, height: 500 };
  resizePixels(large, 7, 490, 'lanczos');
  resizePixels({ data: noise(3), width: 1, height: 1 }, 30, 30, 'bilinear');
  expect(resizePixels(picture, 40, 50, 'bicubic')).toEqual(first);
  expect(resizePixels(first, 40, 50, 'bicubic')).toBe(first);
});

describe('cropping pixels', () => {
  const small = { data: Uint8Array.from({ length: 3 * 2 * 3 }, (_, i) => i + 1), width: 3, height: 2 };

  it('takes the window out of the picture', () => {
    expect([...cropPixels(small, 1, 1, 2, 1).data]).toEqual([13, 14, 15, 16, 17, 18]);
  });

  it('is black where the window reaches beyond the picture', () => {
    expect([...cropPixels(small, -1, -1, 2, 2).data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]);
    expect([...cropPixels(small, 5, 0, 1, 1).data]).toEqual([0, 0, 0]);
  });
});
