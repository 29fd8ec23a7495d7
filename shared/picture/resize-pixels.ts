import { instantiate } from '../scan/wasm-module.ts';
import type { Pixels } from './decode-pixels.ts';
import { type FilterName, type Weights, weigh } from './resample-weights.ts';
import { resizeBase64 } from './resize.generated.ts';

export type Resample = 'nearest' | FilterName;

/**
 * Resizes as Pillow does, bit for bit (src/libImaging/Resample.c): models are trained on what Pillow
 * makes of a picture, and libvips' pixels differ from it by enough to move an embedding.
 */
export function resizePixels(pixels: Pixels, width: number, height: number, resample: Resample): Pixels {
  if (width === pixels.width && height === pixels.height) return pixels;
  if (resample === 'nearest') return pickNearest(pixels, width, height);
  return resizeBoth(pixels, width, height, resample);
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

/** What the kernels of assembly/resize.ts read and write beyond the ends. */
const overreachBytes = 16;

/** One line of weights, then the other, each the whole picture. */
function resizeBoth(pixels: Pixels, width: number, height: number, filter: FilterName): Pixels {
  const { memory, kernels } = opened();
  let end = 0;
  const place = (bytes: number) => {
    const at = end;
    end = Math.ceil((at + bytes + overreachBytes) / 16) * 16;
    return at;
  };
  const copies: [at: number, from: Int32Array | Uint8Array][] = [];
  const put = (from: Int32Array | Uint8Array) => {
    const at = place(from.byteLength);
    copies.push([at, from]);
    return at;
  };
  const putWeights = ({ starts, counts, values, stride }: Weights) =>
    [put(starts), put(counts), put(values), stride] as const;

  const from = put(pixels.data);
  const across = width !== pixels.width && putWeights(weigh(pixels.width, width, filter));
  const down = height !== pixels.height && putWeights(weigh(pixels.height, height, filter));
  const between = across ? place(width * pixels.height * 3) : from;
  const to = down ? place(width * height * 3) : between;

  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65_536));
  for (const [at, { buffer, byteOffset, byteLength }] of copies)
    new Uint8Array(memory.buffer, at).set(new Uint8Array(buffer, byteOffset, byteLength));
  if (across) kernels.resizeAcross(from, between, pixels.width, pixels.height, width, ...across);
  if (down) kernels.resizeDown(between, to, width, height, ...down);
  return { data: new Uint8Array(memory.buffer, to, width * height * 3).slice(), width, height };
}

/** Offsets in bytes; what each does is said in assembly/resize.ts. */
interface ResizeKernels {
  resizeAcross(
    pixels: number,
    out: number,
    width: number,
    height: number,
    outputs: number,
    ...weights: readonly [starts: number, counts: number, values: number, stride: number]
  ): void;
  resizeDown(
    pixels: number,
    out: number,
    width: number,
    outputs: number,
    ...weights: readonly [starts: number, counts: number, values: number, stride: number]
  ): void;
}

let resizing: { memory: WebAssembly.Memory; kernels: ResizeKernels } | undefined;

/** Kept, since fresh memory costs more than the work in it; nobody waits in between, so that one is enough. */
function opened() {
  if (!resizing) {
    const memory = new WebAssembly.Memory({ initial: 1 });
    resizing = { memory, kernels: instantiate<ResizeKernels>(resizeBase64, memory) };
  }
  return resizing;
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
