import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Graph, TensorData } from '../../shared/embedding/onnx/graph.ts';
import { openImageEncoder } from '../../shared/embedding/onnx/image-encoder.ts';
import { readModelSettings } from '../../shared/embedding/onnx/model-settings.ts';
import { openPreprocessor } from '../../shared/embedding/onnx/preprocessor.ts';
import { openTextEncoder } from '../../shared/embedding/onnx/text-encoder.ts';
import type { TextTokenizer } from '../../shared/embedding/onnx/tokenizer.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tuwen-encoders-'));
});
afterEach(() => rm(directory, { recursive: true }));
const write = (name: string, content: object) => writeFile(join(directory, name), JSON.stringify(content));

/** A graph that only remembers what it was given. */
function fakeGraph(inputs: Record<string, (number | undefined)[]>) {
  const given: Readonly<Record<string, TensorData>>[] = [];
  const graph: Graph = {
    wants: (input) => input in inputs,
    fixedLength: (input, axis) => inputs[input]?.[axis],
    embed: async (tensors, { rows, dimensions }) => {
      given.push(tensors);
      return Array.from({ length: rows }, () => new Float32Array(dimensions));
    },
  };
  return { graph, given };
}

/** One token a character. */
const tokenizer: TextTokenizer = {
  encode: (text) => Array.from(text, (character) => character.codePointAt(0)!),
  batch(texts, length = Math.max(...texts.map((text) => text.length))) {
    const size = texts.length * length;
    return { ids: new BigInt64Array(size), mask: new BigInt64Array(size), length };
  },
};

const settings = {
  name: 'm',
  kind: 'clip',
  dimensions: 4,
  maxTokens: 64,
  padTokenId: 0,
  padToken: undefined,
};
const parts = {
  settings,
  tokenizer: async () => tokenizer,
  preprocessor: () => openPreprocessor(directory),
};

describe('texts for a graph', () => {
  it('run with others of their length, so that none is padded', async () => {
    const { graph, given } = fakeGraph({ input_ids: [], attention_mask: [] });
    await (await openTextEncoder(graph, parts)).embed(['dress', 'shirt, blue', 'shirt']);
    expect(given.map(({ input_ids }) => input_ids!.shape)).toEqual([
      [2, 5],
      [1, 11],
    ]);
    expect(given[0]!.attention_mask!.shape).toEqual([2, 5]);
    expect(given[0]!.pixel_values).toBeUndefined();
  });

  it('are padded to the full length for SigLIP, which was trained so, and where the graph fixes it', async () => {
    const siglip = fakeGraph({ input_ids: [] });
    await (
      await openTextEncoder(siglip.graph, { ...parts, settings: { ...settings, kind: 'siglip' } })
    ).embed(['a']);
    expect(siglip.given[0]!.input_ids!.shape).toEqual([1, 64]);
    const fixed = fakeGraph({ input_ids: [undefined, 52] });
    await (await openTextEncoder(fixed.graph, parts)).embed(['a']);
    expect(fixed.given[0]!.input_ids!.shape).toEqual([1, 52]);
  });

  it('go through one by one where the graph takes no more', async () => {
    expect((await openTextEncoder(fakeGraph({ input_ids: [1] }).graph, parts)).rowsPerRun).toBe(1);
    expect((await openTextEncoder(fakeGraph({ input_ids: [] }).graph, parts)).rowsPerRun).toBeGreaterThan(1);
  });
});

/** Red on the left, blue on the right. */
async function picture(width: number, height: number): Promise<Uint8Array> {
  const pixels = Array.from({ length: width * height }, (_, i) =>
    i % width < width / 2 ? [255, 0, 0] : [0, 0, 255],
  );
  return sharp(Buffer.from(pixels.flat()), { raw: { width, height, channels: 3 } })
    .webp({ lossless: true })
    .toBuffer();
}

describe('pictures for a graph', () => {
  const plain = { do_rescale: false, do_normalize: false, resample: 2 };

  it('are brought to the shorter side and cut out of the middle', async () => {
    await write('preprocessor_config.json', {
      ...plain,
      size: { shortest_edge: 16 },
      do_center_crop: true,
      crop_size: { height: 16, width: 16 },
    });
    const { prepare } = await openPreprocessor(directory);
    for (const [width, height] of [
      [64, 32],
      [32, 32],
      [32, 64],
    ] as const) {
      const planes = await prepare(await picture(width, height));
      expect(planes).toHaveLength(3 * 16 * 16);
      const row = planes.subarray(8 * 16, 9 * 16);
      expect([row[0], row[6], row[9], row[15]]).toEqual([255, 255, 0, 0]);
      const blue = planes.subarray((2 * 16 + 8) * 16);
      expect([blue[0], blue[15]]).toEqual([0, 255]);
    }
  });

  it('are stretched to a size that is given in full, height first', async () => {
    await write('preprocessor_config.json', { ...plain, resample: 0, size: { height: 6, width: 4 } });
    const { prepare, width, height } = await openPreprocessor(directory);
    expect([width, height]).toEqual([4, 6]);
    const planes = await prepare(await picture(40, 10));
    expect([...planes.subarray(0, 4)]).toEqual([255, 255, 0, 0]);
    expect(planes).toHaveLength(3 * 6 * 4);
  });

  it('are scaled and normalised channel by channel', async () => {
    await write('preprocessor_config.json', {
      size: { height: 1, width: 2 },
      image_mean: [0.5, 0, 0.25],
      image_std: [0.5, 1, 0.5],
    });
    const { prepare } = await openPreprocessor(directory);
    expect([...(await prepare(await picture(2, 1)))]).toEqual([1, -1, 0, 0, -0.5, 1.5]);
  });

  it('may be sized by one number, as older settings do', async () => {
    await write('preprocessor_config.json', { size: 8, crop_size: 8, do_center_crop: true });
    const { width, height } = await openPreprocessor(directory);
    expect([width, height]).toEqual([8, 8]);
  });

  it('are refused where settings give another size than the graph takes', async () => {
    await write('preprocessor_config.json', { size: { height: 160, width: 128 } });
    const { graph } = fakeGraph({ pixel_values: [undefined, 3, 128, 160] });
    await expect(openImageEncoder(graph, parts)).rejects.toThrow('128 × 160');
    const right = fakeGraph({ pixel_values: [1, 3, 160, 128] });
    expect((await openImageEncoder(right.graph, parts)).rowsPerRun).toBe(1);
  });
});

describe('the settings of a model', () => {
  it('come from config.json and tokenizer_config.json, the smaller limit of tokens', async () => {
    await write('config.json', {
      model_type: 'clip',
      _name_or_path: 'openai/clip-vit-base-patch32',
      projection_dim: 512,
      text_config: { max_position_embeddings: 77 },
    });
    await write('tokenizer_config.json', { model_max_length: 64, pad_token: { content: '<pad>' } });
    expect(await readModelSettings(directory)).toEqual({
      name: 'clip-vit-base-patch32',
      kind: 'clip',
      dimensions: 512,
      maxTokens: 64,
      padTokenId: undefined,
      padToken: '<pad>',
    });
  });

  it('are those of the family where published files leave them out', async () => {
    await write('config.json', { model_type: 'siglip', text_config: {}, vision_config: {} });
    expect(await readModelSettings(directory)).toMatchObject({
      name: 'siglip',
      dimensions: 768,
      maxTokens: 64,
    });
    await write('config.json', { model_type: 'clip', text_config: {} });
    await write('tokenizer_config.json', { model_max_length: 1e30 });
    expect(await readModelSettings(directory)).toMatchObject({ dimensions: 512, maxTokens: 77 });
  });

  it('are missed where nothing tells them', async () => {
    await write('config.json', { model_type: 'ours' });
    await expect(readModelSettings(directory)).rejects.toThrow('projection_dim');
    await write('config.json', { model_type: 'ours', projection_dim: 4 });
    await expect(readModelSettings(directory)).rejects.toThrow('max_position_embeddings');
  });
});
