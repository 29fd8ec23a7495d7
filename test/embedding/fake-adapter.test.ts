import { describe, expect, it } from 'vitest';
import { createEmbedder } from '../../shared/embedding/caller.ts';
import { embeddingAdapterContract, text } from './contract.ts';
import { createHashAdapter } from './fake-adapter.ts';

embeddingAdapterContract('the test double', async () => createHashAdapter());

describe('the test double', () => {
  it('puts texts that share words near each other, and pictures where their words are', async () => {
    const adapter = createHashAdapter({
      dimensions: 256,
      shows: (picture) => Buffer.from(picture).toString(),
    });
    const [query, near, far, picture] = await createEmbedder(adapter).embed(
      [
        text('red dress'),
        text('a long dress, red'),
        text('blue shoes'),
        { type: 'image', picture: Buffer.from('red dress') },
      ],
      { role: 'query', deadlineMs: Date.now() + 5000 },
    );
    const dot = (other: Float32Array) => query!.reduce((sum, value, i) => sum + value * other[i]!, 0);
    expect(dot(near!)).toBeGreaterThan(0.5);
    expect(Math.abs(dot(far!))).toBeLessThan(0.3);
    expect(dot(picture!)).toBeCloseTo(1, 5);
  });
});
