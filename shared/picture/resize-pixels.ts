import type { Pixels } from './decode-pixels.ts';

export type Resample = 'nearest' | 'box' | 'bilinear' | 'hamming' | 'bicubic' | 'lanczos';

/**
 * Resizes as Pillow does, bit for bit (src/libImaging/Resample.c): models are trained on what Pillow
 * makes of a picture, and libvips' pixels differ from it by enough to move an embedding.
 */
export function resizePixels(pixels: Pixels, width: number, height: number, resample: Resample): Pixels {
  if (width === pixels.width && height === pixels.height) return pixels;
  if (resample === 'nearest') return pickNearest(pixels, width, height);
  const filter = filters[resample];
  const across = width === pixels.width ? pixels : resizeAcross(pixels, weigh(pixels.width, width, filter));
  return height === pixels.height ? across : resizeDown(across, weigh(pixels.height, height, filter));
}

/** What is left of a picture in a window; black where the window reaches beyond it. */
export function cropPixels(pixels: Pixels, left: number, top: number, width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 3);
  const from = Math.max(0, left);
  const to = Math.min(pixels.width, left + width);
  for (let y = Math.max(0, -top); y < height && y + top < pixels.height && from < to; y++) {
    const row = (y + top) * pixels.width;
    data.set(pixels.data.subarray((row + from) * 3, (row + to) * 3), (y * width + from - left) * 3);
  }
  return { data, width, height };
}

interface Filter {
  /** Half the width of what one output pixel looks at, in output pixels. */
  readonly support: number;
  readonly weight: (x: number) => number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

const filters: Readonly<Record<Exclude<Resample, 'nearest'>, Filter>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    weight: (x) => (Math.abs(x) >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x))),
  },
  bicubic: {
    support: 2,
    weight(signed) {
      const x = Math.abs(signed);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    },
  },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

const precisionBits = 22;

interface Weights {
  /** Output pixel i is the sum of input pixels from starts[i] on, `counts[i]` of them. */
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** [outputs, stride] fixed-point numbers. */
  readonly values: Int32Array;
  readonly stride: number;
}

function weigh(inputs: number, outputs: number, filter: Filter): Weights {
  const scale = inputs / outputs;
  const spread = Math.max(1, scale);
  const support = filter.support * spread;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(outputs);
  const counts = new Int32Array(outputs);
  const values = new Int32Array(outputs * stride);
  for (let i = 0; i < outputs; i++) {
    const centre = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(inputs, Math.trunc(centre + support + 0.5)) - start;
    const weights = Array.from({ length: count }, (_, x) =>
      filter.weight((x + start - centre + 0.5) / spread),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    starts[i] = start;
    counts[i] = count;
    for (let x = 0; x < count; x++) {
      const fixed = (weights[x]! / sum) * (1 << precisionBits);
      values[i * stride + x] = Math.trunc(fixed + (fixed < 0 ? -0.5 : 0.5));
    }
  }
  return { starts, counts, values, stride };
}

function resizeAcross({ data, width, height }: Pixels, weights: Weights): Pixels {
  const { starts, counts, values, stride } = weights;
  const outputs = starts.length;
  const out = new Uint8ClampedArray(outputs * height * 3);
  const half = 1 << (precisionBits - 1);
  // imul and | 0 keep sums 32-bit integers in the machine too, at half the time.
  for (let y = 0, o = 0; y < height; y++) {
    for (let i = 0; i < outputs; i++, o += 3) {
      let from = (y * width + starts[i]!) * 3;
      let red = half;
      let green = half;
      let blue = half;
      for (let k = i * stride, end = k + counts[i]!; k < end; k++, from += 3) {
        const weight = values[k]!;
        red = (red + Math.imul(data[from]!, weight)) | 0;
        green = (green + Math.imul(data[from + 1]!, weight)) | 0;
        blue = (blue + Math.imul(data[from + 2]!, weight)) | 0;
      }
      out[o] = red >> precisionBits;
      out[o + 1] = green >> precisionBits;
      out[o + 2] = blue >> precisionBits;
    }
  }
  return { data: new Uint8Array(out.buffer), width: outputs, height };
}

function resizeDown({ data, width }: Pixels, weights: Weights): Pixels {
  const { starts, counts, values, stride } = weights;
  const outputs = starts.length;
  const rowBytes = width * 3;
  const out = new Uint8ClampedArray(outputs * rowBytes);
  const sums = new Int32Array(rowBytes);
  for (let i = 0; i < outputs; i++) {
    sums.fill(1 << (precisionBits - 1));
    for (let k = 0; k < counts[i]!; k++) {
      const weight = values[i * stride + k]!;
      const row = (starts[i]! + k) * rowBytes;
      for (let x = 0; x < rowBytes; x++) sums[x]! += Math.imul(data[row + x]!, weight);
    }
    for (let x = 0; x < rowBytes; x++) out[i * rowBytes + x] = sums[x]! >> precisionBits;
  }
  return { data: new Uint8Array(out.buffer), width, height: outputs };
}

function pickNearest(pixels: Pixels, width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, o = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * pixels.height) / height) * pixels.width;
    for (let x = 0; x < width; x++, o += 3) {
      const from = (row + Math.floor(((x + 0.5) * pixels.width) / width)) * 3;
      data[o] = pixels.data[from]!;
      data[o + 1] = pixels.data[from + 1]!;
      data[o + 2] = pixels.data[from + 2]!;
    }
  }
  return { data, width, height };
}
