import { z } from 'zod';
import { TuwenError } from '../../error.ts';
import { decodePixels, type Pixels } from '../../picture/decode-pixels.ts';
import { cropPixels, type Resample, resizePixels } from '../../picture/resize-pixels.ts';
import { readJson } from './model-settings.ts';

export interface Preprocessor {
  readonly width: number;
  readonly height: number;
  /** A normalised picture as the model wants it: [3, height, width], channel by channel. */
  prepare(webp: Uint8Array): Promise<Float32Array>;
}

/** Resizing, cropping, scaling and normalising as preprocessor_config.json says, equal to Pillow's pixels. */
export async function openPreprocessor(directory: string): Promise<Preprocessor> {
  const config = await readJson(directory, 'preprocessor_config.json', preprocessorSchema);
  const { size, resample, image_mean: mean, image_std: deviation } = config;
  const crop = config.do_center_crop ? (config.crop_size ?? size) : undefined;
  const { width, height } = frameOf(crop ?? size);
  const scale = config.do_rescale ? config.rescale_factor : 1;
  // (value × scale − mean) ÷ deviation for every byte value, once.
  const tables = [0, 1, 2].map((channel) =>
    Float32Array.from({ length: 256 }, (_, value) =>
      config.do_normalize ? (value * scale - mean[channel]!) / deviation[channel]! : value * scale,
    ),
  );

  return {
    width,
    height,
    async prepare(webp) {
      let pixels = await decodePixels(webp);
      if (config.do_resize) pixels = resizePixels(pixels, ...sizeFor(pixels, size), resample);
      if (crop) {
        const left = Math.floor((pixels.width - width) / 2);
        const top = Math.floor((pixels.height - height) / 2);
        pixels = cropPixels(pixels, left, top, width, height);
      }
      if (pixels.width !== width || pixels.height !== height)
        throw new TuwenError('embedder_failed', `expected preprocessing to give ${width} × ${height} pixels`);
      return toPlanes(pixels, tables);
    },
  };
}

type Size = z.infer<typeof sizeSchema>;

/** Exactly the size, or the shorter side brought to a length and the other along with it. */
function sizeFor(pixels: Pixels, size: Size): [width: number, height: number] {
  if ('height' in size) return [size.width, size.height];
  const { shortest_edge: edge } = size;
  const { width, height } = pixels;
  if (width <= height) return [edge, Math.trunc((edge * height) / width)];
  return [Math.trunc((edge * width) / height), edge];
}

function frameOf(size: Size): { width: number; height: number } {
  return 'height' in size ? size : { width: size.shortest_edge, height: size.shortest_edge };
}

function toPlanes({ data, width, height }: Pixels, tables: readonly Float32Array[]): Float32Array {
  const area = width * height;
  const planes = new Float32Array(area * 3);
  for (const [channel, table] of tables.entries()) {
    for (let i = 0, from = channel, to = channel * area; i < area; i++, from += 3, to++)
      planes[to] = table[data[from]!]!;
  }
  return planes;
}

const side = z.number().int().positive();
const sizeSchema = z.union([
  z.object({ height: side, width: side }),
  z.object({ shortest_edge: side }),
  // Older configurations give one number: for `size` the shorter side, for `crop_size` a square's.
  side.transform((shortest_edge) => ({ shortest_edge })),
]);

const resamples: readonly Resample[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];
const three = z.array(z.number()).length(3);

/** Defaults are those of CLIPImageProcessor. */
const preprocessorSchema = z.looseObject({
  do_resize: z.boolean().default(true),
  size: sizeSchema.default({ shortest_edge: 224 }),
  resample: z
    .number()
    .int()
    .min(0)
    .max(5)
    .default(3)
    .transform((number) => resamples[number]!),
  do_center_crop: z.boolean().default(false),
  crop_size: sizeSchema.optional(),
  do_rescale: z.boolean().default(true),
  rescale_factor: z.number().default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: three.default([0.48145466, 0.4578275, 0.40821073]),
  image_std: three.default([0.26862954, 0.26130258, 0.27577711]),
});
