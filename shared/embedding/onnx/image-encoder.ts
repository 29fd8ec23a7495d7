import { TuwenError } from '../../error.ts';
import { faultOfInput } from '../input-error.ts';
import type { Graph } from './graph.ts';
import { type Encoder, type EncoderParts, textTensors } from './text-encoder.ts';

/** More pictures in one run take more memory and are no faster on one thread. */
const imagesPerRun = 4;

/** Embeds normalised pictures (WebP). */
export async function openImageEncoder(graph: Graph, parts: EncoderParts): Promise<Encoder<Uint8Array>> {
  const { dimensions } = parts.settings;
  const { width, height, prepare } = await parts.preprocessor();
  for (const [axis, side] of [
    [2, height],
    [3, width],
  ] as const) {
    const wanted = graph.fixedLength('pixel_values', axis) ?? side;
    if (wanted !== side)
      throw new TuwenError(
        'embedder_failed',
        `expected preprocessor_config.json to give pictures of the model's size; found ${width} × ${height} and a model with ${wanted}`,
      );
  }
  // A graph that holds both encoders wants a text with every picture.
  const elsewhere = graph.wants('input_ids') ? textTensors(await parts.tokenizer(), ['']) : {};
  return {
    rowsPerRun: Math.min(imagesPerRun, graph.fixedLength('pixel_values', 0) ?? imagesPerRun),
    async embed(pictures) {
      const planes = await Promise.all(
        pictures.map((picture, i) =>
          prepare(picture).catch((error) => {
            throw faultOfInput(error, i);
          }),
        ),
      );
      const data = new Float32Array(planes.length * 3 * width * height);
      for (const [i, plane] of planes.entries()) data.set(plane, i * plane.length);
      const pixels = { data, shape: [planes.length, 3, height, width] };
      return graph.embed(
        { ...elsewhere, pixel_values: pixels },
        { modality: 'image', rows: planes.length, dimensions },
      );
    },
  };
}
