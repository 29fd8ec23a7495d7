import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { demoCatalog } from '../../infra/local/demo/catalog.ts';
import { createEmbedder } from '../../shared/embedding/caller.ts';
import { openOnnxModel } from '../../shared/embedding/onnx.ts';
import { embeddingAdapterContract, text } from './contract.ts';

const directory = fileURLToPath(new URL('../../shared/embedding/builtin', import.meta.url));

embeddingAdapterContract('the built-in encoder', () => openOnnxModel(directory));

describe('the built-in encoder', () => {
  it('puts the same words in both languages nearer to each other than to other words', async () => {
    const embedder = createEmbedder(await openOnnxModel(directory));
    const [dress, 连衣裙, watch, 手表] = await embedder.embed(
      ['red dress', '红色连衣裙', 'black watch', '黑色手表'].map(text),
      { role: 'query', deadlineMs: Date.now() + 30_000 },
    );
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(dot(dress!, 连衣裙!)).toBeGreaterThan(dot(dress!, 手表!));
    expect(dot(watch!, 手表!)).toBeGreaterThan(dot(watch!, 连衣裙!));
  });

  it('gives a text the same vector to the last bit, whatever it comes with', async () => {
    const embedder = createEmbedder(await openOnnxModel(directory));
    const texts = demoCatalog()
      .slice(0, 24)
      .map(({ title, description }) => text(`${title}\n${description}`));
    const options = { role: 'document', deadlineMs: Date.now() + 60_000 } as const;
    const together = await embedder.embed(texts, options);
    for (const [i, each] of texts.entries())
      expect((await embedder.embed([each], options))[0]).toEqual(together[i]);
  });
});
