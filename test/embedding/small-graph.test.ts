import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Graph, openGraph, type TensorData } from '../../shared/embedding/onnx/graph.ts';
import { parseOnnx } from '../../shared/embedding/onnx/onnx-file.ts';
import { openSmallGraph } from '../../shared/embedding/onnx/small-graph.ts';
import { createUniform } from '../bench/random.ts';
import { type WrittenGraph, writeOnnx } from './write-onnx.ts';

/** The built-in encoder's graphs, run by our own WASM: what ONNX Runtime makes of the same files is the measure. */

const builtin = fileURLToPath(new URL('../../shared/embedding/builtin/onnx', import.meta.url));
const clip = fileURLToPath(new URL('../fixtures/random-clip/onnx', import.meta.url));
const files = { text: join(builtin, 'text_model.onnx'), image: join(builtin, 'vision_model.onnx') };

const random = createUniform(7);
const pictures = (rows: number): Record<string, TensorData> => ({
  pixel_values: {
    data: Float32Array.from({ length: rows * 3 * 80 * 64 }, () => random() * 2 - 1),
    shape: [rows, 3, 80, 64],
  },
});
/** @param lengths of each text; what is shorter than the longest is padded */
function texts(...lengths: number[]): Record<string, TensorData> {
  const width = Math.max(...lengths);
  const each = (value: (isToken: boolean) => bigint) =>
    BigInt64Array.from({ length: lengths.length * width }, (_, i) =>
      value(i % width < lengths[Math.floor(i / width)]!),
    );
  const shape = [lengths.length, width];
  return {
    input_ids: {
      data: each((isToken) => (isToken ? BigInt(4 + Math.floor(random() * 8000)) : 0n)),
      shape,
    },
    attention_mask: { data: each((isToken) => (isToken ? 1n : 0n)), shape },
  };
}

const embed = (graph: Graph, modality: 'text' | 'image', inputs: Record<string, TensorData>) =>
  graph.embed(inputs, { modality, rows: Object.values(inputs)[0]!.shape[0]!, dimensions: 256 });

describe('the built-in encoder’s own runtime', () => {
  it.each([
    ['image', pictures(1)],
    ['image', pictures(4)],
    ['text', texts(1)],
    ['text', texts(7)],
    ['text', texts(64, 64)],
    ['text', texts(3, 12, 9)],
  ] as const)('embeds as ONNX Runtime does, to 1e-6 (%s %#)', async (modality, inputs) => {
    const ours = await embed(await openGraph(files[modality], { isBuiltin: true }), modality, inputs);
    const theirs = await embed(await openGraph(files[modality]), modality, inputs);
    for (const [row, vector] of ours.entries())
      for (const [i, value] of vector.entries())
        expect(Math.abs(value - theirs[row]![i]!)).toBeLessThan(1e-6);
  });

  it('gives a row the same vector to the last bit, whatever it comes with and whatever was run before', async () => {
    const graph = await openGraph(files.image, { isBuiltin: true });
    const together = pictures(3);
    const vectors = await embed(graph, 'image', together);
    const { data } = together.pixel_values!;
    const one = data.length / 3;
    for (const [row, vector] of vectors.entries()) {
      const alone = { data: data.slice(row * one, (row + 1) * one) as Float32Array, shape: [1, 3, 80, 64] };
      expect((await embed(graph, 'image', { pixel_values: alone }))[0]).toEqual(vector);
    }
    expect(await embed(graph, 'image', together)).toEqual(vectors);
  });

  it('says what it wants, and refuses what does not go together', async () => {
    const graph = await openGraph(files.text, { isBuiltin: true });
    expect([graph.wants('input_ids'), graph.wants('pixel_values')]).toEqual([true, false]);
    const vision = await openGraph(files.image, { isBuiltin: true });
    expect([0, 1, 2, 3].map((axis) => vision.fixedLength('pixel_values', axis))).toEqual([
      undefined,
      3,
      80,
      64,
    ]);
    const foreign = texts(3);
    foreign.input_ids!.data[1] = 8099n;
    await expect(embed(graph, 'text', foreign)).rejects.toMatchObject({
      code: 'embedder_failed',
      cause: { message: 'expected indexes below 8099' },
    });
    // What went wrong leaves nothing behind.
    expect(await embed(graph, 'text', texts(5))).toHaveLength(1);
  });

  it('leaves a graph with other operators to ONNX Runtime', async () => {
    const file = join(clip, 'text_model.onnx');
    expect(openSmallGraph(await readFile(file))).toBeUndefined();
    const graph = await openGraph(file, { isBuiltin: true });
    expect(graph.wants('input_ids')).toBe(true);
  });

  it('refuses a file that is cut off anywhere, or is none', async () => {
    const whole = await readFile(files.image);
    // Behind the graph stands no more than the edition of its operators.
    const graphEnds = whole.length - 16;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: graphEnds }), (length) => {
        expect(() => parseOnnx(whole.subarray(0, length))).toThrow(RangeError);
      }),
    );
    expect(() => openSmallGraph(Buffer.from('no graph'))).toThrow(RangeError);
  });
});

describe('a small graph', () => {
  const run = (graph: WrittenGraph, numbers: readonly number[], shape: readonly number[]) => {
    const opened = openSmallGraph(writeOnnx(graph))!;
    const feeds = { x: { data: Float32Array.from(numbers), shape } };
    const [first, second] = [opened.run(feeds, graph.output), opened.run(feeds, graph.output)];
    expect(second).toEqual(first);
    return { ...first, data: [...first.data] };
  };
  const flat = { shape: [1], numbers: [-1n] };

  it('keeps numbers that another name stands for too, and those of its input', () => {
    const graph: WrittenGraph = {
      nodes: [
        ['Reshape', ['x', 'flat'], 'view'],
        ['Relu', ['x'], 'positive'],
        ['Add', ['positive', 'view'], 'y'],
      ],
      weights: { flat },
      inputs: ['x'],
      output: 'y',
    };
    expect(run(graph, [-1, 2, -3, 4], [4])).toEqual({ shape: [4], data: [-1, 4, -3, 8] });
  });

  it('keeps its weights, however often they are used', () => {
    const graph: WrittenGraph = {
      nodes: [
        ['Relu', ['w'], 'positive'],
        ['Sub', ['w', 'x'], 'less'],
        ['Add', ['less', 'positive'], 'y'],
      ],
      weights: { w: { shape: [3], numbers: [-1, 2, -3] } },
      inputs: ['x'],
      output: 'y',
    };
    expect(run(graph, [1, 1, 1], [3])).toEqual({ shape: [3], data: [-2, 3, -4] });
  });

  it.each<[string, number[], number[], number[], number[]]>([
    ['a row to each', [2, 3], [3], [2, 3], [11, 22, 33, 14, 25, 36]],
    ['a column to each', [2, 3], [2, 1], [2, 3], [11, 12, 13, 24, 25, 26]],
    ['one to all', [2, 3], [1, 1], [2, 3], [11, 12, 13, 14, 15, 16]],
    [
      'a row and a column',
      [6, 1],
      [1, 3],
      [6, 3],
      [0, 1, 2, 3, 4, 5].flatMap((i) => [11 + i, 21 + i, 31 + i]),
    ],
    ['in the middle', [2, 1, 3], [2, 1], [2, 2, 3], [11, 12, 13, 21, 22, 23, 14, 15, 16, 24, 25, 26]],
  ])('adds %s', (_, shape, other, wanted, expected) => {
    const numbers = [10, 20, 30].slice(
      0,
      other.reduce((a, b) => a * b),
    );
    const graph = (inputs: [string, string]): WrittenGraph => ({
      nodes: [['Add', inputs, 'y']],
      weights: { w: { shape: other, numbers } },
      inputs: ['x'],
      output: 'y',
    });
    const x = [1, 2, 3, 4, 5, 6];
    expect(run(graph(['x', 'w']), x, shape)).toEqual({ shape: wanted, data: expected });
    expect(run(graph(['w', 'x']), x, shape)).toEqual({ shape: wanted, data: expected });
  });

  it('subtracts and divides the larger from the smaller', () => {
    const graph: WrittenGraph = {
      nodes: [
        ['Sub', ['one', 'x'], 'less'],
        ['Div', ['ten', 'less'], 'y'],
      ],
      weights: { one: { shape: [1], numbers: [1] }, ten: { shape: [2], numbers: [10, 20] } },
      inputs: ['x'],
      output: 'y',
    };
    expect(run(graph, [2, 3, 5, 6], [2, 2])).toEqual({ shape: [2, 2], data: [-10, -10, -2.5, -4] });
  });

  it('leaves to ONNX Runtime what it finds only in a run that it has not got', async () => {
    const cubed: WrittenGraph = {
      nodes: [['Pow', ['pixel_values', 'three'], 'image_embeds']],
      weights: { three: { shape: [1], numbers: [3] } },
      inputs: ['pixel_values'],
      output: 'image_embeds',
    };
    const folder = await mkdtemp(join(tmpdir(), 'tuwen-graph-'));
    try {
      const file = join(folder, 'cubed.onnx');
      await writeFile(file, writeOnnx(cubed));
      expect(openSmallGraph(writeOnnx(cubed))).toBeDefined();
      const graph = await openGraph(file, { isBuiltin: true });
      const pixels = { pixel_values: { data: Float32Array.of(2, -3), shape: [1, 2] } };
      const expected = { modality: 'image', rows: 1, dimensions: 2 } as const;
      expect(await graph.embed(pixels, expected)).toEqual([Float32Array.of(8, -27)]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('keeps an output that is needed once more', () => {
    const graph: WrittenGraph = {
      nodes: [
        ['Relu', ['x'], 'y'],
        ['Add', ['y', 'w'], 'z'],
      ],
      weights: { w: { shape: [2], numbers: [1, 1] } },
      inputs: ['x'],
      output: 'y',
    };
    expect(run(graph, [-1, 2], [2])).toEqual({ shape: [2], data: [0, 2] });
  });

  it('refuses weights of another size than they say', () => {
    const graph: WrittenGraph = {
      nodes: [['Add', ['x', 'w'], 'y']],
      weights: { w: { shape: [4], numbers: [1, 2, 3] } },
      inputs: ['x'],
      output: 'y',
    };
    expect(() => openSmallGraph(writeOnnx(graph))).toThrow('expected 16 bytes for [4], found 12');
  });

  it('says which shapes do not go together', () => {
    const graph: WrittenGraph = {
      nodes: [['Add', ['x', 'w'], 'y']],
      weights: { w: { shape: [3], numbers: [1, 2, 3] } },
      inputs: ['x'],
      output: 'y',
    };
    expect(() => run(graph, [1, 2, 3, 4], [2, 2])).toThrow(/go together, such as \[2,2\] and \[3\]/);
  });
});
