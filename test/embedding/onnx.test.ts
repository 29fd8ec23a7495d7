import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { createEmbedder } from '../../shared/embedding/caller.ts';
import type { EmbedInput } from '../../shared/embedding/embedder.ts';
import { openGraph } from '../../shared/embedding/onnx/graph.ts';
import { readModelSettings } from '../../shared/embedding/onnx/model-settings.ts';
import { openTokenizer } from '../../shared/embedding/onnx/tokenizer.ts';
import { openOnnxModel } from '../../shared/embedding/onnx.ts';
import { calibrationOf } from './calibration.ts';
import { embeddingAdapterContract, image, text } from './contract.ts';

const clip = fileURLToPath(new URL('../fixtures/random-clip', import.meta.url));
const joined = fileURLToPath(new URL('./fixtures/joined-clip/model.onnx', import.meta.url));
const expected = JSON.parse(await readFile(join(clip, 'expected.json'), 'utf8'));
const signal = AbortSignal.timeout(60_000);
const call = async (directory: string, inputs: readonly EmbedInput[]) =>
  (await openOnnxModel(directory)).call(inputs, { role: 'query', signal });

const folders: string[] = [];
/** A copy of the random CLIP to break. */
async function copyOfClip(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tuwen-clip-'));
  folders.push(folder);
  await cp(clip, folder, { recursive: true });
  return folder;
}
async function editJson(directory: string, name: string, edit: Record<string, unknown>): Promise<void> {
  const file = join(directory, name);
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...edit }));
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

embeddingAdapterContract('ONNX directories', () => openOnnxModel(clip));

describe('a CLIP directory', () => {
  it('is tokenised as CLIP tokenises: start and end around a text, cut with the end kept', async () => {
    const tokenizer = await openTokenizer(clip, await readModelSettings(clip));
    for (const { text, ids } of expected.texts) expect(tokenizer.encode(text), text).toEqual(ids);
  });

  it('is padded with its own token, which the mask leaves out', async () => {
    const tokenizer = await openTokenizer(clip, await readModelSettings(clip));
    const { ids, mask, length } = tokenizer.batch(['red dress', '']);
    expect(length).toBe(5);
    expect([...ids].map(Number)).toEqual([572, 512, 323, 560, 573, 572, 573, 573, 573, 573]);
    expect([...mask].map(Number)).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
  });

  it('embeds texts as PyTorch does, to 1e-4, whatever they are batched with', async () => {
    const texts = expected.texts as { text: string; text_embeds: number[] }[];
    const together = await call(
      clip,
      texts.map((each) => text(each.text)),
    );
    for (const [i, { text: value, text_embeds }] of texts.entries()) {
      const [alone] = await call(clip, [text(value)]);
      for (const [d, number] of text_embeds.entries()) {
        expect(Math.abs(together[i]![d]! - number), value).toBeLessThan(1e-4);
        expect(Math.abs(alone![d]! - number), value).toBeLessThan(1e-4);
      }
    }
  });

  it('embeds a picture as PyTorch does, to 1e-4, after preprocessing', async () => {
    for (const { file, image_embeds } of expected.pictures) {
      const picture = await sharp(join(clip, file)).webp({ lossless: true }).toBuffer();
      const [vector] = await call(clip, [{ type: 'image', picture }]);
      for (const [d, number] of image_embeds.entries())
        expect(Math.abs(vector![d]! - number)).toBeLessThan(1e-4);
    }
  });

  it('embeds a batch of pixels as PyTorch does, to 1e-4', async () => {
    const { shape, image_embeds } = expected.pixels;
    const graph = await openGraph(join(clip, 'onnx/vision_model.onnx'));
    const data = Float32Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => ((i * 37) % 101) / 50 - 1);
    const rows = await graph.embed(
      { pixel_values: { data, shape } },
      { modality: 'image', rows: 2, dimensions: 16 },
    );
    for (const [row, vector] of image_embeds.entries())
      for (const [d, number] of vector.entries())
        expect(Math.abs(rows[row]![d]! - number)).toBeLessThan(1e-4);
  });

  it('keeps the order of more pictures and texts than go into one run', async () => {
    const colours = ['#100000', '#003000', '#000050', '#707000', '#009090', '#b000b0', '#d0d0d0'];
    const inputs = (await Promise.all(colours.map(image))).flatMap((picture, i) => [
      picture,
      text(`size ${i}`),
    ]);
    const together = await call(clip, inputs);
    const model = await openOnnxModel(clip);
    for (const [i, input] of inputs.entries()) {
      const [alone] = await model.call([input], { role: 'query', signal });
      for (const [d, number] of Array.from(alone!).entries()) expect(together[i]![d]).toBeCloseTo(number, 4);
    }
  });

  it('embeds texts where there is no vision model to load, and pictures where there is no text model', async () => {
    const directory = await copyOfClip();
    await writeFile(join(directory, 'onnx/vision_model.onnx'), 'not a model');
    await rm(join(directory, 'preprocessor_config.json'));
    expect(await call(directory, [text('red dress')])).toHaveLength(1);
    await expect(call(directory, [await image('#ff0000')])).rejects.toMatchObject({
      code: 'embedder_failed',
    });
    const other = await copyOfClip();
    await writeFile(join(other, 'onnx/text_model.onnx'), 'not a model');
    await rm(join(other, 'tokenizer.json'));
    expect(await call(other, [await image('#ff0000')])).toHaveLength(1);
    await expect(call(other, [text('red dress')])).rejects.toMatchObject({ code: 'embedder_failed' });
  });

  it('tries again what failed to load', async () => {
    const directory = await copyOfClip();
    const model = await openOnnxModel(directory);
    await rename(join(directory, 'tokenizer.json'), join(directory, 'away.json'));
    await expect(model.call([text('red dress')], { role: 'query', signal })).rejects.toThrow('no such file');
    await rename(join(directory, 'away.json'), join(directory, 'tokenizer.json'));
    expect(await model.call([text('red dress')], { role: 'query', signal })).toHaveLength(1);
  });

  it('names the picture that cannot be read', async () => {
    const broken: EmbedInput = { type: 'image', picture: Buffer.from('RIFF....WEBP') };
    await expect(call(clip, [text('a'), await image('#ff0000'), broken])).rejects.toMatchObject({
      code: 'unreadable_picture',
      extra: { input: 2 },
    });
  });
});

describe('a CLIP directory with both encoders in one file', () => {
  it('embeds texts and pictures as with two', async () => {
    const directory = await copyOfClip();
    for (const part of ['text', 'vision']) await rm(join(directory, `onnx/${part}_model.onnx`));
    await cp(joined, join(directory, 'onnx/model.onnx'));
    const inputs = [text('red dress'), await image('#ff0000'), text('a'), await image('#00ff00')];
    const found = await call(directory, inputs);
    const wanted = await call(clip, inputs);
    for (const [i, vector] of wanted.entries())
      for (const [d, number] of Array.from(vector).entries()) expect(found[i]![d]).toBeCloseTo(number, 4);
  });
});

describe('the name of a model', () => {
  it('tells its published name and a hash that is the same wherever it lies', async () => {
    const { model } = await openOnnxModel(clip);
    expect(model).toMatch(/^random-clip@[0-9a-f]{12}$/);
    expect((await openOnnxModel(await copyOfClip())).model).toBe(model);
  });

  it('is another after any change of weights or settings', async () => {
    const names = new Set([(await openOnnxModel(clip)).model]);
    const changes: ((directory: string) => Promise<void>)[] = [
      (directory) => editJson(directory, 'preprocessor_config.json', { resample: 2 }),
      (directory) => editJson(directory, 'tokenizer.json', { truncation: { max_length: 7 } }),
      (directory) => editJson(directory, 'config.json', { note: 1 }),
      (directory) => changeByte(join(directory, 'onnx/text_model.onnx'), 60_000),
      (directory) => changeByte(join(directory, 'onnx/vision_model.onnx'), 120_000),
    ];
    for (const change of changes) {
      const directory = await copyOfClip();
      await change(directory);
      names.add((await openOnnxModel(directory)).model);
    }
    expect(names.size).toBe(changes.length + 1);
  });
});

describe('the calibration of a model', () => {
  it('is undefined where there is none', async () => {
    const model = await openOnnxModel(clip);
    expect(model.calibration).toBeUndefined();
    expect(createEmbedder(model).calibration).toBeUndefined();
  });

  it('is that of calibration.json, and changes nothing in the name of the model', async () => {
    const directory = await copyOfClip();
    const { model } = await openOnnxModel(clip);
    const names = new Set<string>();
    for (const most of [0.5, 0.9]) {
      const content = calibrationOf({ cosines: [0, 1], matches: [0, most] });
      await writeFile(join(directory, 'calibration.json'), JSON.stringify(content));
      const opened = await openOnnxModel(directory);
      expect(opened.model).toBe(model);
      expect(opened.files).toContain('calibration.json');
      const { calibration } = createEmbedder(opened);
      expect(calibration?.matchOf.text.image(0.5)).toBeCloseTo(most / 2, 12);
      names.add(calibration!.name);
    }
    expect(names.size).toBe(2);
  });

  it('is refused where it is broken, naming the file and the fault', async () => {
    const directory = await copyOfClip();
    const file = join(directory, 'calibration.json');
    await writeFile(file, '{"text": 1}');
    await expect(openOnnxModel(directory)).rejects.toMatchObject({
      code: 'embedder_failed',
      retryable: false,
      message: expect.stringMatching(
        /calibration\.json is no calibration: text: expected an object, found 1/,
      ),
    });
    await rm(file);
    await mkdir(file);
    await expect(openOnnxModel(directory)).rejects.toThrow(/expected to read .*calibration\.json/);
  });
});

async function changeByte(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at]! ^= 1;
  await writeFile(file, bytes);
}

describe('a directory that is no such model', () => {
  it('is refused where there are no weights, with what was looked for and what is there', async () => {
    const directory = await copyOfClip();
    await rename(join(directory, 'onnx/vision_model.onnx'), join(directory, 'onnx/vision.onnx'));
    await expect(openOnnxModel(directory)).rejects.toMatchObject({
      code: 'embedder_failed',
      message: expect.stringMatching(/expected onnx\/text_model and onnx\/vision_model.*found.*vision\.onnx/),
    });
    await expect(openOnnxModel(join(directory, 'nowhere'))).rejects.toThrow(/config\.json.*no such file/);
  });

  it('is refused where a file is not what its name says', async () => {
    const directory = await copyOfClip();
    await writeFile(join(directory, 'config.json'), '{"model_type": 5}');
    await expect(openOnnxModel(directory)).rejects.toThrow(/config\.json.*model_type/s);
    await writeFile(join(directory, 'config.json'), '{');
    await expect(openOnnxModel(directory)).rejects.toThrow(/config\.json.*not JSON/);
  });

  it('is refused where its settings and its weights do not fit', async () => {
    const directory = await copyOfClip();
    await editJson(directory, 'config.json', { projection_dim: 17 });
    await expect(call(directory, [text('a')])).rejects.toThrow('is [1,16], not [1,17]');
    await editJson(directory, 'config.json', { projection_dim: 16 });
    await editJson(directory, 'preprocessor_config.json', {
      do_center_crop: false,
      size: { height: 40, width: 40 },
    });
    await expect(call(directory, [await image('#ff0000')])).rejects.toMatchObject({
      code: 'embedder_failed',
    });
  });

  it('is refused where a graph wants or gives something unknown', async () => {
    const directory = await copyOfClip();
    await cp(join(directory, 'onnx/vision_model.onnx'), join(directory, 'onnx/text_model.onnx'));
    await rm(join(directory, 'preprocessor_config.json'));
    await expect(call(directory, [text('a')])).rejects.toMatchObject({ code: 'embedder_failed' });
  });

  it('uses the weights that the setting asks for, or the most exact that are there', async () => {
    const directory = await copyOfClip();
    const { model } = await openOnnxModel(directory, { weights: 'fp32' });
    await expect(openOnnxModel(directory, { weights: 'quantized' })).rejects.toThrow('<name>_quantized.onnx');
    for (const part of ['text', 'vision'])
      await cp(
        join(directory, `onnx/${part}_model.onnx`),
        join(directory, `onnx/${part}_model_quantized.onnx`),
      );
    await changeByte(join(directory, 'onnx/text_model_quantized.onnx'), 60_000);
    expect((await openOnnxModel(directory)).model).toBe(model);
    expect((await openOnnxModel(directory, { weights: 'quantized' })).model).not.toBe(model);
  });
});
