// Compares the exported encoder with PyTorch (see verify.py), and times it.
//   node verify.mjs <folder of train.py> [encoder directory]
// Writes timings.json into the folder, for the model card.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import * as ort from 'onnxruntime-web';

const [work, directory = join(import.meta.dirname, '..')] = process.argv.slice(2);
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const expected = json(join(work, 'expected.json'));
ort.env.wasm.numThreads = 1;

const began = performance.now();
const tokenizer = new Tokenizer(
  json(join(directory, 'tokenizer.json')),
  json(join(directory, 'tokenizer_config.json')),
);
const vision = await ort.InferenceSession.create(readFileSync(join(directory, 'onnx/vision_model.onnx')));
const text = await ort.InferenceSession.create(readFileSync(join(directory, 'onnx/text_model.onnx')));
const loadMs = performance.now() - began;

const encode = (words) => tokenizer.encode(words).ids.slice(0, 64);
const int64 = (rows) =>
  new ort.Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, rows[0].length]);
const embedText = async (ids) =>
  (await text.run({ input_ids: int64([ids]), attention_mask: int64([ids.map(() => 1)]) })).text_embeds.data;
const furthest = (a, b) => b.reduce((most, value, i) => Math.max(most, Math.abs(a[i] - value)), 0);
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];

let wrongIds = 0;
let textDifference = 0;
for (const [i, words] of expected.texts.entries()) {
  const ids = encode(words);
  if (JSON.stringify(ids) !== JSON.stringify(expected.ids[i])) {
    wrongIds += 1;
    console.log('token ids differ:', words, ids, expected.ids[i]);
  }
  textDifference = Math.max(
    textDifference,
    furthest(await embedText(expected.ids[i]), expected.text_embeds[i]),
  );
}

const [height, width] = expected.size;
const size = 3 * height * width;
const pixels = Float32Array.from({ length: 2 * size }, (_, i) => ((i * 37) % 101) / 50 - 1);
const seen = await vision.run({ pixel_values: new ort.Tensor('float32', pixels, [2, 3, height, width]) });
const pictureDifference = furthest(seen.image_embeds.data, expected.image_embeds.flat());
const dims = seen.image_embeds.dims[1];
let tokenDifference = 0;
let poolDifference = 0;
for (let b = 0; b < 2; b++) {
  const mean = new Float64Array(dims);
  for (let token = 0; token < 80; token++) {
    const at = (b * 80 + token) * dims;
    const vector = seen.token_embeds.data.subarray(at, at + dims);
    for (let d = 0; d < dims; d++) mean[d] += vector[d];
    if (token % 9 === 0) {
      tokenDifference = Math.max(tokenDifference, furthest(vector, expected.token_embeds[b][token / 9]));
    }
  }
  const length = Math.hypot(...mean);
  const unit = Array.from(mean, (value) => value / length);
  poolDifference = Math.max(
    poolDifference,
    furthest(seen.image_embeds.data.subarray(b * dims, (b + 1) * dims), unit),
  );
}

const one = new ort.Tensor('float32', pixels.slice(0, size), [1, 3, height, width]);
const pictureTimes = [];
const textTimes = [];
for (let i = 0; i < 60; i++) {
  let start = performance.now();
  await vision.run({ pixel_values: one });
  if (i >= 20) pictureTimes.push(performance.now() - start);
  start = performance.now();
  await embedText(encode(expected.texts[i % 4]));
  if (i >= 20) textTimes.push(performance.now() - start);
}

/** Milliseconds from the start of a process of its own to its first embedding of a text or picture; median of five. */
const firstMs = (kind) => {
  const file = JSON.stringify(join(directory, `onnx/${kind === 'text' ? 'text' : 'vision'}_model.onnx`));
  const program = `
    import * as ort from 'onnxruntime-web';
    import { readFileSync } from 'node:fs';
    ort.env.wasm.numThreads = 1;
    const session = await ort.InferenceSession.create(readFileSync(${file}));
    const ids = () => new ort.Tensor('int64', new BigInt64Array(4).fill(9n), [1, 4]);
    const pixels = () => new ort.Tensor('float32', new Float32Array(${size}).fill(0.5), [1, 3, ${height}, ${width}]);
    await session.run(${kind === 'text' ? '{ input_ids: ids(), attention_mask: ids() }' : '{ pixel_values: pixels() }'});
    console.log(performance.now());`;
  const flags = ['--wasm-tiering-budget=60000000', '--input-type=module', '--eval', program];
  const run = () =>
    Number(execFileSync(process.execPath, flags, { cwd: import.meta.dirname, timeout: 60_000 }));
  return median(Array.from({ length: 5 }, run));
};

const n = 512;
const a = Float32Array.from({ length: n * n }, (_, i) => (i % 7) - 3);
const product = () => {
  const out = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const x = a[i * n + k];
      for (let j = 0; j < n; j++) out[i * n + j] += x * a[k * n + j];
    }
  }
  return out;
};
product();
const start = performance.now();
product();
const matmulMs = performance.now() - start;
const result = {
  machine: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  load_average: loadavg()[0],
  load_ms: loadMs,
  picture_ms: median(pictureTimes),
  text_ms: median(textTimes),
  first_text_ms: firstMs('text'),
  first_picture_ms: firstMs('image'),
  matmul_ms: matmulMs,
  difference: Math.max(textDifference, pictureDifference, poolDifference),
  wrong_ids: wrongIds,
};
writeFileSync(join(work, 'timings.json'), JSON.stringify(result, null, 1));
console.log({ ...result, textDifference, pictureDifference, tokenDifference, poolDifference });
if (wrongIds > 0 || result.difference > 1e-3) process.exitCode = 1;
