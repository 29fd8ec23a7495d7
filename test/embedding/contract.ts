import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createEmbedder } from '../../shared/embedding/caller.ts';
import type { EmbeddingAdapter, EmbedInput } from '../../shared/embedding/embedder.ts';

/** What every adapter must do; `open` may be called for each test. */
export function embeddingAdapterContract(name: string, open: () => Promise<EmbeddingAdapter>): void {
  describe(`the adapter of ${name}`, () => {
    it('names its model and states limits that allow a call', async () => {
      const { model, dimensions, limits } = await open();
      expect(model).toMatch(/^[A-Za-z0-9._@/-]+$/);
      expect((await open()).model).toBe(model);
      expect(dimensions).toBeGreaterThan(0);
      expect(Math.min(limits.inputsPerCall, limits.imagesPerCall, limits.concurrency)).toBeGreaterThan(0);
    });

    it('gives one vector of its dimensions for each input, in order, texts and pictures mixed', async () => {
      const adapter = await open();
      const inputs = fill(adapter, [text('red dress'), await image('#c02020'), text('蓝色的鞋')]);
      const together = await call(adapter, inputs);
      expect(together).toHaveLength(inputs.length);
      for (const [i, input] of inputs.entries()) {
        const [alone] = await call(adapter, [input]);
        expect(together[i]).toHaveLength(adapter.dimensions);
        for (let d = 0; d < adapter.dimensions; d++) expect(together[i]![d]).toBeCloseTo(alone![d]!, 4);
      }
    });

    it('tells different inputs apart', async () => {
      const adapter = await open();
      const [dress] = await call(adapter, [text('red dress')]);
      const [shoes] = await call(adapter, [text('blue shoes')]);
      const [red] = await call(adapter, [await image('#c02020')]);
      const [blue] = await call(adapter, [await image('#2020c0')]);
      expect(Array.from(dress!)).not.toEqual(Array.from(shoes!));
      expect(Array.from(red!)).not.toEqual(Array.from(blue!));
    });

    it('takes a text far over its limit, and one without words', async () => {
      const adapter = await open();
      const vectors = await call(
        adapter,
        fill(adapter, [text('红色连衣裙 red dress '.repeat(300)), text('   ')]),
      );
      for (const vector of vectors) expect(Array.from(vector).every(Number.isFinite)).toBe(true);
    });

    it('stops when its signal has fired', async () => {
      const adapter = await open();
      await expect(
        adapter.call([text('red dress')], { role: 'query', signal: AbortSignal.abort() }),
      ).rejects.toBeDefined();
    });

    it('serves the caller any number of inputs', async () => {
      const embedder = createEmbedder(await open());
      const pictures = await Promise.all(['#102030', '#a0b0c0', '#f02010'].map(image));
      const texts = Array.from({ length: 25 }, (_, i) => text(`dress ${i}`));
      const vectors = await embedder.embed([...texts, ...pictures], {
        role: 'document',
        deadlineMs: Date.now() + 30_000,
      });
      expect(vectors).toHaveLength(28);
      for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    });
  });
}

export const text = (value: string): EmbedInput => ({ type: 'text', text: value });

/** A normalised picture: a disc of that colour on white. */
export async function image(colour: string): Promise<EmbedInput> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="120"><rect width="96" height="120" fill="#fff"/><circle cx="48" cy="60" r="40" fill="${colour}"/></svg>`;
  return { type: 'image', picture: await sharp(Buffer.from(svg)).removeAlpha().webp().toBuffer() };
}

function call(adapter: EmbeddingAdapter, inputs: readonly EmbedInput[]) {
  return adapter.call(inputs, { role: 'document', signal: AbortSignal.timeout(30_000) });
}

/** As many of the inputs as one call takes. */
function fill(adapter: EmbeddingAdapter, inputs: readonly EmbedInput[]): EmbedInput[] {
  return inputs.slice(0, adapter.limits.inputsPerCall);
}
